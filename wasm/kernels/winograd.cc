#include "winograd.h"

#include <wasm_simd128.h>

#include <algorithm>
#include <atomic>
#include <cstring>

namespace wasm_kernels {

namespace {

constexpr size_t kPoints = 36;      // of a transformed tile: 6 x 6
constexpr size_t kGroup = 4;        // tiles side by side, one in each lane of a vector
constexpr size_t kPanelRows = 4;    // output channels that the innermost loop works on
constexpr size_t kPanelTiles = 8;   // tiles that it works on
constexpr size_t kBlockFloats = 192 * 1024;  // of a block's transformed tiles: about what a second-level cache holds

size_t RoundUp(size_t value, size_t step) { return (value + step - 1) / step * step; }

// How the work is cut: rows of tiles into groups, groups into blocks that are worked on in one go.
struct Plan {
  explicit Plan(const WinogradShape& shape)
      : channels(shape.channels),
        rows(RoundUp(shape.output_channels, kPanelRows)),
        tile_rows((shape.output_height + 3) / 4),
        groups_in_row((shape.output_width + 4 * kGroup - 1) / (4 * kGroup)),
        groups(tile_rows * groups_in_row) {
    const size_t fit = kBlockFloats / (kPoints * (channels + rows) * kGroup);
    block_groups = std::clamp<size_t>(fit / 2 * 2, 2, 16);
    blocks = (groups + block_groups - 1) / block_groups;
    block_tiles = block_groups * kGroup;
  }

  size_t WeightFloats() const { return kPoints * rows * channels; }
  size_t InputFloats() const { return kPoints * channels * block_tiles; }
  size_t OutputFloats() const { return kPoints * rows * block_tiles; }

