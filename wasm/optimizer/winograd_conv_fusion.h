// A graph transformer: convolutions of tensors that are put together only for that, or by weights in float16.
#pragma once

#include "core/optimizer/graph_transformer.h"

namespace wasm_optimizer {

// Rewrites Concat (of channels) -> Conv -> Relu -> Add (of a tensor of the same shape) as onnxruntime.wasm.WinogradConv
// (kernels/winograd_conv.cc), where that has a kernel. Relu and Add need not be there, nor Concat if the weights are a
// constant in float16 that is cast for Conv, which is then not needed. The result is the same to the last bit where
// Conv has the same kernel for it: of a small image whose size was not known it has not.
class WinogradConvFusion : public onnxruntime::GraphTransformer {
 public:
  explicit WinogradConvFusion(const onnxruntime::InlinedHashSet<std::string_view>& providers)
      : GraphTransformer("WasmWinogradConvFusion", providers) {}

 private:
  onnxruntime::Status ApplyImpl(onnxruntime::Graph& graph, bool& modified, int level,
                                const onnxruntime::logging::Logger& logger) const override;
};

}  // namespace wasm_optimizer
