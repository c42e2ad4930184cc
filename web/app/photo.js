/** @file One photo of the queue: its file, what becomes of it, and what a person makes of that. */

import { removeBackground } from "../wasmatte.js";

/** @import {Progress} from "../messages.js" */
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
  /** The options that the latest result was made with, besides those of the first one. */
  edits = {};
  /** @type {Error | null} */
  error = null;
  #controller = new AbortController();

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

  /** Whether a person may want to try again. */
  get failed() {
    return this.state === "error" || this.state === "cancelled";
  }

  /**
   * Cut it out, when its turn comes.
   * @param {string} [model] Another one than before.
   */
  async start(model = this.model) {
    this.model = model;
    this.#controller = new AbortController();
    const { signal } = this.#controller;
    this.#become("waiting");
    const onProgress = (/** @type {Progress} */ progress) => {
      if (this.pending) {
        this.progress = progress;
        this.#become("working");
      }
    };
    try {
      this.cutOut = await removeBackground(this.file, { model, matte: true, signal, onProgress });
      this.edits = {};
      this.#become("done");
    } catch (error) {
      this.error = /** @type {Error} */ (error);
      const kept = signal.aborted && this.cutOut !== null; // of an attempt before
      this.#become(kept ? "done" : signal.aborted ? "cancelled" : "error");
    }
  }

  /** Stop working on it, or waiting. */
  cancel() {
    this.#controller.abort();
  }

  /**
   * Take what the editor has made of it.
   * @param {CutOut} cutOut
   * @param {object} edits
   */
  edited(cutOut, edits) {
    this.cutOut = cutOut;
    this.edits = edits;
    this.#become("done");
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
