// onnxruntime.wasm.WinogradConv: what Concat, Conv, Relu and Add do one after the other, without the tensors between
// them: what is put together may be the largest of a whole network. Of that, what Resize has doubled is taken as it was
// before, a quarter of the size. Weights may stay in float16, half their size.
#include <algorithm>
#include <vector>

#include "operators.h"
#include "winograd_operator.h"

namespace wasm_kernels {

using namespace onnxruntime;

namespace {

enum Inputs { kW, kBias, kResidual, kX };

class WinogradConv final : public OpKernel {
 public:
  explicit WinogradConv(const OpKernelInfo& info)
      : OpKernel(info), attributes_(info), doubled_(info.GetAttrsOrDefault<int64_t>("doubled")) {
    ORT_ENFORCE(attributes_.Dilation() == 1 || std::none_of(doubled_.begin(), doubled_.end(), [](auto i) { return i; }),
                "x can be doubled only without dilation");
  }

  Status Compute(OpKernelContext* context) const override {
    const auto& weights = context->RequiredInput<Tensor>(kW);
    std::vector<WinogradInput> inputs;
    TensorShape x;
    ORT_RETURN_IF_ERROR(PutTogether(*context, inputs, x));
    WinogradFloat convolution{};
    TensorShape shape;
    ORT_RETURN_IF_ERROR(attributes_.Infer(x, weights.Shape(), convolution.shape, shape));
    if (weights.IsDataType<float>()) {
      convolution.weights = weights.Data<float>();
    } else {
      convolution.float16_weights = reinterpret_cast<const uint16_t*>(weights.Data<MLFloat16>());
    }
    return attributes_.Convolve(*context, convolution, inputs, shape, kBias, kResidual);
  }

 private:
  // Gives the inputs, and the shape of all together. As by Concat, empty ones may have any shape.
  Status PutTogether(OpKernelContext& context, std::vector<WinogradInput>& inputs, TensorShape& x) const {
    for (int i = kX; i < context.InputCount(); ++i) {
      inputs.push_back({&context.RequiredInput<Tensor>(i), IsDoubled(static_cast<size_t>(i - kX))});
    }
    const auto is_empty = [](const WinogradInput& input) { return input.tensor->Shape().Size() == 0; };
    if (!std::all_of(inputs.begin(), inputs.end(), is_empty)) {
      inputs.erase(std::remove_if(inputs.begin(), inputs.end(), is_empty), inputs.end());
    }
    ORT_RETURN_IF_ERROR(ShapeOf(inputs.front(), x));
    for (size_t i = 1; i < inputs.size(); ++i) {
      TensorShape other;
      ORT_RETURN_IF_ERROR(ShapeOf(inputs[i], other));
      ORT_RETURN_IF_NOT(other[0] == x[0] && other[2] == x[2] && other[3] == x[3],
                        "inputs must have the same shape but for axis 1; got ", x, " and ", other);
      x[1] += other[1];
    }
    return Status::OK();
  }

  static Status ShapeOf(const WinogradInput& input, TensorShape& shape) {
    shape = input.tensor->Shape();
    ORT_RETURN_IF_NOT(shape.NumDimensions() == 4, "x must be N x C x H x W; got ", shape);
    if (input.doubled) {
      shape[2] *= 2;
      shape[3] *= 2;
    }
    return Status::OK();
  }

  bool IsDoubled(size_t i) const { return i < doubled_.size() && doubled_[i] != 0; }

  const WinogradAttributes attributes_;
  const std::vector<int64_t> doubled_;
};

}  // namespace

ONNX_NAMESPACE::OpSchema WinogradConvSchema() {
  using namespace ONNX_NAMESPACE;
  return WithWinogradAttributes(
      OpSchema("WinogradConv", __FILE__, __LINE__)
          .SetDomain(kDomain)
          .SinceVersion(1)
          .SetDoc("Y = activation(Conv(Concat(x...), w, bias)) + residual, for kernels of 3 x 3 with stride 1.")
          .Input(kW, "w", "Weights, M x C x 3 x 3.", "W")
          .Input(kBias, "bias", "M values. Default: 0.", "T", OpSchema::Optional)
          .Input(kResidual, "residual", "N x M x OH x OW. Default: 0.", "T", OpSchema::Optional)
          .Input(kX, "x", "Images whose channels together are C, N x ... x H x W, or H/2 x W/2.", "T",
                 OpSchema::Variadic)
          .Attr("doubled",
                "Of each x, 1 if its images are doubled in height and width first, by Resize: linear, coordinates of "
                "half pixels. Default: 0.",
                AttributeProto::INTS, OPTIONAL_VALUE)
          .Output(0, "y", "N x M x OH x OW.", "T")
          .TypeConstraint("T", {"tensor(float)"}, "Real values.")
          .TypeConstraint("W", {"tensor(float)", "tensor(float16)"}, "What is computed in floats."),
      kX, kW, kX);
}

KernelCreateInfo WinogradConvKernel() {
  return KernelOf<WinogradConv>(
      "WinogradConv",
      {{"T", {DataTypeImpl::GetTensorType<float>()}}, {"W", BuildKernelDefConstraints<float, MLFloat16>()}}, kResidual);
}

}  // namespace wasm_kernels
