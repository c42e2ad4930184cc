/**
 * @file Background removal in the tab, for programs. No photo leaves the machine.
 *
 * What is loaded comes from one folder of assets, by default the one that this module lies in:
 * `worker.js` and the modules beside it, `pyodide/` and `models/`. All requests for one folder share
 * one worker.
 */

import { Bridge } from "./bridge.js";
import { absolute, capture, owned } from "./sources.js";

/** @import {
 *   CutOutMessage, LoadedMessage, OutputOptions, Progress, Rectangle, Request, SessionFacts,
 *   StepSeconds,
 * } from "./messages.js" */
/** @import {Source} from "./sources.js" */

export { DEFAULT_IDLE } from "./bridge.js";
export { WasmatteError } from "./errors.js";
export { STEPS } from "./messages.js";

/** The model that is used where none is named. */
export const DEFAULT_MODEL = "isnet_quint8";

const ASSETS = new URL("./", import.meta.url).href;

/**
 * How the work is done.
 * @typedef {object} WorkOptions
 * @property {string} [model] A name of the model registry.
 * @property {number} [threads] How many threads work on a photo at most; by default as many as the
 *   machine has processors, up to 8. More than one needs a page that is cross-origin isolated.
 * @property {string} [provider] ONNX Runtime's execution provider; by default the best there is.
 * @property {string | URL} [assets] The folder of the assets; by default this module's own.
 * @property {number} [idle] After how many seconds without a request the worker ends, and gives
 *   its memory back; the next request starts another one. Infinity keeps it.
 * @property {AbortSignal} [signal] Ends the request: it is rejected with the signal's reason.
 * @property {(progress: Progress) => void} [onProgress]
 */

/**
 * What comes out.
 * @typedef {object} ResultOptions
 * @property {"cut-out" | "matte" | "background"} [kind] The subject, the matte in grey, or the photo
 *   without its subject.
 * @property {"png" | "webp" | "jpeg"} [format]
 * @property {number} [quality] Of JPEG and WebP, 1 to 100; by default 90.
 * @property {string | Exclude<Source, string>} [background] What lies under it: a string is a colour
 *   of CSS, anything else a picture, which covers the whole. JPEG takes white if there is none.
 * @property {number} [backgroundBlur] Keeps the photo's own background, blurred: the Gaussian's standard deviation
 *   as a share of the photo's longer side, above 0 and at most 1. Not together with `background`.
 * @property {boolean} [refine] Whether the matte's edges follow the photo's own, and colours there are estimated
 *   anew, so that no halo of the old background shows over another one.
 * @property {number} [maxWidth] In pixels; the result is reduced in proportion, never enlarged.
 * @property {number} [maxHeight] In pixels.
 * @property {boolean | Rectangle} [crop] Whether what is empty at the edges goes; or what is kept.
 * @property {number} [margin] What cropping to the subject leaves, as a share of its longer side: 0 to 1.
 * @property {boolean} [matte] Whether the matte is wanted beside the result, as a PNG that fits it.
 */

/** @typedef {WorkOptions & ResultOptions} Options */

/**
 * How a request went: `seconds` from its turn to its result, `steps` for each step that it needed.
 * @typedef {{seconds: number, steps: StepSeconds} & SessionFacts} Report
 */

/**
 * A result: its file, width and height in pixels, and the matte's file if it was asked for.
 * @typedef {{blob: Blob, width: number, height: number, matte?: Blob}} Picture
 */

/** @typedef {Picture & Report} CutOut */

/** @type {Map<string, Bridge>} One for each folder of assets. */
const bridges = new Map();

/**
 * Remove the background of a photo.
 *
 * Requests are worked on one at a time, in their order. One that fails leaves the others alone.
 *
 * @param {Source} source It stays as it is, and may change after the call.
 * @param {Options} [options]
 * @returns {Promise<CutOut>}
 * @throws {WasmatteError | TypeError}
 */
export async function removeBackground(source, options = {}) {
  const { work, result } = sorted(options);
  const photo = capture(source);
  const output = captureOutput(result);
  const answer = await bridge(work).request(async () => {
    const contents = { photo: await photo(work.signal), output: await output(work.signal) };
    return parcel({ type: "remove-background", ...load(work), ...contents });
  }, work);
  return cutOut(answer);
}

/**
 * Give the matte of a photo: a grey picture, white where the subject is.
 *
 * @param {Source} source
 * @param {Options} [options]
 * @returns {Promise<CutOut>}
 * @throws {WasmatteError | TypeError}
 */
export function segmentForeground(source, options = {}) {
  return removeBackground(source, { ...options, kind: "matte" });
}

