/** @file The page's side of the service worker. */

/** @import {Answer, Order} from "../service-worker.js" */

/** Whether this window may have a service worker and caches at all; a private one may not. */
export async function available() {
  try {
    await caches.has("any");
    return "serviceWorker" in navigator;
  } catch {
    return false;
  }
}

/**
 * Have the service worker, the site's latest.
 * @param {string} scope Address of the site's folder.
 * @returns {Promise<ServiceWorkerRegistration>}
 */
export async function registered(scope) {
  const options = /** @type {const} */ ({ scope, type: "module", updateViaCache: "none" });
  await navigator.serviceWorker.register(new URL("service-worker.js", scope), options);
  return navigator.serviceWorker.ready;
}

/**
 * Ask something of the service worker.
 * @param {string} scope
 * @param {Order} order
 * @returns {Promise<Answer>}
 */
export async function ask(scope, order) {
  const { active } = await registered(scope);
  const { port1, port2 } = new MessageChannel();
  /** @type {Promise<Answer>} */
  const answer = new Promise((resolve) => (port1.onmessage = ({ data }) => resolve(data)));
  active?.postMessage(order, [port2]);
  return answer;
}
