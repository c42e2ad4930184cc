// A graph transformer: tensors that are put together only to be quantised.
#pragma once

#include "node_fusion.h"

namespace wasm_optimizer {

// Rewrites Concat -> DynamicQuantizeLinear, with nobody else to read what Concat gives, as
// onnxruntime.wasm.DynamicQuantizeConcat (kernels/dynamic_quantize_concat.cc). The result is the same to the last bit.
// Goes after ConvIntegerToFloatFusion, which looks for DynamicQuantizeLinear.
class DynamicQuantizeConcatFusion : public NodeFusion {
 public:
  explicit DynamicQuantizeConcatFusion(const onnxruntime::InlinedHashSet<std::string_view>& providers)
      : NodeFusion("WasmDynamicQuantizeConcatFusion", providers) {}

 private:
  bool Fuse(onnxruntime::Graph& graph, onnxruntime::Node& node) const override;
};

}  // namespace wasm_optimizer
