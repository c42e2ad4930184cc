// onnxruntime.wasm.ConvIntegerToFloat: what ConvInteger, Cast, Mul, Add, Relu and Add do one after the other.
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

enum Inputs { kX, kXScale, kXZeroPoint, kW, kWScale, kWZeroPoint, kBias, kResidual };

class ConvIntegerToFloat final : public OpKernel {
 public:
  explicit ConvIntegerToFloat(const OpKernelInfo& info)
      : OpKernel(info), attributes_(info), relu_(info.GetAttrOrDefault<std::string>("activation", "") == "Relu") {
    const Tensor* weights = nullptr;
    const Tensor* zero_point = nullptr;
    ORT_ENFORCE(info.TryGetConstantInput(kW, &weights), "the weights must be constant");
    ORT_ENFORCE(info.GetInputCount() <= kWZeroPoint || !info.node().InputDefs()[kWZeroPoint]->Exists() ||
                    info.TryGetConstantInput(kWZeroPoint, &zero_point),
                "the weights' zero point must be constant");
    const auto& shape = weights->Shape();
    ORT_ENFORCE(shape.NumDimensions() == 4 && shape[2] == 3 && shape[3] == 3 && attributes_.group == 1 &&
                    AllAre(attributes_.strides, 1) && AllAre(attributes_.dilations, Dilation()),
                "only for kernels of 3 x 3 with stride 1, one dilation and one group");
    ORT_ENFORCE(zero_point == nullptr || zero_point->Shape().Size() == 1,
                "there must be one zero point for all weights");
    zero_point_ = zero_point == nullptr ? 0 : *zero_point->Data<uint8_t>();
    ORT_ENFORCE(WinogradSumsFit(weights->Data<uint8_t>(), zero_point_, static_cast<size_t>(shape[0]),
                                static_cast<size_t>(shape[1])),
                "the weights are so large that a sum may reach 2^25");
  }

  Status Compute(OpKernelContext* context) const override {
    const auto& x = context->RequiredInput<Tensor>(kX);
    const auto& weights = context->RequiredInput<Tensor>(kW);
    ORT_RETURN_IF_ERROR(attributes_.ValidateInputShape(&x, &weights));
    TensorShapeVector kernel_shape;
    ORT_RETURN_IF_ERROR(attributes_.ComputeKernelShape(weights.Shape(), kernel_shape));
    ConvAttributes::ConvPadVector pads(attributes_.pads);
    pads.resize(4, 0);
    const TensorShapeVector strides{1, 1}, dilations{Dilation(), Dilation()};
    TensorShapeVector dims{x.Shape()[0], weights.Shape()[0]};
    ORT_RETURN_IF_ERROR(
        attributes_.InferPadsAndOutputShape(x.Shape().Slice(2), kernel_shape, strides, dilations, pads, dims));
    auto& y = context->RequiredOutput(0, TensorShape(dims));
    if (y.Shape().Size() == 0) {
      return Status::OK();
    }

    const auto channels = static_cast<size_t>(weights.Shape()[0]);
    const auto w_scale = context->RequiredInput<Tensor>(kWScale).DataAsSpan<float>();
    const auto* bias = context->Input<Tensor>(kBias);
    ORT_RETURN_IF_NOT(w_scale.size() == 1 || w_scale.size() == channels, "w_scale must have 1 or ", channels,
                      " elements");
    ORT_RETURN_IF_NOT(bias == nullptr || static_cast<size_t>(bias->Shape().Size()) == channels, "bias must have ",
                      channels, " elements");
    const auto* residual = context->Input<Tensor>(kResidual);
    ORT_RETURN_IF_NOT(residual == nullptr || residual->Shape() == y.Shape(), "residual must have the result's shape, ",
                      y.Shape());
    const float x_scale = *context->RequiredInput<Tensor>(kXScale).Data<float>();
    std::vector<float> scales(channels);
    for (size_t m = 0; m < channels; ++m) {
      scales[m] = x_scale * w_scale[w_scale.size() == 1 ? 0 : m];
    }
    AllocatorPtr allocator;
    ORT_RETURN_IF_ERROR(context->GetTempSpaceAllocator(&allocator));
    const WinogradInteger convolution{ShapeForWinograd(x.Shape(), pads, Dilation(), y.Shape()),
                                      nullptr,
                                      weights.Data<uint8_t>(),
                                      *context->RequiredInput<Tensor>(kXZeroPoint).Data<uint8_t>(),
                                      zero_point_,
                                      scales.data(),
                                      bias == nullptr ? nullptr : bias->Data<float>(),
                                      relu_,
                                      residual == nullptr ? nullptr : residual->Data<float>()};
    const Tensor* const inputs[] = {&x};
    ConvolveImages(convolution, inputs, y, allocator, context->GetOperatorThreadPool());
    return Status::OK();
  }