/**
 * Cut a photo out along a matte that is there already; no model is loaded.
 *
 * @param {Source} source
 * @param {Source} mask A grey picture, white where the subject is; of a picture with transparency,
 *   such as a cut-out, alpha counts. It is resized to the photo's size.
 * @param {Options} [options]
 * @returns {Promise<Picture & {seconds: number, steps: StepSeconds}>}
 * @throws {WasmatteError | TypeError}
 */
export async function applyMask(source, mask, options = {}) {
  const { work, result } = sorted(options);
  const [photo, matte, output] = [capture(source), capture(mask), captureOutput(result)];
  const answer = await bridge(work).request(async () => {
    const photos = { photo: await photo(work.signal), mask: await matte(work.signal) };
    return parcel({ type: "apply-mask", ...photos, output: await output(work.signal) });
  }, work);
  const { model, provider, threads, ...picture } = cutOut(answer);
  return picture;
}

/**
 * Fetch and start everything that a photo needs, ahead of the first one.
 *
 * @param {WorkOptions} [options]
 * @returns {Promise<Report>}
 * @throws {WasmatteError}
 */
export async function preload(options = {}) {
  const { work } = sorted(options);
  const prepare = async () => parcel({ type: "load", ...load(work) });
  const { message, seconds } = await bridge(work).request(prepare, work);
  return report(message, seconds);
}

/** End all workers, and so free their memory; requests that wait are rejected. A later one starts anew. */
export function dispose() {
  for (const each of bridges.values()) {
    each.dispose();
  }
}

const WORK = ["model", "threads", "provider", "assets", "idle", "signal", "onProgress"];

/** What each option of the result is called in Python's `wasmatte.Output`. */
const RESULT = Object.freeze({
  kind: "kind",
  format: "format",
  quality: "quality",
  background: "background",
  backgroundBlur: "background_blur",
  refine: "refine",
  maxWidth: "max_width",
  maxHeight: "max_height",
  crop: "crop",
  margin: "margin",
  matte: "matte",
});

/**
 * Part a caller's options; those that are undefined count as not given.
 * @param {Options} options
 * @returns {{work: WorkOptions, result: Record<string, any>}}
 */
function sorted(options) {
  /** @type {Record<string, any>} */
  const work = {};
  /** @type {Record<string, any>} */
  const result = {};
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) {
      continue;
    }
    if (WORK.includes(name)) {
      work[name] = value;
    } else if (name in RESULT) {
      result[RESULT[/** @type {keyof typeof RESULT} */ (name)]] = value;
    } else {
      const names = [...WORK, ...Object.keys(RESULT)].join(", ");
      throw new TypeError(`there is no option ${name}; the options are ${names}`);
    }
  }
  if (work.idle !== undefined && !(work.idle >= 0)) {
    throw new TypeError(`idle must be a number of seconds, or Infinity; got ${work.idle}`);
  }
  return { work, result };
}

/** @param {WorkOptions} work */
function bridge({ assets = ASSETS }) {
  const folder = absolute(assets);
  folder.pathname = folder.pathname.replace(/\/*$/, "/");
  const key = folder.href;
  const found = bridges.get(key) ?? new Bridge(new URL("worker.js", folder));
  bridges.set(key, found);
  return found;
}

/** @param {WorkOptions} work */
function load({ model = DEFAULT_MODEL, threads, provider }) {
  return { model, threads, provider };
}

/**
 * Hold the options of a result; a background's picture is read when its turn comes.
 * @param {Record<string, any>} result
 * @returns {(signal?: AbortSignal) => Promise<OutputOptions>}
 */
function captureOutput({ background, ...rest }) {
  if (typeof rest.crop === "object") {
    const { x, y, width, height } = rest.crop;
    rest.crop = { x, y, width, height };
  }
  if (background === undefined || typeof background === "string") {
    return async () => ({ ...rest, ...(background && { background }) });
  }
  const read = capture(background);
  return async (signal) => ({ ...rest, background: await read(signal) });
}

/**
 * Name what a message hands over.
 * @param {Request} message
 * @returns {import("./bridge.js").Parcel}
 */
function parcel(message) {
  if (message.type === "load") {
    return { message, transfer: [] };
  }
  const { background } = message.output;
  const photos = [message.photo];
  if (message.type === "apply-mask") {
    photos.push(message.mask);
  }
  if (typeof background === "object") {
    photos.push(background);
  }
  return { message, transfer: photos.map(owned) };
}

/** @param {import("./bridge.js").Answer} answer */
function cutOut({ message, seconds }) {
  const { blob, matte, width, height } = /** @type {CutOutMessage} */ (message);
  return { blob, width, height, ...(matte && { matte }), ...report(message, seconds) };
}

/**
 * @param {LoadedMessage | CutOutMessage} message
 * @param {number} seconds
 * @returns {Report}
 */
function report({ steps, model, provider, threads }, seconds) {
  return { seconds, steps, model, provider, threads };
}
