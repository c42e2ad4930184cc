/** @file A worker, wherever its module comes from. */

/**
 * Start a module worker.
 *
 * Browsers start workers only from the page's own origin. A module of another one is imported by a
 * small module of the page's own, which is a `blob:` address: the page's Content-Security-Policy
 * holds in that worker, and must allow it (`worker-src blob:`). In a sandboxed frame, whose origin is
 * none, Chromium 156 takes a `data:` address only.
 *
 * @param {URL} url Of the worker's module.
 * @returns {Worker} What is sent to it waits until the module has run. If a foreign module cannot be
 *   had, the worker says so: see `RefusedMessage` of messages.js.
 */
export function spawn(url) {
  const options = /** @type {const} */ ({ type: "module", name: "wasmatte" });
  if (url.origin === self.origin) {
    return new Worker(url, options);
  }
  const code = bootstrap(url);
  if (self.origin === "null") {
    return new Worker(`data:text/javascript,${encodeURIComponent(code)}`, options);
  }
  const blob = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  const worker = new Worker(blob, options);
  const revoke = () => URL.revokeObjectURL(blob);
  worker.addEventListener("message", revoke, { once: true });
  worker.addEventListener("error", revoke, { once: true });
  return worker;
}

/**
 * Give the code that holds messages back until the module is there.
 *
 * WebKit 2.50 refuses a static import here on an isolated page, and takes a dynamic one.
 * @param {URL} url
 */
function bootstrap(url) {
  return `
    const held = [];
    const hold = (event) => held.push(event);
    self.addEventListener("message", hold);
    import(${JSON.stringify(url.href)}).then(
      () => {
        self.removeEventListener("message", hold);
        held.forEach((event) => self.onmessage(event));
      },
      (error) => self.postMessage({ type: "refused", reason: error.message }),
    );
  `;
}