 private:
  int64_t Dilation() const { return attributes_.dilations.empty() ? 1 : attributes_.dilations[0]; }

  const ConvAttributes attributes_;
  const bool relu_;
  uint8_t zero_point_;
};

}  // namespace

ONNX_NAMESPACE::OpSchema ConvIntegerToFloatSchema() {
  using namespace ONNX_NAMESPACE;
  return OpSchema("ConvIntegerToFloat", __FILE__, __LINE__)
      .SetDomain(kDomain)
      .SinceVersion(1)
      .SetDoc(
          "Y = activation(float(ConvInteger(x, w, x_zero_point, w_zero_point)) * (x_scale * w_scale) + bias) + "
          "residual, each step rounded to float32, for kernels of 3 x 3 with stride 1 and constant weights.")
      .Input(kX, "x", "Images, N x C x H x W.", "T1")
      .Input(kXScale, "x_scale", "Scale of x.", "T2")
      .Input(kXZeroPoint, "x_zero_point", "Zero point of x.", "T1")
      .Input(kW, "w", "Constant weights, M x C x 3 x 3.", "T1")
      .Input(kWScale, "w_scale", "Scale of w, one or M.", "T2")
      .Input(kWZeroPoint, "w_zero_point", "Constant zero point of w. Default: 0.", "T1", OpSchema::Optional)
      .Input(kBias, "bias", "M values. Default: 0.", "T2", OpSchema::Optional)
      .Input(kResidual, "residual", "N x M x OH x OW. Default: 0.", "T2", OpSchema::Optional)
      .Output(0, "y", "N x M x OH x OW.", "T2")
      .Attr("auto_pad", "As Conv's.", AttributeProto::STRING, std::string("NOTSET"))
      .Attr("pads", "As Conv's.", AttributeProto::INTS, OPTIONAL_VALUE)
      .Attr("kernel_shape", "[3, 3].", AttributeProto::INTS, OPTIONAL_VALUE)
      .Attr("strides", "[1, 1].", AttributeProto::INTS, OPTIONAL_VALUE)
      .Attr("dilations", "As Conv's; the same in both directions.", AttributeProto::INTS, OPTIONAL_VALUE)
      .Attr("group", "1.", AttributeProto::INT, static_cast<int64_t>(1))
      .Attr("activation", "Relu, or nothing.", AttributeProto::STRING, OPTIONAL_VALUE)
      .TypeConstraint("T1", {"tensor(uint8)"}, "Quantised values.")
      .TypeConstraint("T2", {"tensor(float)"}, "Real values.")
      .TypeAndShapeInferenceFunction([](InferenceContext& context) {
        propagateElemTypeFromInputToOutput(context, kXScale, 0);
        convPoolShapeInference(context, true, false, kX, kW);
      });
}

KernelCreateInfo ConvIntegerToFloatKernel() {
  return KernelOf<ConvIntegerToFloat>("ConvIntegerToFloat", {"T1", "T2"});
}

}  // namespace wasm_kernels
