/** @file The file: its format, quality and size. */

import { make } from "../../remover/parts.js";
import { Choice, Count, Range, tool } from "./controls.js";
import { DEFAULTS } from "./edits.js";
import { TEXTS } from "./texts.js";

/** @import {Edits} from "./edits.js" */

/** @typedef {"png" | "webp" | "jpeg"} Format */

export class OutputTool {
  /** @param {(patch: Partial<Edits>, live?: boolean) => void} change */
  constructor(change) {
    this.format = new Choice(TEXTS.format, { ...TEXTS.formats }, (format) =>
      change(
        format === DEFAULTS.format ? { format: undefined, quality: undefined } : { format },
      ),
    );
    this.help = make("p", { className: "help" });
    this.quality = new Range({
      label: TEXTS.quality,
      min: 1,
      max: 100,
      words: String,
      changed: (quality, live) => change({ quality }, live),
    });
    this.width = new Count(TEXTS.maxWidth, TEXTS.pixels, (maxWidth) => change({ maxWidth }));
    this.height = new Count(TEXTS.maxHeight, TEXTS.pixels, (maxHeight) => change({ maxHeight }));
    this.element = tool(
      TEXTS.output,
      this.format.element,
      this.help,
      this.quality.element,
      make("div", { className: "counts" }, this.width.element, this.height.element),
    );
  }

  /** @param {Edits} edits */
  show(edits) {
    const format = /** @type {Format} */ (edits.format ?? DEFAULTS.format);
    this.format.show(format);
    this.help.textContent = TEXTS.formatHelp[format];
    this.quality.element.hidden = format === "png";
    this.quality.show(edits.quality ?? DEFAULTS.quality);
    this.width.show(edits.maxWidth);
    this.height.show(edits.maxHeight);
  }
}
