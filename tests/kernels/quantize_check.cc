// Compares QuantizeLinear with its definition: tests/kernels runs it, under node.
//
//   quantize_check size offset
//
// prints how many values differ. `offset` moves x and y by so many elements off their alignment. Exits with 2 if
// anything outside of y was written. Halves, values out of range, infinities and NaN are among x.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <random>
#include <vector>

#include "kernels/quantize.h"

int main(int, char** arguments) {
  const size_t size = std::strtoul(arguments[1], nullptr, 10), offset = std::strtoul(arguments[2], nullptr, 10);
  constexpr size_t guard = 32;
  constexpr float infinity = std::numeric_limits<float>::infinity();
  std::mt19937 random(1);
  std::uniform_real_distribution<float> values(-5, 5);
  std::vector<float> x(offset + size);
  for (float& value : x) {
    switch (random() % 8) {
      case 0:
        value = static_cast<float>(random() % 512) / 64 - 4;
        break;  // halves, when divided by the scale
      case 1:
        value = random() % 2 ? 1e30f : -1e30f;
        break;
      case 2:
        value = random() % 2 ? infinity : -infinity;
        break;
      case 3:
        value = random() % 4 ? values(random) : NAN;
        break;
      default:
        value = values(random);
    }
  }
  int different = 0;
  bool clean = true;
  for (const float scale : {1.0f / 32, 0.0331f, 1.0f, 0.0f}) {
    for (const uint8_t zero_point : {0, 131, 255}) {
      std::vector<uint8_t> y(guard + offset + size + guard, 77);
      uint8_t* result = y.data() + guard + offset;
      wasm_kernels::QuantizeLinear(x.data() + offset, result, size, scale, zero_point);
      for (size_t i = 0; i < size; ++i) {
        const float rounded = std::nearbyint(x[offset + i] / scale) + zero_point;
        const float expected = std::isnan(rounded) ? 0.0f : std::clamp(rounded, 0.0f, 255.0f);
        different += result[i] != static_cast<uint8_t>(expected);
      }
      const auto untouched = [](uint8_t value) { return value == 77; };
      clean = clean && std::all_of(y.data(), result, untouched) &&
              std::all_of(result + size, y.data() + y.size(), untouched);
    }
  }
  std::printf("%d\n", different);
  return clean ? 0 : 2;
}
