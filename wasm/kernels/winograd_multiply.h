// The innermost loops of winograd_tiles.h: the 36 matrix products over channels and tiles.
#pragma once

#include <wasm_simd128.h>

#include <cstddef>
#include <cstdint>
#include <utility>

namespace wasm_kernels {

constexpr size_t kPoints = 36;     // of a transformed tile: 6 x 6
constexpr size_t kPanelRows = 4;   // output channels that the innermost loop works on
constexpr size_t kPanelTiles = 8;  // tiles that it works on

// Sizes and steps in cells of 32 bits.
struct MultiplyShape {
  size_t lanes;                                 // what is summed over: channels, or pairs of them
  size_t rows;                                  // output channels, a multiple of kPanelRows
  size_t panels;                                // of tiles
  size_t output_row;                            // between the output channels of a point
  size_t weight_step, input_step, output_step;  // between the points
};

// z[36][rows][panels][8] = the sums over the lanes of u[36][rows / 4][lanes][4] times v[36][panels][lanes][8].
using MultiplyFunction = void(const uint32_t* u, const uint32_t* v, uint32_t* z, const MultiplyShape* shape);

// The products of floats in relaxed SIMD, whose multiplication and addition in one are not in every browser: a module
// of its own (winograd_multiply_relaxed.cc), which whoever links these kernels loads for each of its threads. Null:
// there is none on this thread.
extern "C" MultiplyFunction* OrtWasmRelaxedMultiply();

using MultiplyAddFunction = v128_t(v128_t sum, v128_t u, v128_t v);

// One panel of rows and tiles: four vectors of u and two of v make eight sums.
template <MultiplyAddFunction MultiplyAdd>
inline void MultiplyPanel(const uint32_t* u, const uint32_t* v, uint32_t* z, const MultiplyShape& shape) {
  v128_t a0 = wasm_i32x4_const_splat(0), a1 = a0, b0 = a0, b1 = a0, c0 = a0, c1 = a0, d0 = a0, d1 = a0;
  for (size_t lane = 0; lane < shape.lanes; ++lane, u += kPanelRows, v += kPanelTiles) {
    const v128_t v0 = wasm_v128_load(v), v1 = wasm_v128_load(v + 4);
    const v128_t ua = wasm_v128_load32_splat(u), ub = wasm_v128_load32_splat(u + 1);
    const v128_t uc = wasm_v128_load32_splat(u + 2), ud = wasm_v128_load32_splat(u + 3);
    a0 = MultiplyAdd(a0, ua, v0);
    a1 = MultiplyAdd(a1, ua, v1);
    b0 = MultiplyAdd(b0, ub, v0);
    b1 = MultiplyAdd(b1, ub, v1);
    c0 = MultiplyAdd(c0, uc, v0);
    c1 = MultiplyAdd(c1, uc, v1);
    d0 = MultiplyAdd(d0, ud, v0);
    d1 = MultiplyAdd(d1, ud, v1);
  }
  for (const auto& [first, second] : {std::pair{a0, a1}, {b0, b1}, {c0, c1}, {d0, d1}}) {
    wasm_v128_store(z, first);
    wasm_v128_store(z + 4, second);
    z += shape.output_row;
  }
}

template <MultiplyAddFunction MultiplyAdd>
inline void MultiplyPoints(const uint32_t* u, const uint32_t* v, uint32_t* z, const MultiplyShape& shape) {
  for (size_t k = 0; k < kPoints; ++k) {
    for (size_t row = 0; row < shape.rows; row += kPanelRows) {
      for (size_t panel = 0; panel < shape.panels; ++panel) {
        MultiplyPanel<MultiplyAdd>(u + row * shape.lanes, v + panel * shape.lanes * kPanelTiles,
                                   z + row * shape.output_row + panel * kPanelTiles, shape);
      }
    }
    u += shape.weight_step;
    v += shape.input_step;
    z += shape.output_step;
  }
}

}  // namespace wasm_kernels
