// Winograd's F(4x4, 3x3) for numbers of any kind: how the work is cut, ordered and laid out in memory.
//
// Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks" (2015), section 4.3, with the same
// matrices: a tile of 4 x 4 outputs is  A^T [ (G w G^T) . (B^T x B) ] A  summed over the channels before
// the last step. The 36 elementwise products are 36 matrix products over channels and tiles.
//
// What is done with the numbers is in a class, here called Numbers:
//
//   using Input                               an element of x
//   kDepth                                    how many channels share a 32-bit lane of a vector
//   Input padding                             what outputs beyond the input's edges see
//   Weights(m, c, v128_t points[36])          G w G^T of four output channels, one in each lane, and c's channels
//   Load(const Window<Input>*, v128_t p[5])   18 columns of a row of a lane's channels, in 4.5 vectors
//   IsDoubled(c)                              whether a channel is to be doubled, see winograd.h
//   Load4(const Window<Input>*, size_t)       4 columns from a column on
//   Input1d(v128_t&, ... six times)           one dimension of B^T x, in place
//   Multiply(u, v, z, MultiplyShape)          the sums, see winograd_multiply.h
//   Output1d(v128_t z0, ... z5, v128_t y[4])  one dimension of A^T z
//   Finish(m, v128_t)                         from sums to the float outputs of an output channel
#pragma once

#include <wasm_simd128.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "doubled_patch.h"
#include "winograd.h"
#include "winograd_multiply.h"

namespace wasm_kernels {

constexpr size_t kTile = 4;        // rows and columns of a tile's outputs
constexpr size_t kGroup = 4;       // tiles side by side, one in each lane of a vector
constexpr size_t kPatchStep = 24;  // columns of a row of tiles' inputs: 6 of 4 tiles, or 18 where they overlap
constexpr size_t kStagger = 16;    // a cache line: without it all points of a tile would share a set of the cache
constexpr size_t kBlockCells = 96 * 1024;       // of a block's transformed tiles: about what a second-level cache holds
constexpr size_t kSliceCells = 256 * 1024;      // of a slice's transformed weights and a block's products with them
constexpr size_t kKeptCells = 3 * 1024 * 1024;  // of what is transformed once for all others, about

inline size_t CeilDiv(size_t value, size_t step) { return (value + step - 1) / step; }
inline size_t RoundUp(size_t value, size_t step) { return CeilDiv(value, step) * step; }

// How the work is cut: rows of tiles into groups, groups into blocks; and output channels into slices. A block is
// multiplied by a slice in one go. Either all weights are transformed first, in one slice, and then block by block the
// inputs; or, where the weights are more than these or than is kept, the inputs of a large block, and then slice by
// slice the weights.
// A dilation of d takes the image apart into d x d images, each of every d-th row and column; tiles of neighbouring
// ones follow each other. Working memory is counted in cells of 32 bits.
struct Plan {
  // The output must not be empty.
  Plan(const WinogradShape& shape, size_t depth, size_t threads)
      : lanes(CeilDiv(shape.channels, depth)),
        rows(RoundUp(shape.output_channels, kPanelRows)),
        dilation(shape.dilation),
        groups_in_row(CeilDiv(dilation * CeilDiv(shape.output_width, kTile * dilation), kGroup)),
        groups(dilation * CeilDiv(shape.output_height, kTile * dilation) * groups_in_row),
        weights_first(rows <= groups * kGroup && kPoints * rows * lanes <= kKeptCells) {
    if (weights_first) {
      slice_rows = rows;
      const size_t fit = kBlockCells / (kPoints * (lanes + rows) * kGroup);
      block_groups = std::clamp<size_t>(fit / 2 * 2, 2, 16);
    } else {
      const size_t fit = std::max<size_t>(2, kKeptCells / (kPoints * lanes * kGroup));
      block_groups = RoundUp(CeilDiv(groups, CeilDiv(groups, fit)), 2);
      // Slices of equal size, as many for each thread, whose weights and products fit into a cache.
      const size_t fit_rows = std::max<size_t>(1, kSliceCells / (kPoints * (lanes + block_groups * kGroup)));
      slice_rows = RoundUp(CeilDiv(rows, RoundUp(CeilDiv(rows, fit_rows), threads)), kPanelRows);
    }
    slices = CeilDiv(rows, slice_rows);
    blocks = CeilDiv(groups, block_groups);
    workers = std::min(threads, weights_first ? blocks : slices);
    block_tiles = block_groups * kGroup;
    weight_step = slice_rows * lanes + kStagger;
    input_step = lanes * block_tiles + kStagger;
    output_step = slice_rows * block_tiles + kStagger;
  }

