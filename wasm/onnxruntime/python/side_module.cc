// What ONNX Runtime asks of the module that it is linked into (recipes/libonnxruntime/patches/0002).

// A side module lives in the memory of Pyodide's main module, which is not shared: the calling thread
// is the only one there is.
extern "C" int OrtWasmThreadLimit() { return 1; }
