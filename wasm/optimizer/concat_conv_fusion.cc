#include "concat_conv_fusion.h"

#include <array>
#include <string>
#include <vector>

#include "core/graph/node_attr_utils.h"
#include "kernels/operators.h"
#include "nodes.h"
#include "winograd_nodes.h"

namespace wasm_optimizer {

using namespace onnxruntime;
using ONNX_NAMESPACE::TensorProto;

namespace {

bool IsFloat(const NodeArg& tensor) {
  return tensor.TypeAsProto() != nullptr &&
         tensor.TypeAsProto()->tensor_type().elem_type() == TensorProto::FLOAT;
}

// The convolution that alone reads what a Concat of channels puts together, if there is a kernel for both.
Node* ConvOf(Graph& graph, const Node& concat) {
  if (!JoinsChannels(concat) || !IsFloat(*concat.OutputDefs()[0])) {
    return nullptr;
  }
  Node* conv = OnlyConsumer(graph, concat, "Conv");
  const bool taken = conv != nullptr && graph_utils::IsSupportedOptypeVersionAndDomain(*conv, "Conv", {1, 11}) &&
                     conv->InputDefs()[0] == concat.OutputDefs()[0] && SuitsWinograd(*conv);
  return taken ? conv : nullptr;
}

void Rewrite(Graph& graph, Node& concat, Node& conv) {
  Node* relu = OnlyConsumer(graph, conv, "Relu");
  Node& activated = relu != nullptr ? *relu : conv;
  Node* sum = OnlyConsumer(graph, activated, "Add");
  NodeArg* residual = Addend(sum, *activated.OutputDefs()[0]);
  Node& last = residual != nullptr ? *sum : activated;

  NodeArg& none = graph.GetOrCreateNodeArg("", nullptr);
  const auto& read = conv.MutableInputDefs();
  std::vector<NodeArg*> inputs = {read[1], read.size() > 2 ? read[2] : &none, residual != nullptr ? residual : &none};
  inputs.insert(inputs.end(), concat.MutableInputDefs().begin(), concat.MutableInputDefs().end());
  NodeArg* y = last.MutableOutputDefs()[0];
  NodeAttributes attributes = conv.GetAttributes();
  if (relu != nullptr) {
    utils::SetNodeAttribute(utils::MakeAttribute("activation", std::string("Relu")), attributes);
  }
  const std::string name = graph.GenerateNodeName(concat.Name() + "_conv");
  const std::string provider = conv.GetExecutionProviderType();
  RemoveNodes(graph, {&concat, &conv, relu, residual != nullptr ? sum : nullptr});
  graph.AddNode(name, "ConcatConv", "", inputs, std::array{y}, &attributes, wasm_kernels::kDomain)
      .SetExecutionProviderType(provider);
}

}  // namespace

Status ConcatConvFusion::ApplyImpl(Graph& graph, bool& modified, int level, const logging::Logger& logger) const {
  const GraphViewer viewer(graph);
  for (const auto index : viewer.GetNodesInTopologicalOrder()) {
    Node* node = graph.GetNode(index);
    if (node == nullptr) {
      continue;  // part of a match before
    }
    ORT_RETURN_IF_ERROR(Recurse(*node, modified, level, logger));
    if (!graph_utils::IsSupportedProvider(*node, GetCompatibleExecutionProviders())) {
      continue;
    }
    if (Node* conv = ConvOf(graph, *node)) {
      Rewrite(graph, *node, *conv);
      modified = true;
    }
  }
  return Status::OK();
}

}  // namespace wasm_optimizer
