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

// One dimension of G w, in 16 bits: six values from three.
inline void TransformKernel(const v128_t* w, size_t step, v128_t* u, size_t u_step) {
  const v128_t a = w[0], b = w[step], c = w[2 * step];
  const v128_t a_c = wasm_i16x8_add(a, c), two_b = wasm_i16x8_shl(b, 1);
  const v128_t a_4c = wasm_i16x8_add(a, wasm_i16x8_shl(c, 2));
  u[0] = a;
  u[u_step] = wasm_i16x8_neg(wasm_i16x8_add(a_c, b));
  u[2 * u_step] = wasm_i16x8_sub(b, a_c);
  u[3 * u_step] = wasm_i16x8_add(a_4c, two_b);
  u[4 * u_step] = wasm_i16x8_sub(a_4c, two_b);
  u[5 * u_step] = c;
}

struct IntegerNumbers {
  using Input = uint8_t;
  static constexpr size_t kDepth = 2;  // a lane holds an int16 of either channel

  const WinogradInteger& convolution;
  const uint8_t padding = convolution.x_zero_point;

  // Results are at most 7 * 7 * 255.
  void Weights(size_t m, size_t c, v128_t points[kPoints]) const {
    v128_t w[9], half[18];  // half: G w, 6 x 3
    LoadKernels(m, c, w);
    for (size_t j = 0; j < 3; ++j) {
      TransformKernel(w + j, 3, half + j, 3);
    }
    for (size_t k = 0; k < 6; ++k) {
      TransformKernel(half + 3 * k, 1, points + 6 * k, 1);
    }
  }

  // The kernels of four output channels and two channels of each, one in each int16. Where there are no more, it is the
  // last again: a channel that is not there is multiplied by nothing but zeros.
  void LoadKernels(size_t m, size_t c, v128_t w[9]) const {
    const WinogradShape& shape = convolution.shape;
    v128_t eight[4];  // the first eight of each, those of an output channel side by side
    uint8_t ninth[8];
    for (size_t i = 0; i < kPanelRows; ++i) {
      const size_t row = std::min(m + i, shape.output_channels - 1);
      const uint8_t* first = convolution.weights + (row * shape.channels + c) * 9;
      const uint8_t* second = c + 1 < shape.channels ? first + 9 : first;
      eight[i] = wasm_i8x16_shuffle(wasm_v128_load64_zero(first), wasm_v128_load64_zero(second), 0, 16, 1, 17, 2, 18, 3,
                                    19, 4, 20, 5, 21, 6, 22, 7, 23);
      ninth[2 * i] = first[8];
      ninth[2 * i + 1] = second[8];
    }
    const v128_t low01 = wasm_i16x8_shuffle(eight[0], eight[1], 0, 8, 1, 9, 2, 10, 3, 11);
    const v128_t high01 = wasm_i16x8_shuffle(eight[0], eight[1], 4, 12, 5, 13, 6, 14, 7, 15);
    const v128_t low23 = wasm_i16x8_shuffle(eight[2], eight[3], 0, 8, 1, 9, 2, 10, 3, 11);
    const v128_t high23 = wasm_i16x8_shuffle(eight[2], eight[3], 4, 12, 5, 13, 6, 14, 7, 15);
    const v128_t pairs[4] = {wasm_i32x4_shuffle(low01, low23, 0, 4, 1, 5), wasm_i32x4_shuffle(low01, low23, 2, 6, 3, 7),
                             wasm_i32x4_shuffle(high01, high23, 0, 4, 1, 5),
                             wasm_i32x4_shuffle(high01, high23, 2, 6, 3, 7)};
    const v128_t zero_point = wasm_i16x8_splat(convolution.weights_zero_point);
    for (size_t j = 0; j < 4; ++j) {
      w[2 * j] = wasm_i16x8_sub(wasm_u16x8_extend_low_u8x16(pairs[j]), zero_point);
      w[2 * j + 1] = wasm_i16x8_sub(wasm_u16x8_extend_high_u8x16(pairs[j]), zero_point);
    }
    w[8] = wasm_i16x8_sub(wasm_u16x8_load8x8(ninth), zero_point);
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

  static constexpr bool IsDoubled(size_t) { return false; }

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

  static void Multiply(const uint32_t* u, const uint32_t* v, uint32_t* z, const MultiplyShape& shape) {
    MultiplyPoints<MultiplyAdd>(u, v, z, shape);
  }

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
  return Plan(convolution.shape, IntegerNumbers::kDepth, threads).Cells();
}

void WinogradConvolve(const WinogradInteger& convolution, float* y, uint32_t* workspace, size_t threads,
                      const ParallelFor& parallel_for) {
  const IntegerNumbers numbers{convolution};
  Winograd(convolution.shape, threads, numbers)
      .Convolve(convolution.x, convolution.residual, y, workspace, parallel_for);
}

}  // namespace wasm_kernels
