// A module of its own, of this one function: see OrtWasmRelaxedMultiply. Whether multiplication and addition are
// rounded once or twice is up to the machine.
#include "winograd_multiply.h"

using namespace wasm_kernels;

namespace {

v128_t MultiplyAdd(v128_t sum, v128_t u, v128_t v) { return wasm_f32x4_relaxed_madd(u, v, sum); }

}  // namespace

extern "C" [[clang::export_name("multiply")]] void RelaxedMultiply(const uint32_t* u, const uint32_t* v, uint32_t* z,
                                                                   const MultiplyShape* shape) {
  MultiplyPoints<MultiplyAdd>(u, v, z, *shape);
}
