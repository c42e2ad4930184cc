// The transforms of F(4x4, 3x3) on integers. The rows of G are multiplied by 4, 6, 6, 24, 24 and 1, which makes
// them whole, and those of A^T by what is then missing to 24; transformed inputs and weights fit into 16 bits.
// All sums are modulo 2^32, so that none of them overflows in a way that matters: what comes out is 24 * 24
// times the result modulo 2^32. Nine has an inverse there, and what is left is a shift by six bits, exact for
// results below 2^25.
#include "winograd_tiles.h"

namespace wasm_kernels {

namespace {

constexpr int64_t kLimit = int64_t{1} << 25;  // of a result
constexpr int32_t kInverseOf9 = 954437177;    // modulo 2^32
static_assert(static_cast<uint32_t>(kInverseOf9) * 9u == 1u);

inline void TransformKernel(const int* w, size_t step, int* u, size_t u_step) {
  const int a = w[0], b = w[step], c = w[2 * step];
  u[0] = a;
  u[u_step] = -(a + b + c);
  u[2 * u_step] = -(a - b + c);
  u[3 * u_step] = a + 2 * b + 4 * c;
  u[4 * u_step] = a - 2 * b + 4 * c;
  u[5 * u_step] = c;
}

struct IntegerNumbers {
  using Input = uint8_t;
  static constexpr size_t kDepth = 2;  // a lane holds an int16 of either channel

  const WinogradInteger& convolution;
  const uint8_t padding = convolution.x_zero_point;

  void Weights(size_t m, size_t c, uint32_t* points) const {
    const size_t channels = convolution.shape.channels;
    for (size_t d = 0; d < std::min(kDepth, channels - c); ++d) {
      const uint8_t* quantized = convolution.weights + (m * channels + c + d) * 9;
      int w[9], half[18];
      std::transform(quantized, quantized + 9, w, [&](uint8_t each) { return each - convolution.weights_zero_point; });
      for (size_t j = 0; j < 3; ++j) {
        TransformKernel(w + j, 3, half + j, 3);
      }
      for (size_t k = 0; k < 6; ++k) {
        int row[6];  // at most 7 * 7 * 255
        TransformKernel(half + 3 * k, 1, row, 1);
        for (size_t l = 0; l < 6; ++l) {
          points[6 * k + l] |= static_cast<uint32_t>(static_cast<uint16_t>(row[l])) << (16 * d);
        }
      }
    }
  }

