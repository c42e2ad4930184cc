// onnxruntime.wasm.DynamicQuantizeConcat: what Concat and DynamicQuantizeLinear do one after the other, without
// the float tensor between them, which may be the largest of a whole network.
#include <algorithm>
#include <limits>
#include <vector>

#include "core/mlas/inc/mlas.h"
#include "core/providers/common.h"
#include "core/util/qmath.h"
#include "operators.h"
#include "quantize.h"

namespace wasm_kernels {

using namespace onnxruntime;
using concurrency::ThreadPool;

namespace {

constexpr size_t kPiece = 16 * 1024;  // values that a thread takes at once

// Values that lie one after the other in an input as well as in the output.
struct Piece {
  const float* from;
  uint8_t* to;
  size_t size;
};

template <typename Body>
void ForEach(ThreadPool* thread_pool, const std::vector<Piece>& pieces, const Body& body) {
  ThreadPool::TryParallelFor(thread_pool, static_cast<std::ptrdiff_t>(pieces.size()),
                             TensorOpCost{kPiece * sizeof(float), kPiece, kPiece * 2.0},
                             [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
                               for (std::ptrdiff_t i = begin; i < end; ++i) {
                                 body(static_cast<size_t>(i));
                               }
                             });
}

class DynamicQuantizeConcat final : public OpKernel {
 public:
  explicit DynamicQuantizeConcat(const OpKernelInfo& info) : OpKernel(info), axis_(info.GetAttr<int64_t>("axis")) {}

  Status Compute(OpKernelContext* context) const override {
    const auto& first = context->RequiredInput<Tensor>(0).Shape();
    const auto axis = static_cast<size_t>(HandleNegativeAxis(axis_, static_cast<int64_t>(first.NumDimensions())));
    TensorShape shape = first;
    for (int i = 1; i < context->InputCount(); ++i) {
      const auto& other = context->RequiredInput<Tensor>(i).Shape();
      bool fits = other.NumDimensions() == first.NumDimensions();
      for (size_t d = 0; fits && d < first.NumDimensions(); ++d) {
        fits = d == axis || other[d] == first[d];
      }
      ORT_RETURN_IF_NOT(fits, "inputs must have the same shape but for axis ", axis_, "; got ", first, " and ", other);
      shape[axis] += other[axis];
    }
    auto& y = context->RequiredOutput(0, shape);
    auto* scale = context->RequiredOutput(1, TensorShape{}).MutableData<float>();
    auto* zero_point = context->RequiredOutput(2, TensorShape{}).MutableData<uint8_t>();

    ThreadPool* thread_pool = context->GetOperatorThreadPool();
    const auto pieces = Cut(*context, axis, y);
    // The range is that of the values; GetQuantizationParameter makes scale and zero point of any that have it.
    std::vector<float> least(pieces.size()), most(pieces.size());
    ForEach(thread_pool, pieces,
            [&](size_t i) { MlasFindMinMaxElement(pieces[i].from, &least[i], &most[i], pieces[i].size); });
    float range[2] = {std::numeric_limits<float>::max(), std::numeric_limits<float>::lowest()};
    for (size_t i = 0; i < pieces.size(); ++i) {
      range[0] = std::min(range[0], least[i]);
      range[1] = std::max(range[1], most[i]);
    }
    GetQuantizationParameter(range, 2, *scale, *zero_point, thread_pool);
    ForEach(thread_pool, pieces,
            [&](size_t i) { QuantizeLinear(pieces[i].from, pieces[i].to, pieces[i].size, *scale, *zero_point); });
    return Status::OK();
  }

 private:
  static std::vector<Piece> Cut(OpKernelContext& context, size_t axis, Tensor& y) {
    std::vector<Piece> pieces;
    auto* to = y.MutableData<uint8_t>();
    const auto before = static_cast<size_t>(y.Shape().SizeToDimension(axis));
    for (size_t outer = 0; outer < before; ++outer) {
      for (int i = 0; i < context.InputCount(); ++i) {
        const auto& x = context.RequiredInput<Tensor>(i);
        const auto size = static_cast<size_t>(x.Shape().SizeFromDimension(axis));
        const float* from = x.Data<float>() + outer * size;
        for (size_t at = 0; at < size; at += kPiece) {
          pieces.push_back({from + at, to + at, std::min(kPiece, size - at)});
        }
        to += size;
      }
    }
    return pieces;
  }

  const int64_t axis_;
};

}  // namespace

ONNX_NAMESPACE::OpSchema DynamicQuantizeConcatSchema() {
  using namespace ONNX_NAMESPACE;
  return OpSchema("DynamicQuantizeConcat", __FILE__, __LINE__)
      .SetDomain(kDomain)
      .SinceVersion(1)
      .SetDoc("DynamicQuantizeLinear(Concat(x...)).")
      .Input(0, "x", "Tensors of the same shape but for one axis.", "T2", OpSchema::Variadic)
      .Output(0, "y", "Quantised, one after the other.", "T1")
      .Output(1, "y_scale", "A scalar.", "T2")
      .Output(2, "y_zero_point", "A scalar.", "T1")
      .Attr("axis", "As Concat's.", AttributeProto::INT, true)
      .TypeConstraint("T1", {"tensor(uint8)"}, "Quantised values.")
      .TypeConstraint("T2", {"tensor(float)"}, "Real values.")
      .TypeAndShapeInferenceFunction([](InferenceContext& context) {
        updateOutputElemType(context, 0, TensorProto::UINT8);
        updateOutputElemType(context, 1, TensorProto::FLOAT);
        updateOutputElemType(context, 2, TensorProto::UINT8);
        updateOutputShape(context, 1, TensorShapeProto());
        updateOutputShape(context, 2, TensorShapeProto());
      });
}

KernelCreateInfo DynamicQuantizeConcatKernel() {
  return KernelOf<DynamicQuantizeConcat>("DynamicQuantizeConcat", {{"T1", {DataTypeImpl::GetTensorType<uint8_t>()}},
                                                                   {"T2", {DataTypeImpl::GetTensorType<float>()}}});
}

}  // namespace wasm_kernels
