#include "conv.h"

#include <algorithm>

#include "winograd_tensors.h"

namespace wasm_kernels {

using onnxruntime::Tensor;
using onnxruntime::concurrency::ThreadPool;

namespace {

constexpr int64_t kLeastOutputs = 64;  // of one channel, for the transforms to be worth it

bool AllAre(gsl::span<const int64_t> values, int64_t value) {
  return std::all_of(values.begin(), values.end(), [value](int64_t each) { return each == value; });
}

bool SuitsWinograd(const Conv2d& conv, const Tensor& y) {
  const auto kind = conv.activation.ActivationKind;
  const auto least = static_cast<int64_t>(kWinogradLeastChannels);
  return conv.group == 1 && conv.kernel_shape.size() == 2 && AllAre(conv.kernel_shape, 3) && AllAre(conv.strides, 1) &&
         AllAre(conv.dilations, conv.dilations[0]) && conv.x.Shape()[1] >= least && conv.weights.Shape()[0] >= least &&
         y.Shape()[2] * y.Shape()[3] >= kLeastOutputs && (kind == MlasIdentityActivation || kind == MlasReluActivation);
}

}  // namespace

bool TryConvolve(const Conv2d& conv, Tensor& y, const onnxruntime::AllocatorPtr& allocator, ThreadPool* thread_pool) {
  if (!SuitsWinograd(conv, y)) {
    return false;
  }
  const WinogradFloat convolution{ShapeForWinograd(conv.x, conv.pads, conv.dilations[0], y), conv.x.Data<float>(), conv.weights.Data<float>(),
                                  conv.bias == nullptr ? nullptr : conv.bias->Data<float>(),
                                  conv.activation.ActivationKind == MlasReluActivation};
  ConvolveImages(convolution, y, allocator, thread_pool);
  return true;
}

}  // namespace wasm_kernels
