// What the fusions of convolutions ask of nodes: those that kernels/winograd.h can take, and what follows them.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <string>

#include "core/framework/tensorprotoutils.h"
#include "core/graph/graph_utils.h"
#include "kernels/winograd.h"

namespace wasm_optimizer {

// Whether an attribute is missing, or has these values.
inline bool HasOnly(const onnxruntime::Node& node, const std::string& name, std::initializer_list<int64_t> values) {
  const auto* attribute = onnxruntime::graph_utils::GetNodeAttribute(node, name);
  return attribute == nullptr ||
         std::equal(attribute->ints().begin(), attribute->ints().end(), values.begin(), values.end());
}

// A dimension of a tensor, or what is to stand for one that is not known.
inline size_t Dimension(const onnxruntime::NodeArg& tensor, int dimension, size_t unknown) {
  const auto* shape = tensor.Shape();
  const bool known = shape != nullptr && shape->dim_size() > dimension && shape->dim(dimension).has_dim_value() &&
                     shape->dim(dimension).dim_value() >= 0;
  return known ? static_cast<size_t>(shape->dim(dimension).dim_value()) : unknown;
}

// Whether there is a kernel for a convolution by the weights of its second input, and one that is worth it; which
// depends on the size of its output, and is supposed where that is not known.
inline bool SuitsWinograd(const onnxruntime::Node& conv) {
  const auto* dilations = onnxruntime::graph_utils::GetNodeAttribute(conv, "dilations");
  const int64_t dilation = dilations != nullptr && dilations->ints_size() > 0 ? dilations->ints(0) : 1;
  const auto* group = onnxruntime::graph_utils::GetNodeAttribute(conv, "group");
  const onnxruntime::NodeArg& weights = *conv.InputDefs()[1];
  constexpr int64_t kWidestDilation = 1 << 20;  // what is counted fits into 32 bits
  if (!HasOnly(conv, "strides", {1, 1}) || dilation < 1 || dilation > kWidestDilation ||
      !HasOnly(conv, "dilations", {dilation, dilation}) || (group != nullptr && group->i() != 1) ||
      weights.Shape() == nullptr || weights.Shape()->dim_size() != 4 || Dimension(weights, 2, 0) != 3 ||
      Dimension(weights, 3, 0) != 3) {
    return false;
  }
  constexpr size_t kUsualSize = 64;
  wasm_kernels::WinogradShape shape{};
  shape.channels = Dimension(weights, 1, 0);
  shape.output_channels = Dimension(weights, 0, 0);
  shape.output_height = Dimension(*conv.OutputDefs()[0], 2, kUsualSize);
  shape.output_width = Dimension(*conv.OutputDefs()[0], 3, kUsualSize);
  shape.dilation = static_cast<size_t>(dilation);
  return wasm_kernels::WinogradPays(shape);
}

// Whether a node doubles the height and width of images, linearly and with coordinates of half pixels.
inline bool DoublesImages(const onnxruntime::Graph& graph, const onnxruntime::Node& node) {
  using onnxruntime::graph_utils::GetNodeAttribute;
  const auto is_or_missing = [&](const char* name, std::initializer_list<const char*> values) {
    const auto* attribute = GetNodeAttribute(node, name);
    return attribute == nullptr || std::find(values.begin(), values.end(), attribute->s()) != values.end();
  };
  const auto* mode = GetNodeAttribute(node, "mode");
  const auto* antialias = GetNodeAttribute(node, "antialias");
  if (!onnxruntime::graph_utils::IsSupportedOptypeVersionAndDomain(node, "Resize", {11, 13, 18, 19}) ||
      mode == nullptr || mode->s() != "linear" ||
      !is_or_missing("coordinate_transformation_mode", {"half_pixel", "pytorch_half_pixel"}) ||
      !is_or_missing("keep_aspect_ratio_policy", {"stretch"}) || (antialias != nullptr && antialias->i() != 0) ||
      GetNodeAttribute(node, "axes") != nullptr) {
    return false;
  }
  // A scale may be other than that of the sizes: only sizes say for sure that it is 2.
  const auto& inputs = node.InputDefs();
  if (inputs.size() < 4 || inputs[2]->Exists() || !inputs[3]->Exists() ||
      !onnxruntime::graph_utils::IsConstantInitializer(graph, inputs[3]->Name(), true)) {
    return false;
  }
  const auto &x = *inputs[0], &y = *node.OutputDefs()[0];
  constexpr size_t kUnknown = 0;
  for (int dimension = 0; dimension < 4; ++dimension) {
    const size_t before = Dimension(x, dimension, kUnknown), after = Dimension(y, dimension, kUnknown);
    if (before == kUnknown || after != (dimension < 2 ? before : 2 * before)) {
      return false;
    }
  }
  return x.Shape()->dim_size() == 4;
}

// Which of two inputs is not this one.
inline int Other(const onnxruntime::Node& node, const onnxruntime::NodeArg* input) {
  return node.InputDefs()[0] == input ? 1 : 0;
}

// Whether two tensors are sure to have the same shape.
inline bool HaveSameShape(const onnxruntime::NodeArg& a, const onnxruntime::NodeArg& b) {
  const auto *x = a.Shape(), *y = b.Shape();
  const auto same = [](const auto& i, const auto& j) {
    return i.has_dim_value() ? j.has_dim_value() && i.dim_value() == j.dim_value()
                             : onnxruntime::utils::HasDimParam(i) && onnxruntime::utils::HasDimParam(j) &&
                                   i.dim_param() == j.dim_param();
  };
  return x != nullptr && y != nullptr &&
         std::equal(x->dim().begin(), x->dim().end(), y->dim().begin(), y->dim().end(), same);
}

// What Add adds to y, if it has the same shape and `add` is a node at all; else null.
inline onnxruntime::NodeArg* Addend(onnxruntime::Node* add, const onnxruntime::NodeArg& y) {
  if (add == nullptr) {
    return nullptr;
  }
  onnxruntime::NodeArg* other = add->MutableInputDefs()[Other(*add, &y)];
  return HaveSameShape(*other, y) ? other : nullptr;
}

}  // namespace wasm_optimizer
