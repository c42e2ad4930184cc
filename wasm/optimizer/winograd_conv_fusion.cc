#include "winograd_conv_fusion.h"

#include <algorithm>
#include <string>
#include <vector>

#include "core/graph/node_attr_utils.h"
#include "nodes.h"
#include "winograd_nodes.h"

namespace wasm_optimizer {

using namespace onnxruntime;
using ONNX_NAMESPACE::TensorProto;

namespace {

bool IsA(const NodeArg& tensor, int32_t type) {
  return tensor.TypeAsProto() != nullptr && tensor.TypeAsProto()->tensor_type().elem_type() == type;
}

// The Cast to float of a constant in float16 that gives a convolution its weights, or null.
Node* CastOfWeights(Graph& graph, const Node& conv) {
  Node* producer = graph.GetMutableProducerNode(conv.InputDefs()[1]->Name());
  const bool is_cast = producer != nullptr && producer->OpType() == "Cast" && producer->Domain() == kOnnxDomain &&
                       IsA(*producer->InputDefs()[0], TensorProto::FLOAT16) &&
                       graph_utils::IsConstantInitializer(graph, producer->InputDefs()[0]->Name(), true);
  return is_cast ? producer : nullptr;
}

bool HasKernel(const Node& conv) {
  return graph_utils::IsSupportedOptypeVersionAndDomain(conv, "Conv", {1, 11}) &&
         IsA(*conv.OutputDefs()[0], TensorProto::FLOAT) && SuitsWinograd(conv);
}

// The convolution that alone reads what a Concat of channels puts together, if there is a kernel for both.
Node* ConvOf(Graph& graph, const Node& concat) {
  Node* conv = JoinsChannels(concat) ? OnlyConsumer(graph, concat, "Conv") : nullptr;
  return conv != nullptr && conv->InputDefs()[0] == concat.OutputDefs()[0] && HasKernel(*conv) ? conv : nullptr;
}

// The Resize whose result only this node reads, once, and which WinogradConv can do by itself; or null.
Node* DoublerOf(Graph& graph, const NodeArg& input, const Node& reader) {
  Node* resize = graph.GetMutableProducerNode(input.Name());
  const bool taken = resize != nullptr && OnlyConsumer(graph, *resize, reader.OpType().c_str()) == &reader &&
                     IsA(input, TensorProto::FLOAT) && DoublesImages(graph, *resize);
  return taken ? resize : nullptr;
}

// `concat` may be null.
void Rewrite(Graph& graph, Node* concat, Node& conv) {
  Node* relu = OnlyConsumer(graph, conv, "Relu");
  Node& activated = relu != nullptr ? *relu : conv;
  Node* sum = OnlyConsumer(graph, activated, "Add");
  NodeArg* residual = Addend(sum, *activated.OutputDefs()[0]);
  Node& last = residual != nullptr ? *sum : activated;
  Node* cast = CastOfWeights(graph, conv);

  NodeArg& none = graph.GetOrCreateNodeArg("", nullptr);
  const auto& read = conv.MutableInputDefs();
  NodeArg* weights = cast != nullptr ? cast->MutableInputDefs()[0] : read[1];
  std::vector<NodeArg*> inputs = {weights, read.size() > 2 ? read[2] : &none, residual != nullptr ? residual : &none};
  const Node& reader = concat != nullptr ? *concat : conv;
  std::vector<Node*> removed = {concat, &conv, relu, residual != nullptr ? sum : nullptr};
  std::vector<int64_t> doubled;
  for (size_t i = 0, count = concat != nullptr ? reader.InputDefs().size() : 1; i < count; ++i) {
    NodeArg* x = concat != nullptr ? concat->MutableInputDefs()[i] : read[0];
    Node* resize = HasOnly(conv, "dilations", {1, 1}) ? DoublerOf(graph, *x, reader) : nullptr;
    inputs.push_back(resize != nullptr ? resize->MutableInputDefs()[0] : x);
    doubled.push_back(resize != nullptr);
    removed.push_back(resize);
  }
  NodeAttributes attributes = conv.GetAttributes();
  if (relu != nullptr) {
    utils::SetNodeAttribute(utils::MakeAttribute("activation", std::string("Relu")), attributes);
  }
  if (std::find(doubled.begin(), doubled.end(), 1) != doubled.end()) {
    utils::SetNodeAttribute(utils::MakeAttribute("doubled", gsl::span<const int64_t>(doubled)), attributes);
  }
  const bool others_read_cast = cast != nullptr && !optimizer_utils::CheckOutputEdges(graph, *cast, 1);
  removed.push_back(others_read_cast ? nullptr : cast);
  Replace(graph, removed, last, "WinogradConv", inputs, attributes);
}

}  // namespace

bool WinogradConvFusion::Fuse(Graph& graph, Node& node) const {
  if (Node* conv = ConvOf(graph, node)) {
    Rewrite(graph, &node, *conv);
    return true;
  }
  if (HasKernel(node) && CastOfWeights(graph, node) != nullptr) {
    Rewrite(graph, nullptr, node);
    return true;
  }
  return false;
}

}  // namespace wasm_optimizer
