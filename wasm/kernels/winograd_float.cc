#include "winograd_tiles.h"

namespace wasm_kernels {

namespace {

// One dimension of G w: six values from three.
inline void TransformKernel(const v128_t* w, size_t step, v128_t* u, size_t u_step) {
  const v128_t sixth = wasm_f32x4_const_splat(-1.0f / 6), twelfth = wasm_f32x4_const_splat(1.0f / 12);
  const v128_t a = w[0], b = w[step], c = w[2 * step];
  const v128_t a_c = wasm_f32x4_add(a, c), b_12 = wasm_f32x4_mul(b, twelfth);
  const v128_t a_24_c_6 = wasm_f32x4_add(wasm_f32x4_mul(a, wasm_f32x4_const_splat(1.0f / 24)),
                                         wasm_f32x4_mul(c, wasm_f32x4_const_splat(1.0f / 6)));
  u[0] = wasm_f32x4_mul(a, wasm_f32x4_const_splat(1.0f / 4));
  u[u_step] = wasm_f32x4_mul(wasm_f32x4_add(a_c, b), sixth);
  u[2 * u_step] = wasm_f32x4_mul(wasm_f32x4_sub(a_c, b), sixth);
  u[3 * u_step] = wasm_f32x4_add(a_24_c_6, b_12);
  u[4 * u_step] = wasm_f32x4_sub(a_24_c_6, b_12);
  u[5 * u_step] = c;
}

// Four values of binary16, each in the upper half of a lane, as floats: their exponent and fraction three bits further
// down mean 2^112 times less, and what is not finite has the largest exponent in either.
inline v128_t FromFloat16(v128_t bits) {
  const v128_t magnitude = wasm_v128_and(bits, wasm_i32x4_const_splat(0x7fff0000));
  const v128_t not_finite =
      wasm_v128_and(wasm_i32x4_ge(magnitude, wasm_i32x4_const_splat(0x7c000000)), wasm_i32x4_const_splat(0x7f800000));
  const v128_t value = wasm_f32x4_mul(wasm_u32x4_shr(magnitude, 3), wasm_f32x4_const_splat(0x1p112f));
  return wasm_v128_or(wasm_v128_or(value, not_finite), wasm_v128_and(bits, wasm_i32x4_const_splat(INT32_MIN)));
}

struct FloatNumbers {
  using Input = float;
  static constexpr size_t kDepth = 1;

  const WinogradFloat& convolution;
  const float padding = 0;

  void Weights(size_t m, size_t c, v128_t points[kPoints]) const {
    v128_t w[9], half[18];  // half: G w, 6 x 3
    if (convolution.weights != nullptr) {
      LoadKernels(convolution.weights, m, c, w);
    } else {
      LoadKernels(convolution.float16_weights, m, c, w);
    }
    for (size_t j = 0; j < 3; ++j) {
      TransformKernel(w + j, 3, half + j, 3);
    }
    for (size_t k = 0; k < 6; ++k) {
      TransformKernel(half + 3 * k, 1, points + 6 * k, 1);
    }
  }

  // The kernels of four output channels, or the last again where there are no more, one in each lane.
  template <typename Weight>
  void LoadKernels(const Weight* weights, size_t m, size_t c, v128_t w[9]) const {
    const WinogradShape& shape = convolution.shape;
    v128_t first[kPanelRows], second[kPanelRows], last[kPanelRows];
    for (size_t i = 0; i < kPanelRows; ++i) {
      const size_t row = std::min(m + i, shape.output_channels - 1);
      LoadKernel(weights + (row * shape.channels + c) * 9, first[i], second[i], last[i]);
    }
    Transpose(first[0], first[1], first[2], first[3]);
    Transpose(second[0], second[1], second[2], second[3]);
    std::copy_n(first, 4, w);
    std::copy_n(second, 4, w + 4);
    w[8] = wasm_i64x2_shuffle(wasm_i32x4_shuffle(last[0], last[1], 0, 4, 0, 4),
                              wasm_i32x4_shuffle(last[2], last[3], 0, 4, 0, 4), 0, 2);
  }

  // Nine values: four, four, and one in the first lane.
  static void LoadKernel(const float* w, v128_t& first, v128_t& second, v128_t& last) {
    first = wasm_v128_load(w);
    second = wasm_v128_load(w + 4);
    last = wasm_v128_load32_zero(w + 8);
  }

