#include "quantize.h"

#include <wasm_simd128.h>

#include <algorithm>
#include <cmath>

namespace wasm_kernels {

namespace {

constexpr size_t kStep = 16;

inline v128_t Quantize4(const float* x, v128_t scale, v128_t zero_point) {
  const v128_t rounded = wasm_f32x4_nearest(wasm_f32x4_div(wasm_v128_load(x), scale));
  return wasm_i32x4_trunc_sat_f32x4(wasm_f32x4_add(rounded, zero_point));
}

inline void Quantize16(const float* x, uint8_t* y, v128_t scale, v128_t zero_point) {
  const v128_t low = wasm_i16x8_narrow_i32x4(Quantize4(x, scale, zero_point), Quantize4(x + 4, scale, zero_point));
  const v128_t high =
      wasm_i16x8_narrow_i32x4(Quantize4(x + 8, scale, zero_point), Quantize4(x + 12, scale, zero_point));
  wasm_v128_store(y, wasm_u8x16_narrow_i16x8(low, high));  // narrowing saturates
}

}  // namespace

void QuantizeLinear(const float* x, uint8_t* y, size_t size, float scale, uint8_t zero_point) {
  const v128_t scales = wasm_f32x4_splat(scale), zero_points = wasm_f32x4_splat(zero_point);
  size_t i = 0;
  for (; i + kStep <= size; i += kStep) {
    Quantize16(x + i, y + i, scales, zero_points);
  }
  for (; i < size; ++i) {
    const float rounded = std::nearbyint(x[i] / scale) + zero_point;
    y[i] = static_cast<uint8_t>(std::min(255.0f, std::max(0.0f, rounded)));
  }
}

}  // namespace wasm_kernels
