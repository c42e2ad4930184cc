#include "winograd.h"

#include "winograd_tiles.h"

namespace wasm_kernels {

bool WinogradPays(const WinogradShape& shape) {
  constexpr size_t least_channels = 16;  // of the input: the transforms of one are shared by all of the output
  if (shape.channels < least_channels || shape.output_channels == 0 || shape.output_height == 0 ||
      shape.output_width == 0) {
    return false;
  }
  const size_t products = Plan(shape, 1, 1).groups * kGroup * kPoints;
  const size_t direct_products = shape.output_height * shape.output_width * 9;
  return 2 * products <= direct_products;
}

}  // namespace wasm_kernels
