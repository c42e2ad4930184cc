// The graph transformers of our own, in their order.
#pragma once

#include <memory>

#include "optimizer/conv_integer_to_float_fusion.h"
#include "optimizer/dynamic_quantize_concat_fusion.h"
#include "optimizer/winograd_conv_fusion.h"

namespace wasm_optimizer {

// Those of level 2, which make operators that only this build of ONNX Runtime has.
template <typename Transformers>
void AddExtended(Transformers& transformers, const onnxruntime::InlinedHashSet<std::string_view>& providers) {
  transformers.emplace_back(std::make_unique<ConvIntegerToFloatFusion>(providers));
  transformers.emplace_back(std::make_unique<DynamicQuantizeConcatFusion>(providers));
  transformers.emplace_back(std::make_unique<WinogradConvFusion>(providers));
}

}  // namespace wasm_optimizer
