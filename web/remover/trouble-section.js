/** @file What went wrong, in words, and the ways on. */

import { isLasting } from "../errors.js";
import { actions, drawing, make } from "./parts.js";

/** @import {Texts} from "./parts.js" */

export class TroubleSection {
  /**
   * @param {Texts} texts
   * @param {{retry: () => void, another: () => void}} asked
   */
  constructor(texts, { retry, another }) {
    this.words = make("p", { className: "reason", part: "error" });
    this.another = texts.button("another", another, "primary");
    this.retry = texts.button("retry", retry);
    this.element = make(
      "section",
      { className: "failed" },
      drawing(
        "sign",
        48,
        ["circle", { cx: 24, cy: 24, r: 19 }],
        ["path", { d: "M24 14v12m0 7v.5" }],
      ),
      this.words,
      actions(this.another, this.retry),
    );
  }

  /** The control that a person most likely wants. */
  get first() {
    return this.retry.hidden ? this.another : this.retry;
  }

  /**
   * @param {Error} error
   * @param {string} words
   */
  show(error, words) {
    this.words.textContent = words;
    this.retry.hidden = isLasting(error);
  }
}
