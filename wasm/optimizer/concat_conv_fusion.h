// A graph transformer: tensors that are put together only to be convolved.
#pragma once

#include "core/optimizer/graph_transformer.h"

namespace wasm_optimizer {

// Rewrites Concat (of channels) -> Conv -> Relu -> Add (of a tensor of the same shape) as onnxruntime.wasm.ConcatConv
// (kernels/concat_conv.cc), where that has a kernel. Relu and Add need not be there. The result is the same to the
// last bit where Conv has the same kernel for it: of a small image whose size was not known it has not.
class ConcatConvFusion : public onnxruntime::GraphTransformer {
 public:
  explicit ConcatConvFusion(const onnxruntime::InlinedHashSet<std::string_view>& providers)
      : GraphTransformer("WasmConcatConvFusion", providers) {}

 private:
  onnxruntime::Status ApplyImpl(onnxruntime::Graph& graph, bool& modified, int level,
                                const onnxruntime::logging::Logger& logger) const override;
};

}  // namespace wasm_optimizer
