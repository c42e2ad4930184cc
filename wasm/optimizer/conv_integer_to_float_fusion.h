// A graph transformer: dynamically quantised convolutions in one step.
#pragma once

#include "node_fusion.h"

namespace wasm_optimizer {

// Rewrites
//
//   x -> DynamicQuantizeLinear -> ConvInteger -> Cast -> Mul -> Add(bias) -> Relu
//                 (x_scale) -> Mul(w_scale) -------------^
//
// as DynamicQuantizeLinear -> onnxruntime.wasm.ConvIntegerToFloat (kernels/conv_integer_to_float.cc), where that
// has a kernel. Add and Relu need not be there. The result is the same to the last bit.
class ConvIntegerToFloatFusion : public NodeFusion {
 public:
  explicit ConvIntegerToFloatFusion(const onnxruntime::InlinedHashSet<std::string_view>& providers)
      : NodeFusion("WasmConvIntegerToFloatFusion", providers) {}

 private:
  bool Fuse(onnxruntime::Graph& graph, onnxruntime::Node& node) const override;
};

}  // namespace wasm_optimizer
