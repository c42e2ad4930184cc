// onnxruntime.wasm.WinogradConv: what Concat, Conv, Relu and Add do one after the other, without the tensors between
// them: what is put together may be the largest of a whole network. Weights may stay in float16, half their size.
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
  explicit WinogradConv(const OpKernelInfo& info) : OpKernel(info), attributes_(info) {}

  Status Compute(OpKernelContext* context) const override {
    const auto& weights = context->RequiredInput<Tensor>(kW);
    std::vector<const Tensor*> inputs;
    TensorShape x;
    ORT_RETURN_IF_ERROR(PutTogether(*context, inputs, x));
    WinogradFloat convolution{};
    TensorShape shape;
    ORT_RETURN_IF_ERROR(attributes_.Infer(x, weights.Shape(), convolution.shape, shape));
    const auto* bias = context->Input<Tensor>(kBias);
    const auto* residual = context->Input<Tensor>(kResidual);
    ORT_RETURN_IF_ERROR(attributes_.Check(bias, residual, shape));
    auto& y = context->RequiredOutput(0, shape);
    if (shape.Size() == 0) {
      return Status::OK();
    }
    if (weights.IsDataType<float>()) {
      convolution.weights = weights.Data<float>();
    } else {
      convolution.float16_weights = reinterpret_cast<const uint16_t*>(weights.Data<MLFloat16>());
    }
    convolution.bias = bias == nullptr ? nullptr : bias->Data<float>();
    convolution.relu = attributes_.Relu();
    convolution.residual = residual == nullptr ? nullptr : residual->Data<float>();
    AllocatorPtr allocator;
    ORT_RETURN_IF_ERROR(context->GetTempSpaceAllocator(&allocator));
    ConvolveImages(convolution, inputs, y, allocator, context->GetOperatorThreadPool());
    return Status::OK();
  }

 private:
  // Gives the inputs, and the shape of all together. As by Concat, empty ones may have any shape.
  static Status PutTogether(OpKernelContext& context, std::vector<const Tensor*>& inputs, TensorShape& x) {
    for (int i = kX; i < context.InputCount(); ++i) {
      inputs.push_back(&context.RequiredInput<Tensor>(i));
    }
    const auto is_empty = [](const Tensor* input) { return input->Shape().Size() == 0; };
    if (!std::all_of(inputs.begin(), inputs.end(), is_empty)) {
      inputs.erase(std::remove_if(inputs.begin(), inputs.end(), is_empty), inputs.end());
    }
    x = inputs.front()->Shape();
    ORT_RETURN_IF_NOT(x.NumDimensions() == 4, "x must be N x C x H x W; got ", x);
    for (size_t i = 1; i < inputs.size(); ++i) {
      const auto& other = inputs[i]->Shape();
      ORT_RETURN_IF_NOT(other.NumDimensions() == 4 && other[0] == x[0] && other[2] == x[2] && other[3] == x[3],
                        "inputs must have the same shape but for axis 1; got ", inputs.front()->Shape(), " and ",
                        other);
      x[1] += other[1];
    }
    return Status::OK();
  }

  const WinogradAttributes attributes_;
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
          .Input(kX, "x", "Images whose channels together are C, N x ... x H x W.", "T", OpSchema::Variadic)
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
