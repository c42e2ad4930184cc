// What ONNX Runtime's float convolution asks of our kernels.
#pragma once

#include <cstdint>

#include "core/common/inlined_containers_fwd.h"
#include "core/framework/allocator.h"
#include "core/framework/tensor.h"
#include "core/mlas/inc/mlas.h"
#include "core/platform/threadpool.h"

namespace wasm_kernels {

// A two-dimensional convolution as Conv<float>::Compute has it, with all attributes filled in.
struct Conv2d {
  const onnxruntime::Tensor& x;        // N x C x H x W
  const onnxruntime::Tensor& weights;  // M x C/group x KH x KW
  const onnxruntime::Tensor* bias;     // M, or null
  int64_t group;
  gsl::span<const int64_t> kernel_shape, strides, dilations, pads;
  const MLAS_ACTIVATION& activation;
};

// Compute a convolution if one of our kernels is worth it. Otherwise leave y as it is and say false.
bool TryConvolve(const Conv2d& conv, onnxruntime::Tensor& y, const onnxruntime::AllocatorPtr& allocator,
                 onnxruntime::concurrency::ThreadPool* thread_pool);

}  // namespace wasm_kernels
