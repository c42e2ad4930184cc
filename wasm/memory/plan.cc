#include "plan.h"

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "core/framework/sequential_execution_plan.h"
#include "core/framework/tensor.h"
#include "placement.h"

namespace wasm_memory {

using namespace onnxruntime;

namespace {

using Sizes = InlinedHashMap<std::string, int64_t>;

// Values of the symbolic dimensions, as the shapes of what is fed have them; nothing if one has two.
std::optional<Sizes> SymbolicDimensions(const SessionState& state, gsl::span<const OrtValue> feeds,
                                        gsl::span<const int> indices) {
  Sizes sizes;
  for (size_t i = 0; i < feeds.size(); ++i) {
    std::string name;
    if (!state.GetOrtValueNameIdxMap().GetName(indices[i], name).IsOK()) {
      return std::nullopt;
    }
    const NodeArg* tensor = state.GetGraphViewer().GetNodeArg(name);
    const auto* declared = tensor == nullptr ? nullptr : tensor->Shape();
    const auto actual = feeds[i].Get<Tensor>().Shape().GetDims();
    if (declared == nullptr || static_cast<size_t>(declared->dim_size()) != actual.size()) {
      continue;
    }
    for (int k = 0; k < declared->dim_size(); ++k) {
      if (declared->dim(k).has_dim_param() &&
          sizes.emplace(declared->dim(k).dim_param(), actual[k]).first->second != actual[k]) {
        return std::nullopt;
      }
    }
  }
  return sizes;
}

// The bytes of a tensor, as the execution frame counts them; nothing if its shape is not known.
std::optional<size_t> BytesOf(const NodeArg& tensor, MLDataType element, const Sizes& symbolic) {
  if (tensor.Shape() == nullptr) {
    return std::nullopt;
  }
  TensorShapeVector shape;
  for (const auto& dimension : tensor.Shape()->dim()) {
    const auto known = dimension.has_dim_param() ? symbolic.find(dimension.dim_param()) : symbolic.end();
    const int64_t size = dimension.has_dim_value() ? dimension.dim_value()
                         : known != symbolic.end() ? known->second
                                                   : -1;
    if (size < 0) {
      return std::nullopt;
    }
    shape.push_back(size);
  }
  size_t bytes = 0;
  const bool counted = Tensor::CalculateTensorStorageSize(element, TensorShape(shape), kAllocAlignment, bytes).IsOK();
  return counted ? std::optional(bytes) : std::nullopt;
}

// The tensors of a run that the execution frame may place, and when they live: in `tenancies`, whose indices are those
// of their OrtValues in `values`.
class Run {
 public:
  Run(const SessionState& state, gsl::span<const int> kept, const InlinedHashSet<NodeIndex>* executed, Sizes symbolic)
      : state_(state),
        plan_(*state.GetExecutionPlan()),
        kept_(kept.begin(), kept.end()),
        executed_(executed),
        symbolic_(std::move(symbolic)) {}

  // Goes through the run; false if there is a tensor of unknown shape.
  bool Trace() {
    std::vector<size_t> readers;
    for (const auto& action : plan_.release_actions) {
      readers.push_back(action.ref_count);
    }
    const auto release = [&](NodeIndex index, size_t step) {
      for (const size_t action : plan_.node_release_list[index]) {
        if (--readers[action] == 0) {
          End(plan_.release_actions[action].value_index, step);
        }
      }
    };
    for (const auto& node : state_.GetGraphViewer().Nodes()) {
      if (!Executes(node.Index())) {
        release(node.Index(), 0);  // before the run
      }
    }
    size_t step = 0;
    for (const auto& stream : plan_.execution_plan) {
      for (const auto& launch : stream->steps_) {
        const NodeIndex index = launch->GetNodeIndex();
        if (Executes(index)) {
          ++step;
          if (!Begin(*state_.GetGraphViewer().GetNode(index), step)) {
            return false;
          }
          release(index, step);
        }
      }
    }
    return true;
  }

