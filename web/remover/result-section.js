/** @file The result: laid over its photo, with a line that one drags between the two. */

import { Compare } from "../compare.js";
import { actions, make } from "./parts.js";

/** @import {CutOut} from "../client.js" */
/** @import {Texts} from "./parts.js" */

export class ResultSection {
  #texts;

  /**
   * @param {Texts} texts
   * @param {{another: () => void}} asked
   */
  constructor(texts, { another }) {
    this.#texts = texts;
    this.after = make("img", { className: "checkered", part: "result", decoding: "async" });
    this.before = make("img", { part: "original", decoding: "async" });
    this.compare = new Compare(this.after, this.before, texts.strings);
    this.compare.element.classList.add("stage");
    texts.write((strings) => {
      this.after.alt = strings.result;
      this.before.alt = strings.original;
      this.compare.translate(strings);
    });
    this.before.onerror = () => (this.compare.comparable = false);
    this.facts = make("p", { className: "facts", part: "facts" });
    this.first = make("a", { className: "primary", part: "button primary download" });
    texts.write((strings) => (this.first.textContent = strings.download));
    this.element = make(
      "section",
      { className: "done" },
      this.compare.element,
      make(
        "div",
        { className: "outcome" },
        make("div", {}, texts.words("p", "done", "title"), this.facts),
        actions(this.first, texts.button("another", another)),
      ),
    );
  }

  /**
   * @param {CutOut} result
   * @param {string} url The result's address.
   * @param {string | null} before The photo's; null if the two cannot be laid over each other.
   * @param {string} name What the result is downloaded as.
   */
  show(result, url, before, name) {
    const texts = this.#texts;
    this.after.src = this.first.href = url;
    this.first.download = name;
    this.before.src = before ?? "";
    this.compare.comparable = before !== null;
    this.compare.split(50);
    const format = result.blob.type.replace("image/", "").toUpperCase();
    const { width, height } = result;
    const seconds = texts.number(result.seconds);
    this.facts.textContent = texts.filled("facts", { width, height, format, seconds });
  }
}
