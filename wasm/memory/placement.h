// Where in one block of memory tensors lie that do not all live at the same time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace wasm_memory {

// Memory that a tensor needs during some steps of a run.
struct Tenancy {
  uint64_t size;       // bytes
  size_t first, last;  // step, both included
  uint64_t offset;     // bytes from the block's start: what is asked for
};

// Sets all offsets, which may be more than an address can be, so that none that live at the same step overlap; gives
// the size of the block. The largest are placed first, each in the smallest gap that has room: "Greedy by Size for
// Offset Calculation" of Pisarchyk and Lee, "Efficient Memory Management for Deep Neural Net Inference" (2020). The
// time it takes grows with the square of their number.
uint64_t PlaceBySize(std::vector<Tenancy>& tenancies);

}  // namespace wasm_memory
