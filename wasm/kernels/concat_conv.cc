// onnxruntime.wasm.ConcatConv: what Concat, Conv, Relu and Add do one after the other, without the tensors between
// them: what is put together may be the largest of a whole network.
#include <vector>

#include "core/framework/op_kernel.h"
#include "core/providers/common.h"
#include "core/providers/cpu/nn/conv_attributes.h"
#include "operators.h"
#include "winograd_tensors.h"

namespace ONNX_NAMESPACE {
void convPoolShapeInference(InferenceContext& context, bool use_dilation, bool require_kernel_shape, int input,
                            int weights);
}

namespace wasm_kernels {

using namespace onnxruntime;

namespace {

enum Inputs { kW, kBias, kResidual, kX };

class ConcatConv final : public OpKernel {
 public:
  explicit ConcatConv(const OpKernelInfo& info)
      : OpKernel(info), attributes_(info), relu_(info.GetAttrOrDefault<std::string>("activation", "") == "Relu") {
    ORT_ENFORCE(attributes_.group == 1 && AllAre(attributes_.strides, 1) && AllAre(attributes_.dilations, Dilation()),
                "only for stride 1, one dilation and one group");
  }

  Status Compute(OpKernelContext* context) const override {
    const auto& weights = context->RequiredInput<Tensor>(kW);
    const auto& w = weights.Shape();
    ORT_RETURN_IF_NOT(w.NumDimensions() == 4 && w[2] == 3 && w[3] == 3, "w must be M x C x 3 x 3; got ", w);
    TensorShape x = context->RequiredInput<Tensor>(kX).Shape();
    ORT_RETURN_IF_NOT(x.NumDimensions() == 4, "x must be N x C x H x W; got ", x);
    std::vector<const Tensor*> inputs;
    int64_t channels = 0;
    for (int i = kX; i < context->InputCount(); ++i) {
      inputs.push_back(&context->RequiredInput<Tensor>(i));
      const auto& shape = inputs.back()->Shape();
      ORT_RETURN_IF_NOT(
          shape.NumDimensions() == 4 && shape[0] == x[0] && shape[2] == x[2] && shape[3] == x[3],
          "inputs must have the same shape but for axis 1; got ", x, " and ", shape);
      channels += shape[1];
    }
    ORT_RETURN_IF_NOT(channels == w[1], "the inputs must have ", w[1], " channels together; they have ", channels);
    x[1] = channels;
    ConvAttributes::ConvPadVector pads(attributes_.pads);
    pads.resize(4, 0);
    const TensorShapeVector kernel_shape{3, 3}, strides{1, 1}, dilations{Dilation(), Dilation()};
    TensorShapeVector dims{x[0], w[0]};
    ORT_RETURN_IF_ERROR(
        attributes_.InferPadsAndOutputShape(x.Slice(2), kernel_shape, strides, dilations, pads, dims));
    auto& y = context->RequiredOutput(0, TensorShape(dims));
    const auto* bias = context->Input<Tensor>(kBias);
    ORT_RETURN_IF_NOT(bias == nullptr || bias->Shape().Size() == w[0], "bias must have ", w[0], " elements");
    const auto* residual = context->Input<Tensor>(kResidual);
    ORT_RETURN_IF_NOT(residual == nullptr || residual->Shape() == y.Shape(), "residual must have the result's shape, ",
                      y.Shape());
    if (y.Shape().Size() == 0) {
      return Status::OK();
    }
    AllocatorPtr allocator;
    ORT_RETURN_IF_ERROR(context->GetTempSpaceAllocator(&allocator));
    const WinogradFloat convolution{ShapeForWinograd(x, pads, Dilation(), y.Shape()),
                                    nullptr,
                                    weights.Data<float>(),
                                    bias == nullptr ? nullptr : bias->Data<float>(),
                                    relu_,
                                    residual == nullptr ? nullptr : residual->Data<float>()};
    ConvolveImages(convolution, inputs, y, allocator, context->GetOperatorThreadPool());
    return Status::OK();
  }

 private:
  int64_t Dilation() const { return attributes_.dilations.empty() ? 1 : attributes_.dilations[0]; }

  const ConvAttributes attributes_;
  const bool relu_;
};

}  // namespace

ONNX_NAMESPACE::OpSchema ConcatConvSchema() {
  using namespace ONNX_NAMESPACE;
  return OpSchema("ConcatConv", __FILE__, __LINE__)
      .SetDomain(kDomain)
      .SinceVersion(1)
      .SetDoc("Y = activation(Conv(Concat(x...), w, bias)) + residual, for kernels of 3 x 3 with stride 1.")
      .Input(kW, "w", "Weights, M x C x 3 x 3.", "T2")
      .Input(kBias, "bias", "M values. Default: 0.", "T2", OpSchema::Optional)
      .Input(kResidual, "residual", "N x M x OH x OW. Default: 0.", "T2", OpSchema::Optional)
      .Input(kX, "x", "Images whose channels together are C, N x ... x H x W.", "T2", OpSchema::Variadic)
      .Output(0, "y", "N x M x OH x OW.", "T2")
      .Attr("auto_pad", "As Conv's.", AttributeProto::STRING, std::string("NOTSET"))
      .Attr("pads", "As Conv's.", AttributeProto::INTS, OPTIONAL_VALUE)
      .Attr("kernel_shape", "[3, 3].", AttributeProto::INTS, OPTIONAL_VALUE)
      .Attr("strides", "[1, 1].", AttributeProto::INTS, OPTIONAL_VALUE)
      .Attr("dilations", "As Conv's; the same in both directions.", AttributeProto::INTS, OPTIONAL_VALUE)
      .Attr("group", "1.", AttributeProto::INT, static_cast<int64_t>(1))
      .Attr("activation", "Relu, or nothing.", AttributeProto::STRING, OPTIONAL_VALUE)
      .TypeConstraint("T2", {"tensor(float)"}, "Real values.")
      .TypeAndShapeInferenceFunction([](InferenceContext& context) {
        propagateElemTypeFromInputToOutput(context, kX, 0);
        convPoolShapeInference(context, true, false, kX, kW);
      });
}

KernelCreateInfo ConcatConvKernel() { return KernelOf<ConcatConv>("ConcatConv", {"T2"}); }

}  // namespace wasm_kernels
