/** @file One photo of the queue: its file, what becomes of it, and what a person makes of that. */

import { applyMask, removeBackground } from "../wasmatte.js";

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
  /** @type {AbortController | null} */
  #work = null;

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
   * Wait for its turn.
   * @param {string} [model] Another one than before.
   */
  wait(model = this.model) {
    this.model = model;
    this.#become("waiting");
  }

  /** Cut it out: it is its turn. */
  async run() {
    const { file, model } = this;
    const controller = new AbortController();
    this.error = null;
    const { signal } = controller;
    this.#work = controller;
    const onProgress = (/** @type {Progress} */ progress) => {
      if (!signal.aborted) {
        this.progress = progress;
        this.#become("working");
      }
    };
    try {
      const whole = await removeBackground(file, { model, matte: true, signal, onProgress });
      this.cutOut = await this.#again(whole, { signal, onProgress });
      this.#end("done");
    } catch (error) {
      this.error = /** @type {Error} */ (error);
      this.#end(signal.aborted ? "cancelled" : "error");
    }
  }

  /**
   * Make the edits of the result before once more.
   * @param {CutOut} whole
   * @param {import("../wasmatte.js").Options} options
   */
  async #again(whole, options) {
    if (Object.keys(this.edits).length === 0) {
      return whole;
    }
    const matte = /** @type {Blob} */ (whole.matte);
    const { blob, width, height } = await applyMask(this.file, matte, { ...this.edits, ...options });
    return { ...whole, blob, width, height };
  }

  /** Whether it is its turn. */
  get running() {
    return this.#work !== null;
  }

  /** Stop working on it, or waiting. */
  cancel() {
    if (this.running) {
      this.#work?.abort();
    } else if (this.state === "waiting") {
      this.error = new DOMException("It was cancelled before its turn.", "AbortError");
      this.#end("cancelled");
    }
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

  /** @param {"done" | "error" | "cancelled"} state */
  #end(state) {
    this.#work = null;
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
