/** @file The offer to have back what was removed. */

import { make } from "../remover/parts.js";
import { TEXTS } from "./texts.js";

/** @import {Queue, Removal} from "./queue.js" */

export class Removed {
  /** @type {Removal | null} What is offered. */
  #offered = null;

  /**
   * @param {Queue} queue
   * @param {{restore: (removal: Removal) => void, forget: () => void}} asked
   */
  constructor(queue, { restore, forget }) {
    this.words = make("span", { id: "removed-words" });
    this.spoken = make("p", { className: "spoken", role: "status" }); // what is hidden is not listened to
    const onclick = () => this.#offered && restore(this.#offered);
    this.undo = make("button", { type: "button", className: "undo", textContent: TEXTS.undo, onclick });
    this.undo.setAttribute("aria-describedby", this.words.id); // a screen reader reads it with the button
    const cross = { type: "button", className: "quiet close", textContent: "×", onclick: forget };
    this.close = make("button", { ...cross, ariaLabel: TEXTS.forget, title: TEXTS.forget });
    this.element = make("p", { className: "removed", hidden: true }, this.words, this.undo, this.close);
    queue.addEventListener("change", () => this.#show(queue));
  }

  /** @param {Queue} queue */
  #show({ removal, photos }) {
    if (removal === this.#offered) {
      return;
    }
    this.#offered = removal;
    this.element.hidden = removal === null;
    const words = removal === null ? "" : TEXTS.removed(removal.removed.map(({ file }) => file.name));
    this.words.textContent = this.spoken.textContent = words;
    if (removal !== null && photos.length === 0) {
      this.undo.focus(); // what had the focus is gone
    }
  }
}
