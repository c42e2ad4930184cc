// What can be said of a model without its weights.
#pragma once

#include <string>

#include "core/session/inference_session.h"
#include "onnx/onnx_pb.h"

namespace wasm_engine {

// Metadata, inputs, outputs, and (as value_info) overridable initializers of a session's model.
onnx::ModelProto SignatureOf(const onnxruntime::InferenceSession& session);

// Whether every input, output and overridable initializer is a tensor that can cross between two
// memories. If not, `what` names the first that cannot.
bool IsSupported(const onnx::ModelProto& signature, std::string& what);

}  // namespace wasm_engine
