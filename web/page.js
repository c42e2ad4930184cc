/**
 * @file The page: takes photos and shows what becomes of them.
 *
 * Photos that come while one is worked on wait for their turn. `data-state` of the document's
 * element is "idle", "working" while any photo waits or is worked on, then "done" or "error" after
 * the last one's outcome.
 */

import { PhotoCard } from "./photo-card.js";
import { start } from "./pwa/pwa.js";
import { removeBackground } from "./wasmatte.js";

/** @type {<T extends HTMLElement>(id: string) => T} */
const byId = (id) => /** @type {any} */ (document.getElementById(id));

const form = /** @type {HTMLFormElement} */ (byId("drop"));
const input = /** @type {HTMLInputElement} */ (byId("files"));
const list = byId("photos");
const alert = byId("alert");

let pending = 0;

/** @param {Iterable<File>} files */
function add(files) {
  const jobs = [...files].map(jobOf);
  alert.hidden = jobs.length > 0;
  if (jobs.length === 0) {
    alert.textContent = "There was no photo in that. Drop, paste or choose an image file.";
  }
  list.prepend(...jobs.map(({ card }) => card.element));
  jobs.forEach(({ start }) => start());
}

/**
 * Make the card of a photo, and what starts to cut it out.
 * @param {File} file
 */
function jobOf(file) {
  let controller = new AbortController();
  const start = () => {
    controller = new AbortController();
    cutOut(card, controller.signal);
  };
  const card = new PhotoCard(file, {
    cancel: () => controller.abort(),
    retry: start,
    remove: () => {
      controller.abort();
      card.remove();
      show();
    },
  });
  return { card, start };
}

/**
 * @param {PhotoCard} card
 * @param {AbortSignal} signal
 */
async function cutOut(card, signal) {
  pending += 1;
  card.wait();
  show();
  try {
    const model = String(new FormData(form).get("model"));
    const onProgress = card.progress.bind(card);
    card.done(await removeBackground(card.file, { model, signal, onProgress }));
  } catch (error) {
    if (signal.aborted) {
      card.cancelled();
    } else {
      card.fail(/** @type {Error} */ (error));
    }
  }
  pending -= 1;
  show(card);
}

/**
 * Tell the document's state.
 * @param {PhotoCard} [latest] The card that has just come to its end.
 */
function show(latest) {
  const dataset = document.documentElement.dataset;
  if (pending > 0) {
    dataset.state = "working";
  } else if (list.childElementCount === 0) {
    dataset.state = "idle";
  } else if (latest !== undefined) {
    dataset.state = latest.state === "cancelled" ? "idle" : latest.state;
  }
}

/** @param {DragEvent} event */
function dragged(event) {
  event.preventDefault();
  const inside = event.type === "dragover";
  form.classList.toggle("over", inside);
}

byId("choose").onclick = () => input.click();
input.onchange = () => {
  add(input.files ?? []);
  input.value = ""; // so that the same file can be chosen again
};
form.onsubmit = (/** @type {SubmitEvent} */ event) => event.preventDefault();

document.addEventListener("dragover", dragged);
document.addEventListener("dragleave", dragged);
document.addEventListener("drop", (event) => {
  dragged(event);
  add(event.dataTransfer?.files ?? []);
});
document.addEventListener("paste", (event) => add(event.clipboardData?.files ?? []));

start({ add });
