#include "conv.h"

#include "winograd_tensors.h"

namespace wasm_kernels {

using onnxruntime::Tensor;
using onnxruntime::concurrency::ThreadPool;

namespace {

bool SuitsWinograd(const Conv2d& conv) {
  const auto kind = conv.activation.ActivationKind;
  return conv.group == 1 && conv.kernel_shape.size() == 2 && AllAre(conv.kernel_shape, 3) && AllAre(conv.strides, 1) &&
         conv.dilations[0] >= 1 && AllAre(conv.dilations, conv.dilations[0]) &&
         (kind == MlasIdentityActivation || kind == MlasReluActivation);
}

}  // namespace

bool TryConvolve(const Conv2d& conv, Tensor& y, const onnxruntime::AllocatorPtr& allocator, ThreadPool* thread_pool) {
  if (!SuitsWinograd(conv)) {
    return false;
  }
  const WinogradFloat convolution{ShapeForWinograd(conv.x.Shape(), conv.pads, conv.dilations[0], y.Shape()),
                                  nullptr,
                                  conv.weights.Data<float>(),
                                  nullptr,
                                  conv.bias == nullptr ? nullptr : conv.bias->Data<float>(),
                                  conv.activation.ActivationKind == MlasReluActivation,
                                  nullptr};
  if (!WinogradPays(convolution.shape)) {
    return false;
  }
  const WinogradInput inputs[] = {{&conv.x, false}};
  ConvolveImages(convolution, inputs, y, allocator, thread_pool);
  return true;
}

}  // namespace wasm_kernels
