// Places tensors in one block, under node.
//
//   placement_check [size first last]...
//
// prints the size of the block, and each offset.
#include <cinttypes>
#include <cstdio>
#include <cstdlib>

#include "memory/placement.h"

int main(int count, char** arguments) {
  std::vector<wasm_memory::Tenancy> tenancies;
  for (int i = 1; i + 2 < count; i += 3) {
    const auto step = [&](int at) { return static_cast<size_t>(std::strtoul(arguments[at], nullptr, 10)); };
    tenancies.push_back({std::strtoull(arguments[i], nullptr, 10), step(i + 1), step(i + 2), 0});
  }
  std::printf("%" PRIu64 "\n", wasm_memory::PlaceBySize(tenancies));
  for (const auto& tenancy : tenancies) {
    std::printf("%" PRIu64 "\n", tenancy.offset);
  }
}
