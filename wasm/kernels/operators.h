// Operators of our own, which graph transformers (wasm/optimizer) put into graphs.
#pragma once

#include <initializer_list>
#include <memory>
#include <utility>

#include "core/framework/kernel_registry.h"
#include "core/framework/op_kernel.h"
#include "core/graph/constants.h"
#include "onnx/defs/schema.h"

namespace wasm_kernels {

constexpr const char* kDomain = "onnxruntime.wasm";

void RegisterSchemas();
onnxruntime::Status RegisterKernels(onnxruntime::KernelRegistry& registry);

ONNX_NAMESPACE::OpSchema ConcatConvSchema();
onnxruntime::KernelCreateInfo ConcatConvKernel();

ONNX_NAMESPACE::OpSchema ConvIntegerToFloatSchema();
onnxruntime::KernelCreateInfo ConvIntegerToFloatKernel();

ONNX_NAMESPACE::OpSchema DynamicQuantizeConcatSchema();
onnxruntime::KernelCreateInfo DynamicQuantizeConcatKernel();

// The kernel of an operator, and the types that it is for.
template <typename Kernel>
onnxruntime::KernelCreateInfo KernelOf(
    const char* name, std::initializer_list<std::pair<const char*, onnxruntime::MLDataType>> types) {
  using namespace onnxruntime;
  KernelDefBuilder definition;
  definition.SetName(name).SetDomain(kDomain).SinceVersion(1).Provider(kCpuExecutionProvider);
  for (const auto& [constraint, type] : types) {
    definition.TypeConstraint(constraint, type);
  }
  return {definition.Build(),
          [](FuncManager&, const OpKernelInfo& info, std::unique_ptr<OpKernel>& kernel) {
            kernel = std::make_unique<Kernel>(info);
            return Status::OK();
          }};
}

}  // namespace wasm_kernels
