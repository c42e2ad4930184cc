// A graph transformer: dynamically quantised convolutions in one step.
#pragma once

#include "core/optimizer/graph_transformer.h"

namespace wasm_optimizer {

// Rewrites
//
//   x -> DynamicQuantizeLinear -> ConvInteger -> Cast -> Mul -> Add(bias) -> Relu
//                 (x_scale) -> Mul(w_scale) -------------^
//
// as DynamicQuantizeLinear -> onnxruntime.wasm.ConvIntegerToFloat (kernels/conv_integer_to_float.cc), where that
// has a kernel. Add and Relu need not be there. The result is the same to the last bit.
class ConvIntegerToFloatFusion : public onnxruntime::GraphTransformer {
 public:
  explicit ConvIntegerToFloatFusion(const onnxruntime::InlinedHashSet<std::string_view>& providers)
      : GraphTransformer("WasmConvIntegerToFloatFusion", providers) {}

 private:
  onnxruntime::Status ApplyImpl(onnxruntime::Graph& graph, bool& modified, int level,
                                const onnxruntime::logging::Logger& logger) const override;
};

}  // namespace wasm_optimizer
