/**
 * @file The result as it will be, at once: the photo under its matte, over the background; and the file
 * itself as soon as there is one.
 */

import { make } from "../../remover/parts.js";
import { Blurred } from "./blurred.js";
import { ground } from "./edits.js";
import { TEXTS } from "./texts.js";

/** @import {Edits} from "./edits.js" */
/** @import {Size} from "./frame.js" */

export class Layers {
  /** @type {Blurred | null} */
  #blurred = null;
  /** @type {(() => Blurred) | null} */
  #blur = null;
  /** @type {number | null} The strength that the canvas shows, or will. */
  #strength = null;
  /** @type {Blob | null} The picture that lies under it. */
  #under = null;
  /** @type {string | null} */
  #file = null;

  /** @param {(blob: Blob) => void} refused A picture cannot be shown. */
  constructor(refused) {
    const properties = { decoding: "async", alt: "" };
    this.subject = make("img", { className: "whole subject", ...properties });
    this.canvas = make("canvas", { className: "whole", hidden: true });
    this.picture = make("img", { className: "picture", hidden: true, ...properties });
    this.picture.onerror = () => this.#under !== null && refused(this.#under);
    this.file = make("img", { className: "file", hidden: true, ...properties });
    this.file.alt = TEXTS.result;
    this.sheet = make(
      "div",
      { className: "sheet checkered" },
      ...[this.picture, this.canvas, this.subject, this.file],
    );
    this.element = make("div", { className: "layer" }, this.sheet);
  }

  /**
   * @param {{file: Blob, url: string}} photo
   * @param {{blob: Blob, url: string}} matte
   * @param {Size} size
   */
  open(photo, matte, size) {
    this.subject.src = photo.url;
    this.subject.style.maskImage = `url("${matte.url}")`;
    this.#blur = () => new Blurred(photo.file, matte.blob, size);
  }

  /** @param {Edits} edits */
  paint(edits) {
    const { background, backgroundBlur } = edits;
    const colour = ground(edits);
    this.sheet.style.backgroundColor = colour ?? "";
    this.sheet.classList.toggle("checkered", colour === null);
    this.#lay(background instanceof Blob ? background : null);
    this.#paintBlurred(backgroundBlur ?? null);
  }

  /**
   * Show the file in place of the layers, once it is decoded.
   * @param {string | null} url Null shows the layers.
   */
  async showFile(url) {
    this.#file = url;
    if (url === null) {
      this.#swap(false);
      this.file.removeAttribute("src");
    } else if (this.file.src !== url) {
      this.file.src = url;
      try {
        await this.file.decode();
      } catch {
        return; // it was replaced meanwhile
      }
      if (this.#file === url) {
        this.#swap(true);
      }
    } else {
      this.#swap(this.file.complete);
    }
  }

  /** Let go of every picture. */
  clear() {
    this.showFile(null);
    this.#lay(null);
    this.#paintBlurred(null);
    this.#blurred?.close();
    this.#blurred = this.#blur = null;
    this.subject.removeAttribute("src");
    this.subject.style.maskImage = "";
  }

  /** @param {boolean} file Whether the file is shown. */
  #swap(file) {
    this.file.hidden = !file;
    this.subject.hidden = file;
    this.picture.hidden = file || this.#under === null;
    this.canvas.hidden = file || this.#strength === null;
  }

  /** @param {Blob | null} picture */
  #lay(picture) {
    if (picture !== this.#under) {
      this.#under = picture;
      URL.revokeObjectURL(this.picture.src);
      if (picture === null) {
        this.picture.removeAttribute("src");
      } else {
        this.picture.src = URL.createObjectURL(picture);
      }
    }
    this.picture.hidden = picture === null;
  }

  /** @param {number | null} strength */
  async #paintBlurred(strength) {
    if (strength === this.#strength) {
      return;
    }
    this.#strength = strength;
    if (strength === null) {
      this.canvas.hidden = true;
      this.canvas.width = this.canvas.height = 0;
      return;
    }
    this.#blurred ??= this.#blur?.() ?? null;
    try {
      const wanted = () => this.#strength === strength;
      if (await this.#blurred?.draw(this.canvas, strength, wanted)) {
        this.canvas.hidden = this.#file !== null && !this.file.hidden;
      }
    } catch {
      // The browser cannot decode the photo; the file shows it.
    }
  }
}
