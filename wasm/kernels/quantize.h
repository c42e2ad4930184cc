// Quantisation of float32 to 8 bits, as ONNX's QuantizeLinear has it.
#pragma once

#include <cstddef>
#include <cstdint>

namespace wasm_kernels {

// y[i] = x[i] / scale, rounded to the nearest integer (to the even one of two), plus zero_point, from 0 to 255.
// What is not a number becomes 0.
void QuantizeLinear(const float* x, uint8_t* y, size_t size, float scale, uint8_t zero_point);

}  // namespace wasm_kernels
