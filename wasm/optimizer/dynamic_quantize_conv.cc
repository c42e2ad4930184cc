#include "dynamic_quantize_conv.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "core/graph/graph_utils.h"
#include "core/optimizer/initializer.h"
#include "core/optimizer/utils.h"

namespace wasm_optimizer {

using namespace onnxruntime;
using ONNX_NAMESPACE::TensorProto;

namespace {

constexpr int64_t kLeastChannels = 16;  // as kernels/conv.cc

// The nodes of one match.
struct Match {
  Node* quantize;    // DynamicQuantizeLinear
  Node* conv;        // ConvInteger
  Node* cast;        // to float
  Node* rescale;     // Mul by both scales
  Node* scales;      // Mul of both scales
  const TensorProto* weights;
  const TensorProto* weight_zero_point;  // or null
  const TensorProto* weight_scale;
};

bool HasOnly(const Node& node, const std::string& name, std::initializer_list<int64_t> values) {
  const auto* attribute = graph_utils::GetNodeAttribute(node, name);
  return attribute == nullptr || std::equal(attribute->ints().begin(), attribute->ints().end(), values.begin(), values.end());
}

// The one node that reads the node's one output, if it is of this type.
Node* OnlyConsumer(Graph& graph, const Node& node, const char* type) {
  if (!optimizer_utils::CheckOutputEdges(graph, node, 1)) {
    return nullptr;
  }
  Node* consumer = graph.GetNode(node.OutputNodesBegin()->Index());
  return consumer->OpType() == type && consumer->Domain() == kOnnxDomain ? consumer : nullptr;
}

std::optional<Match> Find(Graph& graph, Node& conv) {
  Match match{};
  match.conv = &conv;
  const auto& inputs = conv.InputDefs();
  if (!graph_utils::IsSupportedOptypeVersionAndDomain(conv, "ConvInteger", {10}) || inputs.size() < 3 ||
      !HasOnly(conv, "strides", {1, 1}) || !HasOnly(conv, "dilations", {1, 1}) ||
      (graph_utils::GetNodeAttribute(conv, "group") != nullptr &&
       !optimizer_utils::IsAttributeWithExpectedValue(conv, "group", static_cast<int64_t>(1)))) {
    return std::nullopt;
  }
  const Node* quantize = graph_utils::GetInputNode(conv, 0);
  if (quantize == nullptr || !graph_utils::IsSupportedOptypeVersionAndDomain(*quantize, "DynamicQuantizeLinear", {11}) ||
      inputs[0] != quantize->OutputDefs()[0] || inputs[2] != quantize->OutputDefs()[2]) {
    return std::nullopt;
  }
  match.quantize = graph.GetNode(quantize->Index());

  match.weights = graph_utils::GetConstantInitializer(graph, inputs[1]->Name());
  if (match.weights == nullptr || match.weights->dims_size() != 4 || match.weights->dims(0) < kLeastChannels ||
      match.weights->dims(1) < kLeastChannels || match.weights->dims(2) != 3 || match.weights->dims(3) != 3) {
    return std::nullopt;
  }
  if (inputs.size() > 3 && inputs[3]->Exists()) {
    match.weight_zero_point = graph_utils::GetConstantInitializer(graph, inputs[3]->Name());
    if (match.weight_zero_point == nullptr) {
      return std::nullopt;
    }
  }

  match.cast = OnlyConsumer(graph, conv, "Cast");
  if (match.cast == nullptr ||
      !optimizer_utils::IsAttributeWithExpectedValue(*match.cast, "to", static_cast<int64_t>(TensorProto::FLOAT))) {
    return std::nullopt;
  }
  match.rescale = OnlyConsumer(graph, *match.cast, "Mul");
  if (match.rescale == nullptr) {
    return std::nullopt;
  }
  const auto& factors = match.rescale->InputDefs();
  const int other = factors[0] == match.cast->OutputDefs()[0] ? 1 : 0;
  const Node* scales = graph_utils::GetInputNode(*match.rescale, other);
  if (scales == nullptr || scales->OpType() != "Mul" || scales->Domain() != kOnnxDomain) {
    return std::nullopt;
  }
  match.scales = graph.GetNode(scales->Index());
  const auto* x_scale = quantize->OutputDefs()[1];
  const int constant = scales->InputDefs()[0] == x_scale ? 1 : 0;
  if (scales->InputDefs()[1 - constant] != x_scale) {
    return std::nullopt;
  }
  match.weight_scale = graph_utils::GetConstantInitializer(graph, scales->InputDefs()[constant]->Name());
  if (match.weight_scale == nullptr || match.weight_scale->data_type() != TensorProto::FLOAT) {
    return std::nullopt;
  }
  return match;
}

template <typename T>
bool Dequantize(const Graph& graph, const Match& match, TensorProto& result) {
  const Initializer weights(*match.weights, graph.ModelPath());
  const Initializer scale(*match.weight_scale, graph.ModelPath());
  std::vector<T> zero_points{T{0}};
  if (match.weight_zero_point != nullptr) {
    const Initializer zero_point(*match.weight_zero_point, graph.ModelPath());
    const auto values = zero_point.DataAsSpan<T>();
    zero_points.assign(values.begin(), values.end());
  }
  const auto channels = static_cast<size_t>(match.weights->dims(0));
  const auto per_channel = [channels](size_t size) { return size == 1 || size == channels; };
  if (!per_channel(scale.size()) || !per_channel(zero_points.size())) {
    return false;
  }
  // A scale for each output channel lies along that axis: [M, 1, 1] or [1, M, 1, 1].
  if (scale.size() > 1 && (match.weight_scale->dims_size() < 3 ||
                           match.weight_scale->dims(match.weight_scale->dims_size() - 3) != match.weights->dims(0))) {
    return false;
  }
  const auto from = weights.DataAsSpan<T>();
  const auto scales = scale.DataAsSpan<float>();
  std::vector<float> to(from.size());
  const size_t step = from.size() / channels;
  for (size_t i = 0; i < to.size(); ++i) {
    const size_t m = i / step;
    to[i] = static_cast<float>(static_cast<int>(from[i]) - static_cast<int>(zero_points[zero_points.size() > 1 ? m : 0])) *
            scales[scales.size() > 1 ? m : 0];
  }
  result.set_data_type(TensorProto::FLOAT);
  *result.mutable_dims() = match.weights->dims();
  result.set_raw_data(to.data(), to.size() * sizeof(float));
  return true;
}

bool Rewrite(Graph& graph, const Match& match) {
  TensorProto weights;
  const auto type = match.weights->data_type();
  const bool done = type == TensorProto::UINT8  ? Dequantize<uint8_t>(graph, match, weights)
                    : type == TensorProto::INT8 ? Dequantize<int8_t>(graph, match, weights)
                                                : false;
  if (!done) {
    return false;
  }
  weights.set_name(graph.GenerateNodeArgName(match.weights->name() + "_float"));
  NodeArg& weight_arg = graph_utils::AddInitializer(graph, weights);

  auto& quantized = match.quantize->MutableOutputDefs();
  NodeArg& x = graph.GetOrCreateNodeArg(graph.GenerateNodeArgName(quantized[0]->Name() + "_float"),
                                        match.quantize->InputDefs()[0]->TypeAsProto());
  NodeArg* y = match.rescale->MutableOutputDefs()[0];
  const std::string name = match.conv->Name();
  const NodeAttributes attributes = match.conv->GetAttributes();

  for (Node* node : {match.conv, match.cast, match.rescale}) {
    graph_utils::RemoveNodeOutputEdges(graph, *node);
  }
  for (Node* node : {match.conv, match.cast, match.rescale}) {
    graph.RemoveNode(node->Index());
  }
  if (match.scales->GetOutputEdgesCount() == 0 && !graph.NodeProducesGraphOutput(*match.scales)) {
    graph.RemoveNode(match.scales->Index());
  }
  graph.AddNode(graph.GenerateNodeName(name + "_dequantize"), "DequantizeLinear", "",
                {quantized[0], quantized[1], quantized[2]}, {&x});
  graph.AddNode(graph.GenerateNodeName(name + "_float"), "Conv", "", {&x, &weight_arg}, {y}, &attributes);
  return true;
}

}  // namespace

Status DynamicQuantizeConv::ApplyImpl(Graph& graph, bool& modified, int level, const logging::Logger& logger) const {
  const GraphViewer viewer(graph);
  for (const auto index : viewer.GetNodesInTopologicalOrder()) {
    Node* node = graph.GetNode(index);
    if (node == nullptr) {
      continue;  // part of a match before
    }
    ORT_RETURN_IF_ERROR(Recurse(*node, modified, level, logger));
    if (const auto match = Find(graph, *node)) {
      modified = Rewrite(graph, *match) || modified;
    }
  }
  return Status::OK();
}

}  // namespace wasm_optimizer
