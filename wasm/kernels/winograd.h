// Convolution by 3 x 3 kernels, stride 1, with a quarter of the multiplications: Winograd's F(4x4, 3x3).
//
// Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks" (2015), section 4.3, with the same
// matrices: a tile of 4 x 4 outputs is  A^T [ (G w G^T) . (B^T x B) ] A  summed over the channels before
// the last step. The 36 elementwise products are 36 matrix products over channels and tiles. In float32 the
// result differs from a direct sum by about 1e-5 of the largest output.
#pragma once

#include <cstddef>
#include <functional>

namespace wasm_kernels {

// One image, NCHW, float32. Outputs beyond the input's edges see zeros.
struct WinogradShape {
  size_t channels;         // C
  size_t height, width;    // of the input
  size_t pad_top, pad_left;
  size_t output_channels;  // M
  size_t output_height, output_width;
};

// Runs body(0) to body(count - 1), perhaps at the same time.
using ParallelFor = std::function<void(size_t count, const std::function<void(size_t)>& body)>;

// How much working memory a convolution needs, in floats. It must be aligned to 16 bytes.
size_t WinogradWorkspace(const WinogradShape& shape, size_t threads);

// y[m] = bias[m] + sum over c of x[c] (*) weights[m][c], and max(0, .) of that if `relu`.
//
// x: C x H x W. weights: M x C x 3 x 3. bias: M, or null. y: M x OH x OW.
void WinogradConvolve(const WinogradShape& shape, const float* x, const float* weights, const float* bias, bool relu,
                      float* y, float* workspace, size_t threads, const ParallelFor& parallel_for);

}  // namespace wasm_kernels
