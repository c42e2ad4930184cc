#pragma once

#include <functional>
#include <string_view>

#include "kernels/winograd_multiply.h"

namespace onnxruntime::python {

// Called after each node of a main graph, on the thread that runs it.
using NodeCallback = std::function<void(int executed, int nodes)>;

// Have a callback called from now on, or none (null). It stays the caller's.
void SetNodeCallback(NodeCallback* callback);

// The kernels in relaxed SIMD: the bytes of a module that Python loads, if the browser knows its instructions, and the
// function of it that is used from then on; null for none.
std::string_view RelaxedKernels();
void SetRelaxedMultiply(wasm_kernels::MultiplyFunction* multiply);

}  // namespace onnxruntime::python
