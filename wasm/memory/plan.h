// Plans the memory of a run's tensors before it begins, where their shapes are known.
#pragma once

#include <optional>

#include "core/framework/session_state.h"

namespace wasm_memory {

// Gives where in one block the tensors of a run lie, or nothing if the shape of one is not known or memory is too
// small.
//
// ONNX Runtime itself learns that from a run, which has then taken what it did without a plan; and it places tensors in
// the order in which they come, which leaves gaps. A browser never gets memory back.
//
// feeds, feed_indices: the tensors that are fed, and their OrtValue indices.
// fetch_indices: those of the outputs that are kept, each in memory of its own.
// executed: the nodes that the run executes; null: all.
std::optional<onnxruntime::MemoryPatternGroup> PlanRun(
    const onnxruntime::SessionState& state, gsl::span<const OrtValue> feeds, gsl::span<const int> feed_indices,
    gsl::span<const int> fetch_indices, const onnxruntime::InlinedHashSet<onnxruntime::NodeIndex>* executed);

}  // namespace wasm_memory
