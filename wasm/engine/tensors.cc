#include "tensors.h"

#include "core/framework/allocator.h"
#include "core/framework/data_types.h"
#include "core/framework/data_types_internal.h"
#include "core/framework/onnxruntime_typeinfo.h"
#include "core/framework/tensor.h"
#include "onnx/onnx_pb.h"

namespace wasm_engine {

using onnxruntime::DataTypeImpl;
using onnxruntime::Tensor;
using onnxruntime::TensorShape;

bool IsPlainType(int onnx_type) {
  switch (onnx_type) {
    case onnx::TensorProto::BOOL:
    case onnx::TensorProto::UINT8:
    case onnx::TensorProto::INT8:
    case onnx::TensorProto::UINT16:
    case onnx::TensorProto::INT16:
    case onnx::TensorProto::UINT32:
    case onnx::TensorProto::INT32:
    case onnx::TensorProto::UINT64:
    case onnx::TensorProto::INT64:
    case onnx::TensorProto::FLOAT16:
    case onnx::TensorProto::FLOAT:
    case onnx::TensorProto::DOUBLE:
      return true;
    default:
      return false;
  }
}

OrtValue TensorFrom(const nlohmann::json& description) {
  const TensorShape shape(description.at("shape").get<std::vector<int64_t>>());
  void* data = reinterpret_cast<void*>(description.at("data").get<uintptr_t>());
  const auto element = DataTypeImpl::TensorTypeFromONNXEnum(description.at("type"))->GetElementType();
  OrtValue value;
  if (element == DataTypeImpl::GetType<std::string>()) {
    Tensor::InitOrtValue(element, shape, std::make_shared<onnxruntime::CPUAllocator>(), value);
    return value;
  }
  Tensor::InitOrtValue(element, shape, data, OrtMemoryInfo(onnxruntime::CPU, OrtDeviceAllocator), value);
  ORT_ENFORCE(value.Get<Tensor>().SizeInBytes() == description.at("size").get<size_t>(),
              "a tensor of shape ", shape.ToString(), " has ", value.Get<Tensor>().SizeInBytes(),
              " bytes; got ", description.at("size").get<size_t>());
  return value;
}

nlohmann::json Describe(const std::string& name, OrtValue& value) {
  auto& tensor = *value.GetMutable<Tensor>();
  const auto dims = tensor.Shape().GetDims();
  return {
      {"name", name},
      {"type", tensor.GetElementType()},
      {"shape", std::vector<int64_t>(dims.begin(), dims.end())},
      {"data", reinterpret_cast<uintptr_t>(tensor.MutableDataRaw())},
      {"size", tensor.SizeInBytes()},
  };
}

}  // namespace wasm_engine
