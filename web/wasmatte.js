/**
 * @file What a page imports: background removal in the tab. No photo leaves the machine.
 *
 *     import { removeBackground } from "./wasmatte.js";
 *     const { blob } = await removeBackground(file);
 *
 * The modules, `pyodide/` and `models/` lie in one folder, anywhere on the page's own host.
 */

import { Bridge } from "./bridge.js";
import { WasmatteError } from "./errors.js";

/** @import {CutOutMessage, LoadedMessage, Progress, SessionFacts, StepSeconds} from "./messages.js" */

export { WasmatteError } from "./errors.js";
export { STEPS } from "./messages.js";

/** The model that is used where none is named. */
export const DEFAULT_MODEL = "isnet_quint8";

/**
 * @typedef {object} Options
 * @property {string} [model] A name of the model registry.
 * @property {number} [threads] How many threads work on a photo at most; by default as many as the
 *   machine has processors, up to 8. More than one needs a page that is cross-origin isolated.
 * @property {AbortSignal} [signal] Ends the request: it is rejected with the signal's reason.
 * @property {(progress: Progress) => void} [onProgress]
 */

/**
 * How a request went: `seconds` from its turn to its result, `steps` for each step that it needed.
 * @typedef {{seconds: number, steps: StepSeconds} & SessionFacts} Report
 */

/**
 * A cut-out: a PNG file, and its width and height in pixels.
 * @typedef {{blob: Blob, width: number, height: number} & Report} CutOut
 */

const bridge = new Bridge(new URL("./worker.js", import.meta.url));

/**
 * Cut the subject of a photo out.
 *
 * Requests are worked on one at a time, in their order. One that fails leaves the others alone.
 *
 * @param {Blob | ArrayBuffer} source The photo's file; it stays as it is.
 * @param {Options} [options]
 * @returns {Promise<CutOut>}
 * @throws {WasmatteError}
 */
export async function removeBackground(source, { model = DEFAULT_MODEL, threads, ...options } = {}) {
  const answer = await bridge.request(
    async () => ({ type: "remove-background", model, threads, photo: await bytesOf(source) }),
    options,
  );
  const message = /** @type {CutOutMessage} */ (answer.message);
  const { width, height } = message;
  const blob = new Blob([message.png], { type: "image/png" });
  return { blob, width, height, ...report(message, answer.seconds) };
}

/**
 * Fetch and start everything that a photo needs, ahead of the first one.
 *
 * @param {Options} [options]
 * @returns {Promise<Report>}
 * @throws {WasmatteError}
 */
export async function preload({ model = DEFAULT_MODEL, threads, ...options } = {}) {
  const { message, seconds } = await bridge.request(
    async () => ({ type: "load", model, threads }),
    options,
  );
  return report(message, seconds);
}

/** Free all memory; requests that wait are rejected. A later request starts anew. */
export function dispose() {
  bridge.dispose();
}

/**
 * Copy a photo's bytes.
 * @param {Blob | ArrayBuffer} source
 * @returns {Promise<ArrayBuffer>}
 */
async function bytesOf(source) {
  if (source instanceof ArrayBuffer) {
    return source.slice(0);
  }
  if (!(source instanceof Blob)) {
    throw new TypeError(`source must be a Blob, a File or an ArrayBuffer; got ${source}`);
  }
  try {
    return await source.arrayBuffer();
  } catch (cause) {
    const message = "The browser cannot read this file; it may be a folder, or have been moved.";
    throw new WasmatteError("UnreadablePhotoError", message, { cause });
  }
}

/**
 * @param {LoadedMessage | CutOutMessage} message
 * @param {number} seconds
 * @returns {Report}
 */
function report({ steps, model, provider, threads }, seconds) {
  return { seconds, steps, model, provider, threads };
}
