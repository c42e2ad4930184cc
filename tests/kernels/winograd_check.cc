// Compares WinogradConvolve with the definition of a convolution: tests/kernels runs it, under node.
//
//   winograd_check float|float16|doubled|relaxed|uint8|low|high|largest|smallest C H W pad_top pad_left M OH OW
//   dilation relu threads offset
//
// prints the largest difference, the largest value before relu, and whether the sums are sure to fit. `offset`
// moves x, weights, residual and y by so many elements off their alignment. relu is 0 for none, 2 for a residual
// too, 3 for one where y is to be. float16: the weights are, many of them below its smallest normal number. Exits with
// 2 if anything outside of y or behind the workspace was written. Half of the quantised values are 0 or 255. Zero
// points are 131 and 120; low: 0; high: 255. With largest all sums have their largest value, with smallest their
// smallest. doubled: two channels of three are of half the height and width. relaxed: floats, in relaxed SIMD.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "kernels/winograd.h"
#include "kernels/winograd_multiply.h"

using namespace wasm_kernels;

extern "C" MultiplyFunction RelaxedMultiply;

namespace {

bool relaxed = false;

constexpr size_t kGuard = 64;
constexpr float kUntouched = 12345.0f;
constexpr uint32_t kUntouchedCell = 12345;

std::mt19937 random_bits(1);

std::vector<float> Floats(size_t size, float low, float high) {
  std::uniform_real_distribution<float> values(low, high);
  std::vector<float> made(size);
  std::generate(made.begin(), made.end(), [&] { return values(random_bits); });
  return made;
}

std::vector<uint8_t> Bytes(size_t size) {
  std::vector<uint8_t> made(size);
  std::generate(made.begin(), made.end(), [] {
    const auto bits = random_bits();
    return static_cast<uint8_t>(bits & 256 ? (bits & 512 ? 255 : 0) : bits & 255);
  });
  return made;
}

// Finite values of binary16 below 1.
std::vector<uint16_t> Floats16(size_t size) {
  std::vector<uint16_t> made(size);
  std::generate(made.begin(), made.end(), [] {
    const auto bits = random_bits();
    return static_cast<uint16_t>(bits & (bits & 0x10000 ? 0x83ff : 0xbbff));
  });
  return made;
}

// IEEE 754's definition of a finite one.
double FromFloat16(uint16_t bits) {
  const int exponent = bits >> 10 & 31, fraction = bits & 1023;
  const double magnitude = exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25);
  return bits & 0x8000 ? -magnitude : magnitude;
}

// The definition's sum over c, p, q of x(c, i + dilation p - pad_top, j + dilation q - pad_left) w(m, c, p, q).
template <typename Sum, typename X, typename W>
Sum Direct(const WinogradShape& s, const X& x, const W& w, size_t m, size_t i, size_t j) {
  Sum sum = 0;
  for (size_t c = 0; c < s.channels; ++c) {
    for (size_t p = 0; p < 3; ++p) {
      for (size_t q = 0; q < 3; ++q) {
        const size_t row = i + p * s.dilation - s.pad_top,
                     column = j + q * s.dilation - s.pad_left;  // wraps round below zero
        if (row < s.height && column < s.width) {
          sum +=
              static_cast<Sum>(x((c * s.height + row) * s.width + column)) * w(((m * s.channels + c) * 3 + p) * 3 + q);
        }
      }
    }
  }
  return sum;
}

size_t Outputs(const WinogradShape& s) { return s.output_channels * s.output_height * s.output_width; }

bool Fits(const WinogradFloat&) { return true; }

bool Fits(const WinogradInteger& convolution) {
  return WinogradSumsFit(convolution.weights, convolution.weights_zero_point, convolution.shape.output_channels,
                         convolution.shape.channels);
}

// The channels of C x H x W.
template <typename Input>
std::vector<const Input*> Channels(const Input* x, const WinogradShape& s) {
  std::vector<const Input*> channels(s.channels);
  for (size_t c = 0; c < s.channels; ++c) {
    channels[c] = x + c * s.height * s.width;
  }
  return channels;
}

// Compares with the definition, which gives what comes before relu.
template <typename Convolution, typename Definition>
int Compare(Convolution convolution, bool in_place, size_t threads, size_t offset, const Definition& definition) {
  const WinogradShape& s = convolution.shape;
  const size_t outputs = Outputs(s);
  std::vector<float> y(kGuard + offset + outputs + kGuard, kUntouched);
  const float* residual = convolution.residual;
  if (in_place) {
    std::copy_n(residual, outputs, y.begin() + kGuard + offset);
    convolution.residual = y.data() + kGuard + offset;
  }
  const size_t cells = WinogradWorkspace(convolution, threads);
  std::vector<uint32_t> workspace(cells + kGuard, kUntouchedCell);
  float* result = y.data() + kGuard + offset;
  WinogradConvolve(convolution, result, workspace.data(), threads, [&](size_t count, const auto& body) {
    std::vector<std::thread> others;  // that body(i) goes on at the same time is what threads are for
    for (size_t i = 1; i < count && threads > 1; ++i) {
      others.emplace_back(body, i);
    }
    for (size_t i = 0; i < (threads > 1 ? std::min<size_t>(count, 1) : count); ++i) {
      body(i);
    }
    for (auto& other : others) {
      other.join();
    }
  });
  double worst = 0, largest = 0;
  const float* at = result;
  for (size_t m = 0; m < s.output_channels; ++m) {
    for (size_t i = 0; i < s.output_height; ++i) {
      for (size_t j = 0; j < s.output_width; ++j, ++at) {
        const double linear = definition(m, i, j), activated = convolution.relu ? std::max(0.0, linear) : linear;
        const double wanted = residual == nullptr ? activated : static_cast<float>(activated) + residual[at - result];
        const double difference = std::fabs(wanted - *at);
        worst = std::max(worst, std::isnan(difference) ? INFINITY : difference);
        largest = std::max(largest, std::fabs(linear));
      }
    }
  }
  std::printf("%g %g %d\n", worst, largest, Fits(convolution));
  const auto untouched = [](float value) { return value == kUntouched; };
  const bool clean =
      std::all_of(y.data(), result, untouched) && std::all_of(result + outputs, y.data() + y.size(), untouched) &&
      std::all_of(workspace.begin() + cells, workspace.end(), [](uint32_t cell) { return cell == kUntouchedCell; });
  return clean ? 0 : 2;
}

