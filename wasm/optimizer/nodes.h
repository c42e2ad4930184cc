// What our graph transformers do with nodes.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "core/graph/graph_utils.h"
#include "core/optimizer/utils.h"
#include "kernels/operators.h"

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

// Puts one of our operators in the place of nodes that feed each other; null ones are none. It gives what `last` of
// them gave. All its edges are there at once: the next fusion trusts them, and others would come only when the graph is
// resolved.
inline void Replace(onnxruntime::Graph& graph, std::vector<onnxruntime::Node*> nodes, onnxruntime::Node& last,
                    const char* type, const std::vector<onnxruntime::NodeArg*>& inputs,
                    const onnxruntime::NodeAttributes& attributes) {
  using onnxruntime::graph_utils::GetNodeOutputIndexFromOutputName;
  const std::vector<onnxruntime::NodeArg*> outputs = last.MutableOutputDefs();
  const auto readers = onnxruntime::graph_utils::GraphEdge::GetNodeOutputEdges(last);
  const std::string name = graph.GenerateNodeName(last.Name() + "_" + type);
  const std::string provider = last.GetExecutionProviderType();

  nodes.erase(std::remove(nodes.begin(), nodes.end(), nullptr), nodes.end());
  for (onnxruntime::Node* node : nodes) {
    onnxruntime::graph_utils::RemoveNodeOutputEdges(graph, *node);
  }
  for (onnxruntime::Node* node : nodes) {
    graph.RemoveNode(node->Index());
  }
  onnxruntime::Node& node = graph.AddNode(name, type, "", inputs, outputs, &attributes, wasm_kernels::kDomain);
  node.SetExecutionProviderType(provider);
  for (size_t i = 0; i < inputs.size(); ++i) {
    const std::string& input = inputs[i]->Name();
    if (const onnxruntime::Node* producer = graph.GetProducerNode(input); producer != nullptr) {
      graph.AddEdge(producer->Index(), node.Index(), GetNodeOutputIndexFromOutputName(*producer, input),
                    static_cast<int>(i));
    }
  }
  for (const onnxruntime::NodeArg* output : outputs) {
    graph.UpdateProducerNode(output->Name(), node.Index());
  }
  for (const auto& edge : readers) {
    graph.AddEdge(node.Index(), edge.dst_node, edge.src_arg_index, edge.dst_arg_index);
  }
}

}  // namespace wasm_optimizer
