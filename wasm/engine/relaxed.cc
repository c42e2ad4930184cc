// The kernels in relaxed SIMD, loaded once on each thread that uses them: a table of functions is a thread's own.
#include <emscripten/em_js.h>

#include "kernels/winograd_multiply.h"

namespace {

constexpr uint8_t code[] = {
#include "relaxed_kernels.inc"
};

// Gives the function's place in this thread's table, or 0 if the browser does not know the instructions. (addFunction
// would first look at each of the table's 20000 functions.)
EM_JS(uint32_t, LoadRelaxedMultiply, (const void* code, size_t size), {
  const bytes = new Uint8Array(wasmMemory.buffer, code >>> 0, size).slice();
  if (!WebAssembly.validate(bytes)) {
    return 0;
  }
  try {
    const module = new WebAssembly.Module(bytes);
    const { exports } = new WebAssembly.Instance(module, { env: { memory: wasmMemory } });
    const place = wasmTable.grow(1);
    wasmTable.set(place, exports["multiply"]);
    return place;
  } catch {
    return 0;  // for want of memory: it goes without
  }
});
EM_JS_DEPS(relaxed, "$wasmTable");

}  // namespace

extern "C" wasm_kernels::MultiplyFunction* OrtWasmRelaxedMultiply() {
  thread_local auto* const multiply =
      reinterpret_cast<wasm_kernels::MultiplyFunction*>(LoadRelaxedMultiply(code, sizeof code));
  return multiply;
}