// Resize's definition, linear with coordinates of half pixels: the value of an image of height/2 x width/2 at a row and
// a column of the doubled one.
double Doubled(const float* image, size_t height, size_t width, size_t row, size_t column) {
  const auto locate = [](size_t at, size_t size, size_t& first, size_t& second) {
    const double exact = std::clamp((static_cast<double>(at) + 0.5) / 2 - 0.5, 0.0, static_cast<double>(size - 1));
    first = static_cast<size_t>(exact);
    second = std::min(first + 1, size - 1);
    return exact - static_cast<double>(first);
  };
  size_t top, bottom, left, right;
  const double down = locate(row, height / 2, top, bottom), along = locate(column, width / 2, left, right);
  const auto at = [&](size_t i, size_t j) { return image[i * (width / 2) + j]; };
  return (1 - down) * ((1 - along) * at(top, left) + along * at(top, right)) +
         down * ((1 - along) * at(bottom, left) + along * at(bottom, right));
}

int CompareFloat(const WinogradShape& s, size_t relu, size_t threads, size_t offset, const std::string& type) {
  const size_t pixels = s.height * s.width;
  const auto x = Floats(offset + s.channels * pixels, -1, 1);
  const size_t weights = offset + s.output_channels * s.channels * 9;
  const auto w = Floats(weights, -1, 1);
  const auto w16 = Floats16(weights);
  const bool is_float16 = type == "float16";
  const auto bias = Floats(s.output_channels, -1, 1);
  const auto residual = Floats(offset + Outputs(s), -1, 1);
  const auto channels = Channels(x.data() + offset, s);
  const auto doubled = std::make_unique<bool[]>(s.channels);
  for (size_t c = 0; c < s.channels; ++c) {
    doubled[c] = type == "doubled" && c % 3 != 0;
  }
  const WinogradFloat convolution{s,
                                  channels.data(),
                                  is_float16 ? nullptr : w.data() + offset,
                                  is_float16 ? w16.data() + offset : nullptr,
                                  bias.data(),
                                  relu != 0,
                                  relu >= 2 ? residual.data() + offset : nullptr,
                                  doubled.get()};
  const auto value = [&](size_t at) -> double {
    const size_t c = at / pixels;
    return doubled[c] ? Doubled(channels[c], s.height, s.width, at % pixels / s.width, at % s.width) : x[offset + at];
  };
  return Compare(convolution, relu == 3, threads, offset, [&](size_t m, size_t i, size_t j) {
    return bias[m] + Direct<double>(
                         s, value,
                         [&](size_t at) { return is_float16 ? FromFloat16(w16[offset + at]) : w[offset + at]; }, m, i,
                         j);
  });
}

int CompareInteger(const WinogradShape& s, size_t relu, size_t threads, size_t offset, const std::string& type) {
  auto x = Bytes(offset + s.channels * s.height * s.width);
  auto w = Bytes(offset + s.output_channels * s.channels * 9);
  uint8_t x_zero_point = 131, w_zero_point = 120;
  if (type == "low" || type == "high") {
    x_zero_point = w_zero_point = type == "low" ? 0 : 255;
  } else if (type == "largest" || type == "smallest") {
    std::fill(x.begin(), x.end(), 255);
    std::fill(w.begin(), w.end(), type == "largest" ? 255 : 0);
    x_zero_point = 0;
    w_zero_point = type == "largest" ? 0 : 255;
  }
  const auto scales = Floats(s.output_channels, 0.5, 2), bias = Floats(s.output_channels, -1e4, 1e4);
  const auto residual = Floats(offset + Outputs(s), -1e4, 1e4);
  const auto channels = Channels(x.data() + offset, s);
  const WinogradInteger convolution{s,
                                    channels.data(),
                                    w.data() + offset,
                                    x_zero_point,
                                    w_zero_point,
                                    scales.data(),
                                    bias.data(),
                                    relu != 0,
                                    relu >= 2 ? residual.data() + offset : nullptr};
  return Compare(convolution, relu == 3, threads, offset, [&](size_t m, size_t i, size_t j) {
    const auto sum = Direct<int64_t>(
        s, [&](size_t at) { return x[offset + at] - x_zero_point; },
        [&](size_t at) { return convolution.weights[at] - w_zero_point; }, m, i, j);
    const float scaled = static_cast<float>(sum) * scales[m];
    return scaled + bias[m];
  });
}

}  // namespace

extern "C" MultiplyFunction* OrtWasmRelaxedMultiply() { return relaxed ? RelaxedMultiply : nullptr; }

int main(int, char** arguments) {
  random_bits.seed(1);  // it may run more than once
  const std::string type = arguments[1];
  size_t v[12];
  for (size_t i = 0; i < 12; ++i) {
    v[i] = std::strtoul(arguments[i + 2], nullptr, 10);
  }
  const WinogradShape shape{v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8]};
  relaxed = type == "relaxed";
  return type.rfind("float", 0) == 0 || type == "doubled" || relaxed ? CompareFloat(shape, v[9], v[10], v[11], type)
                                                                     : CompareInteger(shape, v[9], v[10], v[11], type);
}
