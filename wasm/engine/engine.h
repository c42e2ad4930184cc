// The engine: ONNX Runtime in a WebAssembly program of its own, with shared memory and threads, driven
// from another thread that shares the memory (Python, in the wheel's onnxruntime.wasm).
//
// One call runs at a time, on the engine's own thread. Control is the mailbox: whoever calls waits on
// `state`, and anyone may watch `executed` and set `terminate` while a run goes on.
//
// A function gives a Status; what it has to say, the result as JSON (or raw bytes, where it says so) or the message of a
// failure, is the text in Control, which lasts until the next of them. Nobody waits for those that free something.
// Pointers are addresses in the engine's memory; strings are UTF-8, ended by a zero byte. A tensor is
//   {"name": str, "type": int (ONNX TensorProto.DataType), "shape": [int], "data": address, "size": bytes}
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum EngineState { ENGINE_IDLE = 0, ENGINE_BUSY = 1, ENGINE_DIED = 2 };

// Above zero: ONNX Runtime's StatusCode, the text is upstream's message. Below zero: what no status
// code says.
enum EngineStatus {
  ENGINE_OK = 0,
  ENGINE_EXCEPTION = -1,       // a C++ exception; the text is its what()
  ENGINE_OUT_OF_MEMORY = -2,   // of the engine's memory
  ENGINE_UNSUPPORTED = -3,     // a model or an option that another provider must take
};

// All fields are 32 bits wide, so that JavaScript sees one Int32Array.
struct EngineControl {
  int32_t state;      // EngineState
  int32_t status;     // of the last call
  int32_t terminate;  // set to 1 by anyone: the run that goes on ends as if by RunOptions.terminate
  int32_t executed;   // nodes of the main graph that the run has executed
  int32_t nodes;      // nodes of the main graph
  uint32_t text;      // address
  uint32_t text_size; // bytes
  uint32_t log;       // address of what ONNX Runtime has logged since the call before
  uint32_t log_size;  // bytes
};

typedef struct EngineSession EngineSession;

struct EngineControl* engine_control();

// Make the environment and the pool of `threads` threads, the engine's own thread included. The memory can
// grow to `memory_pages` pages of 64 KiB.
int engine_start(int threads, int memory_pages);

// Give the address of a new block as the text, or run out of memory.
int engine_allocate(size_t size);
void engine_free(void* block);

// Say how large the memory is, and how much of it is in use: {"size": bytes, "used": bytes}.
int engine_memory();

// The engine's files: beside its memory, under the names that they have on the Python side. host.js makes and removes
// them.
int engine_make_folder(const char* path);
int engine_change_folder(const char* path);
int engine_read_file(const char* path);  // the text is the file, raw

// Name the files that a model's tensors lie in: [str]. The model is a file or a block.
int engine_external_files(const char* path, const void* model, size_t size);

// Load a model, from a block or (data 0) from a file, and make it ready to run.
//
// setup: {"options": see options.h, "disabled_optimizers": [str], "shared_initializers": [tensor],
// "external_initializers": [tensor]}; the tensors' memory must outlive the session.
// Gives {"session": address, "profiling_start_ns": int}.
int engine_create_session(const char* path, const void* model, size_t size, const char* setup);
void engine_release_session(EngineSession* session);

// Give the signature as a serialized ONNX ModelProto, raw: metadata, and a graph of inputs, outputs,
// and overridable initializers as value_info. Nothing else of the model is in it.
int engine_describe_session(EngineSession* session);

// Run: {"inputs": [tensor], "outputs": [name], "options": see options.h}. Gives [tensor or null], in
// the order of the names, and keeps their memory until the next run or the session's end.
int engine_run(EngineSession* session, const char* request);

// Fail on purpose, for tests: a thread of the pool throws an exception (0) or traps (1).
int engine_fail(int how);

// Forget the outputs of the last run.
void engine_release_outputs(EngineSession* session);

// End profiling: {"file": name}.
int engine_end_profiling(EngineSession* session);

#ifdef __cplusplus
}
#endif
