// What our graph transformers do with nodes.
#pragma once

#include <algorithm>
#include <vector>

#include "core/graph/graph_utils.h"
#include "core/optimizer/utils.h"

namespace wasm_optimizer {

// The one node that reads the node's one output, if it is of this type.
inline onnxruntime::Node* OnlyConsumer(onnxruntime::Graph& graph, const onnxruntime::Node& node, const char* type) {
  if (!onnxruntime::optimizer_utils::CheckOutputEdges(graph, node, 1)) {
    return nullptr;
  }
  onnxruntime::Node* consumer = graph.GetNode(node.OutputNodesBegin()->Index());
  return consumer->OpType() == type && consumer->Domain() == onnxruntime::kOnnxDomain &&
                 consumer->GetExecutionProviderType() == node.GetExecutionProviderType()
             ? consumer
             : nullptr;
}

// Whether a node is a Concat along the second axis.
inline bool JoinsChannels(const onnxruntime::Node& node) {
  return onnxruntime::graph_utils::IsSupportedOptypeVersionAndDomain(node, "Concat", {4, 11, 13}) &&
         onnxruntime::optimizer_utils::IsAttributeWithExpectedValue(node, "axis", static_cast<int64_t>(1));
}

// Removes nodes that feed each other; null ones are none. New edges follow from the names when the graph is resolved.
inline void RemoveNodes(onnxruntime::Graph& graph, std::vector<onnxruntime::Node*> nodes) {
  nodes.erase(std::remove(nodes.begin(), nodes.end(), nullptr), nodes.end());
  for (onnxruntime::Node* node : nodes) {
    onnxruntime::graph_utils::RemoveNodeOutputEdges(graph, *node);
  }
  for (onnxruntime::Node* node : nodes) {
    graph.RemoveNode(node->Index());
  }
}

}  // namespace wasm_optimizer
