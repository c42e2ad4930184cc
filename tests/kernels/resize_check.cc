// Compares ResizeBilinear with its definition: tests/kernels runs it, under node.
//
//   resize_check height width output_height output_width offset
//
// prints how many values differ. `offset` moves x and y by so many elements off their alignment. Exits with 2 if
// anything outside of y was written.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <vector>

#include "kernels/resize.h"

namespace {

struct Taps {
  Taps(size_t from, size_t to, int32_t step) : first(to), second(to), first_weight(to), second_weight(to) {
    for (size_t i = 0; i < to; ++i) {
      const float middle = (static_cast<float>(i) + 0.5f) * static_cast<float>(from) / static_cast<float>(to) - 0.5f;
      const float at = std::clamp(middle, 0.0f, static_cast<float>(from - 1));
      const auto low = static_cast<int32_t>(at), high = std::min(low + 1, static_cast<int32_t>(from) - 1);
      first[i] = low * step;
      second[i] = high * step;
      second_weight[i] = at - static_cast<float>(low);
      first_weight[i] = 1 - second_weight[i];
    }
  }

  wasm_kernels::BilinearTaps View() const {
    return {first.size(), first.data(), second.data(), first_weight.data(), second_weight.data()};
  }

  std::vector<int32_t> first, second;
  std::vector<float> first_weight, second_weight;
};

}  // namespace

int main(int, char** arguments) {
  size_t v[5];
  for (size_t i = 0; i < 5; ++i) {
    v[i] = std::strtoul(arguments[i + 1], nullptr, 10);
  }
  const size_t height = v[0], width = v[1], outputs = v[2] * v[3], offset = v[4], guard = 32;
  std::mt19937 random(1);
  std::uniform_real_distribution<float> values(-1, 1);
  std::vector<float> x(offset + height * width);
  std::generate(x.begin(), x.end(), [&] { return values(random); });
  const Taps rows(height, v[2], static_cast<int32_t>(width)), columns(width, v[3], 1);
  std::vector<float> y(guard + offset + outputs + guard, 12345.0f),
      workspace(wasm_kernels::ResizeWorkspace(columns.View()));
  float* result = y.data() + guard + offset;
  wasm_kernels::ResizeBilinear(rows.View(), columns.View(), x.data() + offset, result, workspace.data());

  int different = 0;
  for (size_t i = 0; i < v[2]; ++i) {
    const float *above = x.data() + offset + rows.first[i], *below = x.data() + offset + rows.second[i];
    const float upper = rows.first_weight[i], lower = rows.second_weight[i];
    for (size_t j = 0; j < v[3]; ++j) {
      const float left = columns.first_weight[j], right = columns.second_weight[j];
      const float expected = left * upper * above[columns.first[j]] + right * upper * above[columns.second[j]] +
                             left * lower * below[columns.first[j]] + right * lower * below[columns.second[j]];
      different += result[i * v[3] + j] != expected;
    }
  }
  std::printf("%d\n", different);
  const auto untouched = [](float value) { return value == 12345.0f; };
  const bool clean =
      std::all_of(y.data(), result, untouched) && std::all_of(result + outputs, y.data() + y.size(), untouched);
  return clean ? 0 : 2;
}
