/** @file How the page says things. */

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
function sentence(message) {
  const text = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/**
 * Say what went wrong.
 * @param {Error} error
 * @param {Record<string, string>} errors Words for some of them.
 */
export function reason({ name, message }, errors) {
  return errors[name] ?? sentence(message);
}

/**
 * Name the file of a result after its photo's, as the command line does.
 * @param {string} photo The name of the photo's file.
 * @param {string} kind
 * @param {string} mime
 */
export function resultName(photo, kind, mime) {
  const suffix = mime.replace("image/", "").replace("jpeg", "jpg");
  return `${photo.replace(/\.[^.]*$/, "") || "photo"}-${kind.replace("-", "")}.${suffix}`;
}
