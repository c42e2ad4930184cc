// Convolution by 3 x 3 kernels, stride 1, with a quarter of the multiplications: Winograd's F(4x4, 3x3), see
// winograd_tiles.h. One image, NCHW, whose channels may lie anywhere. Outputs beyond the input's edges see zeros.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

namespace wasm_kernels {

struct WinogradShape {
  size_t channels;       // C
  size_t height, width;  // of the input
  size_t pad_top, pad_left;
  size_t output_channels;  // M
  size_t output_height, output_width;
  size_t dilation;  // in both directions
};

// Whether it saves more than its transforms cost: there are channels enough, and the tiles are not mostly padding.
bool WinogradPays(const WinogradShape& shape);

// Runs body(0) to body(count - 1), perhaps at the same time.
using ParallelFor = std::function<void(size_t count, const std::function<void(size_t)>& body)>;

// --- float32 ------------------------------------------------------------------------------------------
// The result differs from a direct sum by up to 2e-5 of the largest output (measured with 512 channels). A value that
// is not finite spoils the tiles that see it. The weights are transformed at each call, and then perhaps more than
// once: kept, they would take four times their memory.

// y[m] = bias[m] + sum over c of x[c] (*) weights[m][c], max(0, .) of that if `relu`, and then plus residual[m].
struct WinogradFloat {
  using Input = float;

  WinogradShape shape;
  const float* const* x;            // C of H x W
  const float* weights;             // M x C x 3 x 3; or null, and
  const uint16_t* float16_weights;  // the same in IEEE 754's binary16
  const float* bias;                // M, or null
  bool relu;
  const float* residual;  // M x OH x OW, or null; may be y
  // C; whether x[c] has but half the height and width, and is to be doubled as by a linear Resize between half pixels.
  // Or null: none is. Only without dilation, and where H and W are even.
  const bool* doubled = nullptr;
};

// How much working memory a convolution needs, in cells of 32 bits. It must be aligned to 16 bytes.
size_t WinogradWorkspace(const WinogradFloat& convolution, size_t threads);

// y: M x OH x OW.
void WinogradConvolve(const WinogradFloat& convolution, float* y, uint32_t* workspace, size_t threads,
                      const ParallelFor& parallel_for);

// --- quantised to 8 bits --------------------------------------------------------------------------------
// The sums are those of integers, exactly.

// y[m] = scale[m] float(sum over c of (x[c] - x_zero_point) (*) (weights[m][c] - weights_zero_point)) + bias[m],
// max(0, .) of that if `relu`, and then plus residual[m]: each step rounded to float32, as by ConvInteger, Cast, Mul,
// Add, Relu and Add.
struct WinogradInteger {
  using Input = uint8_t;

  WinogradShape shape;
  const uint8_t* const* x;  // C of H x W
  const uint8_t* weights;   // M x C x 3 x 3
  uint8_t x_zero_point, weights_zero_point;
  const float* scales;  // M
  const float* bias;    // M, or null
  bool relu;
  const float* residual;  // M x OH x OW, or null; may be y
};

// Whether no sum can get too large for WinogradConvolve, that is, reach 2^25, whatever x and its zero point.
bool WinogradSumsFit(const uint8_t* weights, uint8_t zero_point, size_t output_channels, size_t channels);

size_t WinogradWorkspace(const WinogradInteger& convolution, size_t threads);

void WinogradConvolve(const WinogradInteger& convolution, float* y, uint32_t* workspace, size_t threads,
                      const ParallelFor& parallel_for);

}  // namespace wasm_kernels
