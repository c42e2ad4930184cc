// Compares WinogradConvolve with the definition of a convolution: tests/kernels runs it, under node.
//
//   winograd_check C H W pad_top pad_left M OH OW relu threads offset
//
// prints the largest difference and the largest value. `offset` moves x, weights and y by so many floats off
// their alignment. Exits with 2 if anything outside of y was written.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <vector>

#include "kernels/winograd.h"

using wasm_kernels::WinogradShape;

// The definition: y[m][i][j] = bias[m] + sum over c, p, q of x[c][i + p - pad_top][j + q - pad_left] w[m][c][p][q].
static double Direct(const WinogradShape& s, const float* x, const float* w, double bias, size_t m, size_t i, size_t j) {
  double sum = bias;
  for (size_t c = 0; c < s.channels; ++c) {
    for (size_t p = 0; p < 3; ++p) {
      for (size_t q = 0; q < 3; ++q) {
        const size_t row = i + p - s.pad_top, column = j + q - s.pad_left;  // wraps round below zero
        if (row < s.height && column < s.width) {
          sum += static_cast<double>(x[(c * s.height + row) * s.width + column]) * w[((m * s.channels + c) * 3 + p) * 3 + q];
        }
      }
    }
  }
  return sum;
}

int main(int, char** arguments) {
  size_t v[11];
  for (size_t i = 0; i < 11; ++i) {
    v[i] = std::strtoul(arguments[i + 1], nullptr, 10);
  }
  const WinogradShape s{v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]};
  const bool relu = v[8] != 0;
  const size_t threads = v[9], offset = v[10], guard = 64;

  std::mt19937 random(1);
  std::uniform_real_distribution<float> values(-1, 1);
  const auto make = [&](size_t size) {
    std::vector<float> made(size);
    std::generate(made.begin(), made.end(), [&] { return values(random); });
    return made;
  };
  const size_t outputs = s.output_channels * s.output_height * s.output_width;
  const auto x = make(offset + s.channels * s.height * s.width);
  const auto w = make(offset + s.output_channels * s.channels * 9);
  const auto bias = make(s.output_channels);
  std::vector<float> y(guard + offset + outputs + guard, 12345.0f);
  std::vector<float> workspace(WinogradWorkspace(s, threads));
  float* result = y.data() + guard + offset;
  wasm_kernels::WinogradConvolve(s, x.data() + offset, w.data() + offset, bias.data(), relu, result, workspace.data(),
                                 threads, [](size_t count, const auto& body) {
                                   for (size_t i = 0; i < count; ++i) {
                                     body(i);
                                   }
                                 });
  double worst = 0, largest = 0;
  for (size_t m = 0; m < s.output_channels; ++m) {
    for (size_t i = 0; i < s.output_height; ++i) {
      for (size_t j = 0; j < s.output_width; ++j) {
        const double sum = Direct(s, x.data() + offset, w.data() + offset, bias[m], m, i, j);
        const double expected = relu ? std::max(0.0, sum) : sum;
        const double difference = std::fabs(expected - result[(m * s.output_height + i) * s.output_width + j]);
        worst = std::max(worst, std::isnan(difference) ? INFINITY : difference);
        largest = std::max(largest, std::fabs(expected));
      }
    }
  }
  std::printf("%g %g\n", worst, largest);
  const auto untouched = [](float value) { return value == 12345.0f; };
  const bool clean = std::all_of(y.data(), result, untouched) && std::all_of(result + outputs, y.data() + y.size(), untouched);
  return clean ? 0 : 2;
}