  static void LoadKernel(const uint16_t* w, v128_t& first, v128_t& second, v128_t& last) {
    const v128_t eight = wasm_v128_load(w), zero = wasm_i32x4_const_splat(0);
    first = FromFloat16(wasm_i16x8_shuffle(zero, eight, 0, 8, 0, 9, 0, 10, 0, 11));
    second = FromFloat16(wasm_i16x8_shuffle(zero, eight, 0, 12, 0, 13, 0, 14, 0, 15));
    last = FromFloat16(wasm_i32x4_splat(static_cast<int32_t>(static_cast<uint32_t>(w[8]) << 16)));
  }

  void Load(const Window<float>* window, v128_t p[5]) const {
    const float* x = window->x;
    for (size_t i = 0; i < 4; ++i) {
      p[i] = wasm_v128_load(x + 4 * i);
    }
    p[4] = wasm_v128_load64_zero(x + 16);
  }

  bool IsDoubled(size_t c) const { return convolution.doubled != nullptr && convolution.doubled[c]; }

  v128_t Load4(const Window<float>* window, size_t column) const { return wasm_v128_load(window->x + column); }

  static void Input1d(v128_t& x0, v128_t& x1, v128_t& x2, v128_t& x3, v128_t& x4, v128_t& x5) {
    const v128_t two = wasm_f32x4_const_splat(2), four = wasm_f32x4_const_splat(4), five = wasm_f32x4_const_splat(5);
    const v128_t a = wasm_f32x4_sub(x4, wasm_f32x4_mul(four, x2));
    const v128_t b = wasm_f32x4_sub(x3, wasm_f32x4_mul(four, x1));
    const v128_t c = wasm_f32x4_sub(x4, x2);
    const v128_t d = wasm_f32x4_mul(two, wasm_f32x4_sub(x3, x1));
    const v128_t y0 = wasm_f32x4_add(wasm_f32x4_sub(wasm_f32x4_mul(four, x0), wasm_f32x4_mul(five, x2)), x4);
    const v128_t y5 = wasm_f32x4_add(wasm_f32x4_sub(wasm_f32x4_mul(four, x1), wasm_f32x4_mul(five, x3)), x5);
    x0 = y0;
    x1 = wasm_f32x4_add(a, b);
    x2 = wasm_f32x4_sub(a, b);
    x3 = wasm_f32x4_add(c, d);
    x4 = wasm_f32x4_sub(c, d);
    x5 = y5;
  }

  static v128_t MultiplyAdd(v128_t sum, v128_t u, v128_t v) { return wasm_f32x4_add(sum, wasm_f32x4_mul(u, v)); }

  static void Multiply(const uint32_t* u, const uint32_t* v, uint32_t* z, const MultiplyShape& shape) {
    if (MultiplyFunction* relaxed = OrtWasmRelaxedMultiply()) {
      relaxed(u, v, z, &shape);
    } else {
      MultiplyPoints<MultiplyAdd>(u, v, z, shape);
    }
  }

  static void Output1d(v128_t z0, v128_t z1, v128_t z2, v128_t z3, v128_t z4, v128_t z5, v128_t y[4]) {
    const v128_t two = wasm_f32x4_const_splat(2), four = wasm_f32x4_const_splat(4), eight = wasm_f32x4_const_splat(8);
    const v128_t a = wasm_f32x4_add(z1, z2), b = wasm_f32x4_sub(z1, z2);
    const v128_t c = wasm_f32x4_add(z3, z4), d = wasm_f32x4_sub(z3, z4);
    y[0] = wasm_f32x4_add(wasm_f32x4_add(z0, a), c);
    y[1] = wasm_f32x4_add(b, wasm_f32x4_mul(two, d));
    y[2] = wasm_f32x4_add(a, wasm_f32x4_mul(four, c));
    y[3] = wasm_f32x4_add(wasm_f32x4_add(b, wasm_f32x4_mul(eight, d)), z5);
  }

  v128_t Finish(size_t m, v128_t sum) const { return BiasAndRelu(convolution.bias, convolution.relu, m, sum); }
};

}  // namespace

size_t WinogradWorkspace(const WinogradFloat& convolution, size_t threads) {
  return Plan(convolution.shape, FloatNumbers::kDepth, threads).Cells();
}

void WinogradConvolve(const WinogradFloat& convolution, float* y, uint32_t* workspace, size_t threads,
                      const ParallelFor& parallel_for) {
  const FloatNumbers numbers{convolution};
  Winograd(convolution.shape, threads, numbers)
      .Convolve(convolution.x, convolution.residual, y, workspace, parallel_for);
}

}  // namespace wasm_kernels
