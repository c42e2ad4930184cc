#include "signature.h"

#include "tensors.h"

namespace wasm_engine {

onnx::ModelProto SignatureOf(const onnxruntime::InferenceSession& session) {
  onnx::ModelProto signature;
  const auto [metadata_status, metadata] = session.GetModelMetadata();
  ORT_THROW_IF_ERROR(metadata_status);
  signature.set_producer_name(metadata->producer_name);
  signature.set_domain(metadata->domain);
  signature.set_doc_string(metadata->description);
  signature.set_model_version(metadata->version);
  for (const auto& [key, value] : metadata->custom_metadata_map) {
    auto& entry = *signature.add_metadata_props();
    entry.set_key(key);
    entry.set_value(value);
  }
  auto& graph = *signature.mutable_graph();
  graph.set_name(metadata->graph_name);
  graph.set_doc_string(metadata->graph_description);

  const auto [inputs_status, inputs] = session.GetModelInputs();
  ORT_THROW_IF_ERROR(inputs_status);
  for (const auto* input : *inputs) {
    *graph.add_input() = input->ToProto();
  }
  const auto [outputs_status, outputs] = session.GetModelOutputs();
  ORT_THROW_IF_ERROR(outputs_status);
  for (const auto* output : *outputs) {
    *graph.add_output() = output->ToProto();
  }
  const auto [initializers_status, initializers] = session.GetOverridableInitializers();
  ORT_THROW_IF_ERROR(initializers_status);
  for (const auto* initializer : *initializers) {
    *graph.add_value_info() = initializer->ToProto();
  }
  return signature;
}

bool IsSupported(const onnx::ModelProto& signature, std::string& what) {
  const auto& graph = signature.graph();
  for (const auto* values : {&graph.input(), &graph.output(), &graph.value_info()}) {
    for (const auto& value : *values) {
      if (!value.type().has_tensor_type() || !IsPlainType(value.type().tensor_type().elem_type())) {
        what = value.name();
        return false;
      }
    }
  }
  return true;
}

}  // namespace wasm_engine
