#pragma once

#include <functional>

namespace onnxruntime::python {

// Called after each node of a main graph, on the thread that runs it.
using NodeCallback = std::function<void(int executed, int nodes)>;

// Have a callback called from now on, or none (null). It stays the caller's.
void SetNodeCallback(NodeCallback* callback);

}  // namespace onnxruntime::python
