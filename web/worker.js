/** @file The worker: starts Python once, and answers the requests of `messages.js` with it. */

/** @import {Loading, OutputOptions, Photo, Reply, Request, SessionFacts, Step, StepSeconds} from "./messages.js" */

import { EarlyModel } from "./early.js";
import { WasmatteError } from "./errors.js";
import { loadPackage, startPython } from "./python.js";

const PYODIDE_URL = new URL("./pyodide/", import.meta.url).href;
const MODELS_URL = new URL("./models/", import.meta.url).href;
const MOST_BUFFERS = 8; // browsers need not collect garbage, nor say so

/**
 * What Python makes of a photo.
 * @typedef {{
 *   blob: Blob, width: number, height: number, matte?: Blob, seconds: StepSeconds,
 * }} Result
 */

/** Python's side: Pyodide, the module `wasmatte.service` and its one service. */
class Runtime {
  /** @type {SessionFacts | null} */
  #facts = null;
  /** @type {Loading | null} What was asked for. */
  #loading = null;
  /** @type {EarlyModel | undefined} Until the first model is loaded. */
  #early;

  /**
   * Fetch and start it.
   * @param {string} [model] Is fetched meanwhile.
   */
  static async start(model) {
    const total = 3;
    post("runtime", 0, total, "steps");
    const early = model === undefined ? undefined : new EarlyModel(MODELS_URL, model);
    const pyodide = await startPython(PYODIDE_URL, () => {
      post("runtime", 1, total, "steps");
      early?.begin(); // not before: Python's start waits for the connection
    });
    await loadPackage(pyodide, "wasmatte");
    post("runtime", 2, total, "steps");
    const module = pyodide.pyimport("wasmatte.service");
    post("runtime", 3, total, "steps");
    return new Runtime(pyodide, module, early);
  }

  /**
   * @param {any} pyodide
   * @param {any} module The Python module `wasmatte.service`.
   * @param {EarlyModel} [early]
   */
  constructor(pyodide, module, early) {
    this.pyodide = pyodide;
    this.module = module;
    this.service = module.Service();
    this.#early = early;
  }

