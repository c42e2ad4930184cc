/** @file A photo in the list: small, with its state. */

import { make, measure } from "../remover/parts.js";
import { STRINGS } from "../strings.js";
import { TEXTS } from "./texts.js";
import { drawSmall } from "./thumbnail.js";

/** @import {Photo} from "./photo.js" */

export class Item {
  #gone = new AbortController();
  /** @type {Blob | null} What the small picture shows. */
  #shown = null;

  /**
   * @param {Photo} photo
   * @param {{select: () => void, remove: () => void}} asked
   */
  constructor(photo, { select, remove }) {
    const { name } = photo.file;
    this.photo = photo;
    this.canvas = make("canvas", { width: 1, height: 1 });
    this.status = make("span", { className: "status" });
    this.bar = make("progress", { ariaLabel: TEXTS.progressOf(name), hidden: true });
    this.pick = make(
      "button",
      { type: "button", className: "pick", onclick: select },
      make("span", { className: "thumb", ariaHidden: "true" }, this.canvas),
      make("span", { className: "name", textContent: name, title: name }),
      this.status,
    );
    const label = { ariaLabel: TEXTS.remove(name), title: TEXTS.remove(name) };
    const cross = { type: "button", className: "quiet remove", textContent: "×" };
    this.remove = make("button", { ...cross, ...label, onclick: remove });
    this.element = make("li", { className: "photo" }, this.pick, this.bar, this.remove);
    this.select(false);
    this.show();
    photo.addEventListener("change", () => this.show(), { signal: this.#gone.signal });
  }

  show() {
    const { state, progress, cutOut, error, file, model } = this.photo;
    const words = {
      waiting: STRINGS.en.waiting,
      working: progress === null ? "" : STRINGS.en.steps[progress.step],
      done: cutOut === null ? "" : TEXTS.done(cutOut),
      error: TEXTS.failed,
      cancelled: TEXTS.cancelled,
    }[state];
    if (this.status.textContent !== words) {
      this.status.textContent = words;
    }
    const { dataset } = this.element;
    dataset.state = state;
    dataset.model = model;
    dataset.error = state === "error" ? (error?.name ?? "") : "";
    dataset.step = progress?.step ?? "";
    this.bar.hidden = state !== "working";
    if (progress !== null) {
      measure(this.bar, progress);
    }
    this.element.classList.toggle("cut", state === "done");
    this.#picture(state === "done" && cutOut !== null ? cutOut.blob : file);
  }

  /** @param {boolean} selected */
  select(selected) {
    this.pick.tabIndex = selected ? 0 : -1;
    this.pick.setAttribute("aria-current", String(selected));
  }

  /** Take it off the page. */
  drop() {
    this.#gone.abort();
    this.element.remove();
  }

  /** @param {Blob} file */
  #picture(file) {
    if (this.#shown !== file) {
      this.#shown = file;
      drawSmall(this.canvas, file, this.#gone.signal);
    }
  }
}
