// A part of an image that is twice as high and wide as the one that is there, as by ONNX's Resize: linear, with
// coordinates of half pixels. Each value is a quarter of one neighbour and three quarters of another, in either
// direction.
#pragma once

#include <wasm_simd128.h>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace wasm_kernels {

constexpr ptrdiff_t kDoubledRows = 6, kDoubledColumns = 18;

// Fills what lies inside of the doubled image with its rows from `top` and its columns from `left` on. `height` and
// `width` are the doubled image's; rows of the patch are `step` apart.
inline void CopyDoubled(const float* image, ptrdiff_t height, ptrdiff_t width, ptrdiff_t top, ptrdiff_t left,
                        float* patch, size_t step) {
  // Of two neighbours that make a row or a column, the first; the second follows, or is the same at an edge.
  const auto neighbour = [](ptrdiff_t doubled) { return (doubled - 1) >> 1; };
  const ptrdiff_t rows = height / 2, columns = width / 2;
  const ptrdiff_t row_begin = std::max<ptrdiff_t>(0, -top), row_end = std::min(kDoubledRows, height - top);
  const ptrdiff_t begin = std::max<ptrdiff_t>(0, -left), end = std::min(kDoubledColumns, width - left);
  const ptrdiff_t first = neighbour(left);
  constexpr ptrdiff_t kRead = 16;  // columns: more than 18 need
  const bool inside = first >= 0 && first + kRead <= columns;
  const v128_t quarter = wasm_f32x4_const_splat(0.25f), rest = wasm_f32x4_const_splat(0.75f);
  for (ptrdiff_t row = row_begin; row < row_end && begin < end; ++row) {
    const ptrdiff_t above = neighbour(top + row);
    const float* upper = image + std::clamp<ptrdiff_t>(above, 0, rows - 1) * columns;
    const float* lower = image + std::clamp<ptrdiff_t>(above + 1, 0, rows - 1) * columns;
    if ((top + row) % 2 == 0) {
      std::swap(upper, lower);  // to be the nearer one
    }
    float line[kRead], doubled[2 * (kRead - 4)];
    if (inside) {
      for (ptrdiff_t j = 0; j < kRead; j += 4) {
        const v128_t near = wasm_v128_load(upper + first + j), far = wasm_v128_load(lower + first + j);
        wasm_v128_store(line + j, wasm_f32x4_add(wasm_f32x4_mul(rest, near), wasm_f32x4_mul(quarter, far)));
      }
    } else {
      for (ptrdiff_t j = 0; j < kRead; ++j) {
        const ptrdiff_t column = std::clamp<ptrdiff_t>(first + j, 0, columns - 1);
        line[j] = 0.75f * upper[column] + 0.25f * lower[column];
      }
    }
    for (ptrdiff_t j = 0; j + 4 < kRead; j += 4) {
      const v128_t here = wasm_v128_load(line + j), next = wasm_v128_load(line + j + 1);
      const v128_t odd = wasm_f32x4_add(wasm_f32x4_mul(rest, here), wasm_f32x4_mul(quarter, next));
      const v128_t even = wasm_f32x4_add(wasm_f32x4_mul(quarter, here), wasm_f32x4_mul(rest, next));
      wasm_v128_store(doubled + 2 * j, wasm_i32x4_shuffle(odd, even, 0, 4, 1, 5));
      wasm_v128_store(doubled + 2 * j + 4, wasm_i32x4_shuffle(odd, even, 2, 6, 3, 7));
    }
    const float* from = doubled + left - (2 * first + 1);  // what is made begins with an odd column
    std::copy(from + begin, from + end, patch + row * step + begin);
  }
}

}  // namespace wasm_kernels
