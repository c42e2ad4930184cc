/**
 * @file The app: takes photos, works on one after the other, and shows what becomes of them.
 *
 * `data-state` of the document's element is "idle" once photos can be taken, "working" while any photo waits or is worked on,
 * then "done" or "error" after the last one's outcome.
 */

import { start } from "../pwa/pwa.js";
import { Batch } from "./batch.js";
import { takeIn } from "./intake.js";
import { Leaving } from "./leaving.js";
import { Queue } from "./queue.js";
import { Removed } from "./removed.js";
import { Shelf } from "./shelf.js";
import { Stage } from "./stage.js";
import { TEXTS } from "./texts.js";

/** @type {<T extends HTMLElement>(id: string) => T} */
const byId = (id) => /** @type {any} */ (document.getElementById(id));

const form = /** @type {HTMLFormElement} */ (byId("drop"));
const input = /** @type {HTMLInputElement} */ (byId("files"));
const alert = byId("alert");
const desk = byId("desk");
const choose = byId("choose");

const queue = new Queue();
const shelf = new Shelf(byId("photos"), queue);
const stage = new Stage({ another: () => input.click() });
const batch = new Batch(queue, { finish: () => stage.editor.finish(), remove: () => queue.remove(queue.photos) });
const removed = new Removed(queue, { restore, forget });
const leaving = new Leaving(queue);

/** @param {Iterable<File>} files */
export function add(files) {
  const added = queue.add(files, String(new FormData(form).get("model")));
  alert.hidden = added.length > 0;
  if (added.length === 0) {
    alert.textContent = TEXTS.noPhoto;
  } else if (shelf.selected?.state !== "done" || added.length === 1) {
    shelf.select(added[0]); // but several do not take one's place that is being edited
  }
}

/** @param {import("./queue.js").Removal} removal */
function restore(removal) {
  queue.restore(removal);
  shelf.select(removal.removed[0], { focus: true });
}

function forget() {
  queue.forget();
  if (!shelf.focus()) {
    choose.focus();
  }
}

function show() {
  const { photos, pending, latest } = queue;
  const { dataset } = document.documentElement;
  desk.hidden = photos.length === 0;
  document.documentElement.classList.toggle("many", photos.length > 1);
  if (pending.length > 0) {
    dataset.state = "working";
  } else if (latest === null || latest.state === "cancelled") {
    dataset.state = "idle";
  } else {
    dataset.state = latest.state;
  }
}

byId("shelf").prepend(batch.element);
desk.after(removed.element, removed.spoken); // where it moves nothing that is about to be clicked
desk.append(stage.element);
shelf.element.addEventListener("select", () => stage.show(shelf.selected));
queue.addEventListener("change", show);
choose.onclick = () => input.click();
form.onsubmit = (/** @type {SubmitEvent} */ event) => event.preventDefault();
takeIn({ zone: form, input, take: add });
show();

start({ add, leaving });
