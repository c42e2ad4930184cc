/** @file The file of a photo's edits, made by Python after a short pause. */

import { applyMask } from "../../wasmatte.js";

/** @import {Picture} from "../../client.js" */
/** @import {Progress} from "../../messages.js" */
/** @import {Edits} from "./edits.js" */

const PAUSE = 700; // milliseconds without another change

/** @typedef {{photo: File, matte: Blob, edits: Edits}} Job */

/** @typedef {Picture & Partial<import("../../client.js").Report>} Made */

/**
 * What there is to tell: a job waits, is worked on, is done, has failed, or was cancelled.
 * @typedef {object} Told
 * @property {() => void} waiting
 * @property {(progress: Progress) => void} progress
 * @property {(job: Job, made: Made) => void} made
 * @property {(error: Error) => void} failed
 * @property {() => void} cancelled
 */

/** Makes the latest of the files that are wanted, one at a time. */
export class Maker {
  #told;
  /** @type {Job | null} */
  #wanted = null;
  /** @type {{job: Job, begun: boolean, abort: AbortController} | null} */
  #running = null;
  #due = false; // whether the pause is over
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {PromiseWithResolvers<Made> | null} */
  #asked = null;

  /** @param {Told} told */
  constructor(told) {
    this.#told = told;
  }

  /** Whether a file is wanted. */
  get busy() {
    return this.#wanted !== null;
  }

  /**
   * Make the file of a job, after a pause, in place of what was wanted before.
   * @param {Job} job
   */
  want(job) {
    this.drop();
    this.#wanted = job;
    this.#timer = setTimeout(() => this.#start(), PAUSE);
    this.#told.waiting();
  }

  /**
   * Make the file of a job at once.
   * @param {Job} job
   * @returns {Promise<Made>} Rejected if it fails, is cancelled, or another one is wanted.
   */
  now(job) {
    if (this.#wanted !== job) {
      this.want(job);
    }
    this.#asked ??= Promise.withResolvers();
    const { promise } = this.#asked;
    this.#start();
    return promise;
  }

  /** End the work, because a person wants it to. */
  cancel() {
    this.#running?.abort.abort();
    this.drop();
    this.#told.cancelled();
  }

  /**
   * Want nothing any more. What Python has begun with it ends by itself, sooner than a new worker
   * would be there.
   */
  drop() {
    clearTimeout(this.#timer);
    this.#due = false;
    this.#wanted = null;
    this.#asked?.reject(new DOMException("Something else is wanted.", "AbortError"));
    this.#asked = null;
    if (this.#running !== null && !this.#running.begun) {
      this.#running.abort.abort();
    }
  }

  async #start() {
    clearTimeout(this.#timer);
    this.#due = true;
    const job = this.#wanted;
    if (this.#running !== null || job === null) {
      return;
    }
    const running = { job, begun: false, abort: new AbortController() };
    this.#running = running;
    const { signal } = running.abort;
    const onProgress = (/** @type {Progress} */ progress) => {
      running.begun = true;
      if (this.#wanted === job) {
        this.#told.progress(progress);
      }
    };
    try {
      const { photo, matte, edits } = job;
      const made = await applyMask(photo, matte, { .../** @type {any} */ (edits), signal, onProgress });
      this.#end(job, (asked) => {
        asked?.resolve(made);
        this.#told.made(job, made);
      });
    } catch (error) {
      this.#end(job, (asked) => {
        asked?.reject(error);
        this.#told.failed(/** @type {Error} */ (error));
      });
    }
  }

  /**
   * @param {Job} job
   * @param {(asked: PromiseWithResolvers<Made> | null) => void} tell
   */
  #end(job, tell) {
    this.#running = null;
    if (this.#wanted === job) {
      const asked = this.#asked;
      this.#wanted = this.#asked = null;
      this.#due = false;
      tell(asked);
    } else if (this.#due) {
      this.#start();
    }
  }
}
