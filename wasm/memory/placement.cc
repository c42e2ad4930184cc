#include "placement.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace wasm_memory {

namespace {

// The offset of the smallest gap between those in its way, of which `placed` has all in the order of their offsets.
uint64_t BestGap(const Tenancy& tenancy, const std::vector<const Tenancy*>& placed) {
  uint64_t end = 0, best = 0, smallest = std::numeric_limits<uint64_t>::max();
  for (const Tenancy* other : placed) {
    if (other->last < tenancy.first || tenancy.last < other->first) {
      continue;
    }
    if (other->offset >= end + tenancy.size && other->offset - end < smallest) {
      smallest = other->offset - end;
      best = end;
    }
    end = std::max(end, other->offset + other->size);
  }
  return smallest == std::numeric_limits<uint64_t>::max() ? end : best;
}

}  // namespace

uint64_t PlaceBySize(std::vector<Tenancy>& tenancies) {
  std::vector<size_t> order(tenancies.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return tenancies[a].size > tenancies[b].size; });
  std::vector<const Tenancy*> placed;
  uint64_t block = 0;
  for (const size_t index : order) {
    Tenancy& tenancy = tenancies[index];
    tenancy.offset = BestGap(tenancy, placed);
    block = std::max(block, tenancy.offset + tenancy.size);
    const auto behind = std::upper_bound(placed.begin(), placed.end(), tenancy.offset,
                                         [](uint64_t offset, const Tenancy* other) { return offset < other->offset; });
    placed.insert(behind, &tenancy);
  }
  return block;
}

}  // namespace wasm_memory
