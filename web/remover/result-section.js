/** @file The result: laid over its photo, with a line that one drags between the two. */

import { actions, drawing, make } from "./parts.js";

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
    this.after = make("img", { className: "after checkered", part: "result", decoding: "async" });
    this.before = make("img", { className: "before", part: "original", decoding: "async" });
    this.slider = make("input", { type: "range", className: "slider", part: "slider" });
    this.line = make(
      "div",
      { className: "line", part: "line" },
      drawing("handle", 24, ["path", { d: "m9 7-5 5 5 5m6-10 5 5-5 5" }]),
    );
    texts.write((strings) => {
      this.after.alt = strings.result;
      this.before.alt = strings.original;
      this.slider.ariaLabel = strings.compare;
    });
    this.slider.oninput = () => this.#split(this.slider.valueAsNumber);
    this.before.onerror = () => this.#comparable(false);
    this.chips = [texts.words("span", "before", "chip"), texts.words("span", "after", "chip end")];
    this.stage = make(
      "div",
      { className: "stage compare", part: "frame" },
      ...[this.after, this.before, ...this.chips, this.line, this.slider],
    );
    this.facts = make("p", { className: "facts", part: "facts" });
    this.first = make("a", { className: "primary", part: "button primary download" });
    texts.write((strings) => (this.first.textContent = strings.download));
    this.element = make(
      "section",
      { className: "done" },
      this.stage,
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
    this.#comparable(before !== null);
    this.#split(50);
    const format = result.blob.type.replace("image/", "").toUpperCase();
    const { width, height } = result;
    const seconds = texts.number(result.seconds);
    this.facts.textContent = texts.filled("facts", { width, height, format, seconds });
  }

  /** @param {boolean} comparable */
  #comparable(comparable) {
    for (const part of [this.before, ...this.chips, this.line, this.slider]) {
      part.hidden = !comparable;
    }
  }

  /** @param {number} share How much of the photo is shown, in percent. */
  #split(share) {
    this.slider.valueAsNumber = share;
    this.slider.ariaValueText = this.#texts.filled("compared", { share });
    this.stage.style.setProperty("--share", String(share / 100));
  }
}
