#include "winograd_tiles.h"

namespace wasm_kernels {

namespace {

// One dimension of G w: six values from three.
inline void TransformKernel(const float* w, size_t step, float* u, size_t u_step) {
  const float a = w[0], b = w[step], c = w[2 * step];
  u[0] = a * (1.0f / 4);
  u[u_step] = (a + b + c) * (-1.0f / 6);
  u[2 * u_step] = (a - b + c) * (-1.0f / 6);
  u[3 * u_step] = a * (1.0f / 24) + b * (1.0f / 12) + c * (1.0f / 6);
  u[4 * u_step] = a * (1.0f / 24) - b * (1.0f / 12) + c * (1.0f / 6);
  u[5 * u_step] = c;
}

struct FloatNumbers {
  using Input = float;
  static constexpr size_t kDepth = 1;

  const WinogradFloat& convolution;
  const float padding = 0;

  void Weights(size_t m, size_t c, uint32_t* points) const {
    const float* w = convolution.weights + (m * convolution.shape.channels + c) * 9;
    float half[18];  // G w: 6 x 3
    for (size_t j = 0; j < 3; ++j) {
      TransformKernel(w + j, 3, half + j, 3);
    }
    for (size_t k = 0; k < 6; ++k) {
      float row[6];
      TransformKernel(half + 3 * k, 1, row, 1);
      std::memcpy(points + 6 * k, row, sizeof(row));
    }
  }

  void Load(const Window<float>* window, v128_t p[5]) const {
    const float* x = window->x;
    for (size_t i = 0; i < 4; ++i) {
      p[i] = wasm_v128_load(x + 4 * i);
    }
    p[4] = wasm_v128_load64_zero(x + 16);
  }

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
  return Plan(convolution.shape, FloatNumbers::kDepth).Cells(threads);
}

void WinogradConvolve(const WinogradFloat& convolution, float* y, uint32_t* workspace, size_t threads,
                      const ParallelFor& parallel_for) {
  const FloatNumbers numbers{convolution};
  Winograd(convolution.shape, numbers)
      .Convolve(convolution.x, convolution.residual, y, workspace, threads, parallel_for);
}

}  // namespace wasm_kernels
