/**
 * @file The engine's own worker: starts the program when it is told to, and makes the calls that it
 * is sent, one at a time. Appended to Emscripten's loader, whose factory is `createEngine`.
 *
 * The caller (Python's onnxruntime.wasm) sends
 *   {start: {memory, module, url, threads}}   answered by {ready: address of EngineControl} or {failed: words}
 *   {call: name, args: [number | string]}     answered in EngineControl, see engine.h
 *   {call: "make_file", args: [path, content]}    likewise; the content is a Uint8Array whose buffer is transferred
 *   {owed: number, call: name, args: [...]}   not answered: what frees something. Each has a higher number than the
 *                                             one before; one that comes twice is made once
 */

// The program's threads are workers that load this same file.
if (!self.name?.startsWith("em-pthread")) {
  const IDLE = 0;
  const BUSY = 1;
  const DIED = 2;
  const EXCEPTION = -1; // EngineStatus
  const OUT_OF_MEMORY = -2;
  const STATE = 0; // fields of EngineControl
  const STATUS = 1;
  const TEXT = 5;
  const TEXT_SIZE = 6;
  const LOG_SIZE = 8;

  let engine;
  let memory;
  let control; // index of EngineControl in an Int32Array of the memory
  let made = 0; // the number of the last call that has no answer
  let lastWords; // address of LAST_WORDS_SIZE bytes, for what goes wrong here
  const LAST_WORDS_SIZE = 1024;

  async function start(options) {
    memory = options.memory;
    engine = await createEngine({
      wasmMemory: memory,
      threads: options.threads,
      mainScriptUrlOrBlob: options.url,
      instantiateWasm(imports, done) {
        WebAssembly.instantiate(options.module, imports).then(
          (instance) => done(instance, options.module),
          (error) => self.postMessage({ failed: String(error) }),
        );
        return {};
      },
    });
    const address = engine._engine_control() >>> 0;
    control = address >>> 2;
    lastWords = engine._malloc(LAST_WORDS_SIZE) >>> 0;
    self.postMessage({ ready: address });
  }

  function call(name, args) {
    const strings = [];
    const values = args.map((value) => {
      if (typeof value !== "string") {
        return value;
      }
      const address = engine.stringToNewUTF8(value);
      strings.push(address);
      return address;
    });
    let status = OUT_OF_MEMORY;
    if (strings.includes(0)) {
      say("the engine's memory is full");
    } else {
      status = engine[`_engine_${name}`](...values);
    }
    for (const address of strings) {
      engine._free(address);
    }
    return status;
  }

  /**
   * Remove a file, if there is one, and free its memory now. A model's takes as much as its session, and this worker
   * makes so little garbage that it looks for it after the first run.
   */
  function removeFile(path) {
    const { exists, object } = engine.FS.analyzePath(path);
    if (!exists || !engine.FS.isFile(object.mode)) {
      return;
    }
    engine.FS.unlink(path);
    // What is empty shares one buffer with all that is.
    if (object.contents instanceof Uint8Array && object.contents.length > 0) {
      // It goes with a message that nobody receives: the browser holds on to what has come with one.
      const { port1, port2 } = new MessageChannel();
      port1.postMessage(null, [object.contents.buffer]);
      port1.close();
      port2.close();
    }
  }

  /** Make a file whose content is an array: the file keeps its memory, and nothing is copied. */
  function makeFile(path, content) {
    try {
      engine.FS.mkdirTree(path.slice(0, Math.max(path.lastIndexOf("/"), 0)));
      engine.FS.writeFile(path, content, { canOwn: true });
      say("");
      return 0;
    } catch (error) {
      say(`the engine cannot make the file ${path}: ${error.message ?? error}`);
      return EXCEPTION;
    }
  }

  /** Make words the text of a call. */
  function say(words) {
    const encoded = new TextEncoder().encode(words).subarray(0, LAST_WORDS_SIZE);
    new Uint8Array(memory.buffer).set(encoded, lastWords);
    const fields = new Int32Array(memory.buffer);
    Atomics.store(fields, control + TEXT, lastWords);
    Atomics.store(fields, control + TEXT_SIZE, encoded.length);
    Atomics.store(fields, control + LOG_SIZE, 0);
  }

  const HERE = { make_file: makeFile, remove_file: removeFile };

  /** End a call: whoever waits for it goes on. */
  function finish(status) {
    const fields = new Int32Array(memory.buffer);
    Atomics.store(fields, control + STATUS, status);
    Atomics.compareExchange(fields, control + STATE, BUSY, IDLE); // what has died stays so
    Atomics.notify(fields, control + STATE);
  }

  function isDead() {
    return Atomics.load(new Int32Array(memory.buffer), control + STATE) === DIED;
  }

  function die(error) {
    if (isDead()) {
      return; // the program has said why
    }
    say(String(error?.message ?? error));
    const fields = new Int32Array(memory.buffer);
    Atomics.store(fields, control + STATE, DIED);
    Atomics.notify(fields, control + STATE);
  }

  self.onmessage = async ({ data }) => {
    if (data.start) {
      try {
        await start(data.start);
      } catch (error) {
        self.postMessage({ failed: String(error) });
      }
      return;
    }
    const { owed, call: name, args } = data;
    if (isDead() || owed <= made) {
      return;
    }
    try {
      const status = name in HERE ? HERE[name](...args) : call(name, args);
      if (owed) {
        made = owed;
      } else {
        finish(status);
      }
    } catch (error) {
      die(error);
    }
  };
}
