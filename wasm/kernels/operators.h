// Operators of our own, which graph transformers (wasm/optimizer) put into graphs.
#pragma once

#include <initializer_list>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

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

ONNX_NAMESPACE::OpSchema WinogradConvSchema();
onnxruntime::KernelCreateInfo WinogradConvKernel();

// The kernel of an operator, and the types that it is for. Its output may take the memory of the input `in_place`, if
// there is one, where that is not needed any more.
template <typename Kernel>
onnxruntime::KernelCreateInfo KernelOf(
    const char* name, std::initializer_list<std::pair<const char*, std::vector<onnxruntime::MLDataType>>> types,
    std::optional<int> in_place = std::nullopt) {
  using namespace onnxruntime;
  KernelDefBuilder definition;
  definition.SetName(name).SetDomain(kDomain).SinceVersion(1).Provider(kCpuExecutionProvider);
  for (const auto& [constraint, allowed] : types) {
    definition.TypeConstraint(constraint, allowed);
  }
  if (in_place) {
    definition.MayInplace(*in_place, 0);
  }
  return {definition.Build(), [](FuncManager&, const OpKernelInfo& info, std::unique_ptr<OpKernel>& kernel) {
            kernel = std::make_unique<Kernel>(info);
            return Status::OK();
          }};
}

}  // namespace wasm_kernels
