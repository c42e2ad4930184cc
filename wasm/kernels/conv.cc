#include "conv.h"

#include <algorithm>

#include "winograd.h"

namespace wasm_kernels {

namespace {

// Below these the transforms cost more than the multiplications that they save.
constexpr int64_t kLeastChannels = 16;
constexpr int64_t kLeastOutputs = 64;  // of one channel

bool AllAre(gsl::span<const int64_t> values, int64_t value) {
  return std::all_of(values.begin(), values.end(), [value](int64_t each) { return each == value; });
}

bool SuitsWinograd(const Conv2d& conv, const onnxruntime::Tensor& y) {
  const auto kind = conv.activation.ActivationKind;
  return conv.group == 1 && conv.kernel_shape.size() == 2 && AllAre(conv.kernel_shape, 3) && AllAre(conv.strides, 1) &&
         AllAre(conv.dilations, 1) && conv.x.Shape()[1] >= kLeastChannels && conv.weights.Shape()[0] >= kLeastChannels &&
         y.Shape()[2] * y.Shape()[3] >= kLeastOutputs && (kind == MlasIdentityActivation || kind == MlasReluActivation);
}

}  // namespace

bool TryConvolve(const Conv2d& conv, onnxruntime::Tensor& y, const onnxruntime::AllocatorPtr& allocator,
                 onnxruntime::concurrency::ThreadPool* thread_pool) {
  using onnxruntime::concurrency::ThreadPool;
  if (!SuitsWinograd(conv, y)) {
    return false;
  }
  const auto in = conv.x.Shape().GetDims(), out = y.Shape().GetDims();
  const auto size = [](int64_t value) { return static_cast<size_t>(value); };
  const WinogradShape shape{size(in[1]),  size(in[2]),  size(in[3]), size(conv.pads[0]), size(conv.pads[1]),
                            size(out[1]), size(out[2]), size(out[3])};
  const size_t threads = size(ThreadPool::DegreeOfParallelism(thread_pool));
  const auto workspace = onnxruntime::IAllocator::MakeUniquePtr<float>(allocator, WinogradWorkspace(shape, threads));
  const ParallelFor parallel_for = [thread_pool](size_t count, const std::function<void(size_t)>& body) {
    ThreadPool::TrySimpleParallelFor(thread_pool, static_cast<std::ptrdiff_t>(count),
                                     [&body](std::ptrdiff_t i) { body(static_cast<size_t>(i)); });
  };
  const float* bias = conv.bias == nullptr ? nullptr : conv.bias->Data<float>();
  const bool relu = conv.activation.ActivationKind == MlasReluActivation;
  for (int64_t image = 0; image < in[0]; ++image) {
    WinogradConvolve(shape, conv.x.Data<float>() + image * in[1] * in[2] * in[3], conv.weights.Data<float>(), bias, relu,
                     y.MutableData<float>() + image * out[1] * out[2] * out[3], workspace.get(), threads, parallel_for);
  }
  return true;
}

}  // namespace wasm_kernels