  size_t WeightCells() const { return kPoints * weight_step; }
  size_t InputCells() const { return kPoints * input_step; }
  size_t OutputCells() const { return kPoints * output_step; }
  size_t SharedCells() const { return weights_first ? WeightCells() : InputCells(); }
  size_t WorkerCells() const { return (weights_first ? InputCells() : WeightCells()) + OutputCells(); }
  size_t Cells() const { return SharedCells() + workers * WorkerCells(); }

  // The first row or column of a tile's outputs.
  size_t TileStart(size_t tile) const { return tile % dilation + tile / dilation * dilation * kTile; }

  size_t lanes;
  size_t rows;  // output channels, rounded up
  size_t dilation;
  size_t groups_in_row, groups;
  bool weights_first;
  size_t slice_rows, slices;
  size_t block_groups, block_tiles, blocks;
  size_t workers;                               // that work on blocks or slices at the same time
  size_t weight_step, input_step, output_step;  // between the points of a tile
};

// A part of a channel's image.
template <typename Input>
struct Window {
  const Input* x;
  size_t row_step;
};

inline void Transpose(v128_t& a, v128_t& b, v128_t& c, v128_t& d) {
  const v128_t ab_low = wasm_i32x4_shuffle(a, b, 0, 4, 1, 5), ab_high = wasm_i32x4_shuffle(a, b, 2, 6, 3, 7);
  const v128_t cd_low = wasm_i32x4_shuffle(c, d, 0, 4, 1, 5), cd_high = wasm_i32x4_shuffle(c, d, 2, 6, 3, 7);
  a = wasm_i64x2_shuffle(ab_low, cd_low, 0, 2);
  b = wasm_i64x2_shuffle(ab_low, cd_low, 1, 3);
  c = wasm_i64x2_shuffle(ab_high, cd_high, 0, 2);
  d = wasm_i64x2_shuffle(ab_high, cd_high, 1, 3);
}

// The last steps of a Numbers::Finish.
inline v128_t BiasAndRelu(const float* bias, bool relu, size_t m, v128_t y) {
  if (bias != nullptr) {
    y = wasm_f32x4_add(y, wasm_f32x4_splat(bias[m]));
  }
  return relu ? wasm_f32x4_pmax(y, wasm_f32x4_const_splat(0)) : y;  // not a number stays one
}

template <typename Numbers>
class Winograd {
  using Input = typename Numbers::Input;
  static constexpr size_t kDepth = Numbers::kDepth;

 public:
  Winograd(const WinogradShape& shape, size_t threads, const Numbers& numbers)
      : shape_(shape), plan_(shape, kDepth, threads), numbers_(numbers) {}

  void Convolve(const Input* const* x, const float* residual, float* y, uint32_t* workspace,
                const ParallelFor& parallel_for) const {
    // What each worker does with its own part of the workspace and the next index, as long as there is one.
    const auto share = [&](size_t count, const auto& work) {
      std::atomic<size_t> next = 0;
      parallel_for(plan_.workers, [&](size_t worker) {
        uint32_t* own = workspace + plan_.SharedCells() + worker * plan_.WorkerCells();
        for (size_t index; (index = next++) < count;) {
          work(index, own);
        }
      });
    };
    if (plan_.weights_first) {
      uint32_t* u = workspace;
      parallel_for(plan_.rows / kPanelRows, [&](size_t panel) { TransformWeights(panel, 1, PanelOf(u, panel)); });
      share(plan_.blocks, [&](size_t block, uint32_t* v) {
        const Part part = {0, plan_.rows, block * plan_.block_groups, Count(block, plan_.block_groups, plan_.groups)};
        uint32_t* z = v + plan_.InputCells();
        TransformInputs(x, part.group, part.groups, v);
        Multiply(u, v, part, z);
        TransformOutputs(z, part, residual, y);
      });
      return;
    }
    for (size_t block = 0; block < plan_.blocks; ++block) {
      uint32_t* v = workspace;
      const size_t group = block * plan_.block_groups, groups = Count(block, plan_.block_groups, plan_.groups);
      parallel_for(CeilDiv(groups, 2), [&](size_t pair) {
        TransformInputs(x, group + 2 * pair, Count(pair, 2, groups), v + pair * plan_.lanes * kPanelTiles);
      });
      share(plan_.slices, [&](size_t slice, uint32_t* u) {
        const Part part = {slice * plan_.slice_rows, Count(slice, plan_.slice_rows, plan_.rows), group, groups};
        uint32_t* z = u + plan_.WeightCells();
        TransformWeights(part.row / kPanelRows, part.rows / kPanelRows, u);
        Multiply(u, v, part, z);
        TransformOutputs(z, part, residual, y);
      });
    }
  }

