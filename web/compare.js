/** @file Before and after: two pictures, one over the other, with a line that one drags between the two. */

import { drawing, make } from "./remover/parts.js";
import { fill } from "./strings.js";

/** @import {Strings} from "./strings.js" */

/** @typedef {Pick<Strings, "before" | "after" | "compare" | "compared">} CompareTexts */

/** How it looks. `.before` lies over all of it; `.after` may give it its size. */
export const COMPARE_STYLE = `
  .compare {
    --reach: 1.375rem; /* half of the handle */
    --at: calc(var(--reach) + (100% - 2 * var(--reach)) * var(--share, 0.5));
    position: relative;
    overflow: hidden;
    isolation: isolate;
  }

  .compare .before {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
    clip-path: inset(0 calc(100% - var(--at)) 0 0);
    animation: compare-reveal 0.9s cubic-bezier(0.3, 0, 0.2, 1);
  }

  .compare .line {
    position: absolute;
    inset-block: 0;
    left: var(--at);
    width: 2px;
    margin-left: -1px;
    background: #fff;
    box-shadow: 0 0 0 1px rgb(0 0 0 / 18%);
    pointer-events: none;
    animation: compare-slide 0.9s cubic-bezier(0.3, 0, 0.2, 1);
  }

  .compare .handle {
    position: absolute;
    top: 50%;
    left: 50%;
    width: 2.5rem;
    padding: 0.5rem;
    translate: -50% -50%;
    border-radius: 50%;
    background: #fff;
    box-shadow: 0 1px 6px rgb(0 0 0 / 35%);
    fill: none;
    stroke: #17201d;
    stroke-linecap: round;
    stroke-linejoin: round;
    stroke-width: 2;
  }

  .compare .slider {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
    margin: 0;
    background: none;
    appearance: none;
    cursor: ew-resize;
    touch-action: pan-y;
    opacity: 0;
  }

  .compare .slider::-webkit-slider-runnable-track {
    height: 100%;
  }

  .compare .slider::-webkit-slider-thumb {
    width: 2.75rem;
    height: 100%;
    appearance: none;
  }

  .compare .slider::-moz-range-thumb {
    width: 2.75rem;
    height: 100%;
    border: 0;
  }

  .compare:has(.slider:focus-visible) {
    outline: 3px solid var(--accent);
    outline-offset: 3px;
  }

  .compare .chip {
    position: absolute;
    top: 0.6rem;
    left: 0.6rem;
    padding: 0.1rem 0.65rem;
    border-radius: 1rem;
    background: rgb(15 20 18 / 72%);
    color: #fff;
    font-size: 0.8rem;
    font-weight: 550;
    pointer-events: none;
  }

  .compare .chip.end {
    left: auto;
    right: 0.6rem;
  }

  @keyframes compare-reveal {
    from {
      clip-path: inset(0);
    }
  }

  @keyframes compare-slide {
    from {
      left: 100%;
    }
  }

  @media (prefers-reduced-motion: reduce) {
    .compare :is(.before, .line) {
      animation: none;
    }
  }

  @media (forced-colors: active) {
    .compare :is(.chip, .line) {
      forced-color-adjust: none;
    }
  }
`;

export class Compare {
  /** @type {CompareTexts} */
  #texts;

  /**
   * @param {HTMLElement} after
   * @param {HTMLElement} before
   * @param {CompareTexts} texts
   */
  constructor(after, before, texts) {
    this.#texts = texts;
    after.classList.add("after");
    before.classList.add("before");
    this.slider = make("input", { type: "range", className: "slider", part: "slider" });
    this.slider.oninput = () => this.split(this.slider.valueAsNumber);
    this.chips = [
      make("span", { className: "chip" }),
      make("span", { className: "chip end" }),
    ];
    const line = make(
      "div",
      { className: "line", part: "line" },
      drawing("handle", 24, ["path", { d: "m9 7-5 5 5 5m6-10 5 5-5 5" }]),
    );
    this.parts = [before, ...this.chips, line, this.slider];
    this.element = make("div", { className: "compare", part: "frame" }, after, ...this.parts);
    this.translate(texts);
    this.split(50);
  }

  /** @param {CompareTexts} texts */
  translate(texts) {
    this.#texts = texts;
    this.slider.ariaLabel = texts.compare;
    [this.chips[0].textContent, this.chips[1].textContent] = [texts.before, texts.after];
    this.split(this.slider.valueAsNumber);
  }

  /**
   * Whether there is something to compare with; "after" is shown alone otherwise.
   * @param {boolean} comparable
   */
  set comparable(comparable) {
    for (const part of this.parts) {
      part.hidden = !comparable;
    }
  }

  /** @param {number} share How much of "before" is shown, in percent. */
  split(share) {
    this.slider.valueAsNumber = share;
    this.slider.ariaValueText = fill(this.#texts.compared, { share });
    this.element.style.setProperty("--share", String(share / 100));
  }
}
