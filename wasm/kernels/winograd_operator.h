// What our operators of convolutions have in common: their attributes, the shapes that follow from them,
// and what is added to the sums.
#pragma once

#include <string>

#include "core/framework/op_kernel.h"
#include "core/providers/common.h"
#include "core/providers/cpu/nn/conv_attributes.h"
#include "onnx/defs/schema.h"
#include "onnx/defs/shape_inference.h"
#include "winograd_tensors.h"

namespace ONNX_NAMESPACE {
void convPoolShapeInference(InferenceContext& context, bool use_dilation, bool require_kernel_shape, int input,
                            int weights);
}

namespace wasm_kernels {

// Kernels of 3 x 3, stride 1, one group, the same dilation in both directions.
class WinogradAttributes {
 public:
  explicit WinogradAttributes(const onnxruntime::OpKernelInfo& info)
      : attributes_(info),
        dilation_(attributes_.dilations.empty() ? 1 : attributes_.dilations[0]),
        relu_(info.GetAttrOrDefault<std::string>("activation", "") == "Relu") {
    ORT_ENFORCE(attributes_.group == 1 && AllAre(attributes_.strides, 1) && dilation_ >= 1 &&
                    AllAre(attributes_.dilations, dilation_),
                "only for stride 1, one dilation and one group");
  }

  int64_t Dilation() const { return dilation_; }

  // Gives the convolution of x, N x C x H x W, by w, M x C x 3 x 3, and the shape of its result.
  onnxruntime::Status Infer(const onnxruntime::TensorShape& x, const onnxruntime::TensorShape& w, WinogradShape& shape,
                            onnxruntime::TensorShape& y) const {
    using namespace onnxruntime;
    ORT_RETURN_IF_NOT(w.NumDimensions() == 4 && w[2] == 3 && w[3] == 3, "w must be M x C x 3 x 3; got ", w);
    ORT_RETURN_IF_ERROR(attributes_.ValidateInputShape(x, w));
    ConvAttributes::ConvPadVector pads(attributes_.pads);
    pads.resize(4, 0);
    const TensorShapeVector kernel_shape{3, 3}, strides{1, 1}, dilations{dilation_, dilation_};
    TensorShapeVector dims{x[0], w[0]};
    ORT_RETURN_IF_ERROR(attributes_.InferPadsAndOutputShape(x.Slice(2), kernel_shape, strides, dilations, pads, dims));
    y = TensorShape(dims);
    shape = ShapeForWinograd(x, pads, dilation_, y);
    return Status::OK();
  }

  // Makes the node's output, of shape y, from what `convolution` and the inputs are, the node's inputs of these numbers
  // and the activation.
  template <typename Convolution>
  onnxruntime::Status Convolve(onnxruntime::OpKernelContext& context, Convolution& convolution,
                               gsl::span<const WinogradInput> inputs, const onnxruntime::TensorShape& y, int bias_input,
                               int residual_input) const {
    using namespace onnxruntime;
    const auto* bias = context.Input<Tensor>(bias_input);
    const auto* residual = context.Input<Tensor>(residual_input);
    ORT_RETURN_IF_NOT(bias == nullptr || bias->Shape().Size() == y[1], "bias must have ", y[1], " elements");
    ORT_RETURN_IF_NOT(residual == nullptr || residual->Shape() == y, "residual must have the result's shape, ", y);
    auto& output = context.RequiredOutput(0, y);
    if (y.Size() == 0) {
      return Status::OK();
    }
    convolution.bias = bias == nullptr ? nullptr : bias->Data<float>();
    convolution.relu = relu_;
    convolution.residual = residual == nullptr ? nullptr : residual->Data<float>();
    AllocatorPtr allocator;
    ORT_RETURN_IF_ERROR(context.GetTempSpaceAllocator(&allocator));
    ConvolveImages(convolution, inputs, output, allocator, context.GetOperatorThreadPool());
    return Status::OK();
  }

 private:
  const onnxruntime::ConvAttributes attributes_;
  const int64_t dilation_;
  const bool relu_;
};

// Adds the attributes to an operator, and that its result has the type of its input `real` and Conv(x, w)'s shape.
inline ONNX_NAMESPACE::OpSchema WithWinogradAttributes(ONNX_NAMESPACE::OpSchema& schema, int x, int w, int real) {
  using namespace ONNX_NAMESPACE;
  return schema.Attr("auto_pad", "As Conv's.", AttributeProto::STRING, std::string("NOTSET"))
      .Attr("pads", "As Conv's.", AttributeProto::INTS, OPTIONAL_VALUE)
      .Attr("kernel_shape", "[3, 3].", AttributeProto::INTS, OPTIONAL_VALUE)
      .Attr("strides", "[1, 1].", AttributeProto::INTS, OPTIONAL_VALUE)
      .Attr("dilations", "As Conv's; the same in both directions.", AttributeProto::INTS, OPTIONAL_VALUE)
      .Attr("group", "1.", AttributeProto::INT, static_cast<int64_t>(1))
      .Attr("activation", "Relu, or nothing.", AttributeProto::STRING, OPTIONAL_VALUE)
      .TypeAndShapeInferenceFunction([=](InferenceContext& context) {
        propagateElemTypeFromInputToOutput(context, real, 0);
        int image = x;  // the first that is not doubled first, see winograd_conv.cc
        if (const auto* doubled = context.getAttribute("doubled")) {
          while (image - x < doubled->ints_size() && doubled->ints(image - x) != 0) {
            ++image;
          }
        }
        if (static_cast<size_t>(image) < context.getNumInputs()) {
          convPoolShapeInference(context, true, false, image, w);
        }
      });
}

}  // namespace wasm_kernels
