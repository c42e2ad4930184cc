/** @file The offer to have back what was removed. */

import { make } from "../remover/parts.js";
import { TEXTS } from "./texts.js";

/** @import {Queue} from "./queue.js" */

export class Removed {
  /** @type {readonly object[]} The photos that are offered. */
  #offered = [];

  /**
   * @param {Queue} queue
   * @param {{restore: () => void, forget: () => void}} asked
   */
  constructor(queue, { restore, forget }) {
    this.words = make("span", { id: "removed-words" });
    this.spoken = make("p", { className: "spoken", role: "status" }); // what is hidden is not listened to
    this.undo = make("button", { type: "button", className: "undo", textContent: TEXTS.undo, onclick: restore });
    this.undo.setAttribute("aria-describedby", this.words.id); // a screen reader reads it with the button
    const cross = { type: "button", className: "quiet close", textContent: "×", onclick: forget };
    this.close = make("button", { ...cross, ariaLabel: TEXTS.forget, title: TEXTS.forget });
    this.element = make("p", { className: "removed", hidden: true }, this.words, this.undo, this.close);
    queue.addEventListener("change", () => this.#show(queue));
  }

  /** @param {Queue} queue */
  #show({ removed, photos }) {
    if (removed.length === this.#offered.length && removed.every((photo, i) => photo === this.#offered[i])) {
      return;
    }
    this.#offered = removed;
    this.element.hidden = removed.length === 0;
    this.words.textContent = this.spoken.textContent = removed.length === 0 ? "" : TEXTS.removed(removed.map(({ file }) => file.name));
    if (removed.length > 0 && photos.length === 0) {
      this.undo.focus(); // what had the focus is gone
    }
  }
}
