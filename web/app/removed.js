/** @file The offer to have back what was removed all at once. */

import { make } from "../remover/parts.js";
import { TEXTS } from "./texts.js";

/** @import {Queue} from "./queue.js" */

export class Removed {
  /**
   * @param {Queue} queue
   * @param {{restore: () => void, forget: () => void}} asked
   */
  constructor(queue, { restore, forget }) {
    this.words = make("span", { id: "removed-words" });
    this.undo = make("button", { type: "button", className: "undo", textContent: TEXTS.undo, onclick: restore });
    this.undo.setAttribute("aria-describedby", this.words.id); // a screen reader reads it with the button
    const cross = { type: "button", className: "quiet close", textContent: "×", onclick: forget };
    this.close = make("button", { ...cross, ariaLabel: TEXTS.forget, title: TEXTS.forget });
    this.element = make("p", { className: "removed", hidden: true }, this.words, this.undo, this.close);
    queue.addEventListener("change", () => this.#show(queue.removed.length));
  }

  /** @param {number} count */
  #show(count) {
    this.element.hidden = count === 0;
    this.words.textContent = count === 0 ? "" : TEXTS.removed(count);
  }
}
