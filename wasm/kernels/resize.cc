#include "resize.h"

#include <wasm_simd128.h>

#include <utility>

namespace wasm_kernels {

namespace {

// An input row, laid out as the output's columns need it.
struct Row {
  int32_t offset;  // in x; -1 while there is none
  float *first, *second;
};

void Spread(const BilinearTaps& columns, const float* x, int32_t offset, Row& row) {
  for (size_t j = 0; j < columns.size; ++j) {
    row.first[j] = x[offset + columns.first[j]];
    row.second[j] = x[offset + columns.second[j]];
  }
  row.offset = offset;
}

}  // namespace

void ResizeBilinear(const BilinearTaps& rows, const BilinearTaps& columns, const float* x, float* y, float* workspace) {
  const size_t width = columns.size;
  Row top{-1, workspace, workspace + width}, bottom{-1, workspace + 2 * width, workspace + 3 * width};
  for (size_t i = 0; i < rows.size; ++i, y += width) {
    if (top.offset != rows.first[i]) {
      std::swap(top, bottom);  // going down, the row below is the next above
    }
    if (top.offset != rows.first[i]) {
      Spread(columns, x, rows.first[i], top);
    }
    if (bottom.offset != rows.second[i]) {
      Spread(columns, x, rows.second[i], bottom);
    }
    const float upper = rows.first_weight[i], lower = rows.second_weight[i];
    const v128_t uppers = wasm_f32x4_splat(upper), lowers = wasm_f32x4_splat(lower);
    size_t j = 0;
    for (; j + 4 <= width; j += 4) {
      const v128_t left = wasm_v128_load(columns.first_weight + j), right = wasm_v128_load(columns.second_weight + j);
      v128_t sum = wasm_f32x4_mul(wasm_f32x4_mul(left, uppers), wasm_v128_load(top.first + j));
      sum = wasm_f32x4_add(sum, wasm_f32x4_mul(wasm_f32x4_mul(right, uppers), wasm_v128_load(top.second + j)));
      sum = wasm_f32x4_add(sum, wasm_f32x4_mul(wasm_f32x4_mul(left, lowers), wasm_v128_load(bottom.first + j)));
      sum = wasm_f32x4_add(sum, wasm_f32x4_mul(wasm_f32x4_mul(right, lowers), wasm_v128_load(bottom.second + j)));
      wasm_v128_store(y + j, sum);
    }
    for (; j < width; ++j) {
      const float left = columns.first_weight[j], right = columns.second_weight[j];
      y[j] = left * upper * top.first[j] + right * upper * top.second[j] + left * lower * bottom.first[j] +
             right * lower * bottom.second[j];
    }
  }
}

}  // namespace wasm_kernels
