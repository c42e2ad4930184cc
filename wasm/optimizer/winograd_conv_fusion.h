// A graph transformer: convolutions of tensors that are put together only for that, or by weights in float16.
#pragma once

#include "node_fusion.h"

namespace wasm_optimizer {

// Rewrites Concat (of channels) -> Conv -> Relu -> Add (of a tensor of the same shape) as onnxruntime.wasm.WinogradConv
// (kernels/winograd_conv.cc), where that has a kernel. Relu and Add need not be there, nor Concat if the weights are a
// constant in float16 that is cast for Conv, which is then not needed. A Resize before, which doubles what comes in,
// becomes a part of it too. The result is the same to the last bit where Conv has the same kernel for it and nothing is
// doubled: of a small image whose size was not known it has not.
class WinogradConvFusion : public NodeFusion {
 public:
  explicit WinogradConvFusion(const onnxruntime::InlinedHashSet<std::string_view>& providers)
      : NodeFusion("WasmWinogradConvFusion", providers) {}

 private:
  bool Fuse(onnxruntime::Graph& graph, onnxruntime::Node& node) const override;
};

}  // namespace wasm_optimizer