  size_t channels;
  size_t rows;  // output channels, rounded up
  size_t tile_rows, groups_in_row, groups;
  size_t block_groups, block_tiles, blocks;
};

// One dimension of G w: six values from three.
inline void TransformKernel(const float* w, size_t step, float* u, size_t u_step) {
  const float a = w[0], b = w[step], c = w[2 * step];
  u[0] = a * (1.0f / 4);
  u[u_step] = (a + b + c) * (-1.0f / 6);
  u[2 * u_step] = (a - b + c) * (-1.0f / 6);
  u[3 * u_step] = a * (1.0f / 24) + b * (1.0f / 12) + c * (1.0f / 6);
  u[4 * u_step] = a * (1.0f / 24) - b * (1.0f / 12) + c * (1.0f / 6);
  u[5 * u_step] = c;
}

// G w G^T of a panel of output channels, for all channels: [36][panel][C][4].
void TransformWeights(const Plan& plan, size_t output_channels, const float* weights, size_t panel, float* u) {
  const size_t point_step = plan.rows * plan.channels;
  for (size_t c = 0; c < plan.channels; ++c) {
    for (size_t i = 0; i < kPanelRows; ++i) {
      const size_t m = panel * kPanelRows + i;
      float points[kPoints] = {};
      if (m < output_channels) {
        const float* w = weights + (m * plan.channels + c) * 9;
        float half[18];  // G w: 6 x 3
        for (size_t j = 0; j < 3; ++j) {
          TransformKernel(w + j, 3, half + j, 3);
        }
        for (size_t k = 0; k < 6; ++k) {
          TransformKernel(half + 3 * k, 1, points + 6 * k, 1);
        }
      }
      float* to = u + (panel * plan.channels + c) * kPanelRows + i;
      for (size_t k = 0; k < kPoints; ++k) {
        to[k * point_step] = points[k];
      }
    }
  }
}

// One dimension of B^T x, in place.
inline void TransformInput(v128_t& x0, v128_t& x1, v128_t& x2, v128_t& x3, v128_t& x4, v128_t& x5) {
  const v128_t two = wasm_f32x4_const_splat(2), four = wasm_f32x4_const_splat(4), five = wasm_f32x4_const_splat(5);
  const v128_t a = wasm_f32x4_sub(x4, wasm_f32x4_mul(four, x2));
  const v128_t b = wasm_f32x4_sub(x3, wasm_f32x4_mul(four, x1));
  const v128_t c = wasm_f32x4_sub(x4, x2);
  const v128_t d = wasm_f32x4_mul(two, wasm_f32x4_sub(x3, x1));
  const v128_t y0 = wasm_f32x4_add(wasm_f32x4_sub(wasm_f32x4_mul(four, x0), wasm_f32x4_mul(five, x2)), x4);
  const v128_t y5 = wasm_f32x4_add(wasm_f32x4_sub(wasm_f32x4_mul(four, x1), wasm_f32x4_mul(five, x3)), x5);
  x0 = y0;
  x1 = wasm_f32x4_add(a, b);
  x2 = wasm_f32x4_sub(a, b);
  x3 = wasm_f32x4_add(c, d);
  x4 = wasm_f32x4_sub(c, d);
  x5 = y5;
}

inline void Transpose(v128_t& a, v128_t& b, v128_t& c, v128_t& d) {
  const v128_t ab_low = wasm_i32x4_shuffle(a, b, 0, 4, 1, 5), ab_high = wasm_i32x4_shuffle(a, b, 2, 6, 3, 7);
  const v128_t cd_low = wasm_i32x4_shuffle(c, d, 0, 4, 1, 5), cd_high = wasm_i32x4_shuffle(c, d, 2, 6, 3, 7);
  a = wasm_i64x2_shuffle(ab_low, cd_low, 0, 2);
  b = wasm_i64x2_shuffle(ab_low, cd_low, 1, 3);
  c = wasm_i64x2_shuffle(ab_high, cd_high, 0, 2);
  d = wasm_i64x2_shuffle(ab_high, cd_high, 1, 3);
}

// B^T x B of four tiles side by side, for one channel; `to` is [36] with point_step between.
void TransformGroup(const float* x, size_t row_step, float* to, size_t point_step) {
  v128_t t[6][6];
  for (size_t row = 0; row < 6; ++row, x += row_step) {
    v128_t p0 = wasm_v128_load(x), p1 = wasm_v128_load(x + 4), p2 = wasm_v128_load(x + 8), p3 = wasm_v128_load(x + 12);
    const v128_t p4 = wasm_v128_load64_zero(x + 16);
    Transpose(p0, p1, p2, p3);  // column j of each tile
    t[row][0] = p0;
    t[row][1] = p1;
    t[row][2] = p2;
    t[row][3] = p3;
    t[row][4] = wasm_i32x4_shuffle(p0, p4, 1, 2, 3, 4);
    t[row][5] = wasm_i32x4_shuffle(p1, p4, 1, 2, 3, 5);
    TransformInput(t[row][0], t[row][1], t[row][2], t[row][3], t[row][4], t[row][5]);
  }
  for (size_t column = 0; column < 6; ++column) {
    TransformInput(t[0][column], t[1][column], t[2][column], t[3][column], t[4][column], t[5][column]);
    for (size_t row = 0; row < 6; ++row) {
      wasm_v128_store(to + (row * 6 + column) * point_step, t[row][column]);
    }
  }
}

// The transformed tiles of a block's groups: [36][panel of 8 tiles][C][8].
void TransformBlock(const Plan& plan, const WinogradShape& shape, const float* x, size_t first, size_t count, float* v) {
  const size_t point_step = plan.channels * plan.block_tiles;
  for (size_t g = 0; g < count; ++g) {
    const size_t tile_row = (first + g) / plan.groups_in_row, group_in_row = (first + g) % plan.groups_in_row;
    const ptrdiff_t top = static_cast<ptrdiff_t>(tile_row * 4) - static_cast<ptrdiff_t>(shape.pad_top);
    const ptrdiff_t left = static_cast<ptrdiff_t>(group_in_row * 4 * kGroup) - static_cast<ptrdiff_t>(shape.pad_left);
    const ptrdiff_t height = static_cast<ptrdiff_t>(shape.height), width = static_cast<ptrdiff_t>(shape.width);
    const bool inside = top >= 0 && left >= 0 && top + 6 <= height && left + 18 <= width;
    const ptrdiff_t row_begin = std::max<ptrdiff_t>(0, -top), row_end = std::clamp<ptrdiff_t>(height - top, row_begin, 6);
    const ptrdiff_t begin = std::max<ptrdiff_t>(0, -left), end = std::clamp<ptrdiff_t>(width - left, begin, 18);
    float* to = v + (g / 2) * plan.channels * kPanelTiles + (g % 2) * kGroup;
    for (size_t c = 0; c < plan.channels; ++c, to += kPanelTiles) {
      const float* image = x + c * shape.height * shape.width;
      if (inside) {
        TransformGroup(image + top * width + left, shape.width, to, point_step);
        continue;
      }
      float patch[6 * 20] = {};  // at the image's edge, with zeros around
      for (ptrdiff_t row = row_begin; row < row_end; ++row) {
        std::memcpy(patch + row * 20 + begin, image + (top + row) * width + left + begin, (end - begin) * sizeof(float));
      }
      TransformGroup(patch, 20, to, point_step);
    }
  }
}

// product[4 rows][8 tiles] = u[C][4]^T v[C][8]; rows are row_step apart.
inline void Multiply(size_t channels, const float* u, const float* v, float* product, size_t row_step) {
  v128_t a0 = wasm_f32x4_const_splat(0), a1 = a0, b0 = a0, b1 = a0, c0 = a0, c1 = a0, d0 = a0, d1 = a0;
  for (size_t c = 0; c < channels; ++c, u += kPanelRows, v += kPanelTiles) {
    const v128_t v0 = wasm_v128_load(v), v1 = wasm_v128_load(v + 4);
    const v128_t ua = wasm_v128_load32_splat(u), ub = wasm_v128_load32_splat(u + 1);
    const v128_t uc = wasm_v128_load32_splat(u + 2), ud = wasm_v128_load32_splat(u + 3);
    a0 = wasm_f32x4_add(a0, wasm_f32x4_mul(ua, v0));
    a1 = wasm_f32x4_add(a1, wasm_f32x4_mul(ua, v1));
    b0 = wasm_f32x4_add(b0, wasm_f32x4_mul(ub, v0));
    b1 = wasm_f32x4_add(b1, wasm_f32x4_mul(ub, v1));
    c0 = wasm_f32x4_add(c0, wasm_f32x4_mul(uc, v0));
    c1 = wasm_f32x4_add(c1, wasm_f32x4_mul(uc, v1));
    d0 = wasm_f32x4_add(d0, wasm_f32x4_mul(ud, v0));
    d1 = wasm_f32x4_add(d1, wasm_f32x4_mul(ud, v1));
  }
  wasm_v128_store(product, a0);
  wasm_v128_store(product + 4, a1);
  wasm_v128_store(product + row_step, b0);
  wasm_v128_store(product + row_step + 4, b1);
  wasm_v128_store(product + 2 * row_step, c0);
  wasm_v128_store(product + 2 * row_step + 4, c1);
  wasm_v128_store(product + 3 * row_step, d0);
  wasm_v128_store(product + 3 * row_step + 4, d1);
}

// One dimension of A^T z: four values from six.
inline void TransformOutput(v128_t z0, v128_t z1, v128_t z2, v128_t z3, v128_t z4, v128_t z5, v128_t y[4]) {
  const v128_t two = wasm_f32x4_const_splat(2), four = wasm_f32x4_const_splat(4), eight = wasm_f32x4_const_splat(8);
  const v128_t a = wasm_f32x4_add(z1, z2), b = wasm_f32x4_sub(z1, z2);
  const v128_t c = wasm_f32x4_add(z3, z4), d = wasm_f32x4_sub(z3, z4);
  y[0] = wasm_f32x4_add(wasm_f32x4_add(z0, a), c);
  y[1] = wasm_f32x4_add(b, wasm_f32x4_mul(two, d));
  y[2] = wasm_f32x4_add(a, wasm_f32x4_mul(four, c));
  y[3] = wasm_f32x4_add(wasm_f32x4_add(b, wasm_f32x4_mul(eight, d)), z5);
}

// A^T z A of four tiles side by side, for one output channel, to at most 4 rows and 16 columns of y.
void FinishGroup(const float* z, size_t point_step, float bias, bool relu, float* y, size_t row_step, size_t rows,
                 size_t columns) {
  v128_t half[6][4];
  for (size_t column = 0; column < 6; ++column) {
    v128_t points[6];
    for (size_t row = 0; row < 6; ++row) {
      points[row] = wasm_v128_load(z + (row * 6 + column) * point_step);
    }
    TransformOutput(points[0], points[1], points[2], points[3], points[4], points[5], half[column]);
  }
  const v128_t offset = wasm_f32x4_splat(bias), zero = wasm_f32x4_const_splat(0);
  for (size_t row = 0; row < rows; ++row) {
    v128_t out[4];
    TransformOutput(half[0][row], half[1][row], half[2][row], half[3][row], half[4][row], half[5][row], out);
    for (v128_t& each : out) {
      each = wasm_f32x4_add(each, offset);
      if (relu) {
        each = wasm_f32x4_pmax(zero, each);  // not a number stays one
      }
    }
    Transpose(out[0], out[1], out[2], out[3]);
    float* to = y + row * row_step;
    if (columns == 4 * kGroup) {
      for (size_t tile = 0; tile < kGroup; ++tile) {
        wasm_v128_store(to + 4 * tile, out[tile]);
      }
    } else {
      std::memcpy(to, out, columns * sizeof(float));
    }
  }
}

void ConvolveBlock(const Plan& plan, const WinogradShape& shape, size_t block, const float* x, const float* u,
                   const float* bias, bool relu, float* y, float* v, float* z) {
  const size_t first = block * plan.block_groups;
  const size_t count = std::min(plan.block_groups, plan.groups - first);
  TransformBlock(plan, shape, x, first, count, v);

  const size_t panels = (count * kGroup + kPanelTiles - 1) / kPanelTiles;
  for (size_t k = 0; k < kPoints; ++k) {
    const float* u_point = u + k * plan.rows * plan.channels;
    const float* v_point = v + k * plan.channels * plan.block_tiles;
    float* z_point = z + k * plan.rows * plan.block_tiles;
    for (size_t row = 0; row < plan.rows; row += kPanelRows) {
      for (size_t panel = 0; panel < panels; ++panel) {
        Multiply(plan.channels, u_point + row * plan.channels, v_point + panel * plan.channels * kPanelTiles,
                 z_point + row * plan.block_tiles + panel * kPanelTiles, plan.block_tiles);
      }
    }
  }

  for (size_t g = 0; g < count; ++g) {
    const size_t top = (first + g) / plan.groups_in_row * 4, left = (first + g) % plan.groups_in_row * 4 * kGroup;
    const size_t rows = std::min<size_t>(4, shape.output_height - top);
    const size_t columns = std::min<size_t>(4 * kGroup, shape.output_width - left);
    for (size_t m = 0; m < shape.output_channels; ++m) {
      float* to = y + (m * shape.output_height + top) * shape.output_width + left;
      FinishGroup(z + m * plan.block_tiles + g * kGroup, plan.rows * plan.block_tiles, bias == nullptr ? 0 : bias[m],
                  relu, to, shape.output_width, rows, columns);
    }
  }
}

}  // namespace

size_t WinogradWorkspace(const WinogradShape& shape, size_t threads) {
  const Plan plan(shape);
  return plan.WeightFloats() + std::min(threads, plan.blocks) * (plan.InputFloats() + plan.OutputFloats());
}

void WinogradConvolve(const WinogradShape& shape, const float* x, const float* weights, const float* bias, bool relu,
                      float* y, float* workspace, size_t threads, const ParallelFor& parallel_for) {
  const Plan plan(shape);
  float* u = workspace;
  parallel_for(plan.rows / kPanelRows,
               [&](size_t panel) { TransformWeights(plan, shape.output_channels, weights, panel, u); });
  const size_t workers = std::min(threads, plan.blocks);
  std::atomic<size_t> next = 0;
  parallel_for(workers, [&](size_t worker) {
    float* v = u + plan.WeightFloats() + worker * (plan.InputFloats() + plan.OutputFloats());
    float* z = v + plan.InputFloats();
    for (size_t block; (block = next++) < plan.blocks;) {
      ConvolveBlock(plan, shape, block, x, u, bias, relu, y, v, z);
    }
  });
}

}  // namespace wasm_kernels
