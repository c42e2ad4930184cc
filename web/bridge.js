/** @file The worker's life, and the queue of the requests for it. */

import { WasmatteError } from "./errors.js";
import { spawn } from "./spawn.js";

/** @import {
 *   BrakeMessage, CutOutMessage, LoadedMessage, LoadRequest, Progress, Reply, Request,
 * } from "./messages.js" */

/**
 * One request in the queue.
 * @typedef {object} Job
 * @property {() => Promise<Parcel>} prepare Makes the message when its turn comes.
 * @property {AbortSignal} [signal]
 * @property {(progress: Progress) => void} [onProgress]
 * @property {number} started When its turn came, in milliseconds.
 * @property {(answer: Answer) => void} resolve
 * @property {(reason: unknown) => void} reject
 * @property {() => void} forget Stops to listen to the signal.
 */

/** @typedef {{message: Request, transfer: Transferable[]}} Parcel */

/** @typedef {{message: LoadedMessage | CutOutMessage, seconds: number}} Answer */

/** After how many seconds without a request the worker ends, where nothing else is said. */
export const DEFAULT_IDLE = 300;

const LONGEST_TIMER = 2 ** 31 / 1000; // seconds

/** How long an aborted request may still occupy the worker, and how often it is told to end. */
const BRAKING = Object.freeze({ patience: 1000, interval: 20 }); // milliseconds

/**
 * Sends requests to a worker, one at a time, first come first served.
 *
 * The worker starts with the first request. Aborting the request that it works on ends the request
 * at once for whoever waits for it. The worker brakes where the page shares memory, and keeps what
 * it has loaded; where it cannot, or not soon, it is ended, and a new one gets ready at once with the
 * same model. After a fatal failure the next request starts a new one, and so it does when there
 * was nothing to do for a while and the worker has ended, to give its memory back.
 */
export class Bridge {
  #url;
  /** @type {Worker | null} */
  #worker = null;
  /** @type {Job[]} */
  #waiting = [];
  /** @type {Job | null} */
  #current = null;
  #busy = false; // whether the worker owes an answer
  /** @type {LoadRequest | null} What loads the model of the request that the worker has. */
  #sent = null;
  /** @type {LoadRequest | null} What makes a new worker what this one is. */
  #load = null;
  /** @type {BrakeMessage | null} */
  #brake = null;
  /** @type {ReturnType<typeof setInterval> | undefined} Runs while the worker brakes. */
  #braking;

  #heard = false; // whether the worker has ever said anything
  #idle = 0; // seconds
  /** @type {ReturnType<typeof setTimeout> | undefined} Runs while there is nothing to do. */
  #resting;

  /** @param {URL} url Of the worker's module. */
  constructor(url) {
    this.#url = url;
  }