  std::vector<Tenancy> tenancies;
  std::vector<int> values;

 private:
  static constexpr size_t kToTheEnd = std::numeric_limits<size_t>::max();

  bool Executes(NodeIndex index) const { return executed_ == nullptr || executed_->count(index) > 0; }

  // The outputs of a node begin to live.
  bool Begin(const Node& node, size_t step) {
    const auto& indices = state_.GetNodeIndexInfo();
    const auto before = node.InputDefs().size() + node.ImplicitInputDefs().size();
    const int first = indices.GetNodeOffset(node.Index()) + static_cast<int>(before);
    for (size_t i = 0; i < node.OutputDefs().size(); ++i) {
      const int value = indices.GetMLValueIndex(first + static_cast<int>(i));
      if (value == NodeIndexInfo::kInvalidEntry) {
        continue;
      }
      const auto& allocation = plan_.allocation_plan[value];
      if (allocation.alloc_kind == AllocKind::kReuse) {
        Return(allocation.reused_buffer, step);
      }
      const bool is_placed = allocation.alloc_kind == AllocKind::kAllocate ||
                             (allocation.alloc_kind == AllocKind::kAllocateOutput && kept_.count(value) == 0);
      if (!is_placed || !allocation.value_type->IsTensorType()) {
        continue;
      }
      const auto element = allocation.value_type->AsTensorType()->GetElementType();
      if (utils::IsDataTypeString(element)) {
        continue;
      }
      const auto bytes = BytesOf(*node.OutputDefs()[i], element, symbolic_);
      if (!bytes) {
        return false;
      }
      if (*bytes > 0) {
        living_[value] = tenancies.size();
        tenancies.push_back({*bytes, step, kToTheEnd, 0});
        values.push_back(value);
      }
    }
    return true;
  }

  // What has ended is needed again, and never freed: an output that nobody reads in this run lies where it was.
  void Return(size_t value, size_t step) {
    if (const auto found = living_.find(value); found != living_.end() && tenancies[found->second].last < step) {
      tenancies[found->second].last = kToTheEnd;
    }
  }

  void End(size_t value, size_t step) {
    if (const auto found = living_.find(value); found != living_.end()) {
      tenancies[found->second].last = step;
    }
  }

  const SessionState& state_;
  const SequentialExecutionPlan& plan_;
  const InlinedHashSet<int> kept_;
  const InlinedHashSet<NodeIndex>* executed_;
  const Sizes symbolic_;
  InlinedHashMap<size_t, size_t> living_;  // index in `tenancies` of an OrtValue
};

}  // namespace

std::optional<MemoryPatternGroup> PlanRun(const SessionState& state, gsl::span<const OrtValue> feeds,
                                          gsl::span<const int> feed_indices, gsl::span<const int> fetch_indices,
                                          const InlinedHashSet<NodeIndex>* executed) {
  auto symbolic = SymbolicDimensions(state, feeds, feed_indices);
  if (!symbolic) {
    return std::nullopt;
  }
  Run run(state, fetch_indices, executed, std::move(*symbolic));
  if (!run.Trace()) {
    return std::nullopt;
  }
  const uint64_t size = PlaceBySize(run.tenancies);
  if (size > std::numeric_limits<size_t>::max() / 2) {
    return std::nullopt;
  }
  InlinedHashMap<int, MemoryBlock> blocks;
  for (size_t i = 0; i < run.values.size(); ++i) {
    blocks.emplace(run.values[i], MemoryBlock(static_cast<size_t>(run.tenancies[i].offset),
                                              static_cast<size_t>(run.tenancies[i].size)));
  }
  MemoryPatternGroup group;
  group.locations.push_back(OrtDevice());
  group.patterns.emplace_back(std::move(blocks), static_cast<size_t>(size));
  return group;
}

}  // namespace wasm_memory
