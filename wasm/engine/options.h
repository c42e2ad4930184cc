// Session and run options as JSON: what the Python binding (one memory) sends to the engine (another).
//
// Both ends are ONNX Runtime of the same version, so every field goes over under its own name. What
// lives in memory of the sender's (shared initializers, adapters, custom operators) is not in it.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "core/framework/run_options.h"
#include "core/framework/session_options.h"

namespace wasm_engine {

using Json = nlohmann::json;

inline Json ToJson(const onnxruntime::SessionOptions& options) {
  Json overrides = Json::array();
  for (const auto& item : options.free_dimension_overrides) {
    overrides.push_back({item.dim_identifier, static_cast<int>(item.dim_identifier_type), item.dim_value});
  }
  return {
      {"execution_mode", static_cast<int>(options.execution_mode)},
      {"execution_order", static_cast<int>(options.execution_order)},
      {"enable_profiling", options.enable_profiling},
      {"optimized_model_filepath", options.optimized_model_filepath.string()},
      {"enable_mem_pattern", options.enable_mem_pattern},
      {"enable_mem_reuse", options.enable_mem_reuse},
      {"enable_cpu_mem_arena", options.enable_cpu_mem_arena},
      {"profile_file_prefix", options.profile_file_prefix},
      {"session_logid", options.session_logid},
      {"session_log_severity_level", options.session_log_severity_level},
      {"session_log_verbosity_level", options.session_log_verbosity_level},
      {"graph_optimization_level", static_cast<int>(options.graph_optimization_level)},
      {"intra_op_num_threads", options.intra_op_param.thread_pool_size},
      {"inter_op_num_threads", options.inter_op_param.thread_pool_size},
      {"use_deterministic_compute", options.use_deterministic_compute},
      {"free_dimension_overrides", overrides},
      {"config_entries", options.config_options.configurations},
  };
}

inline onnxruntime::SessionOptions SessionOptionsFrom(const Json& json) {
  onnxruntime::SessionOptions options;
  options.execution_mode = static_cast<ExecutionMode>(json.at("execution_mode").get<int>());
  options.execution_order = static_cast<onnxruntime::ExecutionOrder>(json.at("execution_order").get<int>());
  options.enable_profiling = json.at("enable_profiling");
  options.optimized_model_filepath = json.at("optimized_model_filepath").get<std::string>();
  options.enable_mem_pattern = json.at("enable_mem_pattern");
  options.enable_mem_reuse = json.at("enable_mem_reuse");
  options.enable_cpu_mem_arena = json.at("enable_cpu_mem_arena");
  options.profile_file_prefix = json.at("profile_file_prefix").get<std::string>();
  options.session_logid = json.at("session_logid");
  options.session_log_severity_level = json.at("session_log_severity_level");
  options.session_log_verbosity_level = json.at("session_log_verbosity_level");
  options.graph_optimization_level =
      static_cast<onnxruntime::TransformerLevel>(json.at("graph_optimization_level").get<int>());
  options.intra_op_param.thread_pool_size = json.at("intra_op_num_threads");
  options.inter_op_param.thread_pool_size = json.at("inter_op_num_threads");
  options.use_deterministic_compute = json.at("use_deterministic_compute");
  for (const auto& item : json.at("free_dimension_overrides")) {
    options.free_dimension_overrides.push_back(
        {item[0], static_cast<onnxruntime::FreeDimensionOverrideType>(item[1].get<int>()), item[2]});
  }
  for (const auto& [key, value] : json.at("config_entries").items()) {
    options.config_options.configurations[key] = value;
  }
  return options;
}

inline Json ToJson(const onnxruntime::RunOptions& options) {
  return {
      {"run_log_severity_level", options.run_log_severity_level},
      {"run_log_verbosity_level", options.run_log_verbosity_level},
      {"run_tag", options.run_tag},
      {"terminate", options.terminate},
      {"only_execute_path_to_fetches", options.only_execute_path_to_fetches},
      {"config_entries", options.config_options.configurations},
  };
}

inline void Apply(const Json& json, onnxruntime::RunOptions& options) {
  options.run_log_severity_level = json.at("run_log_severity_level");
  options.run_log_verbosity_level = json.at("run_log_verbosity_level");
  options.run_tag = json.at("run_tag");
  options.terminate = json.at("terminate");
  options.only_execute_path_to_fetches = json.at("only_execute_path_to_fetches");
  for (const auto& [key, value] : json.at("config_entries").items()) {
    options.config_options.configurations[key] = value;
  }
}

}  // namespace wasm_engine
