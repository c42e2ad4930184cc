// The C++ half of onnxruntime.wasm: whatever of the engine's sessions ONNX Runtime's own code does
// better than Python could. It turns Python's values into tensors exactly as a session of this module
// does, describes a session by upstream's own classes, and reads what Python cannot read of the options.
#define NO_IMPORT_ARRAY
#define NPY_NO_DEPRECATED_API NPY_1_7_API_VERSION
#define PY_ARRAY_UNIQUE_SYMBOL onnxruntime_python_ARRAY_API
#include "python/numpy_helper.h"

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <pybind11/functional.h>
#include <pybind11/stl.h>

#include "core/common/logging/logging.h"
#include "core/framework/random_seed.h"
#include "core/framework/tensor.h"
#include "core/graph/node_arg.h"
#include "core/session/inference_session.h"
#include "engine/options.h"
#include "core/session/lora_adapters.h"
#include "onnx/onnx_pb.h"
#include "python/onnxruntime_pybind_mlvalue.h"
#include "python/onnxruntime_pybind_state_common.h"
#include "side_module.h"

namespace py = pybind11;

namespace onnxruntime::python {

namespace {

using ValueMap = std::map<std::string, OrtValue>;

// A model's inputs, outputs and metadata, without the model.
class Signature {
 public:
  // From a serialized ModelProto as the engine makes it, see engine_describe_session.
  explicit Signature(const std::string& serialized) {
    ONNX_NAMESPACE::ModelProto model;
    ORT_ENFORCE(model.ParseFromString(serialized), "not a serialized ModelProto");
    const auto& graph = model.graph();
    metadata.producer_name = model.producer_name();
    metadata.domain = model.domain();
    metadata.description = model.doc_string();
    metadata.version = model.model_version();
    metadata.graph_name = graph.name();
    metadata.graph_description = graph.doc_string();
    for (const auto& entry : model.metadata_props()) {
      metadata.custom_metadata_map[entry.key()] = entry.value();
    }
    Add(graph.input(), inputs);
    Add(graph.output(), outputs);
    Add(graph.value_info(), overridable_initializers);
  }

  OrtValue Feed(const std::string& name, const py::object& value, bool only_arrays) const {
    OrtValue fed;
    CreateGenericMLValue(&inputs, GetAllocator(), name, value, &fed, only_arrays);
    ThrowIfPyErrOccured();
    return fed;
  }

  ModelMetadata metadata;
  std::vector<const NodeArg*> inputs, outputs, overridable_initializers;

 private:
  template <typename Values>
  void Add(const Values& values, std::vector<const NodeArg*>& list) {
    for (const auto& value : values) {
      const auto* type = value.has_type() ? &value.type() : nullptr;
      list.push_back(&nodes_.emplace_back(value.name(), type));
    }
  }

