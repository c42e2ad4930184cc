// From ONNX Runtime's tensors to winograd.h.
#pragma once

#include <algorithm>
#include <functional>

#include "core/framework/allocator.h"
#include "core/framework/tensor.h"
#include "core/platform/threadpool.h"
#include "winograd.h"

namespace wasm_kernels {

inline bool AllAre(gsl::span<const int64_t> values, int64_t value) {
  return std::all_of(values.begin(), values.end(), [value](int64_t each) { return each == value; });
}

// x: N x C x H x W. pads: top, left, ... y: N x M x OH x OW.
inline WinogradShape ShapeForWinograd(const onnxruntime::Tensor& x, gsl::span<const int64_t> pads, int64_t dilation,
                                      const onnxruntime::Tensor& y) {
  const auto in = x.Shape().GetDims(), out = y.Shape().GetDims();
  const auto size = [](int64_t value) { return static_cast<size_t>(value); };
  return {size(in[1]),  size(in[2]),  size(in[3]),  size(pads[0]), size(pads[1]),
          size(out[1]), size(out[2]), size(out[3]), size(dilation)};
}

// Convolves all images of a batch; `convolution` is that of the first.
template <typename Convolution>
void ConvolveImages(Convolution convolution, onnxruntime::Tensor& y, const onnxruntime::AllocatorPtr& allocator,
                    onnxruntime::concurrency::ThreadPool* thread_pool) {
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
  for (int64_t image = 0; image < y.Shape()[0]; ++image) {
    WinogradConvolve(convolution, result, workspace.get(), threads, parallel_for);
    const size_t outputs = shape.output_channels * shape.output_height * shape.output_width;
    convolution.x += shape.channels * shape.height * shape.width;
    if (convolution.residual != nullptr) {
      convolution.residual += outputs;
    }
    result += outputs;
  }
}

}  // namespace wasm_kernels
