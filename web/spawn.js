/** @file A worker, wherever its module comes from. */

/**
 * Start a module worker.
 *
 * Browsers start workers only from the page's own origin. A module of another one is imported by a
 * small module of the page's own, which is a `blob:` address: the page's Content-Security-Policy
 * holds in that worker, and must allow it (`worker-src blob:`).
 *
 * @param {URL} url Of the worker's module.
 * @returns {Worker} What is sent to it waits until the module has run.
 */
export function spawn(url) {
  const options = /** @type {const} */ ({ type: "module", name: "wasmatte" });
  if (url.origin === self.origin) {
    return new Worker(url, options);
  }
  const code = new Blob([`import ${JSON.stringify(url.href)};`], { type: "text/javascript" });
  const blob = URL.createObjectURL(code);
  const worker = new Worker(blob, options);
  const revoke = () => URL.revokeObjectURL(blob);
  worker.addEventListener("message", revoke, { once: true });
  worker.addEventListener("error", revoke, { once: true });
  return worker;
}
