/**
 * @file The editor of one finished photo: what lies under the subject, which part is kept, and the file.
 *
 * A change is seen at once, on layers that the browser composites; after a pause Python makes the file,
 * always from the photo and its matte, and the file takes the layers' place.
 */

import { make } from "../../remover/parts.js";
import { applyMask } from "../../wasmatte.js";
import { reason, resultName } from "../../words.js";
import { imageSize } from "../image-size.js";
import { BackgroundTool } from "./background-tool.js";
import { canCopy, copyPicture } from "./clipboard.js";
import { CropTool } from "./crop-tool.js";
import { EdgesTool } from "./edges-tool.js";
import { changed, DEFAULTS, ground, same } from "./edits.js";
import { fit, widened, within } from "./frame.js";
import { Maker } from "./maker.js";
import { OutputTool } from "./output-tool.js";
import { Stage } from "./stage.js";
import { Status } from "./status.js";
import { subjectBox } from "./subject.js";
import { TEXTS } from "./texts.js";

/** @import {CutOut} from "../../client.js" */
/** @import {Edits} from "./edits.js" */
/** @import {Box, Size} from "./frame.js" */
/** @import {Job, Made} from "./maker.js" */

/**
 * A photo that is edited.
 * @typedef {object} Subject
 * @property {File} file
 * @property {Blob} matte Of the whole photo, in its size.
 * @property {CutOut} facts What is known of how the matte was made.
 * @property {Size} size
 * @property {Promise<void> | null} whereabouts Ends once its subject is found; null before it is looked for.
 * @property {Box | null} box The same, once it is known.
 * @property {AbortController} gone
 * @property {string[]} urls
 */

/** @typedef {{edits: Edits, cutOut: CutOut, url: string}} Result A file, and what it was made with. */

/**
 * Its element sends the event `edit`, `detail` being `{edits, past}`, at each change, and `edited`, `detail` being
 * `{cutOut, edits}`, whenever the result has become another one; `cutOut.matte` stays the whole photo's. After a
 * result was downloaded or copied it sends `saved`, `detail` being `{blob}`: the file, also if it was copied as a PNG.
 */
export class Editor {
  /** @type {Subject | null} */
  #subject = null;
  /** @type {Edits} */
  #edits = {};
  /** @type {readonly Edits[]} What the edits were, step by step. */
  #past = [];
  #live = false; // whether the latest step goes on
  #adjusting = false;
  /** @type {Result[]} The files that are kept: the one at the beginning, and the latest. */
  #files = [];
  /** @type {Job | null} The file that is wanted. */
  #job = null;

