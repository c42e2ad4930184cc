/** @file Every text of the app that the element `<wasmatte-remover>` does not have too. */

import { seconds } from "../words.js";

/** @import {CutOut} from "../wasmatte.js" */

const plural = (/** @type {number} */ count, word = "photo") => `${count} ${word}${count === 1 ? "" : "s"}`;

export const TEXTS = Object.freeze({
  noPhoto: "There was no photo in that. Drop, paste or choose an image file.",
  cancelled: "Cancelled",
  failed: "Failed",
  progressOf: (/** @type {string} */ name) => `Progress of ${name}`,
  remove: (/** @type {string} */ name) => `Remove ${name}`,
  done: (/** @type {CutOut} */ { width, height }) => `${width} × ${height}`,
  counted: (/** @type {number} */ done, /** @type {number} */ all) => `${done} of ${plural(all)} done`,
  failures: (/** @type {number} */ count) => `${count} failed`,
  cancellations: (/** @type {number} */ count) => `${count} cancelled`,
  left: (/** @type {number} */ time) =>
    time < 90 ? `about ${Math.max(1, Math.round(time))} s left` : `about ${Math.round(time / 60)} min left`,
  cancelAll: "Cancel all",
  retryAll: "Try failed again",
  downloadAll: "Download all",
  removeAll: "Remove all",
  removed: (/** @type {string[]} */ names) => `${names.length === 1 ? names[0] : plural(names.length)} removed.`,
  undo: "Undo",
  forget: "Close: there is no way back then",
  leave: "Photos in work, and results that are not saved, will be lost. Reload all the same?",
  zipping: "Packing…",
  stale: (/** @type {string} */ name) => `the latest changes of ${name} are not made.`,
  zipFailed: (/** @type {string} */ reason) => `The files could not be packed: ${reason}`,
  took: (/** @type {number} */ time) => `Done in ${seconds(time)}`,
  times: "Time of each step",
  finer: "Redo with the finer model",
  stage: "The selected photo",
});