 private:
  // Outputs that are computed in one go: of rows, that is, output channels, and of groups of tiles.
  struct Part {
    size_t row, rows, group, groups;
  };

  // How many of `all` the index-th part of so many has.
  static size_t Count(size_t index, size_t size, size_t all) { return std::min(size, all - index * size); }

  uint32_t* PanelOf(uint32_t* u, size_t panel) const { return u + panel * plan_.lanes * kPanelRows; }

  // Each step is a function by itself: a browser that has optimised one uses it from the next call on, and in one
  // function for all parts the first convolution of a model would run as first compiled, to its end.

  // G w G^T of panels of output channels, for all channels: [36][panels][lanes][4].
  [[gnu::noinline]] void TransformWeights(size_t panel, size_t count, uint32_t* u) const {
    for (size_t last = panel + count; panel < last; ++panel) {
      for (size_t lane = 0; lane < plan_.lanes; ++lane, u += kPanelRows) {
        v128_t points[kPoints];
        numbers_.Weights(panel * kPanelRows, lane * kDepth, points);
        for (size_t k = 0; k < kPoints; ++k) {
          wasm_v128_store(u + k * plan_.weight_step, points[k]);
        }
      }
    }
  }

  // The transformed tiles of groups: [36][panel of 8 tiles][lanes][8].
  [[gnu::noinline]] void TransformInputs(const Input* const* x, size_t first, size_t count, uint32_t* v) const {
    const ptrdiff_t height = static_cast<ptrdiff_t>(shape_.height), width = static_cast<ptrdiff_t>(shape_.width);
    for (size_t g = 0; g < count; ++g) {
      const size_t tile_row = (first + g) / plan_.groups_in_row;
      const size_t tile = (first + g) % plan_.groups_in_row * kGroup;
      const ptrdiff_t top = static_cast<ptrdiff_t>(plan_.TileStart(tile_row)) - static_cast<ptrdiff_t>(shape_.pad_top);
      const ptrdiff_t left = static_cast<ptrdiff_t>(plan_.TileStart(tile)) - static_cast<ptrdiff_t>(shape_.pad_left);
      const bool inside = plan_.dilation == 1 && top >= 0 && left >= 0 && top + 6 <= height && left + 18 <= width;
      uint32_t* to = v + (g / 2) * plan_.lanes * kPanelTiles + (g % 2) * kGroup;
      for (size_t lane = 0; lane < plan_.lanes; ++lane, to += kPanelTiles) {
        Input patches[kDepth][6 * kPatchStep];
        Window<Input> windows[kDepth];
        for (size_t d = 0; d < kDepth; ++d) {
          const size_t c = lane * kDepth + d;
          if (inside && c < shape_.channels && !numbers_.IsDoubled(c)) {
            windows[d] = {x[c] + top * width + left, shape_.width};
          } else {
            std::fill_n(patches[d], 6 * kPatchStep, numbers_.padding);
            if (c < shape_.channels) {
              FillPatch(c, x[c], top, left, tile, patches[d]);
            }
            windows[d] = {patches[d], kPatchStep};
          }
        }
        TransformGroup(windows, to);
      }
    }
  }

