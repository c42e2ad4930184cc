#include "dynamic_quantize_concat_fusion.h"

#include "nodes.h"

namespace wasm_optimizer {

using namespace onnxruntime;

bool DynamicQuantizeConcatFusion::Fuse(Graph& graph, Node& node) const {
  // Along the channels the pieces of an image are long; and no others are known to need it.
  Node* quantize = JoinsChannels(node) ? OnlyConsumer(graph, node, "DynamicQuantizeLinear") : nullptr;
  if (quantize == nullptr ||
      !graph_utils::IsSupportedOptypeVersionAndDomain(*quantize, "DynamicQuantizeLinear", {11})) {
    return false;
  }
  const std::vector<NodeArg*> inputs = node.MutableInputDefs();
  const NodeAttributes attributes = node.GetAttributes();
  Replace(graph, {&node, quantize}, *quantize, "DynamicQuantizeConcat", inputs, attributes);
  return true;
}

}  // namespace wasm_optimizer
