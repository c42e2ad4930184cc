/** @file How the page says things. */

/** @import {Progress, Step} from "./messages.js" */

/** @type {Readonly<Record<Step, string>>} */
export const STEP_WORDS = Object.freeze({
  runtime: "Fetching the runtime",
  model: "Fetching the model",
  session: "Compiling the session",
  decode: "Decoding the photo",
  prepare: "Preparing the photo",
  infer: "Inferring the matte",
  composite: "Compositing the cut-out",
  encode: "Encoding the PNG",
});

/**
 * Say how far a step is, where that is known.
 * @param {Progress} progress
 */
export function amount({ done, total, unit }) {
  if (total === null || unit === "steps") {
    return "";
  }
  return unit === "bytes"
    ? `${megabytes(done)} of ${megabytes(total)} MB`
    : `${Math.floor((100 * done) / total)} %`;
}

/** @param {number} bytes */
function megabytes(bytes) {
  return (bytes / 1e6).toFixed(1);
}

/** @param {number} value */
export function seconds(value) {
  return value < 0.1 ? `${Math.round(value * 1000)} ms` : `${value.toFixed(1)} s`;
}

/**
 * Say how a cut-out was made.
 * @param {import("./wasmatte.js").CutOut} cutOut
 */
export function facts({ width, height, model, provider, threads }) {
  const pool = threads === 1 ? "1 thread" : `${threads} threads`;
  return `${width} × ${height} pixels · ${model} · ${provider}, ${pool}`;
}

/**
 * Write a message as a sentence.
 * @param {string} message
 */
export function sentence(message) {
  const text = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/**
 * Name the file of a cut-out after its photo's.
 * @param {string} name
 */
export function cutOutName(name) {
  return `${name.replace(/\.[^.]*$/, "") || "photo"}-cutout.png`;
}
