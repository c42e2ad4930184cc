/** @file What happens with the file: ready, waited for, worked on, or not made; and what it is. */

import { make, measure, Texts } from "../../remover/parts.js";
import { fill, STRINGS } from "../../strings.js";
import { TEXTS } from "./texts.js";

/** @import {Progress} from "../../messages.js" */
/** @import {Size} from "./frame.js" */

const WORDS = new Texts(STRINGS.en);

/** @typedef {"ready" | "waiting" | "working" | "cancelled" | "failed"} State */

export class Status {
  /**
   * @param {object} asked
   * @param {() => void} asked.cancel
   * @param {() => void} asked.make
   */
  constructor({ cancel, make: again }) {
    const properties = { type: "button" };
    this.facts = make("p", { className: "editor-facts" });
    this.words = make("p", { className: "editor-words", role: "status" });
    this.amount = make("span", { className: "editor-amount" });
    this.bar = make("progress", { ariaLabel: TEXTS.working });
    this.cancel = make("button", { ...properties, textContent: TEXTS.cancel, onclick: cancel });
    this.again = make("button", { ...properties, textContent: TEXTS.make, onclick: again });
    this.work = make("div", { className: "editor-work" }, this.bar, this.amount, this.cancel);
    this.element = make(
      "div",
      { className: "editor-status" },
      ...[this.facts, this.words, this.work, this.again],
    );
    this.show("ready");
  }

  /** @returns {State} */
  get state() {
    return /** @type {State} */ (this.element.dataset.state);
  }

  /**
   * @param {State} state
   * @param {string} [words]
   */
  show(state, words = "") {
    const focused = [this.cancel, this.again].some((button) => button === document.activeElement);
    this.element.dataset.state = state;
    this.say(words);
    this.work.hidden = state !== "waiting" && state !== "working";
    this.again.hidden = state !== "cancelled" && state !== "failed";
    this.bar.removeAttribute("value");
    this.amount.textContent = "";
    if (focused) {
      (this.again.hidden ? this.cancel : this.again).focus();
    }
  }

  /** @param {string} words */
  say(words) {
    if (this.words.textContent !== words) {
      this.words.textContent = words; // only when it changes: a screen reader reads it
    }
  }

  /** @param {Progress} progress */
  progress(progress) {
    this.element.dataset.state = "working";
    this.say(TEXTS.steps[progress.step]);
    this.amount.textContent = WORDS.amount(progress);
    measure(this.bar, progress);
  }

  /**
   * Say what the file is, or will be.
   * @param {Size} size
   * @param {"png" | "webp" | "jpeg"} format
   * @param {number} [bytes] Missing while there is no file.
   */
  describe({ width, height }, format, bytes) {
    const values = { width, height, format: TEXTS.formats[format] };
    this.facts.textContent =
      bytes === undefined
        ? fill(TEXTS.pending, values)
        : fill(TEXTS.facts, { ...values, size: sizeWords(bytes) });
  }
}

/** @param {number} bytes */
function sizeWords(bytes) {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
