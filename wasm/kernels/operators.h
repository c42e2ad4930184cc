// Operators of our own, which graph transformers (wasm/optimizer) put into graphs.
#pragma once

#include "core/common/status.h"

namespace onnxruntime {
class KernelRegistry;
}

namespace wasm_kernels {

constexpr const char* kDomain = "onnxruntime.wasm";

void RegisterSchemas();
onnxruntime::Status RegisterKernels(onnxruntime::KernelRegistry& registry);

}  // namespace wasm_kernels
