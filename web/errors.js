/** @file What goes wrong, in words that can be shown. */

/**
 * A request failed. `name` says why: one of the names of Python's `wasmatte.errors`, such as
 * "BrokenPhotoError", "ModelFetchError" or "OptionError", or one of these:
 *
 * - "RuntimeLoadError": Python could not be fetched or started;
 * - "WorkerError": the worker stopped, perhaps for lack of memory; the next request gets a new one;
 * - "UnreadablePhotoError": the browser could not read the file, or gave no pixels;
 * - "PhotoFetchError": the photo's address could not be fetched.
 */
export class WasmatteError extends Error {
  /**
   * @param {string} name
   * @param {string} message
   * @param {ErrorOptions} [options]
   */
  constructor(name, message, options) {
    super(message, options);
    this.name = name;
  }
}

const LASTING = Object.freeze([
  "BrokenPhotoError",
  "EmptyPhotoError",
  "PhotoTooLargeError",
  "UnreadablePhotoError",
  "UnsupportedPhotoError",
]);

/**
 * Say whether an error is the photo's own, which a second attempt does not mend.
 * @param {Error} error
 */
export function isLasting({ name }) {
  return LASTING.includes(name);
}