  /**
   * Queue a request.
   * @param {() => Promise<Parcel>} prepare Makes the message when its turn comes.
   * @param {object} options
   * @param {number} [options.idle] For how many seconds the worker may stay without anything to do.
   * @param {AbortSignal} [options.signal]
   * @param {(progress: Progress) => void} [options.onProgress]
   * @returns {Promise<Answer>} The worker's message, and the seconds since the request's turn came.
   */
  request(prepare, { idle = DEFAULT_IDLE, signal, onProgress }) {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const abort = () => this.#abort(job);
      const forget = () => signal?.removeEventListener("abort", abort);
      const job = { prepare, signal, onProgress, started: 0, resolve, reject, forget };
      signal?.addEventListener("abort", abort);
      this.#idle = idle;
      this.#waiting.push(job);
      this.#next();
    });
  }

  /** End the worker and reject what waits for it; a later request starts a new one. */
  dispose() {
    const reason = new DOMException("The page has disposed of the worker.", "AbortError");
    for (const job of this.#waiting.splice(0)) {
      job.forget();
      job.reject(reason);
    }
    this.#terminate();
    this.#settle((job) => job.reject(reason));
  }

  /** Begin with the next request, if none is running. */
  async #next() {
    if (this.#current !== null || this.#braking !== undefined) {
      return;
    }
    clearTimeout(this.#resting);
    const job = this.#waiting.shift();
    if (job === undefined) {
      this.#rest();
      return;
    }
    this.#current = job;
    job.started = performance.now();
    try {
      const { message, transfer } = await job.prepare();
      if (this.#current === job) {
        this.#started().postMessage(message, transfer);
        this.#busy = true;
        if ("model" in message) {
          const { model, threads, provider } = message;
          this.#sent = { type: "load", model, threads, provider };
        }
      }
    } catch (error) {
      if (this.#current === job) {
        this.#settle(() => job.reject(error));
      }
    }
  }

  /** End the worker after a while, if nothing comes. */
  #rest() {
    if (this.#worker !== null && this.#idle < LONGEST_TIMER) {
      this.#resting = setTimeout(() => this.#terminate(), this.#idle * 1000);
    }
  }

  /** Give the worker, started if need be. */
  #started() {
    if (this.#worker === null) {
      const worker = this.#spawned();
      // A worker that was ended in the midst of Python may still report errors, which mean nothing.
      const own = (/** @type {() => void} */ act) => this.#worker === worker && act();
      worker.onmessage = ({ data }) => own(() => this.#receive(data));
      worker.onerror = (event) => {
        event.preventDefault();
        own(() => this.#fail(event.message));
      };
      worker.onmessageerror = () => own(() => this.#fail("a message could not be read"));
      this.#worker = worker;
    }
    return this.#worker;
  }

  #spawned() {
    this.#heard = false;
    try {
      return spawn(this.#url);
    } catch (cause) {
      throw this.#notStarted(/** @type {Error} */ (cause).message);
    }
  }

  /** @param {Reply} message */
  #receive(message) {
    this.#heard = true;
    this.#busy = message.type === "progress" || message.type === "brake";
    if (this.#braking !== undefined && message.type !== "brake") {
      if (message.type !== "progress") {
        this.#released(message.type === "failed" && message.fatal);
      }
      return;
    }
    switch (message.type) {
      case "brake": {
        this.#brake = message.control === null ? null : message;
        this.#load = this.#sent;
        return;
      }
      case "progress": {
        const { type, ...progress } = message;
        this.#current?.onProgress?.(progress);
        return;
      }
      case "refused": {
        this.#terminate();
        const error = this.#notStarted(message.reason);
        this.#settle((job) => job.reject(error));
        return;
      }
      case "failed": {
        if (message.fatal) {
          this.#terminate();
        }
        const error = new WasmatteError(message.name, message.message);
        this.#settle((job) => job.reject(error));
        return;
      }
      default:
        this.#settle((job) => {
          job.resolve({ message, seconds: (performance.now() - job.started) / 1000 });
        });
    }
  }

  /**
   * The worker itself has failed.
   * @param {string} [reason] As far as the browser says.
   */
  #fail(reason) {
    const started = this.#heard || reason !== undefined;
    this.#terminate();
    const message =
      `The worker has stopped, perhaps for lack of memory${reason ? `: ${reason}` : ""}. ` +
      "Try again, or a smaller photo.";
    const error = started ? new WasmatteError("WorkerError", message) : this.#notStarted(reason);
    this.#settle((job) => job.reject(error));
  }

  /** @param {string} [reason] */
  #notStarted(reason) {
    const foreign = this.#url.origin !== self.origin;
    const message =
      `The worker could not be started from ${this.#url}${reason ? ` (${reason})` : ""}. Check ` +
      "the connection, that the file is there" +
      (foreign ? ", that its host lets this page load it (Access-Control-Allow-Origin)" : "") +
      ` and that the page's Content-Security-Policy does (script-src, worker-src${foreign ? " blob:" : ""}).`;
    return new WasmatteError("RuntimeLoadError", message);
  }

  /** @param {Job} job */
  #abort(job) {
    if (this.#current === job) {
      this.#stop();
      this.#settle(() => job.reject(job.signal?.reason));
      return;
    }
    this.#waiting = this.#waiting.filter((other) => other !== job);
    job.forget();
    job.reject(job.signal?.reason);
  }

  /** Have the worker end the request that it works on: by the brake if there is one. */
  #stop() {
    const brake = this.#brake;
    if (!this.#busy) {
      return;
    }
    if (brake === null) {
      this.#replace();
      return;
    }
    const begun = performance.now();
    const press = () => {
      if (performance.now() - begun > BRAKING.patience) {
        this.#released(true);
      } else {
        // Again and again: a run that begins releases it.
        Atomics.store(/** @type {Int32Array} */ (brake.control), brake.index, 1);
      }
    };
    this.#braking = setInterval(press, BRAKING.interval);
    press();
  }

  /**
   * The worker has come to a stop, or must be brought to one.
   * @param {boolean} terminate
   */
  #released(terminate) {
    clearInterval(this.#braking);
    this.#braking = undefined;
    if (terminate) {
      this.#replace();
    }
    this.#next();
  }

  /** End the worker, and have another get ready before anything else is asked of it. */
  #replace() {
    const load = this.#load;
    this.#terminate();
    if (load !== null) {
      const ignore = () => {};
      const prepare = async () => ({ message: load, transfer: [] });
      this.#waiting.unshift({ prepare, started: 0, resolve: ignore, reject: ignore, forget: ignore });
    }
  }

  #terminate() {
    clearTimeout(this.#resting);
    clearInterval(this.#braking);
    this.#braking = undefined;
    this.#brake = this.#load = null;
    this.#busy = false;
    this.#worker?.terminate();
    this.#worker = null;
  }

  /**
   * End the running request, and go on with the next.
   * @param {(job: Job) => void} end
   */
  #settle(end) {
    const job = this.#current;
    if (job !== null) {
      this.#current = null;
      job.forget();
      end(job);
    }
    this.#next();
  }
}
