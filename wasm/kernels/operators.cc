#include "operators.h"

namespace wasm_kernels {

void RegisterSchemas() {
  ONNX_NAMESPACE::OpSchemaRegistry::DomainToVersionRange::Instance().AddDomainToVersion(kDomain, 1, 1);
  ONNX_NAMESPACE::RegisterSchema(ConcatConvSchema());
  ONNX_NAMESPACE::RegisterSchema(ConvIntegerToFloatSchema());
  ONNX_NAMESPACE::RegisterSchema(DynamicQuantizeConcatSchema());
}

onnxruntime::Status RegisterKernels(onnxruntime::KernelRegistry& registry) {
  ORT_RETURN_IF_ERROR(registry.Register(ConcatConvKernel()));
  ORT_RETURN_IF_ERROR(registry.Register(ConvIntegerToFloatKernel()));
  return registry.Register(DynamicQuantizeConcatKernel());
}

}  // namespace wasm_kernels
