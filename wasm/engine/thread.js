/**
 * @file Put into Emscripten's loader. A thread of the pool that fails says so in shared memory: whoever
 * waits for its work neither listens to messages nor looks at it. Fields of EngineControl: see engine.h.
 */

if (ENVIRONMENT_IS_PTHREAD) {
  self.addEventListener("error", () => {
    const [STATE, DIED, TEXT_SIZE] = [0, 2, 6];
    const control = Module["_engine_control"]() >>> 2;
    const fields = new Int32Array(wasmMemory.buffer);
    if (Atomics.load(fields, control + STATE) !== DIED) {
      Atomics.store(fields, control + TEXT_SIZE, 0);
      Atomics.store(fields, control + STATE, DIED);
    }
    Atomics.notify(fields, control + STATE);
  });
}