  void Load(const Window<uint8_t>* windows, v128_t p[5]) const {
    const v128_t zero_point = wasm_i16x8_splat(convolution.x_zero_point);
    const v128_t first = wasm_v128_load(windows[0].x), second = wasm_v128_load(windows[1].x);
    const v128_t first_end = wasm_v128_load16_splat(windows[0].x + 16),
                 second_end = wasm_v128_load16_splat(windows[1].x + 16);
    const auto pair = [zero_point](v128_t bytes) {
      return wasm_i16x8_sub(wasm_u16x8_extend_low_u8x16(bytes), zero_point);
    };
    const v128_t low = wasm_i8x16_shuffle(first, second, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    const v128_t high = wasm_i8x16_shuffle(first, second, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    const v128_t end =
        wasm_i8x16_shuffle(first_end, second_end, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    p[0] = pair(low);
    p[1] = wasm_i16x8_sub(wasm_u16x8_extend_high_u8x16(low), zero_point);
    p[2] = pair(high);
    p[3] = wasm_i16x8_sub(wasm_u16x8_extend_high_u8x16(high), zero_point);
    p[4] = pair(end);
  }

  v128_t Load4(const Window<uint8_t>* windows, size_t column) const {
    const v128_t first = wasm_v128_load32_zero(windows[0].x + column),
                 second = wasm_v128_load32_zero(windows[1].x + column);
    const v128_t both = wasm_i8x16_shuffle(first, second, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    return wasm_i16x8_sub(wasm_u16x8_extend_low_u8x16(both), wasm_i16x8_splat(convolution.x_zero_point));
  }

  // Results are at most 10 * 10 * 255.
  static void Input1d(v128_t& x0, v128_t& x1, v128_t& x2, v128_t& x3, v128_t& x4, v128_t& x5) {
    const v128_t four_x1 = wasm_i16x8_shl(x1, 2), four_x2 = wasm_i16x8_shl(x2, 2);
    const v128_t a = wasm_i16x8_sub(x4, four_x2);
    const v128_t b = wasm_i16x8_sub(x3, four_x1);
    const v128_t c = wasm_i16x8_sub(x4, x2);
    const v128_t x3_less_x1 = wasm_i16x8_sub(x3, x1);
    const v128_t d = wasm_i16x8_add(x3_less_x1, x3_less_x1);
    // 4 x0 - 5 x2 + x4, and 4 x1 - 5 x3 + x5
    const v128_t y0 = wasm_i16x8_add(wasm_i16x8_shl(wasm_i16x8_sub(x0, x2), 2), c);
    const v128_t y5 = wasm_i16x8_sub(wasm_i16x8_sub(x5, x3), wasm_i16x8_shl(x3_less_x1, 2));
    x0 = y0;
    x1 = wasm_i16x8_add(a, b);
    x2 = wasm_i16x8_sub(a, b);
    x3 = wasm_i16x8_add(c, d);
    x4 = wasm_i16x8_sub(c, d);
    x5 = y5;
  }

  static v128_t MultiplyAdd(v128_t sum, v128_t u, v128_t v) { return wasm_i32x4_add(sum, wasm_i32x4_dot_i16x8(u, v)); }

  static void Output1d(v128_t z0, v128_t z1, v128_t z2, v128_t z3, v128_t z4, v128_t z5, v128_t y[4]) {
    const v128_t four_a = wasm_i32x4_shl(wasm_i32x4_add(z1, z2), 2), four_b = wasm_i32x4_shl(wasm_i32x4_sub(z1, z2), 2);
    const v128_t c = wasm_i32x4_add(z3, z4), d = wasm_i32x4_sub(z3, z4);
    const v128_t six_z0 = wasm_i32x4_shl(wasm_i32x4_add(wasm_i32x4_shl(z0, 1), z0), 1);
    const v128_t eight_d_24_z5 = wasm_i32x4_shl(wasm_i32x4_add(d, wasm_i32x4_add(wasm_i32x4_shl(z5, 1), z5)), 3);
    y[0] = wasm_i32x4_add(wasm_i32x4_add(six_z0, four_a), c);
    y[1] = wasm_i32x4_add(four_b, wasm_i32x4_shl(d, 1));
    y[2] = wasm_i32x4_add(four_a, wasm_i32x4_shl(c, 2));
    y[3] = wasm_i32x4_add(four_b, eight_d_24_z5);
  }

  v128_t Finish(size_t m, v128_t sum) const {
    const v128_t result = wasm_i32x4_shr(wasm_i32x4_mul(sum, wasm_i32x4_const_splat(kInverseOf9)), 6);
    const v128_t scaled = wasm_f32x4_mul(wasm_f32x4_convert_i32x4(result), wasm_f32x4_splat(convolution.scales[m]));
    return BiasAndRelu(convolution.bias, convolution.relu, m, scaled);
  }
};

}  // namespace

bool WinogradSumsFit(const uint8_t* weights, uint8_t zero_point, size_t output_channels, size_t channels) {
  for (size_t m = 0; m < output_channels; ++m, weights += channels * 9) {
    // Sums of the weights, whose 32 bits are enough for 900000 channels. Without a branch they become vectors.
    int32_t positive = 0, all = 0;
    for (size_t i = 0; i < channels * 9; ++i) {
      const int value = weights[i] - zero_point;
      positive += std::max(value, 0);
      all += value;
    }
    // x lies between -z and 255 - z, so that a sum is at most (255 - z) positive - z negative.
    if (UINT8_MAX * static_cast<int64_t>(std::max(positive, positive - all)) >= kLimit) {
      return false;
    }
  }
  return true;
}

size_t WinogradWorkspace(const WinogradInteger& convolution, size_t threads) {
  return Plan(convolution.shape, IntegerNumbers::kDepth).Cells(threads);
}

void WinogradConvolve(const WinogradInteger& convolution, float* y, uint32_t* workspace, size_t threads,
                      const ParallelFor& parallel_for) {
  const IntegerNumbers numbers{convolution};
  Winograd(convolution.shape, numbers)
      .Convolve(convolution.x, convolution.residual, y, workspace, threads, parallel_for);
}

}  // namespace wasm_kernels
