// A graph transformer: dynamically quantised convolutions become float ones where those are faster.
#pragma once

#include "core/optimizer/graph_transformer.h"

namespace wasm_optimizer {

// Rewrites
//
//   x -> DynamicQuantizeLinear -> ConvInteger -> Cast -> Mul -> ...        as    x -> DynamicQuantizeLinear ->
//                 (x_scale) -> Mul(w_scale) -------------^                       DequantizeLinear -> Conv -> ...
//
// for kernels of 3 x 3 with stride 1, which have a faster algorithm in float (kernels/winograd.h). The
// quantisation of x, which is what the model says, stays; the integer sum times both scales is the float sum
// up to its rounding. The bias and the activation behind it are fused by ONNX Runtime's own transformers.
class DynamicQuantizeConv : public onnxruntime::GraphTransformer {
 public:
  DynamicQuantizeConv() : GraphTransformer("WasmDynamicQuantizeConv") {}

 private:
  onnxruntime::Status ApplyImpl(onnxruntime::Graph& graph, bool& modified, int level,
                                const onnxruntime::logging::Logger& logger) const override;
};

}  // namespace wasm_optimizer
