/**
 * @file The service worker of the app: serves the version that is kept, isolates the app on hosts that
 * do not, and takes photos that are shared with it.
 *
 * What is kept is fetched and checked by the page (`pwa/keeper.js`); of requests for anything that is
 * not kept, and of pages that are not the app, nothing is changed.
 */

import { isolating } from "./pwa/isolating.js";
import { isModel, Kept, LIST, PAST_WORKER } from "./pwa/kept.js";
import { SHARE, Shared } from "./pwa/shared.js";

/** @typedef {{type: "adopt", version: string} | {type: "forget"}} Order What a page may ask for. */

/** @typedef {{done: boolean, others: number}} Answer Whether it was done, or which pages forbid it. */

const worker = /** @type {any} */ (self);
const SCOPE = new URL(worker.registration.scope);
const kept = new Kept(SCOPE.href);
const shared = new Shared(SCOPE.href);

/** @type {Promise<Cache | null> | null} What is served; null if that must be found out. */
let serving = null;

async function open() {
  const version = await kept.current().catch(() => null);
  return version === null ? null : kept.open(version);
}

/**
 * Count the open pages of the site.
 * @param {string} [except] The id of one that does not count.
 */
async function openPages(except) {
  /** @type {{id: string, url: string}[]} */
  const pages = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  return pages.filter(({ id, url }) => id !== except && url.startsWith(SCOPE.href)).length;
}

/**
 * Serve another version from now on, unless a page that is open would get a mixture.
 * @param {string} version
 * @param {string} [page] The id of the page that asks: it is of this version, or will be loaded again.
 * @returns {Promise<Answer>}
 */
async function adopt(version, page) {
  if ((await kept.current()) === version) {
    return { done: true, others: 0 }; // a newer one may be kept by now: it stays
  }
  const others = await openPages(page);
  if (others === 0) {
    await kept.adopt(version);
    serving = null;
  }
  return { done: others === 0, others };
}

/** Answer with the app's page: of the newest version that is kept whole, if no page is open. */
async function renew() {
  serving = null;
  const newer = await kept.newer();
  if (newer !== null) {
    await adopt(newer);
  }
}

/**
 * @param {Request} request
 * @param {string} path
 * @returns {Promise<Response>}
 */
async function answer(request, path) {
  if (request.mode === "navigate") {
    await renew().catch(() => {});
  }
  serving ??= open();
  const cache = await serving;
  const found = await cache?.match(kept.url(path), { ignoreVary: true });
  const response = found ?? (await fetch(request).catch(() => Response.error()));
  return ["document", "worker"].includes(request.destination) ? isolating(response) : response;
}

worker.addEventListener("install", () => worker.skipWaiting());

worker.addEventListener("activate", (/** @type {any} */ event) => {
  event.waitUntil(worker.clients.claim());
});

worker.addEventListener("fetch", (/** @type {any} */ event) => {
  /** @type {Request} */
  const request = event.request;
  const url = new URL(request.url);
  if (url.origin !== SCOPE.origin || !url.pathname.startsWith(SCOPE.pathname)) {
    return;
  }
  const path = url.pathname.slice(SCOPE.pathname.length) || "index.html";
  const navigates = request.mode === "navigate";
  if (request.method === "POST" && navigates && path === SHARE) {
    event.respondWith(shared.receive(request));
  } else if (path === LIST && request.headers.has(PAST_WORKER)) {
    // Without a connection: an error of the page's own would stand in its console.
    event.respondWith(fetch(request).catch(() => Response.json(null)));
  } else if (
    request.method === "GET" &&
    !request.headers.has(PAST_WORKER) &&
    !isModel(path) &&
    (!navigates || path === "index.html")
  ) {
    event.respondWith(answer(request, path));
  }
});

worker.addEventListener("message", (/** @type {any} */ event) => {
  /** @type {Order} */
  const order = event.data;
  const obey = async () => {
    if (order.type === "adopt") {
      return adopt(order.version, event.source.id);
    }
    await kept.forget();
    serving = null;
    return { done: true, others: 0 };
  };
  const refuse = () => ({ done: false, others: 0 });
  event.waitUntil(obey().catch(refuse).then((said) => event.ports[0].postMessage(said)));
});
