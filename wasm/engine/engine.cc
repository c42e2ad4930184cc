#include "engine.h"

#include <emscripten/heap.h>
#include <emscripten/threading.h>
#include <malloc.h>
#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <climits>
#include <exception>
#include <filesystem>
#include <fstream>
#include <list>
#include <memory>
#include <mutex>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include <gsl/gsl>

#include "core/framework/random_seed.h"
#include "core/framework/session_state.h"
#include "core/platform/env.h"
#include "core/session/inference_session.h"
#include "core/session/ort_env.h"
#include "core/util/thread_utils.h"
#include "external_files.h"
#include "options.h"
#include "signature.h"
#include "tensors.h"

using onnxruntime::InferenceSession;
using onnxruntime::common::Status;
using wasm_engine::Json;

struct EngineSession {
  int threads;  // that its work is shared among
  std::list<OrtValue> shared_initializers;  // the session keeps their addresses
  std::unique_ptr<InferenceSession> session;
  std::vector<std::string> output_names;
  std::vector<OrtValue> outputs;  // of the last run
};

namespace {

EngineControl control;
std::string text;
std::string log;         // what the last call has logged
std::string log_so_far;  // what this call has logged
std::mutex log_mutex;
int all_threads = 1;
std::atomic<int> thread_limit = 1;
size_t memory_limit = 0;
OrtEnv* environment = nullptr;
std::unique_ptr<onnxruntime::concurrency::ThreadPool> pool;
onnxruntime::RunOptions* running = nullptr;

// A status of ONNX Runtime's, thrown to the outermost function.
struct Failure {
  Status status;
};

struct Unsupported {
  std::string why;
};

// Lets ONNX Runtime's pools use threads; without it they have the calling one alone.
class Threads {
 public:
  explicit Threads(int count) { thread_limit = count; }
  ~Threads() { thread_limit = 1; }
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;
};

void Check(const Status& status) {
  if (!status.IsOK()) {
    throw Failure{status};
  }
}

int Finish(int status, std::string message) {
  text = std::move(message);
  control.text = reinterpret_cast<uint32_t>(text.data());
  control.text_size = static_cast<uint32_t>(text.size());
  const std::lock_guard lock(log_mutex);
  log = std::exchange(log_so_far, {});
  control.log = reinterpret_cast<uint32_t>(log.data());
  control.log_size = static_cast<uint32_t>(log.size());
  return status;
}

// Keep a message as ONNX Runtime prints it, for the caller's standard error.
void Log(void*, OrtLoggingLevel severity, const char* category, const char* id, const char* where, const char* message) {
  const std::lock_guard lock(log_mutex);
  log_so_far += std::string("[") + "VIWEF"[severity] + ":" + category + ":" + id + ", " + where + "] " + message + "\n";
}

std::string OutOfMemory() {
  return "the engine's memory is full: " + std::to_string(emscripten_get_heap_size() >> 20) + " MiB of at most " +
         std::to_string(memory_limit >> 20) + " MiB are taken";
}

// Run `body`, whose result is the text, and turn whatever it throws into a status.
template <typename Body>
int Guarded(Body body) {
  try {
    return Finish(ENGINE_OK, body());
  } catch (const Failure& failure) {
    return Finish(failure.status.Code(), failure.status.ToString());
  } catch (const Unsupported& unsupported) {
    return Finish(ENGINE_UNSUPPORTED, unsupported.why);
  } catch (const std::bad_alloc&) {
    return Finish(ENGINE_OUT_OF_MEMORY, OutOfMemory());
  } catch (const std::exception& error) {
    return Finish(ENGINE_EXCEPTION, error.what());
  }
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  ORT_ENFORCE(file, "the engine has no file ", path);
  std::string content(static_cast<size_t>(file.tellg()), '\0');
  file.seekg(0);
  file.read(content.data(), static_cast<std::streamsize>(content.size()));
  return content;
}

// The last words of a thread that must end the program: without them the caller would wait for ever.
[[noreturn]] void Die() {
  static constexpr char words[] = "a thread of the engine ended on a C++ exception that nothing caught";
  control.text = reinterpret_cast<uint32_t>(words);
  control.text_size = sizeof words - 1;
  std::atomic_ref(control.state).store(ENGINE_DIED);
  emscripten_futex_wake(&control.state, INT_MAX);
  abort();
}

}  // namespace

// --- what the patched ONNX Runtime asks of the module that it is linked into ---

extern "C" int OrtWasmThreadLimit() { return thread_limit; }

extern "C" void OrtWasmRunStarted(int nodes) {
  std::atomic_ref(control.executed).store(0);
  std::atomic_ref(control.nodes).store(nodes);
}

extern "C" void OrtWasmNodeExecuted(bool main_graph) {
  if (main_graph) {
    ++std::atomic_ref(control.executed);
  }
  if (running != nullptr && std::atomic_ref(control.terminate).load() != 0) {
    running->terminate = true;
  }
}

// --- the interface ---

EngineControl* engine_control() { return &control; }

int engine_start(int threads, int memory_pages) {
  return Guarded([&] {
    memory_limit = static_cast<size_t>(static_cast<unsigned>(memory_pages) - 1) * 65536 + 65535;  // 4 GiB - 1 fits
    std::set_terminate(Die);
    Status status;
    environment = OrtEnv::GetInstance({Log, nullptr, ORT_LOGGING_LEVEL_WARNING, "Default"}, status);
    Check(status);
    OrtThreadPoolParams params;
    params.name = "engine";
    params.thread_pool_size = all_threads = threads;
    const Threads use(threads);
    pool = onnxruntime::concurrency::CreateThreadPool(&onnxruntime::Env::Default(), params,
                                                      onnxruntime::concurrency::ThreadPoolType::INTRA_OP);
    return std::string();
  });
}