  // What of the inputs of four tiles lies in the image.
  void FillPatch(size_t c, const Input* image, ptrdiff_t top, ptrdiff_t left, size_t tile, Input* patch) const {
    if (plan_.dilation > 1) {
      GatherPatch(image, top, tile, patch);
      return;
    }
    if constexpr (std::is_same_v<Input, float>) {
      if (numbers_.IsDoubled(c)) {
        CopyDoubled(image, static_cast<ptrdiff_t>(shape_.height), static_cast<ptrdiff_t>(shape_.width), top, left,
                    patch, kPatchStep);
        return;
      }
    }
    CopyPatch(image, top, left, patch);
  }

  // The part of 6 rows and 18 columns that lies in the image.
  void CopyPatch(const Input* image, ptrdiff_t top, ptrdiff_t left, Input* patch) const {
    const ptrdiff_t height = static_cast<ptrdiff_t>(shape_.height), width = static_cast<ptrdiff_t>(shape_.width);
    const ptrdiff_t row_begin = std::max<ptrdiff_t>(0, -top), row_end = std::min<ptrdiff_t>(6, height - top);
    const ptrdiff_t begin = std::max<ptrdiff_t>(0, -left), end = std::min<ptrdiff_t>(18, width - left);
    for (ptrdiff_t row = row_begin; row < row_end && begin < end; ++row) {
      std::copy_n(image + (top + row) * width + left + begin, end - begin, patch + row * kPatchStep + begin);
    }
  }

  // With a dilation: 6 rows of the first columns of four tiles, their second columns, and so on.
  void GatherPatch(const Input* image, ptrdiff_t top, size_t tile, Input* patch) const {
    const ptrdiff_t height = static_cast<ptrdiff_t>(shape_.height), width = static_cast<ptrdiff_t>(shape_.width);
    const ptrdiff_t step = static_cast<ptrdiff_t>(plan_.dilation);
    for (ptrdiff_t i = 0; i < static_cast<ptrdiff_t>(kGroup); ++i) {
      const ptrdiff_t left =
          static_cast<ptrdiff_t>(plan_.TileStart(tile + i)) - static_cast<ptrdiff_t>(shape_.pad_left);
      for (ptrdiff_t row = 0; row < 6; ++row) {
        for (ptrdiff_t column = 0; column < 6; ++column) {
          const ptrdiff_t at_row = top + row * step, at_column = left + column * step;
          if (at_row >= 0 && at_row < height && at_column >= 0 && at_column < width) {
            patch[row * kPatchStep + column * kGroup + i] = image[at_row * width + at_column];
          }
        }
      }
    }
  }

  // B^T x B of four tiles side by side, for a lane's channels; `to` is [36], a block's lanes and tiles apart.
  void TransformGroup(Window<Input> (&windows)[kDepth], uint32_t* to) const {
    v128_t t[6][6];
    for (auto& row : t) {
      LoadRow(windows, row);
      for (auto& window : windows) {
        window.x += window.row_step;
      }
      Numbers::Input1d(row[0], row[1], row[2], row[3], row[4], row[5]);
    }
    for (size_t column = 0; column < 6; ++column) {
      Numbers::Input1d(t[0][column], t[1][column], t[2][column], t[3][column], t[4][column], t[5][column]);
      for (size_t row = 0; row < 6; ++row) {
        wasm_v128_store(to + (row * 6 + column) * plan_.input_step, t[row][column]);
      }
    }
  }

  // The columns of four tiles' row.
  void LoadRow(const Window<Input> (&windows)[kDepth], v128_t row[6]) const {
    if (plan_.dilation > 1) {
      for (size_t column = 0; column < 6; ++column) {
        row[column] = numbers_.Load4(windows, column * kGroup);
      }
      return;
    }
    v128_t p[5];
    numbers_.Load(windows, p);
    Transpose(p[0], p[1], p[2], p[3]);
    row[0] = p[0];
    row[1] = p[1];
    row[2] = p[2];
    row[3] = p[3];
    row[4] = wasm_i32x4_shuffle(p[0], p[4], 1, 2, 3, 4);
    row[5] = wasm_i32x4_shuffle(p[1], p[4], 1, 2, 3, 5);
  }

