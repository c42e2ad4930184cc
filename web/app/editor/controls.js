/** @file What the tools are made of: choices, ranges, numbers. */

import { make } from "../../remover/parts.js";

let count = 0;

/**
 * A tool: controls under a heading.
 * @param {string} title
 * @param {HTMLElement[]} parts
 */
export function tool(title, ...parts) {
  return make("fieldset", { className: "tool" }, make("legend", { textContent: title }), ...parts);
}

/**
 * One of several, side by side.
 * @template {string} T
 */
export class Choice {
  /**
   * @param {string} label
   * @param {Record<T, string>} texts
   * @param {(value: T) => void} picked
   */
  constructor(label, texts, picked) {
    count += 1;
    const name = `choice-${count}`;
    this.inputs = Object.keys(texts).map((value) => make("input", { type: "radio", name, value }));
    const labels = this.inputs.map((input) => {
      const value = /** @type {T} */ (input.value);
      input.onchange = () => picked(value);
      return make("label", {}, input, make("span", { textContent: texts[value] }));
    });
    this.element = make("div", { className: "choice", role: "radiogroup", ariaLabel: label }, ...labels);
  }

  /** @param {T | null} value */
  show(value) {
    for (const input of this.inputs) {
      input.checked = input.value === value;
    }
  }
}

/** A number by a slider. */
export class Range {
  /** @type {(value: number) => string} */
  #words;

  /**
   * @param {object} options
   * @param {string} options.label
   * @param {number} options.min
   * @param {number} options.max
   * @param {(value: number) => string} options.words
   * @param {(value: number, live: boolean) => void} options.changed Live while it is dragged.
   */
  constructor({ label, min, max, words, changed }) {
    this.#words = words;
    this.input = make("input", { type: "range", min: String(min), max: String(max) });
    this.value = make("output", {});
    this.input.oninput = () => {
      this.show(this.input.valueAsNumber);
      changed(this.input.valueAsNumber, true);
    };
    this.input.onchange = () => changed(this.input.valueAsNumber, false);
    this.element = make(
      "label",
      { className: "range" },
      make("span", { textContent: label }),
      this.value,
      this.input,
    );
  }

  /** @param {number} value */
  show(value) {
    this.input.valueAsNumber = value;
    this.value.value = this.input.ariaValueText = this.#words(value);
  }
}

/** A whole number, or nothing. */
export class Count {
  /**
   * @param {string} label
   * @param {string} unit
   * @param {(value: number | undefined) => void} changed
   */
  constructor(label, unit, changed) {
    this.input = make("input", { type: "number", min: "1", step: "1", inputMode: "numeric" });
    this.input.onchange = () => {
      const value = this.input.valueAsNumber;
      changed(Number.isNaN(value) ? undefined : Math.max(Number(this.input.min), Math.round(value)));
    };
    this.element = make(
      "label",
      { className: "count" },
      make("span", { textContent: label }),
      make("span", { className: "entry" }, this.input, make("small", { textContent: unit })),
    );
  }

  /** @param {number | undefined} value */
  show(value) {
    const text = value === undefined ? "" : String(value);
    if (this.input.value !== text) {
      this.input.value = text;
    }
  }
}
