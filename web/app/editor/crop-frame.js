/** @file The part of the photo that is kept, as a rectangle with handles; by mouse, touch and keyboard. */

import { make } from "../../remover/parts.js";
import { fill } from "../../strings.js";
import { dragged } from "./frame.js";
import { TEXTS } from "./texts.js";

/** @import {Box, Grip, Size} from "./frame.js" */

const ARROWS = Object.freeze(
  /** @type {Record<string, [number, number]>} */ ({
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
    ArrowUp: [0, -1],
    ArrowDown: [0, 1],
  }),
);

export class CropFrame {
  #scale;
  #changed;
  /** @type {Size} */
  #photo = { width: 1, height: 1 };
  /** @type {Box} */
  #box = { x: 0, y: 0, width: 1, height: 1 };

  /**
   * @param {object} options
   * @param {() => number} options.scale Gives the pixels of CSS for one of the photo's.
   * @param {(box: Box, live: boolean) => void} options.changed Live while it is still dragged.
   */
  constructor({ scale, changed }) {
    this.#scale = scale;
    this.#changed = changed;
    const names = /** @type {Exclude<Grip, "move">[]} */ (Object.keys(TEXTS.handles));
    const handles = names.map((name) => this.#grip(name, TEXTS.handles[name]));
    this.first = this.#grip("move", TEXTS.cropMove);
    const help = make("p", { className: "spoken", id: "crop-help", textContent: TEXTS.cropHelp });
    this.words = make("p", { className: "spoken", role: "status" });
    this.kept = make("div", { className: "kept" }, this.first, ...handles);
    this.element = make(
      "div",
      { className: "sheet crop-frame", role: "group", ariaLabel: TEXTS.cropBox, hidden: true },
      ...[this.kept, help, this.words],
    );
    this.element.setAttribute("aria-describedby", help.id);
  }

  /**
   * @param {Box} box
   * @param {Size} photo
   */
  show(box, photo) {
    this.#photo = photo;
    this.#box = box;
    const share = (/** @type {number} */ part, /** @type {number} */ all) => `${(100 * part) / all}%`;
    Object.assign(this.kept.style, {
      left: share(box.x, photo.width),
      top: share(box.y, photo.height),
      width: share(box.width, photo.width),
      height: share(box.height, photo.height),
    });
  }

  /**
   * @param {Grip} name
   * @param {string} label
   */
  #grip(name, label) {
    const button = make("button", { type: "button", className: `grip ${name}`, ariaLabel: label });
    button.onkeydown = (event) => this.#key(event, name);
    button.onpointerdown = (event) => this.#drag(event, button, name);
    return button;
  }

  /**
   * @param {KeyboardEvent} event
   * @param {Grip} name
   */
  #key(event, name) {
    const arrow = ARROWS[event.key];
    if (arrow === undefined) {
      return;
    }
    event.preventDefault();
    const { width, height } = this.#photo;
    const step = event.shiftKey ? 1 : Math.max(1, Math.round(Math.max(width, height) / 100));
    this.#box = dragged(this.#box, name, arrow[0] * step, arrow[1] * step, this.#photo);
    this.#changed(this.#box, false);
    this.words.textContent = fill(TEXTS.cropped, { ...this.#box });
  }

  /**
   * @param {PointerEvent} event
   * @param {HTMLElement} button
   * @param {Grip} name
   */
  #drag(event, button, name) {
    if (event.button !== 0) {
      return;
    }
    button.setPointerCapture(event.pointerId);
    const [box, scale] = [this.#box, this.#scale()];
    const to = (/** @type {PointerEvent} */ { clientX, clientY }) => {
      const [dx, dy] = [(clientX - event.clientX) / scale, (clientY - event.clientY) / scale];
      return dragged(box, name, dx, dy, this.#photo);
    };
    button.onpointermove = (now) => this.#changed(to(now), true);
    button.onpointerup = button.onpointercancel = (now) => {
      button.onpointermove = button.onpointerup = button.onpointercancel = null;
      this.#changed(now.type === "pointerup" ? to(now) : this.#box, false);
    };
  }
}