  std::deque<NodeArg> nodes_;
};

py::tuple DescribeSessionOptions(const PySessionOptions& options) {
  ValueMap shared, external;
  for (const auto& [name, value] : options.value.initializers_to_share_map) {
    shared.emplace(name, *value);
  }
  for (const auto& [name, value] : options.value.external_initializers) {
    external.emplace(name, value);
  }
  auto json = wasm_engine::ToJson(options.value);
  // What is set for all sessions of this module: set_seed and set_default_logger_severity.
  json["random_seed"] = utils::GetRandomSeed();
  if (options.value.session_log_severity_level < 0) {
    // There is no logger before anything has needed one.
    const auto severity = logging::LoggingManager::HasDefaultLogger()
                              ? logging::LoggingManager::DefaultLogger().GetSeverity()
                              : logging::Severity::kWARNING;
    json["session_log_severity_level"] = static_cast<int>(severity);
  }
  return py::make_tuple(json.dump(), shared, external,
                        options.value.custom_op_libs != nullptr || !options.custom_op_domains_.empty());
}

py::tuple DescribeRunOptions(const RunOptions* given) {
  const RunOptions none;
  const RunOptions& options = given == nullptr ? none : *given;
  ValueMap parameters;
  for (const auto* adapter : options.active_adapters) {
    auto [begin, end] = adapter->GetParamIterators();
    for (; begin != end; ++begin) {
      parameters.emplace(begin->first, begin->second.GetMapped());
    }
  }
  return py::make_tuple(wasm_engine::ToJson(options).dump(), parameters);
}

py::memoryview Bytes(OrtValue& value) {
  ORT_ENFORCE(value.IsTensor() && !value.Get<Tensor>().IsDataTypeString(), "not a tensor of numbers");
  auto& tensor = *value.GetMutable<Tensor>();
  static char nothing;  // an empty tensor may have no memory, and a memoryview must
  void* data = tensor.SizeInBytes() == 0 ? &nothing : tensor.MutableDataRaw();
  return py::memoryview::from_memory(data, static_cast<py::ssize_t>(tensor.SizeInBytes()));
}

MLDataType ElementType(const py::object& type) {
  if (py::isinstance<py::int_>(type)) {
    return OnnxTypeToOnnxRuntimeTensorType(type.cast<int>());
  }
  PyArray_Descr* dtype;
  if (!PyArray_DescrConverter(type.ptr(), &dtype)) {
    throw std::runtime_error("Not a valid numpy type");
  }
  const int number = dtype->type_num;
  Py_DECREF(dtype);
  return NumpyTypeToOnnxRuntimeTensorType(number);
}

OrtValue Wrap(const py::object& type, const std::vector<int64_t>& shape, int64_t address) {
  OrtValue value;
  Tensor::InitOrtValue(ElementType(type), gsl::make_span(shape), reinterpret_cast<void*>(address),
                       OrtMemoryInfo(CPU, OrtDeviceAllocator), value);
  return value;
}

void OnNodeExecuted(const py::object& callback) {
  static NodeCallback current;  // of a module that is never unloaded
  if (callback.is_none()) {
    SetNodeCallback(nullptr);
    current = nullptr;
    return;
  }
  current = [callback](int executed, int nodes) {
    py::gil_scoped_acquire acquire;  // a session runs without it
    callback(executed, nodes);
  };
  SetNodeCallback(&current);
}

}  // namespace

void addWasmMethods(py::module& m) {
  auto wasm = m.def_submodule("_wasm", "What onnxruntime.wasm needs of this module.");
  py::class_<Signature>(wasm, "Signature")
      .def(py::init([](const py::bytes& serialized) { return std::make_unique<Signature>(serialized); }))
      .def_readonly("inputs_meta", &Signature::inputs)
      .def_readonly("outputs_meta", &Signature::outputs)
      .def_readonly("overridable_initializers", &Signature::overridable_initializers)
      .def_readonly("model_meta", &Signature::metadata)
      .def("feed", &Signature::Feed, py::arg("name"), py::arg("value"), py::arg("only_arrays") = false,
           "Convert a value for an input into an OrtValue as InferenceSession.run does.");
  // Options point to the initializers that were added to them, and keep those: a copy must keep the options.
  wasm.def("copy_session_options", [](const PySessionOptions& options) { return PySessionOptions(options); },
           py::keep_alive<0, 1>());
  wasm.def("keep_options", [](const PySessionOptions&, const PySessionOptions&) {}, py::keep_alive<1, 2>(),
           "Have a copy of options keep those that it was made of.");
  wasm.def("describe_session_options", &DescribeSessionOptions,
           "Give (options as JSON, shared initializers, external initializers, whether there are custom operators).");
  wasm.def("describe_run_options", &DescribeRunOptions, py::arg("options").none(true),
           "Give (options as JSON, parameters of the active adapters).");
  wasm.def("data", &Bytes, py::keep_alive<0, 1>(), "Give a tensor's memory as a writable memoryview of bytes.");
  wasm.def("wrap", &Wrap, "Make an OrtValue over memory at an address; it stays the caller's.");
  wasm.def("nothing", [] { return OrtValue(); }, "Make an OrtValue that holds nothing.");
  wasm.def("to_python", [](const OrtValue& value) { return AddTensorAsPyObj(value, nullptr, nullptr); },
           "Convert a tensor as InferenceSession.run does.");
  wasm.def("on_node_executed", &OnNodeExecuted, py::arg("callback").none(true),
           "Have callable(executed, nodes) called after each node of a main graph; None ends that.");
  wasm.def("relaxed_kernels", [] { return py::bytes(RelaxedKernels()); },
           "Give the WebAssembly module of the kernels in relaxed SIMD.");
  wasm.def("use_relaxed_multiply",
           [](uintptr_t index) { SetRelaxedMultiply(reinterpret_cast<wasm_kernels::MultiplyFunction*>(index)); },
           "Use a function of that module, by its index in the table of functions; 0 for none.");
}

}  // namespace onnxruntime::python
