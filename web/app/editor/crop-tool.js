/** @file Which part of the photo is kept: all, what the subject needs, or a rectangle by hand. */

import { make } from "../../remover/parts.js";
import { Choice, Count, Range, tool } from "./controls.js";
import { DEFAULTS } from "./edits.js";
import { within } from "./frame.js";
import { TEXTS } from "./texts.js";

/** @import {Edits} from "./edits.js" */
/** @import {Box, Size} from "./frame.js" */

/** @typedef {"whole" | "subject" | "hand"} Kind */

export class CropTool {
  #change;
  #adjust;
  /** @type {Size} */
  #photo = { width: 1, height: 1 };
  /** @type {Box} What is kept now. */
  #box = { x: 0, y: 0, width: 1, height: 1 };

  /**
   * @param {(patch: Partial<Edits>, live?: boolean) => void} change
   * @param {(on: boolean) => void} adjust Shows or hides the rectangle.
   */
  constructor(change, adjust) {
    this.#change = change;
    this.#adjust = adjust;
    const { whole, subject, hand } = TEXTS;
    this.kind = new Choice(TEXTS.crop, { whole, subject, hand }, (kind) => this.#take(kind));
    this.margin = new Range({
      label: TEXTS.margin,
      min: 0,
      max: 50,
      words: (value) => `${value} %`,
      changed: (value, live) => change({ margin: value / 100 }, live),
    });
    this.sides = /** @type {(keyof Box)[]} */ (Object.keys(TEXTS.sides)).map((side) => {
      const count = new Count(TEXTS.sides[side], TEXTS.pixels, (value) => this.#side(side, value));
      return /** @type {const} */ ([side, count]);
    });
    const counts = this.sides.map(([, { element }]) => element);
    this.adjusting = make("button", { type: "button", className: "adjust" });
    this.byHand = make(
      "div",
      { className: "more" },
      this.adjusting,
      make("div", { className: "counts" }, ...counts),
    );
    this.element = tool(TEXTS.crop, this.kind.element, this.margin.element, this.byHand);
  }

  /**
   * @param {Edits} edits
   * @param {{photo: Size, box: Box, adjusting: boolean}} now The part that is kept.
   */
  show({ crop = false, margin = 0 }, { photo, box, adjusting }) {
    this.#photo = photo;
    this.#box = box;
    const hand = typeof crop === "object";
    this.kind.show(hand ? "hand" : crop ? "subject" : "whole");
    this.margin.element.hidden = crop !== true;
    this.margin.show(Math.round(100 * margin));
    this.byHand.hidden = !hand;
    this.adjusting.textContent = adjusting ? TEXTS.adjusted : TEXTS.adjust;
    this.adjusting.onclick = () => this.#adjust(!adjusting);
    for (const [side, count] of this.sides) {
      count.input.min = side === "x" || side === "y" ? "0" : "1";
      count.show(box[side]);
    }
  }

  /** @param {Kind} kind */
  #take(kind) {
    if (kind === "hand") {
      this.#change({ crop: this.#box, margin: undefined });
      this.#adjust(true);
      return;
    }
    this.#adjust(false);
    const subject = kind === "subject";
    this.#change({
      crop: subject ? true : undefined,
      margin: subject ? DEFAULTS.margin : undefined,
    });
  }

  /**
   * @param {keyof Box} side
   * @param {number} [value]
   */
  #side(side, value) {
    const box = { ...this.#box, [side]: value ?? this.#box[side] };
    // A number that is typed counts; the others give way.
    const { width, height } = this.#photo;
    const room = {
      ...box,
      width: side === "x" ? Math.min(box.width, width - Math.min(box.x, width - 1)) : box.width,
      height: side === "y" ? Math.min(box.height, height - Math.min(box.y, height - 1)) : box.height,
    };
    const crop = within(room, this.#photo);
    this.sides.forEach(([name, count]) => count.show(crop[name]));
    this.#change({ crop });
  }
}
