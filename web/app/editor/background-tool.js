/** @file What lies under the subject: nothing, a colour, a picture, or the photo's own background, blurred. */

import { make } from "../../remover/parts.js";
import { Choice, Range, tool } from "./controls.js";
import { DEFAULTS } from "./edits.js";
import { TEXTS } from "./texts.js";

/** @import {Edits} from "./edits.js" */

/** @typedef {"none" | "colour" | "picture" | "blur"} Kind */

/** @param {Edits} edits @returns {Kind} */
function kindOf({ background, backgroundBlur }) {
  if (backgroundBlur !== undefined) {
    return "blur";
  }
  return background === undefined ? "none" : typeof background === "string" ? "colour" : "picture";
}

/**
 * What was chosen last of each kind, to come back to.
 * @returns {{colour: string, backgroundBlur: number, picture: File | null}}
 */
function nothing() {
  return { colour: "#ffffff", backgroundBlur: DEFAULTS.backgroundBlur, picture: null };
}

export class BackgroundTool {
  #change;
  /** @type {Edits} */
  #edits = {};
  #last = nothing();

  /** @param {(patch: Partial<Edits>, live?: boolean) => void} change */
  constructor(change) {
    this.#change = change;
    const { none, colour, picture, blur } = TEXTS;
    this.kind = new Choice(TEXTS.background, { none, colour, picture, blur }, (kind) => {
      this.#take(kind);
    });
    this.swatches = new Choice(TEXTS.colour, { ...TEXTS.colours }, (value) => this.#colour(value));
    this.swatches.element.classList.add("swatches");
    for (const input of this.swatches.inputs) {
      /** @type {HTMLElement} */ (input.parentElement).title = TEXTS.colours[
        /** @type {keyof typeof TEXTS.colours} */ (input.value)
      ];
      input.parentElement?.style.setProperty("--swatch", input.value);
    }
    this.own = make("input", { type: "color" });
    this.own.oninput = () => this.#colour(this.own.value, true);
    this.own.onchange = () => this.#colour(this.own.value);
    const own = make("label", { className: "own" }, this.own, TEXTS.ownColour);
    this.colours = make("div", { className: "more" }, this.swatches.element, own);

    this.input = make("input", { type: "file", accept: "image/*", hidden: true });
    this.input.onchange = () => this.#pictureChosen();
    this.input.oncancel = () => this.show(this.#edits);
    const choose = make("button", { type: "button", textContent: TEXTS.choosePicture });
    choose.onclick = () => this.input.click();
    this.name = make("p", { className: "editor-name" });
    this.note = make("p", { className: "editor-note", role: "status", hidden: true });
    this.pictures = make("div", { className: "more" }, choose, this.name);

    this.strength = new Range({
      label: TEXTS.strength,
      min: 5,
      max: 60,
      words: (value) => `${(value / 10).toFixed(1)} %`,
      changed: (value, live) => this.#change({ backgroundBlur: value / 1000, background: undefined }, live),
    });
    this.element = tool(
      TEXTS.background,
      this.kind.element,
      this.colours,
      this.pictures,
      this.strength.element,
      this.note,
      this.input,
    );
  }

  /** @param {Edits} edits */
  show(edits) {
    this.#edits = edits;
    const { background, backgroundBlur } = edits;
    const kind = kindOf(edits);
    if (typeof background === "string") {
      this.#last.colour = background;
    } else if (background instanceof File) {
      this.#last.picture = background;
    }
    this.#last.backgroundBlur = backgroundBlur ?? this.#last.backgroundBlur;
    this.kind.show(kind);
    this.colours.hidden = kind !== "colour";
    this.swatches.show(/** @type {any} */ (background));
    this.own.value = this.#last.colour;
    this.pictures.hidden = kind !== "picture";
    this.name.textContent = this.#last.picture?.name ?? "";
    this.strength.element.hidden = kind !== "blur";
    this.strength.show(1000 * this.#last.backgroundBlur);
  }

  /**
   * Say that a picture cannot be used.
   * @param {Blob} picture
   */
  refuse(picture) {
    const name = picture instanceof File ? picture.name : TEXTS.picture;
    if (this.#last.picture === picture) {
      this.#last.picture = null;
    }
    this.note.hidden = false;
    this.note.textContent = TEXTS.badPicture.replace("{name}", name);
  }

  /** Forget what was chosen for the photo before. */
  clear() {
    this.#last = nothing();
    this.note.hidden = true;
  }

  /** @param {Kind} kind */
  #take(kind) {
    const { colour, backgroundBlur, picture } = this.#last;
    this.note.hidden = true;
    if (kind === "none") {
      this.#change({ background: undefined, backgroundBlur: undefined });
    } else if (kind === "colour") {
      this.#colour(colour);
    } else if (kind === "blur") {
      this.#change({ background: undefined, backgroundBlur });
    } else if (picture !== null) {
      this.#change({ background: picture, backgroundBlur: undefined });
    } else {
      this.pictures.hidden = false;
      this.input.click();
    }
  }

  /**
   * @param {string} background
   * @param {boolean} [live]
   */
  #colour(background, live) {
    this.#change({ background, backgroundBlur: undefined }, live);
  }

  #pictureChosen() {
    const [file] = /** @type {FileList} */ (this.input.files);
    this.input.value = ""; // so that the same file can be chosen again
    if (file !== undefined) {
      this.note.hidden = true;
      this.#change({ background: file, backgroundBlur: undefined });
    }
  }
}
