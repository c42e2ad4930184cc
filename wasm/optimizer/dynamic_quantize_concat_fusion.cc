#include "dynamic_quantize_concat_fusion.h"

#include "kernels/operators.h"
#include "nodes.h"

namespace wasm_optimizer {

using namespace onnxruntime;

namespace {

void Rewrite(Graph& graph, Node& concat, Node& quantize) {
  const auto inputs = concat.MutableInputDefs();
  const auto outputs = quantize.MutableOutputDefs();
  const NodeAttributes attributes = concat.GetAttributes();
  const std::string name = graph.GenerateNodeName(concat.Name() + "_quantize");
  const std::string provider = concat.GetExecutionProviderType();
  RemoveNodes(graph, {&concat, &quantize});
  graph.AddNode(name, "DynamicQuantizeConcat", "", inputs, outputs, &attributes, wasm_kernels::kDomain)
      .SetExecutionProviderType(provider);
}

}  // namespace

bool DynamicQuantizeConcatFusion::Fuse(Graph& graph, Node& node) const {
  // Along the channels the pieces of an image are long; and no others are known to need it.
  Node* quantize = JoinsChannels(node) ? OnlyConsumer(graph, node, "DynamicQuantizeLinear") : nullptr;
  if (quantize == nullptr ||
      !graph_utils::IsSupportedOptypeVersionAndDomain(*quantize, "DynamicQuantizeLinear", {11})) {
    return false;
  }
  Rewrite(graph, node, *quantize);
  return true;
}

}  // namespace wasm_optimizer
