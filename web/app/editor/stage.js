/** @file Where the photo and its result are seen, one over the other, and the buttons that zoom. */

import { Compare, COMPARE_STYLE } from "../../compare.js";
import { COMMON_STYLE } from "../../remover/common-style.js";
import { make } from "../../remover/parts.js";
import { fill } from "../../strings.js";
import { adopt } from "../adopt.js";
import { CropFrame } from "./crop-frame.js";
import { Layers } from "./layers.js";
import { TEXTS } from "./texts.js";
import { Viewport } from "./viewport.js";

/** @import {Box, Size} from "./frame.js" */

const HANDLE = 22; // pixels of CSS, half of one

export class Stage {
  #shown = true; // whether the browser can show the photo

  /**
   * @param {object} asked
   * @param {(box: Box, live: boolean) => void} asked.crop
   * @param {(blob: Blob) => void} asked.refused A background cannot be shown.
   */
  constructor({ crop, refused }) {
    adopt(COMMON_STYLE);
    adopt(COMPARE_STYLE);
    this.layers = new Layers(refused);
    this.original = make("img", { className: "whole", decoding: "async", alt: TEXTS.original });
    this.original.onerror = () => this.#noPreview();
    const before = make(
      "div",
      { className: "layer" },
      make("div", { className: "sheet" }, this.original),
    );
    this.compare = new Compare(this.layers.element, before, TEXTS);
    this.view = this.compare.element;
    Object.assign(this.view, { tabIndex: 0, ariaLabel: TEXTS.stage });
    this.view.classList.add("view");
    this.view.setAttribute("role", "group");
    this.percent = make("output", { className: "zoom-now", ariaLabel: TEXTS.zoom });
    this.viewport = new Viewport(this.view, () => this.#say());
    this.cropFrame = new CropFrame({ scale: () => this.viewport.scale, changed: crop });
    this.view.append(this.cropFrame.element);
    this.note = make("p", { className: "editor-note", hidden: true, textContent: TEXTS.noPreview });
    const help = make("p", { className: "spoken", id: "stage-help", textContent: TEXTS.stageHelp });
    this.view.setAttribute("aria-describedby", help.id);
    this.element = make("div", { className: "editor-stage" }, this.view, help, this.note, this.#zoomBar());
  }

  /**
   * @param {{file: Blob, url: string}} photo
   * @param {{blob: Blob, url: string}} matte
   * @param {Size} size
   */
  open(photo, matte, size) {
    this.original.src = photo.url;
    this.layers.open(photo, matte, size);
    this.viewport.fit();
  }

  /**
   * Show a part of the photo as a picture of a size.
   * @param {Size} photo
   * @param {Box} box
   * @param {Size} size
   * @param {boolean} [handles] Whether there are handles at its edges.
   */
  frame(photo, box, size, handles = false) {
    const percent = (/** @type {number} */ share) => `${100 * share}%`;
    const { style } = this.view;
    style.setProperty("--photo-left", percent(-box.x / box.width));
    style.setProperty("--photo-top", percent(-box.y / box.height));
    style.setProperty("--photo-width", percent(photo.width / box.width));
    style.setProperty("--photo-height", percent(photo.height / box.height));
    this.viewport.resize(size, handles ? HANDLE : 0);
  }

  /**
   * Have the part that is kept chosen by hand.
   * @param {Box | null} box Null ends it.
   * @param {Size} photo
   */
  adjust(box, photo) {
    this.cropFrame.element.hidden = box === null;
    this.compare.comparable = box === null && this.#shown;
    if (box !== null) {
      this.cropFrame.show(box, photo);
    }
  }

  /** Let go of every picture. */
  clear() {
    this.layers.clear();
    this.original.removeAttribute("src");
    this.note.hidden = this.#shown = true;
    this.compare.split(50);
  }

  #noPreview() {
    this.#shown = this.note.hidden = false;
    this.compare.comparable = false;
  }

  #zoomBar() {
    const { viewport } = this;
    const button = (
      /** @type {string} */ text,
      /** @type {string} */ label,
      /** @type {() => void} */ onclick,
    ) => make("button", { type: "button", textContent: text, ariaLabel: label, onclick });
    return make(
      "div",
      { className: "zoom", role: "group", ariaLabel: TEXTS.zoom },
      button("−", TEXTS.zoomOut, () => viewport.zoomOut()),
      this.percent,
      button("+", TEXTS.zoomIn, () => viewport.zoomIn()),
      button(TEXTS.fit, TEXTS.fit, () => viewport.fit()),
      button(TEXTS.actual, TEXTS.actual, () => viewport.zoomTo(1)),
    );
  }

  #say() {
    this.percent.value = fill(TEXTS.percent, { share: Math.round(100 * this.viewport.zoom) });
  }
}