  constructor() {
    const change = this.#change.bind(this);
    const button = (/** @type {string} */ text, /** @type {() => void} */ onclick, className = "") =>
      make("button", { type: "button", textContent: text, onclick, className });
    this.background = new BackgroundTool(change);
    this.crop = new CropTool(change, (on) => this.#adjust(on));
    this.edges = new EdgesTool(change);
    this.output = new OutputTool(change);
    this.stage = new Stage({
      crop: (crop, live) => change({ crop }, live),
      refused: (picture) => this.#refuse(picture),
    });
    this.status = new Status({ cancel: () => this.maker.cancel(), make: () => this.#remake() });
    this.maker = new Maker({
      waiting: () => this.status.show("waiting", TEXTS.waiting),
      progress: (progress) => this.status.progress(progress),
      made: (job, made) => this.#finish(job, made),
      failed: (error) => this.#fail(error),
      cancelled: () => this.status.show("cancelled", TEXTS.cancelled),
    });
    this.download = button(TEXTS.download, () => this.#download(), "primary");
    this.copy = button(TEXTS.copy, () => this.#copy());
    this.undo = button(TEXTS.undo, () => this.#undo());
    this.reset = button(TEXTS.reset, () => this.#change({}, false, {}));
    this.copy.disabled = !canCopy();
    const missing = make("p", { className: "help", textContent: TEXTS.copyMissing });
    missing.hidden = canCopy();
    const actions = make(
      "div",
      { className: "editor-actions" },
      ...[this.download, this.copy, this.undo, this.reset],
    );
    const tools = [this.background, this.crop, this.edges, this.output];
    const panel = make(
      "div",
      { className: "editor-panel" },
      make("div", { className: "editor-tools" }, ...tools.map(({ element }) => element)),
      make("div", { className: "editor-outcome" }, this.status.element, actions),
      missing,
    );
    this.element = make(
      "section",
      { className: "editor", ariaLabel: TEXTS.editor, hidden: true },
      ...[this.stage.element, panel],
    );
  }

  /**
   * Edit a photo, in place of the one before.
   * @param {object} photo
   * @param {File} photo.file
   * @param {CutOut} photo.cutOut With its matte: the whole photo's, not cropped.
   * @param {Edits} [photo.edits]
   * @param {readonly Edits[]} [photo.past] What they were, step by step, to go back to.
   * @param {Edits} [photo.made] Those with which the cut-out was made, if they are others.
   * @param {Error | null} [photo.error] Why it was not made with the latest ones, but for being cancelled.
   * @returns {Promise<void>} Fulfilled once it is seen.
   * @throws {TypeError} If there is no matte.
   */
  async show({ file, cutOut, edits = {}, past = [], made = edits, error = null }) {
    if (cutOut.matte === undefined) {
      throw new TypeError("cutOut must have its matte: make it with the option matte: true");
    }
    this.clear();
    const { matte } = cutOut;
    const urls = [file, matte].map((blob) => URL.createObjectURL(blob));
    const gone = new AbortController();
    const size = { width: 1, height: 1 };
    const subject = { file, matte, facts: cutOut, size, whereabouts: null, box: null, gone, urls };
    this.#subject = subject;
    this.#edits = edits;
    this.#past = past;
    this.#keep(made, cutOut);
    const found = await imageSize(urls[1], gone.signal).catch((error) => error);
    if (this.#subject !== subject) {
      return; // it has gone meanwhile, and so has the picture
    }
    if (found instanceof Error) {
      throw found;
    }
    subject.size = found;
    this.element.hidden = false;
    this.stage.open({ file, url: urls[0] }, { blob: matte, url: urls[1] }, subject.size);
    if (this.#current !== null) {
      this.status.show("ready");
    } else if (error !== null) {
      this.#fail(error);
    } else if (!this.busy) {
      this.status.show("cancelled", TEXTS.cancelled);
    }
    this.#refresh();
  }

  /** Whether it is about to make the file of the latest edits. */
  get busy() {
    return this.maker.busy;
  }

  /**
   * Make the file of the latest edits now, if it is not there; `edited` comes first, and the editor says
   * what goes wrong.
   */
  async finish() {
    if (this.#subject !== null) {
      await this.#file().catch(() => {});
    }
  }

  /** Let the photo go, and all that it holds. */
  clear() {
    this.element.hidden = true;
    this.maker.drop();
    this.stage.clear();
    this.background.clear();
    this.#subject?.gone.abort();
    this.#subject?.urls.forEach((url) => URL.revokeObjectURL(url));
    this.#files.splice(0).forEach(({ url }) => URL.revokeObjectURL(url));
    this.#subject = this.#job = null;
    this.#edits = {};
    this.#past = [];
    this.#live = this.#adjusting = false;
  }

  /**
   * Change some edits; a change that goes on is one step with those before it.
   * @param {Partial<Edits>} patch
   * @param {boolean} [live] Whether it goes on.
   * @param {Edits} [from] What is changed.
   */
  #change(patch, live = false, from = this.#edits) {
    const edits = changed(from, patch);
    if (this.#subject === null) {
      return;
    }
    if (!this.#live && !same(edits, this.#edits)) {
      this.#past = [...this.#past, this.#edits];
    }
    this.#live = live;
    this.#become(edits);
  }

  #undo() {
    const edits = this.#past.at(-1);
    if (edits !== undefined) {
      this.#past = this.#past.slice(0, -1);
      this.#live = false;
      this.#become(edits);
    }
  }

  /** @param {Edits} edits */
  #become(edits) {
    this.#edits = edits;
    this.element.dispatchEvent(new CustomEvent("edit", { detail: { edits, past: this.#past } }));
    this.#adjusting &&= typeof edits.crop === "object";
    this.#refresh();
    const result = this.#current;
    if (result !== null) {
      this.#job = null;
      this.maker.drop();
      this.status.show("ready");
      this.#tell(result);
    } else if (this.#job === null || !same(this.#job.edits, edits)) {
      this.#want();
    }
  }

  /** @param {boolean} on Whether the part that is kept is chosen by hand. */
  #adjust(on) {
    this.#adjusting = on;
    this.#refresh();
    if (on) {
      this.stage.cropFrame.first.focus({ preventScroll: true });
    }
  }

  /** The file of these edits, if it is kept. */
  get #current() {
    return this.#files.find(({ edits }) => same(edits, this.#edits)) ?? null;
  }

  /**
   * Keep a file, in place of the latest one.
   * @param {Edits} edits
   * @param {CutOut} cutOut
   */
  #keep(edits, cutOut) {
    const result = { edits, cutOut, url: URL.createObjectURL(cutOut.blob) };
    this.#files.splice(1).forEach(({ url }) => URL.revokeObjectURL(url));
    this.#files.push(result);
    return result;
  }

  /** Show the edits. */
  #refresh() {
    const subject = this.#subject;
    if (subject === null) {
      return;
    }
    const edits = this.#edits;
    const { size: photo } = subject;
    const box = this.#box(subject);
    const adjusting = this.#adjusting && typeof edits.crop === "object";
    const size = fit(box, edits);
    const made = this.#current;
    if (adjusting) {
      this.stage.frame(photo, { x: 0, y: 0, ...photo }, photo, true);
    } else {
      this.stage.frame(photo, box, made?.cutOut ?? size);
    }
    this.stage.adjust(adjusting ? box : null, photo);
    this.stage.layers.paint(edits);
    this.stage.layers.showFile(adjusting || made === null ? null : made.url);
    this.background.show(edits);
    this.crop.show(edits, { photo, box, adjusting });
    this.edges.show(edits);
    this.output.show(edits);
    const format = edits.format ?? /** @type {"png"} */ (DEFAULTS.format);
    this.status.describe(made?.cutOut ?? size, format, made?.cutOut.blob.size);
    this.undo.disabled = this.#past.length === 0;
    this.reset.disabled = same(edits, {});
  }

  /**
   * The part of the photo that is kept; all of it while the subject is still looked for.
   * @param {Subject} subject
   * @returns {Box}
   */
  #box(subject) {
    const { crop, margin = 0 } = this.#edits;
    const { size } = subject;
    if (typeof crop === "object") {
      return within(crop, size);
    }
    if (!crop) {
      return { x: 0, y: 0, ...size };
    }
    if (subject.box !== null) {
      return widened(subject.box, margin, size);
    }
    subject.whereabouts ??= this.#look(subject).catch((error) => {
      if (!subject.gone.signal.aborted) {
        throw error;
      }
    });
    return { x: 0, y: 0, ...size };
  }

  /** @param {Subject} subject */
  async #look(subject) {
    const box = await subjectBox(subject.matte, subject.gone.signal);
    subject.box = box;
    if (this.#subject === subject) {
      this.#refresh();
    }
  }

