// Bilinear resizing of float32 images, as ONNX's Resize has it.
#pragma once

#include <cstddef>
#include <cstdint>

namespace wasm_kernels {

// Where each output lies between two inputs, for one direction: two indices, or multiples of one, and two weights.
struct BilinearTaps {
  size_t size;  // of the output
  const int32_t *first, *second;
  const float *first_weight, *second_weight;
};

// One channel: y[i][j] is the sum of the values where two rows of x and two columns meet, each times the product of
// the row's and the column's weight. They are added in this order: (first row, first column), (first row, second
// column), (second row, first column), (second row, second column).
//
// rows.first and .second are offsets in x, not negative. workspace: ResizeWorkspace(columns) floats.
void ResizeBilinear(const BilinearTaps& rows, const BilinearTaps& columns, const float* x, float* y, float* workspace);

inline size_t ResizeWorkspace(const BilinearTaps& columns) { return 4 * columns.size; }

}  // namespace wasm_kernels
