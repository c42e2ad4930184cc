/** @file Has the service worker isolate the app, on hosts that do not: only so are there threads. */

import { registered } from "./worker-link.js";

const TRIED = "wasmatte-isolated";
const TOUCHES = ["pointerdown", "keydown", "dragenter", "paste"];

/**
 * Load the page once more if that isolates it, before anybody has done anything with it.
 *
 * That is so at the first visit only: at the next ones the service worker is there from the start.
 * @param {string} scope Address of the site's folder.
 */
export async function isolate(scope) {
  if (crossOriginIsolated || window.top !== window || navigator.hardwareConcurrency === 1) {
    return; // there already, or of no use
  }
  let touched = false;
  TOUCHES.forEach((name) => addEventListener(name, () => (touched = true), { once: true, capture: true }));
  const came = navigator.serviceWorker.controller !== null; // from the service worker, in vain
  await registered(scope);
  const used = touched || document.documentElement.dataset.state !== "idle";
  if (!came && !used && firstTime()) {
    // Not reload(): Chromium 156 would keep this page, and show it again at the next reload.
    location.replace(location.pathname + location.search);
  }
}

/** Say whether this tab has not been loaded again for this yet. */
function firstTime() {
  try {
    const first = sessionStorage.getItem(TRIED) === null;
    sessionStorage.setItem(TRIED, "1");
    return first;
  } catch {
    return false; // who cannot remember might go round for ever
  }
}