  /**
   * Have a model ready.
   * @param {Loading} loading
   * @returns {Promise<{facts: SessionFacts, seconds: StepSeconds}>} No seconds if it was ready.
   */
  async load({ model, threads, provider }) {
    const was = this.#loading;
    const same = was?.model === model && was.threads === threads && was.provider === provider;
    if (same && this.#facts !== null && this.service.loaded) {
      return { facts: this.#facts, seconds: {} };
    }
    this.#facts = null;
    const early = this.#early;
    this.#early = undefined;
    const fetch = early?.fetch.bind(early);
    try {
      const loaded = await this.service.load(model, MODELS_URL, post, threads, provider, fetch);
      const { seconds, ...facts } = loaded;
      this.#facts = facts;
      this.#loading = { model, threads, provider };
      reply({ type: "brake", ...(this.service.brake() ?? { control: null, index: 0 }) });
      return { facts, seconds };
    } finally {
      early?.close();
      await dropGarbage();
    }
  }

  /**
   * Cut a photo's subject out, with the model that is ready.
   * @param {Photo} photo
   * @param {OutputOptions} output
   * @returns {Promise<Result & SessionFacts>}
   */
  async cutOut(photo, output) {
    return this.service.remove_background(pixels(photo), post, withPixels(output));
  }

  /**
   * Cut a photo out along a mask.
   * @param {Photo} photo
   * @param {Photo} mask
   * @param {OutputOptions} output
   * @returns {Promise<Result & SessionFacts>}
   */
  async applyMask(photo, mask, output) {
    return this.service.apply_mask(pixels(photo), pixels(mask), post, withPixels(output));
  }

  /**
   * Describe what was thrown, if Python threw it.
   * @param {unknown} error
   * @returns {{name: string, message: string} | null}
   */
  describe(error) {
    if (!(error instanceof this.pyodide.ffi.PythonError)) {
      return null;
    }
    const sys = this.pyodide.pyimport("sys");
    const exception = sys.last_exc;
    try {
      return this.module.describe(exception);
    } finally {
      // Python remembers the exception, and with it all that its frames hold: the photo.
      exception.destroy();
      for (const name of ["last_exc", "last_type", "last_value", "last_traceback"]) {
        delete sys[name];
      }
    }
  }
}

/** @type {Runtime | null} */
let runtime = null;

/**
 * Calls what it was given when the browser has collected garbage.
 * @type {FinalizationRegistry<() => void>}
 */
const collected = new FinalizationRegistry((call) => call());

/**
 * Have the browser free what loading has left behind, 100 MB and more, before a photo needs as much
 * again.
 *
 * It looks for garbage when enough buffers were made, and untouched ones cost nothing. It does so
 * between tasks, bit by bit, and a photo is one task of seconds: so it is waited for. What was
 * dropped while it was looking is found the second time.
 */
async function dropGarbage() {
  for (let time = 0; time < 2; time += 1) {
    let found = false;
    collected.register({}, () => {
      found = true;
    });
    for (let count = 0; count < MOST_BUFFERS && !found; count += 1) {
      try {
        new ArrayBuffer(64 * 1024 * 1024);
      } catch {
        return; // there is no memory to ask for: the browser has looked for garbage
      }
      await new Promise((resolve) => setTimeout(resolve));
    }
  }
}

/**
 * Send a step's progress to the page.
 * @param {Step} step
 * @param {number} done
 * @param {number | null | undefined} total
 * @param {"bytes" | "nodes" | "steps"} unit
 */
function post(step, done, total, unit) {
  reply({ type: "progress", step, done, total: total ?? null, unit });
}

/** @param {Reply} message */
function reply(message) {
  self.postMessage(message);
}

/**
 * Give a photo without a bitmap: its pixels.
 * @param {Photo} photo
 * @returns {Exclude<Photo, {bitmap: ImageBitmap}>}
 */
function pixels(photo) {
  if (!("bitmap" in photo)) {
    return photo;
  }
  const { bitmap } = photo;
  const { width, height } = bitmap;
  try {
    const context = new OffscreenCanvas(width, height).getContext("2d");
    context?.drawImage(bitmap, 0, 0);
    const image = /** @type {ImageData} */ (context?.getImageData(0, 0, width, height));
    return { data: image.data.buffer, width, height };
  } catch (error) {
    const message =
      `The browser cannot give the pixels of a photo of ${width} × ${height} ` +
      `(${/** @type {Error} */ (error).message}). Use a smaller copy, or its file.`;
    throw new WasmatteError("PhotoTooLargeError", message);
  } finally {
    bitmap.close();
  }
}

/**
 * @param {OutputOptions} output
 * @returns {OutputOptions}
 */
function withPixels({ background, ...rest }) {
  if (background === undefined) {
    return rest;
  }
  return { ...rest, background: typeof background === "string" ? background : pixels(background) };
}

/**
 * Send a result to the page.
 * @param {Result & SessionFacts} result
 * @param {StepSeconds} steps Of what was done before.
 */
function replyWith({ seconds, ...result }, steps) {
  reply({ type: "cut-out", ...result, steps: { ...steps, ...seconds } });
}

/**
 * Answer a request.
 * @param {Request} request
 */
async function answer(request) {
  /** @type {StepSeconds} */
  const steps = {};
  if (runtime === null) {
    const started = performance.now();
    runtime = await Runtime.start("model" in request ? request.model : undefined);
    steps.runtime = (performance.now() - started) / 1000;
  }
  if (request.type === "apply-mask") {
    replyWith(await runtime.applyMask(request.photo, request.mask, request.output), steps);
    return;
  }
  const loaded = await runtime.load(request);
  Object.assign(steps, loaded.seconds);
  switch (request.type) {
    case "load":
      reply({ type: "loaded", steps, ...loaded.facts });
      return;
    case "remove-background":
      replyWith(await runtime.cutOut(request.photo, request.output), steps);
      return;
  }
}

/**
 * Say in words why a request failed.
 *
 * Python goes on after its own exceptions; after anything else (its memory ran out, it could not
 * be fetched) a fresh worker is the only sure way.
 * @param {unknown} error
 * @returns {Reply}
 */
function failure(error) {
  if (error instanceof WasmatteError) {
    return { type: "failed", name: error.name, message: error.message, fatal: false };
  }
  const words = runtime?.describe(error);
  if (words) {
    return { type: "failed", ...words, fatal: false };
  }
  const reason = /** @type {any} */ (error)?.message ?? String(error);
  if (runtime === null) {
    const message =
      `The Python runtime could not be started from ${PYODIDE_URL} (${reason}). ` +
      "Check the connection and, on another host, that it lets this page load it " +
      "(Access-Control-Allow-Origin) and the page's Content-Security-Policy does (connect-src).";
    return { type: "failed", name: "RuntimeLoadError", message, fatal: true };
  }
  const message = `The Python runtime has stopped, perhaps for lack of memory: ${reason}`;
  return { type: "failed", name: "WorkerError", message, fatal: true };
}

self.onmessage = async (/** @type {MessageEvent<Request>} */ { data }) => {
  try {
    await answer(data);
  } catch (error) {
    reply(failure(error));
  }
};
