/** @file One photo of the queue: its file, what becomes of it, and what a person makes of that. */

import { isLasting } from "../errors.js";
import { applyMask, removeBackground } from "../wasmatte.js";
import { same } from "./editor/edits.js";

/** @import {Progress} from "../messages.js" */
/** @import {Edits} from "./editor/edits.js" */
/** @import {CutOut} from "../wasmatte.js" */

/** @typedef {"waiting" | "working" | "done" | "error" | "cancelled"} PhotoState */

/** It sends the event `change` whenever there is something new to show. */
export class Photo extends EventTarget {
  /** @type {PhotoState} */
  state = "waiting";
  /** @type {Progress | null} */
  progress = null;
  /** @type {CutOut | null} The latest result, with the whole photo's matte. */
  cutOut = null;
  /** @type {Edits} What a person wants of it. */
  edits = {};
  /** @type {readonly Edits[]} What that was before, step by step. */
  past = [];
  /** @type {Edits} What the latest result was made with. */
  made = {};
  /** @type {Blob | null} The result that a person has downloaded or copied last. */
  #saved = null;
  /** @type {{model: string, seconds: number} | null} How long the latest cutting out took, besides loading. */
  timed = null;
  /** @type {Error | null} */
  error = null;
  /** @type {AbortController | null} */
  #work = null;
  /** Whether it is to wait for its turn again, once the work on it has been stopped. */
  #again = false;

  /**
   * @param {File} file
   * @param {string} model
   */
  constructor(file, model) {
    super();
    this.file = file;
    this.model = model;
  }

  /** Whether it waits for something. */
  get pending() {
    return this.state === "waiting" || this.state === "working";
  }

  get failed() {
    return this.state === "error" || this.state === "cancelled";
  }

  /** Whether another attempt may come to something. */
  get retriable() {
    return this.failed && this.error !== null && !isLasting(this.error);
  }

  /** Whether it has a result, but not yet that of the latest edits. */
  get stale() {
    return this.state === "done" && !same(this.edits, this.made);
  }

  /** Whether closing the page loses something: work, a result that was not saved, or changes of it. */
  get unsaved() {
    return this.pending || this.stale || (this.cutOut !== null && this.cutOut.blob !== this.#saved);
  }

  /** Whether it needs its model: otherwise there is a matte of it. */
  get cuts() {
    return this.cutOut?.model !== this.model;
  }

  /** Whether it has a result, and waits for another one. */
  get redone() {
    return this.pending && this.cutOut !== null;
  }

  /**
   * Wait for its turn.
   * @param {string} [model] Another one than before.
   */
  wait(model = this.model) {
    this.model = model;
    if (this.running) {
      this.#again = true;
    } else {
      this.#become("waiting");
    }
  }

  /** Cut it out, as far as that is not done yet: it is its turn. */
  async run() {
    const { edits } = this;
    const controller = new AbortController();
    this.error = null;
    this.#again = false;
    const { signal } = controller;
    this.#work = controller;
    const onProgress = (/** @type {Progress} */ progress) => {
      if (!signal.aborted) {
        this.progress = progress;
        this.#become("working");
      }
    };
    try {
      this.cutOut = await this.#make(edits, { signal, onProgress });
      this.made = edits;
      this.#end("done");
    } catch (error) {
      this.error = /** @type {Error} */ (error);
      this.#end(signal.aborted ? "cancelled" : "error");
    }
  }

  /**
   * Make the result: with the matte that is there, if the model is the same.
   * @param {Edits} edits
   * @param {{signal: AbortSignal, onProgress: (progress: Progress) => void}} options
   * @returns {Promise<CutOut>}
   */
  async #make(edits, options) {
    const { file, model } = this;
    let whole = this.cutOut;
    if (whole === null || this.cuts) {
      whole = await removeBackground(file, { model, matte: true, ...options });
      const { runtime = 0, model: fetched = 0, session = 0 } = whole.steps;
      this.timed = { model, seconds: whole.seconds - runtime - fetched - session };
      if (same(edits, {})) {
        return whole;
      }
    }
    const matte = /** @type {Blob} */ (whole.matte);
    const given = /** @type {any} */ (edits);
    const { blob, width, height } = await applyMask(file, matte, { ...given, ...options });
    return { ...whole, blob, width, height };
  }

  /** Whether it is its turn. */
  get running() {
    return this.#work !== null;
  }

  /** Stop working on it, or waiting. */
  cancel() {
    this.#again = false;
    if (this.running) {
      this.#work?.abort();
    } else if (this.state === "waiting") {
      this.error = new DOMException("It was cancelled before its turn.", "AbortError");
      this.#end("cancelled");
    }
  }

  /**
   * Take what a person chooses in the editor.
   * @param {Edits} edits
   * @param {readonly Edits[]} past
   */
  edit(edits, past) {
    this.edits = edits;
    this.past = past;
    this.dispatchEvent(new Event("change"));
  }

  /**
   * Take note that a result was downloaded or copied.
   * @param {Blob} blob
   */
  keep(blob) {
    this.#saved = blob;
    this.dispatchEvent(new Event("change"));
  }

  /**
   * Take what the editor has made of it.
   * @param {CutOut} cutOut
   * @param {Edits} edits
   */
  edited(cutOut, edits) {
    this.cutOut = cutOut;
    this.edits = this.made = edits;
    this.error = null;
    this.#become("done");
  }

  /** @param {"done" | "error" | "cancelled"} state */
  #end(state) {
    this.#work = null;
    if (state === "cancelled" && this.#again) {
      this.#become("waiting");
      return;
    }
    if (this.cutOut !== null) {
      this.model = this.cutOut.model; // where this attempt came to nothing, that of the one before
    }
    this.#become(this.cutOut === null ? state : "done");
  }

  /** @param {PhotoState} state */
  #become(state) {
    this.state = state;
    if (state !== "working") {
      this.progress = null;
    }
    this.dispatchEvent(new Event("change"));
  }
}
