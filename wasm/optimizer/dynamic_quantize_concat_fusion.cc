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

Status DynamicQuantizeConcatFusion::ApplyImpl(Graph& graph, bool& modified, int level,
                                              const logging::Logger& logger) const {
  const GraphViewer viewer(graph);
  for (const auto index : viewer.GetNodesInTopologicalOrder()) {
    Node* node = graph.GetNode(index);
    if (node == nullptr) {
      continue;  // part of a match before
    }
    ORT_RETURN_IF_ERROR(Recurse(*node, modified, level, logger));
    // Along the channels the pieces of an image are long; and no others are known to need it.
    if (!graph_utils::IsSupportedProvider(*node, GetCompatibleExecutionProviders()) || !JoinsChannels(*node)) {
      continue;
    }
    Node* quantize = OnlyConsumer(graph, *node, "DynamicQuantizeLinear");
    if (quantize != nullptr &&
        graph_utils::IsSupportedOptypeVersionAndDomain(*quantize, "DynamicQuantizeLinear", {11})) {
      Rewrite(graph, *node, *quantize);
      modified = true;
    }
  }
  return Status::OK();
}

}  // namespace wasm_optimizer
