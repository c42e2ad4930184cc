/** @file Has a person asked before the page is left, while that would lose something. */

import { TEXTS } from "./texts.js";

/** @import {Queue} from "./queue.js" */

/** @param {BeforeUnloadEvent} event */
function ask(event) {
  // A browser asks nobody who has not touched the page, and complains of it in the console.
  if (navigator.userActivation?.hasBeenActive ?? true) {
    event.preventDefault();
  }
}

export class Leaving {
  #queue;
  #free = false;

  /** @param {Queue} queue */
  constructor(queue) {
    this.#queue = queue;
    queue.addEventListener("change", () => this.#watch());
  }

  get #loses() {
    return !this.#free && this.#queue.photos.some(({ unsaved }) => unsaved);
  }

  /** Ask now, for what must know the answer before the browser would ask. */
  allowed() {
    return !this.#loses || confirm(TEXTS.leave);
  }

  /** Have nothing asked any more: it was allowed. */
  free() {
    this.#free = true;
    this.#watch();
  }

  #watch() {
    // Only while there is need: some browsers keep no page for the Back button that listens to this.
    if (this.#loses) {
      window.addEventListener("beforeunload", ask);
    } else {
      window.removeEventListener("beforeunload", ask);
    }
  }
}
