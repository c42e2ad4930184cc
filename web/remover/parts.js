/** @file What the element's sections are made of: elements, drawings, and texts in a language. */

import { fill } from "../strings.js";

/** @import {Progress} from "../messages.js" */
/** @import {Strings} from "../strings.js" */

/** @typedef {Exclude<keyof Strings, "steps" | "errors">} Key The name of one text. */

const SVG = "http://www.w3.org/2000/svg";

/** The texts of all sections, in one language at a time. */
export class Texts {
  /** @type {(() => void)[]} */
  #writers = [];

  /** @param {Strings} strings */
  constructor(strings) {
    this.strings = strings;
    this.language = "en";
  }

  /**
   * @param {Strings} strings
   * @param {string} language The language that they are in.
   */
  translate(strings, language) {
    this.strings = strings;
    this.language = language;
    this.#writers.forEach((write) => write());
  }

  /**
   * Write texts now, and again in another language.
   * @param {(strings: Strings) => void} write
   */
  write(write) {
    const again = () => write(this.strings);
    this.#writers.push(again);
    again();
  }

  /**
   * Make an element that holds a text.
   * @template {keyof HTMLElementTagNameMap} T
   * @param {T} tag
   * @param {Key} key
   * @param {string} [className]
   */
  words(tag, key, className = "") {
    const element = make(tag, { className });
    this.write((strings) => (element.textContent = strings[key]));
    return element;
  }

  /**
   * @param {Key} key Of its text; also the name of its part.
   * @param {() => void} action
   * @param {string} [className]
   */
  button(key, action, className = "") {
    const button = this.words("button", key, className);
    button.type = "button";
    button.setAttribute("part", className ? `button ${className} ${key}` : `button ${key}`);
    button.onclick = action;
    return button;
  }

  /**
   * @param {Key} key
   * @param {Record<string, string | number>} values
   */
  filled(key, values) {
    return fill(this.strings[key], values);
  }

  /**
   * Say how far a step is; "" where that is not known.
   * @param {Progress} progress
   */
  amount({ done, total, unit }) {
    if (unit === "steps" || total === null) {
      return "";
    }
    if (unit === "bytes") {
      const [some, all] = [done, total].map((bytes) => this.number(bytes / 1e6));
      return this.filled("megabytes", { done: some, total: all });
    }
    return this.filled("percent", { share: Math.floor((100 * done) / total) });
  }

  /**
   * Write a number with one digit after the point.
   * @param {number} value
   */
  number(value) {
    const options = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
    return value.toLocaleString(this.language, options);
  }
}

/**
 * Make an element; a page's Content-Security-Policy may forbid markup and inline style, not this.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, unknown>} properties
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function make(tag, { part, role, ...properties }, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  for (const [name, value] of Object.entries({ part, role })) {
    if (value !== undefined) {
      element.setAttribute(name, String(value));
    }
  }
  element.append(...children);
  return element;
}

/**
 * Make a picture of shapes, for the eye alone.
 * @param {string} className
 * @param {number} size Of its coordinates.
 * @param {[string, Record<string, string | number>][]} shapes
 */
export function drawing(className, size, ...shapes) {
  const shape = (/** @type {string} */ tag, /** @type {Record<string, string | number>} */ given) => {
    const element = document.createElementNS(SVG, tag);
    Object.entries(given).forEach(([name, value]) => element.setAttribute(name, String(value)));
    return element;
  };
  const box = { class: className, viewBox: `0 0 ${size} ${size}`, "aria-hidden": "true" };
  const svg = shape("svg", box);
  svg.append(...shapes.map(([tag, given]) => shape(tag, given)));
  return svg;
}

/**
 * Show on a bar how far a step is.
 * @param {HTMLProgressElement} bar
 * @param {Progress} progress
 */
export function measure(bar, { done, total, unit }) {
  if (unit === "steps" || total === null) {
    bar.removeAttribute("value");
  } else {
    bar.max = total;
    bar.value = done;
  }
}

/** @param {HTMLElement[]} buttons */
export function actions(...buttons) {
  return make("div", { className: "actions" }, ...buttons);
}
