/**
 * @file The app as one that is installed: offline, updates, threads on any host, photos from other apps.
 *
 * Nothing here is in the way of the first photo: the service worker comes after it, except on a host
 * that does not isolate the page.
 */

import { make } from "../remover/parts.js";
import { isolate } from "./isolate.js";
import { Offline } from "./offline.js";
import { Panel, UNAVAILABLE } from "./panel.js";
import { Shared } from "./shared.js";
import { available, registered } from "./worker-link.js";

const SCOPE = new URL("../", import.meta.url).href;

/**
 * @param {object} app
 * @param {(files: File[]) => void} app.add Takes photos, as if they had been chosen.
 * @param {import("./offline.js").Leaving} app.leaving
 */
export async function start({ add, leaving }) {
  const place = document.getElementById("offline");
  takeLaunched(add);
  if (!(await available())) {
    place?.append(make("p", { className: "offline" }, UNAVAILABLE));
    return;
  }
  const shared = await new Shared(SCOPE).take();
  if (shared.length > 0) {
    add(shared);
  } else {
    isolate(SCOPE).catch(() => {}); // then it works on one thread
  }
  const offline = new Offline(SCOPE, leaving);
  const panel = new Panel(offline);
  place?.append(panel.element);
  offerInstalling(panel.install);
  await offline.look();
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) {
      offline.look();
    }
  });
  await firstPhoto();
  await registered(SCOPE);
  await offline.keepQuietly();
}

/** Wait until the app has cut a photo out. */
function firstPhoto() {
  const { documentElement } = document;
  return new Promise((resolve) => {
    const check = () => {
      if (documentElement.dataset.state === "done") {
        observer.disconnect();
        resolve(undefined);
      }
    };
    const observer = new MutationObserver(check);
    observer.observe(documentElement, { attributeFilter: ["data-state"] });
    check();
  });
}

/**
 * Add the photos that the system opens with the app, where it can: see the manifest's file_handlers.
 * @param {(files: File[]) => void} add
 */
function takeLaunched(add) {
  const { launchQueue } = /** @type {any} */ (window);
  launchQueue?.setConsumer(async (/** @type {{files?: FileSystemFileHandle[]}} */ { files = [] }) => {
    if (files.length > 0) {
      add(await Promise.all(files.map((file) => file.getFile())));
    }
  });
}

/** @param {HTMLButtonElement} button Is shown while the app can be installed. */
function offerInstalling(button) {
  /** @type {any} */
  let offer = null;
  window.addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault(); // or a phone's browser puts an offer of its own over the page
    offer = event;
    button.hidden = false;
  });
  window.addEventListener("appinstalled", () => {
    button.hidden = true;
    registered(SCOPE); // photos that are shared with it come through the service worker
  });
  button.onclick = async () => {
    button.hidden = true;
    await offer?.prompt();
  };
}
