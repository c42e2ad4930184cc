#include "conv_integer_to_float_fusion.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "core/graph/node_attr_utils.h"
#include "core/optimizer/initializer.h"
#include "kernels/winograd.h"
#include "nodes.h"
#include "winograd_nodes.h"

namespace wasm_optimizer {

using namespace onnxruntime;
using ONNX_NAMESPACE::TensorProto;

namespace {

// The nodes of one match.
struct Match {
  Node* quantize;  // DynamicQuantizeLinear
  Node* conv;      // ConvInteger
  Node* cast;      // to float
  Node* scales;    // Mul of both scales
  Node* rescale;   // Mul by that
  Node* add;       // of the bias, or null
  Node* relu;      // or null
  Node* sum;       // Add of the residual, or null
  NodeArg* w_scale;
  NodeArg* bias;      // or null
  NodeArg* residual;  // or null

  Node& Last() const { return *(sum != nullptr ? sum : relu != nullptr ? relu : add != nullptr ? add : rescale); }
};

// Whether a constant has one value for each channel of an N x M x H x W tensor that it is added to or times.
bool IsPerChannel(const TensorProto& constant, int64_t channels) {
  const int rank = constant.dims_size();
  return constant.data_type() == TensorProto::FLOAT && (rank == 3 || (rank == 4 && constant.dims(0) == 1)) &&
         constant.dims(rank - 3) == channels && constant.dims(rank - 2) == 1 && constant.dims(rank - 1) == 1;
}

bool HasOneElement(const TensorProto& constant) {
  return constant.dims_size() <= 4 &&
         std::all_of(constant.dims().begin(), constant.dims().end(), [](int64_t size) { return size == 1; });
}

// A constant of the graph itself: its kernels do not get to see those of a graph around it.
const TensorProto* Constant(const Graph& graph, const std::string& name) {
  return graph_utils::GetConstantInitializer(graph, name, false);
}

// Whether the operator has a kernel for this convolution, and one that is worth it.
bool HasKernel(const Graph& graph, const Node& conv) {
  const auto& inputs = conv.InputDefs();
  const TensorProto* weights = Constant(graph, inputs[1]->Name());
  if (weights == nullptr || weights->data_type() != TensorProto::UINT8 || !SuitsWinograd(conv)) {
    return false;
  }
  uint8_t zero_point = 0;
  if (inputs.size() > 3 && inputs[3]->Exists()) {
    const TensorProto* constant = Constant(graph, inputs[3]->Name());
    if (constant == nullptr || !HasOneElement(*constant)) {
      return false;
    }
    zero_point = *Initializer(*constant, graph.ModelPath()).data<uint8_t>();
  }
  const auto output_channels = static_cast<size_t>(weights->dims(0)), channels = static_cast<size_t>(weights->dims(1));
  const auto fit = [&](const void* values) {
    return wasm_kernels::WinogradSumsFit(static_cast<const uint8_t*>(values), zero_point, output_channels, channels);
  };
  if (utils::HasRawData(*weights)) {  // not copied: a model may have 44 MB; too few are left for others to refuse
    const std::string& raw = weights->raw_data();
    return raw.size() == output_channels * channels * 9 && fit(raw.data());
  }
  return fit(Initializer(*weights, graph.ModelPath()).data<uint8_t>());
}

std::optional<Match> Find(Graph& graph, Node& conv) {
  Match match{};
  match.conv = &conv;
  const auto& inputs = conv.InputDefs();
  if (!graph_utils::IsSupportedOptypeVersionAndDomain(conv, "ConvInteger", {10}) || inputs.size() < 3) {
    return std::nullopt;
  }
  const Node* quantize = graph_utils::GetInputNode(conv, 0);
  if (quantize == nullptr ||
      !graph_utils::IsSupportedOptypeVersionAndDomain(*quantize, "DynamicQuantizeLinear", {11}) ||
      inputs[0] != quantize->OutputDefs()[0] || inputs[2] != quantize->OutputDefs()[2] || !HasKernel(graph, conv)) {
    return std::nullopt;
  }
  match.quantize = graph.GetNode(quantize->Index());
  const int64_t channels = Constant(graph, inputs[1]->Name())->dims(0);

  match.cast = OnlyConsumer(graph, conv, "Cast");
  if (match.cast == nullptr ||
      !optimizer_utils::IsAttributeWithExpectedValue(*match.cast, "to", static_cast<int64_t>(TensorProto::FLOAT))) {
    return std::nullopt;
  }
  match.rescale = OnlyConsumer(graph, *match.cast, "Mul");
  if (match.rescale == nullptr) {
    return std::nullopt;
  }
  const Node* scales = graph_utils::GetInputNode(*match.rescale, Other(*match.rescale, match.cast->OutputDefs()[0]));
  if (scales == nullptr || scales->OpType() != "Mul" || scales->Domain() != kOnnxDomain) {
    return std::nullopt;
  }
  match.scales = graph.GetNode(scales->Index());
  const NodeArg* x_scale = match.quantize->OutputDefs()[1];
  const int other = Other(*scales, x_scale);
  match.w_scale = match.scales->MutableInputDefs()[other];
  const TensorProto* w_scale = graph_utils::GetConstantInitializer(graph, match.w_scale->Name());
  if (scales->InputDefs()[1 - other] != x_scale || w_scale == nullptr || w_scale->data_type() != TensorProto::FLOAT ||
      !(HasOneElement(*w_scale) || IsPerChannel(*w_scale, channels))) {
    return std::nullopt;
  }

  // What may follow.
  if (Node* add = OnlyConsumer(graph, *match.rescale, "Add"); add != nullptr) {
    NodeArg* bias = add->MutableInputDefs()[Other(*add, match.rescale->OutputDefs()[0])];
    const TensorProto* values = graph_utils::GetConstantInitializer(graph, bias->Name());
    if (values != nullptr && IsPerChannel(*values, channels)) {
      match.add = add;
      match.bias = bias;
    }
  }
  match.relu = OnlyConsumer(graph, match.Last(), "Relu");
  Node* sum = OnlyConsumer(graph, match.Last(), "Add");
  match.residual = Addend(sum, *match.Last().OutputDefs()[0]);
  match.sum = match.residual != nullptr ? sum : nullptr;
  return match;
}

void Rewrite(Graph& graph, const Match& match) {
  const auto& quantized = match.conv->MutableInputDefs();  // x, weights, zero point of x, and perhaps of the weights
  NodeArg& none = graph.GetOrCreateNodeArg("", nullptr);
  const std::vector<NodeArg*> inputs = {quantized[0],
                                        match.quantize->MutableOutputDefs()[1],
                                        quantized[2],
                                        quantized[1],
                                        match.w_scale,
                                        quantized.size() > 3 ? quantized[3] : &none,
                                        match.bias != nullptr ? match.bias : &none,
                                        match.residual != nullptr ? match.residual : &none};
  NodeAttributes attributes = match.conv->GetAttributes();
  if (match.relu != nullptr) {
    utils::SetNodeAttribute(utils::MakeAttribute("activation", std::string("Relu")), attributes);
  }
  Replace(graph, {match.conv, match.cast, match.rescale, match.add, match.relu, match.sum}, match.Last(),
          "ConvIntegerToFloat", inputs, attributes);
  if (match.scales->GetOutputEdgesCount() == 0 && !graph.NodeProducesGraphOutput(*match.scales)) {
    graph.RemoveNode(match.scales->Index());
  }
}

}  // namespace

bool ConvIntegerToFloatFusion::Fuse(Graph& graph, Node& node) const {
  const auto match = Find(graph, node);
  if (match) {
    Rewrite(graph, *match);
  }
  return match.has_value();
}

}  // namespace wasm_optimizer
