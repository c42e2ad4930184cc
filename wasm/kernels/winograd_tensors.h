// From ONNX Runtime's tensors to winograd.h.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <type_traits>
#include <vector>

#include "core/framework/allocator.h"
#include "core/framework/tensor.h"
#include "core/platform/threadpool.h"
#include "winograd.h"

namespace wasm_kernels {

inline bool AllAre(gsl::span<const int64_t> values, int64_t value) {
  return std::all_of(values.begin(), values.end(), [value](int64_t each) { return each == value; });
}

// x: N x C x H x W. pads: top, left, ... y: N x M x OH x OW.
inline WinogradShape ShapeForWinograd(const onnxruntime::TensorShape& x, gsl::span<const int64_t> pads,
                                      int64_t dilation, const onnxruntime::TensorShape& y) {
  const auto in = x.GetDims(), out = y.GetDims();
  const auto size = [](int64_t value) { return static_cast<size_t>(value); };
  return {size(in[1]),  size(in[2]),  size(in[3]),  size(pads[0]), size(pads[1]),
          size(out[1]), size(out[2]), size(out[3]), size(dilation)};
}

// Channels of the images to be convolved.
struct WinogradInput {
  const onnxruntime::Tensor* tensor;  // N x ... x H x W, or
  bool doubled;                       // N x ... x H/2 x W/2: see winograd.h
};

// Convolves all images of a batch, whose channels are those of the inputs together. Sets `convolution.x`, and
// `.doubled` where it has that; the residual is that of the first image.
template <typename Convolution>
void ConvolveImages(Convolution convolution, gsl::span<const WinogradInput> inputs, onnxruntime::Tensor& y,
                    const onnxruntime::AllocatorPtr& allocator, onnxruntime::concurrency::ThreadPool* thread_pool) {
  using onnxruntime::concurrency::ThreadPool;
  const WinogradShape& shape = convolution.shape;
  const auto threads = static_cast<size_t>(ThreadPool::DegreeOfParallelism(thread_pool));
  const auto workspace =
      onnxruntime::IAllocator::MakeUniquePtr<uint32_t>(allocator, WinogradWorkspace(convolution, threads));
  const ParallelFor parallel_for = [thread_pool](size_t count, const std::function<void(size_t)>& body) {
    ThreadPool::TrySimpleParallelFor(thread_pool, static_cast<std::ptrdiff_t>(count),
                                     [&body](std::ptrdiff_t i) { body(static_cast<size_t>(i)); });
  };
  auto* result = y.MutableData<float>();
  std::vector<const typename Convolution::Input*> channels;
  std::unique_ptr<bool[]> doubled;  // not a vector, whose bools are bits
  channels.reserve(shape.channels);
  if constexpr (std::is_same_v<Convolution, WinogradFloat>) {
    doubled = std::make_unique<bool[]>(shape.channels);
    bool* next = doubled.get();
    for (const auto& input : inputs) {
      next = std::fill_n(next, input.tensor->Shape()[1], input.doubled);
    }
    convolution.doubled = doubled.get();
  }
  for (int64_t image = 0; image < y.Shape()[0]; ++image) {
    channels.clear();
    for (const auto& input : inputs) {
      const int64_t count = input.tensor->Shape()[1];
      const auto* from = input.tensor->template Data<typename Convolution::Input>();
      const auto pixels = static_cast<size_t>(input.tensor->Shape().SizeFromDimension(2));
      for (int64_t channel = image * count; channel < (image + 1) * count; ++channel) {
        channels.push_back(from + static_cast<size_t>(channel) * pixels);
      }
    }
    convolution.x = channels.data();
    WinogradConvolve(convolution, result, workspace.get(), threads, parallel_for);
    const size_t outputs = shape.output_channels * shape.output_height * shape.output_width;
    if (convolution.residual != nullptr) {
      convolution.residual += outputs;
    }
    result += outputs;
  }
}

}  // namespace wasm_kernels
