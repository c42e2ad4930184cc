// onnxruntime.wasm.ConvIntegerToFloat: what ConvInteger, Cast, Mul, Add, Relu and Add do one after the other.
#include <vector>

#include "operators.h"
#include "winograd_operator.h"

namespace wasm_kernels {

using namespace onnxruntime;

namespace {

enum Inputs { kX, kXScale, kXZeroPoint, kW, kWScale, kWZeroPoint, kBias, kResidual };

class ConvIntegerToFloat final : public OpKernel {
 public:
  explicit ConvIntegerToFloat(const OpKernelInfo& info) : OpKernel(info), attributes_(info) {
    const Tensor* weights = nullptr;
    const Tensor* zero_point = nullptr;
    ORT_ENFORCE(info.TryGetConstantInput(kW, &weights), "the weights must be constant");
    ORT_ENFORCE(info.GetInputCount() <= kWZeroPoint || !info.node().InputDefs()[kWZeroPoint]->Exists() ||
                    info.TryGetConstantInput(kWZeroPoint, &zero_point),
                "the weights' zero point must be constant");
    const auto& shape = weights->Shape();
    ORT_ENFORCE(shape.NumDimensions() == 4 && shape[2] == 3 && shape[3] == 3, "only for kernels of 3 x 3");
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
    WinogradInteger convolution{};
    TensorShape shape;
    ORT_RETURN_IF_ERROR(attributes_.Infer(x.Shape(), weights.Shape(), convolution.shape, shape));

    const auto channels = static_cast<size_t>(shape[1]);
    const auto w_scale = context->RequiredInput<Tensor>(kWScale).DataAsSpan<float>();
    ORT_RETURN_IF_NOT(w_scale.size() == 1 || w_scale.size() == channels, "w_scale must have 1 or ", channels,
                      " elements");
    const float x_scale = *context->RequiredInput<Tensor>(kXScale).Data<float>();
    std::vector<float> scales(channels);
    for (size_t m = 0; m < channels; ++m) {
      scales[m] = x_scale * w_scale[w_scale.size() == 1 ? 0 : m];
    }
    convolution.weights = weights.Data<uint8_t>();
    convolution.x_zero_point = *context->RequiredInput<Tensor>(kXZeroPoint).Data<uint8_t>();
    convolution.weights_zero_point = zero_point_;
    convolution.scales = scales.data();
    const WinogradInput inputs[] = {{&x, false}};
    return attributes_.Convolve(*context, convolution, inputs, shape, kBias, kResidual);
  }

 private:
  const WinogradAttributes attributes_;
  uint8_t zero_point_;
};

}  // namespace

ONNX_NAMESPACE::OpSchema ConvIntegerToFloatSchema() {
  using namespace ONNX_NAMESPACE;
  return WithWinogradAttributes(
      OpSchema("ConvIntegerToFloat", __FILE__, __LINE__)
          .SetDomain(kDomain)
          .SinceVersion(1)
          .SetDoc("Y = activation(float(ConvInteger(x, w, x_zero_point, w_zero_point)) * (x_scale * w_scale) + bias) + "
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
          .TypeConstraint("T1", {"tensor(uint8)"}, "Quantised values.")
          .TypeConstraint("T2", {"tensor(float)"}, "Real values."),
      kX, kW, kXScale);
}

KernelCreateInfo ConvIntegerToFloatKernel() {
  return KernelOf<ConvIntegerToFloat>(
      "ConvIntegerToFloat",
      {{"T1", {DataTypeImpl::GetTensorType<uint8_t>()}}, {"T2", {DataTypeImpl::GetTensorType<float>()}}}, kResidual);
}

}  // namespace wasm_kernels
