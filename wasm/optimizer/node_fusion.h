// What our graph transformers have in common: they look at each node once, and may put one in the place of several.
#pragma once

#include "core/graph/graph_utils.h"
#include "core/graph/graph_viewer.h"
#include "core/optimizer/graph_transformer.h"

namespace wasm_optimizer {

class NodeFusion : public onnxruntime::GraphTransformer {
 protected:
  using GraphTransformer::GraphTransformer;

  // Rewrites what begins with this node, if it is of the kind; says whether it did. It may remove any nodes.
  virtual bool Fuse(onnxruntime::Graph& graph, onnxruntime::Node& node) const = 0;

 private:
  onnxruntime::Status ApplyImpl(onnxruntime::Graph& graph, bool& modified, int level,
                                const onnxruntime::logging::Logger& logger) const final {
    const onnxruntime::GraphViewer viewer(graph);
    for (const auto index : viewer.GetNodesInTopologicalOrder()) {
      onnxruntime::Node* node = graph.GetNode(index);
      if (node == nullptr) {
        continue;  // part of a match before
      }
      ORT_RETURN_IF_ERROR(Recurse(*node, modified, level, logger));
      if (onnxruntime::graph_utils::IsSupportedProvider(*node, GetCompatibleExecutionProviders())) {
        modified |= Fuse(graph, *node);
      }
    }
    return onnxruntime::Status::OK();
  }
};

}  // namespace wasm_optimizer
