// Tensors as JSON: a description of memory that somebody else owns. See engine.h for the fields.
#pragma once

#include <nlohmann/json.hpp>

#include "core/framework/ort_value.h"

namespace wasm_engine {

// Whether a tensor of this ONNX TensorProto.DataType can cross between two memories: its elements are
// plain numbers that NumPy knows.
bool IsPlainType(int onnx_type);

// Wrap the memory that a description names. Of strings only the shape crosses: no session takes them, and
// ONNX Runtime says so as soon as it has seen the type.
OrtValue TensorFrom(const nlohmann::json& description);

// Describe a tensor. The value must be one, of a plain type.
nlohmann::json Describe(const std::string& name, OrtValue& value);

}  // namespace wasm_engine