  // The sums over the channels: [36][a slice's rows][a block's tiles].
  [[gnu::noinline]] void Multiply(const uint32_t* u, const uint32_t* v, const Part& part, uint32_t* z) const {
    Numbers::Multiply(u, v, z,
                      {plan_.lanes, part.rows, CeilDiv(part.groups * kGroup, kPanelTiles), plan_.block_tiles,
                       plan_.weight_step, plan_.input_step, plan_.output_step});
  }

  [[gnu::noinline]] void TransformOutputs(const uint32_t* z, const Part& part, const float* residual, float* y) const {
    const size_t last = std::min(part.row + part.rows, shape_.output_channels);
    for (size_t g = 0; g < part.groups; ++g) {
      const size_t tile_row = (part.group + g) / plan_.groups_in_row;
      const size_t tile = (part.group + g) % plan_.groups_in_row * kGroup;
      for (size_t m = part.row; m < last; ++m) {
        const size_t image = m * shape_.output_height * shape_.output_width;
        FinishGroup(m, z + (m - part.row) * plan_.block_tiles + g * kGroup, tile_row, tile,
                    residual == nullptr ? nullptr : residual + image, y + image);
      }
    }
  }

  // A^T z A of four tiles side by side, for one output channel, to what of them lies in its image y.
  void FinishGroup(size_t m, const uint32_t* z, size_t tile_row, size_t tile, const float* residual, float* y) const {
    v128_t half[6][4];
    for (size_t column = 0; column < 6; ++column) {
      v128_t points[6];
      for (size_t row = 0; row < 6; ++row) {
        points[row] = wasm_v128_load(z + (row * 6 + column) * plan_.output_step);
      }
      Numbers::Output1d(points[0], points[1], points[2], points[3], points[4], points[5], half[column]);
    }
    const size_t top = plan_.TileStart(tile_row);
    for (size_t row = 0; row < kTile && top + row * plan_.dilation < shape_.output_height; ++row) {
      v128_t out[4];
      Numbers::Output1d(half[0][row], half[1][row], half[2][row], half[3][row], half[4][row], half[5][row], out);
      for (v128_t& each : out) {
        each = numbers_.Finish(m, each);
      }
      const size_t start = (top + row * plan_.dilation) * shape_.output_width;
      StoreRow(out, tile, residual == nullptr ? nullptr : residual + start, y + start);
    }
  }

  // The columns of four tiles' row, plus the residual, to what of them lies in the image's row y.
  void StoreRow(v128_t (&out)[4], size_t tile, const float* residual, float* y) const {
    const size_t width = shape_.output_width;
    if (plan_.dilation > 1) {
      float values[kTile][kGroup];
      std::memcpy(values, out, sizeof(values));
      for (size_t i = 0; i < kGroup; ++i) {
        size_t at = plan_.TileStart(tile + i);
        for (size_t column = 0; column < kTile && at < width; ++column, at += plan_.dilation) {
          y[at] = residual == nullptr ? values[column][i] : values[column][i] + residual[at];
        }
      }
      return;
    }
    Transpose(out[0], out[1], out[2], out[3]);
    const size_t column = tile * kTile;
    const size_t count = std::min(kGroup * kTile, width - column);
    if (count == kGroup * kTile) {
      AddAndStore(out, residual == nullptr ? nullptr : residual + column, y + column);
      return;
    }
    float addends[kGroup * kTile] = {}, values[kGroup * kTile];
    if (residual != nullptr) {
      std::memcpy(addends, residual + column, count * sizeof(float));
    }
    AddAndStore(out, residual == nullptr ? nullptr : addends, values);
    std::memcpy(y + column, values, count * sizeof(float));
  }

  // A whole row of the group.
  static void AddAndStore(const v128_t (&out)[4], const float* residual, float* y) {
    for (size_t i = 0; i < kGroup; ++i) {
      const v128_t sum = residual == nullptr ? out[i] : wasm_f32x4_add(out[i], wasm_v128_load(residual + i * kTile));
      wasm_v128_store(y + i * kTile, sum);
    }
  }

  const WinogradShape& shape_;
  const Plan plan_;
  const Numbers& numbers_;
};

}  // namespace wasm_kernels
