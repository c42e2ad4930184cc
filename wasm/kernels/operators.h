// Operators of our own, which graph transformers (wasm/optimizer) put into graphs.
#pragma once

#include <memory>

#include "core/framework/kernel_registry.h"
#include "core/framework/op_kernel.h"
#include "core/graph/constants.h"
#include "onnx/defs/schema.h"

namespace wasm_kernels {

constexpr const char* kDomain = "onnxruntime.wasm";

void RegisterSchemas();
onnxruntime::Status RegisterKernels(onnxruntime::KernelRegistry& registry);

ONNX_NAMESPACE::OpSchema ConvIntegerToFloatSchema();
onnxruntime::KernelCreateInfo ConvIntegerToFloatKernel();

ONNX_NAMESPACE::OpSchema DynamicQuantizeConcatSchema();
onnxruntime::KernelCreateInfo DynamicQuantizeConcatKernel();

// The kernel of an operator whose types are T1, uint8, and T2, float.
template <typename Kernel>
onnxruntime::KernelCreateInfo KernelOf(const char* name) {
  using namespace onnxruntime;
  return {KernelDefBuilder()
              .SetName(name)
              .SetDomain(kDomain)
              .SinceVersion(1)
              .Provider(kCpuExecutionProvider)
              .TypeConstraint("T1", DataTypeImpl::GetTensorType<uint8_t>())
              .TypeConstraint("T2", DataTypeImpl::GetTensorType<float>())
              .Build(),
          [](FuncManager&, const OpKernelInfo& info, std::unique_ptr<OpKernel>& kernel) {
            kernel = std::make_unique<Kernel>(info);
            return Status::OK();
          }};
}

}  // namespace wasm_kernels
