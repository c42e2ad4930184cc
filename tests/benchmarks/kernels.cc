// Times the kernels of wasm/kernels on one thread: tests/benchmarks/kernels.py runs it, under node.
//
//   kernels RUNS C SIZE M DILATION
//
// prints the median milliseconds of the convolution of C images of SIZE x SIZE to M of them by Winograd, in float32, in
// the same with relaxed SIMD, and in integers.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "kernels/winograd.h"
#include "kernels/winograd_multiply.h"

using namespace wasm_kernels;

extern "C" MultiplyFunction RelaxedMultiply;

namespace {

bool relaxed = false;

template <typename Convolution>
double Median(const Convolution& convolution, size_t runs, float* y) {
  std::vector<uint32_t> workspace(WinogradWorkspace(convolution, 1));
  std::vector<double> times(runs);
  for (double& time : times) {
    const auto start = std::chrono::steady_clock::now();
    WinogradConvolve(convolution, y, workspace.data(), 1, [](size_t count, const auto& body) {
      for (size_t i = 0; i < count; ++i) {
        body(i);
      }
    });
    time = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
  }
  std::nth_element(times.begin(), times.begin() + runs / 2, times.end());
  return times[runs / 2];
}

}  // namespace

extern "C" MultiplyFunction* OrtWasmRelaxedMultiply() { return relaxed ? RelaxedMultiply : nullptr; }

int main(int, char** arguments) {
  const size_t runs = std::strtoul(arguments[1], nullptr, 10), c = std::strtoul(arguments[2], nullptr, 10),
               size = std::strtoul(arguments[3], nullptr, 10), m = std::strtoul(arguments[4], nullptr, 10),
               dilation = std::strtoul(arguments[5], nullptr, 10);
  const WinogradShape shape{c, size, size, dilation, dilation, m, size, size, dilation};
  std::vector<float> x(c * size * size, 0.5f), weights(m * c * 9, 0.25f), scales(m, 1), bias(m), y(m * size * size);
  std::vector<uint8_t> quantised(x.size(), 77), quantised_weights(weights.size(), 33);
  std::vector<const float*> channels(c);
  std::vector<const uint8_t*> quantised_channels(c);
  for (size_t channel = 0; channel < c; ++channel) {
    channels[channel] = x.data() + channel * size * size;
    quantised_channels[channel] = quantised.data() + channel * size * size;
  }
  const WinogradFloat floats{shape, channels.data(), weights.data(), nullptr, bias.data(), true, nullptr};
  const WinogradInteger integers{
      shape, quantised_channels.data(), quantised_weights.data(), 100, 90, scales.data(), bias.data(), true, nullptr};
  const double baseline = Median(floats, runs, y.data());
  relaxed = true;
  std::printf("%f %f %f %d\n", baseline, Median(floats, runs, y.data()), Median(integers, runs, y.data()),
              WinogradPays(shape));
}
