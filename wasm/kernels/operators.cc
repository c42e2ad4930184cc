#include "operators.h"

namespace wasm_kernels {

void RegisterSchemas() {
  ONNX_NAMESPACE::OpSchemaRegistry::DomainToVersionRange::Instance().AddDomainToVersion(kDomain, 1, 1);
  ONNX_NAMESPACE::RegisterSchema(ConvIntegerToFloatSchema());
  ONNX_NAMESPACE::RegisterSchema(DynamicQuantizeConcatSchema());
  ONNX_NAMESPACE::RegisterSchema(WinogradConvSchema());
}

onnxruntime::Status RegisterKernels(onnxruntime::KernelRegistry& registry) {
  ORT_RETURN_IF_ERROR(registry.Register(ConvIntegerToFloatKernel()));
  ORT_RETURN_IF_ERROR(registry.Register(DynamicQuantizeConcatKernel()));
  return registry.Register(WinogradConvKernel());
}

}  // namespace wasm_kernels
