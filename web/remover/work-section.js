/** @file The work on a photo: which step, how far, and the button that ends it. */

import { STEPS } from "../messages.js";
import { actions, make, measure } from "./parts.js";

/** @import {Progress} from "../messages.js" */
/** @import {Texts} from "./parts.js" */

export class WorkSection {
  #texts;

  /**
   * @param {Texts} texts
   * @param {{cancel: () => void}} asked
   */
  constructor(texts, { cancel }) {
    this.#texts = texts;
    this.preview = make("img", { part: "preview", decoding: "async" });
    texts.write((strings) => (this.preview.alt = strings.original));
    this.preview.onerror = () => (this.preview.hidden = true);
    this.words = make("p", { className: "words", part: "status" });
    this.amount = make("p", { className: "amount", part: "amount" });
    this.bar = make("progress", { part: "progress" });
    texts.write((strings) => (this.bar.ariaLabel = strings.progress));
    const dots = STEPS.map(() => make("li", {}));
    this.steps = make("ol", { className: "steps", part: "steps", ariaHidden: "true" }, ...dots);
    this.first = texts.button("cancel", cancel);
    this.element = make(
      "section",
      { className: "working" },
      make("div", { className: "stage", part: "frame" }, this.preview),
      make(
        "div",
        { className: "work" },
        make("div", { className: "now" }, this.words, this.amount),
        this.bar,
        this.steps,
      ),
      actions(this.first),
    );
  }

  /**
   * Show the photo, if it can be shown, and that it waits.
   * @param {string | null} url
   */
  begin(url) {
    this.preview.hidden = url === null;
    this.preview.src = url ?? "";
    this.bar.removeAttribute("value");
    this.amount.textContent = "";
    this.words.textContent = this.#texts.strings.waiting;
    this.#mark(-1);
  }

  /** @param {Progress} progress */
  progress(progress) {
    const { step } = progress;
    this.words.textContent = this.#texts.strings.steps[step];
    this.amount.textContent = this.#texts.amount(progress);
    measure(this.bar, progress);
    this.#mark(STEPS.indexOf(step));
  }

  /** @param {number} current The step that goes on. */
  #mark(current) {
    for (const [index, item] of [...this.steps.children].entries()) {
      item.className = index < current ? "past" : index === current ? "current" : "";
    }
  }
}
