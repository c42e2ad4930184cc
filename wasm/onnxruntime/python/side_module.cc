// What ONNX Runtime asks of the module that it is linked into (recipes/libonnxruntime/patches).

#include "side_module.h"

// A side module lives in the memory of Pyodide's main module, which is not shared: the calling thread
// is the only one there is.
extern "C" int OrtWasmThreadLimit() { return 1; }

namespace {
onnxruntime::python::NodeCallback* node_callback = nullptr;
int executed = 0;
int nodes_of_run = 0;

wasm_kernels::MultiplyFunction* relaxed_multiply = nullptr;
constexpr uint8_t relaxed_kernels[] = {
#include "relaxed_kernels.inc"
};
}

namespace onnxruntime::python {

void SetNodeCallback(NodeCallback* callback) { node_callback = callback; }

std::string_view RelaxedKernels() {
  return {reinterpret_cast<const char*>(relaxed_kernels), sizeof relaxed_kernels};
}

void SetRelaxedMultiply(wasm_kernels::MultiplyFunction* multiply) { relaxed_multiply = multiply; }

}  // namespace onnxruntime::python

extern "C" void OrtWasmRunStarted(int nodes) {
  executed = 0;
  nodes_of_run = nodes;
}

extern "C" void OrtWasmNodeExecuted(bool main_graph) {
  if (main_graph && node_callback != nullptr) {
    (*node_callback)(++executed, nodes_of_run);
  }
}

extern "C" wasm_kernels::MultiplyFunction* OrtWasmRelaxedMultiply() { return relaxed_multiply; }