int engine_allocate(size_t size) {
  return Guarded([&] {
    void* block = malloc(size);
    if (block == nullptr) {
      throw std::bad_alloc();
    }
    return std::to_string(reinterpret_cast<uintptr_t>(block));
  });
}

void engine_free(void* block) { free(block); }

int engine_memory() {
  return Guarded([] {
    return Json{{"size", emscripten_get_heap_size()}, {"used", static_cast<size_t>(mallinfo().uordblks)}}.dump();
  });
}

int engine_make_folder(const char* path) {
  return Guarded([&] {
    std::filesystem::create_directories(path);
    return std::string();
  });
}

int engine_change_folder(const char* path) {
  return Guarded([&] {
    std::filesystem::current_path(path);
    return std::string();
  });
}

int engine_read_file(const char* path) {
  return Guarded([&] { return ReadFile(path); });
}

int engine_external_files(const char* path, const void* model, size_t size) {
  return Guarded([&] {
    return Json(model != nullptr ? wasm_engine::ExternalFiles(model, size) : wasm_engine::ExternalFiles(path)).dump();
  });
}

int engine_create_session(const char* path, const void* model, size_t size, const char* setup_text) {
  return Guarded([&] {
    const Json setup = Json::parse(setup_text);
    auto options = wasm_engine::SessionOptionsFrom(setup.at("options"));
    if (const int64_t seed = setup.at("options").at("random_seed"); seed != onnxruntime::utils::GetRandomSeed()) {
      onnxruntime::utils::SetRandomSeed(seed);
    }
    auto created = std::make_unique<EngineSession>();
    for (const auto& description : setup.at("shared_initializers")) {
      created->shared_initializers.push_back(wasm_engine::TensorFrom(description));
      Check(options.AddInitializer(description.at("name").get<std::string>().c_str(),
                                   &created->shared_initializers.back()));
    }
    for (const auto& description : setup.at("external_initializers")) {
      const std::string name = description.at("name");
      const OrtValue value = wasm_engine::TensorFrom(description);
      Check(options.AddExternalInitializers(gsl::make_span(&name, 1), gsl::make_span(&value, 1)));
    }
    const int wanted = options.intra_op_param.thread_pool_size;
    created->threads = wanted > 0 ? std::min(wanted, all_threads) : all_threads;
    // There is a worker for each thread of the engine's pool, and none for a pool that the session would make.
    auto& session = created->session =
        std::make_unique<InferenceSession>(options, environment->GetEnvironment(), pool.get(), nullptr);
    const Threads use(created->threads);
    if (model != nullptr) {
      Check(session->Load(model, static_cast<int>(size)));
    } else {
      Check(session->Load(std::string(path)));
    }
    if (std::string what; !wasm_engine::IsSupported(wasm_engine::SignatureOf(*session), what)) {
      throw Unsupported{"the model's '" + what + "' is not a tensor of numbers that NumPy knows"};
    }
    const auto disabled = setup.at("disabled_optimizers").get<std::vector<std::string>>();
    if (!disabled.empty()) {
      Check(session->FilterEnabledOptimizers({disabled.begin(), disabled.end()}));
    }
    Check(session->Initialize());
    const Json made = {
        {"session", reinterpret_cast<uintptr_t>(created.get())},
        {"profiling_start_ns", session->GetProfiling().GetStartTimeNs()},
    };
    created.release();
    return made.dump();
  });
}

void engine_release_session(EngineSession* session) { delete session; }

int engine_describe_session(EngineSession* session) {
  return Guarded([&] { return wasm_engine::SignatureOf(*session->session).SerializeAsString(); });
}

int engine_run(EngineSession* session, const char* request_text) {
  return Guarded([&] {
    session->outputs.clear();
    const Json request = Json::parse(request_text);
    onnxruntime::NameMLValMap feeds;
    for (const auto& description : request.at("inputs")) {
      feeds.emplace(description.at("name"), wasm_engine::TensorFrom(description));
    }
    session->output_names = request.at("outputs").get<std::vector<std::string>>();
    onnxruntime::RunOptions options;
    wasm_engine::Apply(request.at("options"), options);

    const Threads use(session->threads);
    running = &options;
    const auto forget = gsl::finally([] { running = nullptr; });
    const auto status = session->session->Run(options, feeds, session->output_names, &session->outputs);
    if (!status.IsOK()) {
      session->outputs.clear();  // some may have been computed
    }
    Check(status);

    Json outputs = Json::array();
    for (size_t i = 0; i < session->outputs.size(); ++i) {
      auto& value = session->outputs[i];
      outputs.push_back(value.IsAllocated() ? wasm_engine::Describe(session->output_names[i], value) : Json());
    }
    return outputs.dump();
  });
}

int engine_fail(int how) {
  return Guarded([&] {
    // One piece of work for each thread, and each waits for the others: so one is on a thread of the pool.
    const Threads use(all_threads);
    std::atomic<int> arrived = 0;
    const int threads = onnxruntime::concurrency::ThreadPool::DegreeOfParallelism(pool.get());
    const auto self = pthread_self();
    onnxruntime::concurrency::ThreadPool::TrySimpleParallelFor(pool.get(), threads, [&](std::ptrdiff_t) {
      for (++arrived; arrived < threads;) {
      }
      if (pthread_self() != self && how == 0) {
        throw std::bad_alloc();
      }
      if (pthread_self() != self) {
        __builtin_trap();
      }
    });
    return std::string();
  });
}

void engine_release_outputs(EngineSession* session) { session->outputs.clear(); }

int engine_end_profiling(EngineSession* session) {
  return Guarded([&] { return Json{{"file", session->session->EndProfiling()}}.dump(); });
}
