#include "signature.h"

#include <set>
#include <string_view>

#include "tensors.h"

namespace wasm_engine {

namespace {

void AddFiles(const onnx::TensorProto& tensor, std::set<std::string>& files) {
  if (tensor.data_location() != onnx::TensorProto::EXTERNAL) {
    return;
  }
  for (const auto& entry : tensor.external_data()) {
    if (entry.key() == "location") {
      files.insert(entry.value());
    }
  }
}

void AddFiles(const onnx::GraphProto& graph, std::set<std::string>& files) {
  for (const auto& tensor : graph.initializer()) {
    AddFiles(tensor, files);
  }
  for (const auto& sparse : graph.sparse_initializer()) {
    AddFiles(sparse.values(), files);
    AddFiles(sparse.indices(), files);
  }
  for (const auto& node : graph.node()) {
    for (const auto& attribute : node.attribute()) {
      AddFiles(attribute.t(), files);
      for (const auto& tensor : attribute.tensors()) {
        AddFiles(tensor, files);
      }
      if (attribute.has_g()) {
        AddFiles(attribute.g(), files);
      }
      for (const auto& subgraph : attribute.graphs()) {
        AddFiles(subgraph, files);
      }
    }
  }
}

}  // namespace

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

std::vector<std::string> ExternalFiles(const void* model, size_t size) {
  // Reading a model's structure costs as much memory again; most models need not be read.
  if (std::string_view(static_cast<const char*>(model), size).find("location") == std::string_view::npos) {
    return {};
  }
  onnx::ModelProto proto;
  if (!proto.ParseFromArray(model, static_cast<int>(size))) {
    return {};
  }
  std::set<std::string> files;
  AddFiles(proto.graph(), files);
  for (const auto& function : proto.functions()) {
    for (const auto& node : function.node()) {
      for (const auto& attribute : node.attribute()) {
        AddFiles(attribute.t(), files);
      }
    }
  }
  return {files.begin(), files.end()};
}

}  // namespace wasm_engine
