// A graph transformer: tensors that are put together only to be quantised.
#pragma once

#include "core/optimizer/graph_transformer.h"

namespace wasm_optimizer {

// Rewrites Concat -> DynamicQuantizeLinear, with nobody else to read what Concat gives, as
// onnxruntime.wasm.DynamicQuantizeConcat (kernels/dynamic_quantize_concat.cc). The result is the same to the last bit.
// Goes after ConvIntegerToFloatFusion, which looks for DynamicQuantizeLinear.
class DynamicQuantizeConcatFusion : public onnxruntime::GraphTransformer {
 public:
  explicit DynamicQuantizeConcatFusion(const onnxruntime::InlinedHashSet<std::string_view>& providers)
      : GraphTransformer("WasmDynamicQuantizeConcatFusion", providers) {}

 private:
  onnxruntime::Status ApplyImpl(onnxruntime::Graph& graph, bool& modified, int level,
                                const onnxruntime::logging::Logger& logger) const override;
};

}  // namespace wasm_optimizer
