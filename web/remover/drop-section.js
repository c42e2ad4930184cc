/** @file The way in: drop, choose, paste, camera. */

import { actions, drawing, make } from "./parts.js";

/** @import {Texts} from "./parts.js" */

export class DropSection {
  /**
   * @param {Texts} texts
   * @param {{choose: () => void, camera: () => void, files: (files: FileList) => void}} asked
   */
  constructor(texts, { choose, camera, files }) {
    this.first = texts.button("choose", choose, "primary");
    this.camera = texts.button("camera", camera);
    this.camera.hidden = true;
    this.note = make("p", { className: "note", part: "note", hidden: true });
    this.input = make("input", { type: "file", accept: "image/*", hidden: true });
    this.input.onchange = () => {
      files(/** @type {FileList} */ (this.input.files));
      this.input.value = ""; // so that the same file can be chosen again
    };
    this.element = make(
      "section",
      { className: "drop", part: "drop" },
      drawing(
        "picture",
        48,
        ["rect", { x: 5, y: 9, width: 38, height: 30, rx: 5 }],
        ["circle", { cx: 16, cy: 19, r: 3.5 }],
        ["path", { d: "m7 36 11-11 7 7 7-8 10 11" }],
      ),
      make(
        "p",
        { className: "invitation", part: "invitation" },
        texts.words("strong", "drop"),
        texts.words("span", "paste"),
      ),
      actions(this.first, this.camera),
      this.note,
      make(
        "p",
        { className: "privacy", part: "privacy" },
        drawing(
          "lock",
          16,
          ["rect", { x: 3, y: 7, width: 10, height: 7, rx: 1.5 }],
          ["path", { d: "M5.5 7V4.8a2.5 2.5 0 0 1 5 0V7" }],
        ),
        texts.words("span", "privacy"),
      ),
      this.input,
    );
    this.element.onclick = ({ target }) => {
      if (target !== this.input && !(/** @type {Element} */ (target).closest("button"))) {
        choose();
      }
    };
  }

  /**
   * Say why nothing came of it; "" takes it back.
   * @param {string} words
   */
  notice(words) {
    this.note.textContent = words;
    this.note.hidden = words === "";
  }

  /** @param {boolean} over Whether something is held over it. */
  invite(over) {
    this.element.classList.toggle("over", over);
  }
}
