/** @file Whether edges follow the photo's, without a halo of the old background. */

import { make } from "../../remover/parts.js";
import { tool } from "./controls.js";
import { TEXTS } from "./texts.js";

/** @import {Edits} from "./edits.js" */

export class EdgesTool {
  /** @param {(patch: Partial<Edits>) => void} change */
  constructor(change) {
    this.input = make("input", { type: "checkbox", role: "switch" });
    this.input.onchange = () => change({ refine: this.input.checked || undefined });
    const help = make("p", { className: "help", id: "refine-help", textContent: TEXTS.refineHelp });
    this.input.setAttribute("aria-describedby", help.id);
    const label = make("label", { className: "switch" }, this.input, TEXTS.refine);
    this.element = tool(TEXTS.edges, label, help);
  }

  /** @param {Edits} edits */
  show({ refine = false }) {
    this.input.checked = refine;
  }
}