  #want() {
    const { file: photo, matte } = /** @type {Subject} */ (this.#subject);
    this.#job = { photo, matte, edits: this.#edits };
    this.maker.want(this.#job);
  }

  #remake() {
    this.#want();
    this.#file().catch(() => {}); // told by the maker
  }

  /**
   * Give the file of these edits, made now if need be.
   * @returns {Promise<CutOut>}
   */
  async #file() {
    if (this.#current === null) {
      if (this.#job === null) {
        this.#want();
      }
      await this.maker.now(/** @type {Job} */ (this.#job));
    }
    return /** @type {Result} */ (this.#current).cutOut;
  }

  /**
   * @param {Job} job
   * @param {Made} made
   */
  #finish(job, made) {
    const { facts, matte } = /** @type {Subject} */ (this.#subject);
    this.#job = null;
    const result = this.#keep(job.edits, { ...facts, ...made, matte });
    this.status.show("ready", TEXTS.made);
    this.#refresh();
    this.#tell(result);
  }

  /** @param {Result} result */
  #tell({ edits, cutOut }) {
    this.element.dispatchEvent(new CustomEvent("edited", { detail: { cutOut, edits } }));
  }

  /** @param {Error} error */
  #fail(error) {
    this.status.show("failed", TEXTS.failed.replace("{reason}", reason(error, TEXTS.errors)));
  }

  /** @param {Blob} picture A background that the browser cannot show. */
  #refuse(picture) {
    if (this.#edits.background === picture) {
      if (this.#past.length > 0) {
        this.#undo();
      } else {
        this.#change({ background: undefined });
      }
      this.background.refuse(picture);
    }
  }

  async #download() {
    const subject = this.#subject;
    const { blob } = await this.#file().catch(() => ({ blob: null })); // told by the maker
    if (blob !== null && subject !== null && this.#subject === subject) {
      const url = URL.createObjectURL(blob);
      const name = resultName(subject.file.name, "cut-out", blob.type);
      make("a", { href: url, download: name }).click();
      setTimeout(() => URL.revokeObjectURL(url), 60_000); // when the download has surely begun
      this.#saved(subject, blob);
    }
  }

  /**
   * @param {Subject | null} subject
   * @param {Blob} blob
   */
  #saved(subject, blob) {
    if (this.#subject === subject) {
      this.element.dispatchEvent(new CustomEvent("saved", { detail: { blob } }));
    }
  }

  async #copy() {
    const subject = this.#subject;
    this.copy.disabled = true;
    try {
      const file = this.#file();
      await copyPicture(this.#picture());
      this.status.say(TEXTS.copied);
      this.#saved(subject, (await file).blob);
    } catch (error) {
      if (this.status.state === "ready" && /** @type {Error} */ (error).name !== "AbortError") {
        this.status.say(TEXTS.copyRefused);
      }
    } finally {
      this.copy.disabled = false;
    }
  }

  /** Give the picture as a PNG, whatever the file is. */
  async #picture() {
    const { file, matte } = /** @type {Subject} */ (this.#subject);
    const edits = this.#edits;
    const { blob } = await this.#file();
    if (blob.type === "image/png") {
      return blob;
    }
    return (await applyMask(file, matte, /** @type {any} */ (asPng(edits)))).blob;
  }
}

/**
 * The edits of the same picture as a PNG.
 * @param {Edits} edits
 */
function asPng(edits) {
  const under = ground(edits);
  return changed(edits, {
    format: undefined,
    quality: undefined,
    ...(under !== null && { background: under }),
  });
}
