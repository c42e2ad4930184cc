/** @file The worker's life, and the queue of the requests for it. */

import { WasmatteError } from "./errors.js";

/** @import {CutOutMessage, LoadedMessage, Progress, Reply, Request} from "./messages.js" */

/**
 * One request in the queue.
 * @typedef {object} Job
 * @property {() => Promise<Request>} prepare Makes the message when its turn comes.
 * @property {AbortSignal} [signal]
 * @property {(progress: Progress) => void} [onProgress]
 * @property {number} started When its turn came, in milliseconds.
 * @property {(answer: Answer) => void} resolve
 * @property {(reason: unknown) => void} reject
 * @property {() => void} forget Stops to listen to the signal.
 */

/** @typedef {{message: LoadedMessage | CutOutMessage, seconds: number}} Answer */

/**
 * Sends requests to a worker, one at a time, first come first served.
 *
 * The worker starts with the first request. Aborting the request that it works on ends it, since
 * nothing else stops a computation; so do its fatal failures. The next request starts a new one.
 */
export class Bridge {
  #url;
  /** @type {Worker | null} */
  #worker = null;
  /** @type {Job[]} */
  #waiting = [];
  /** @type {Job | null} */
  #current = null;

  /** @param {URL} url Of the worker's module. */
  constructor(url) {
    this.#url = url;
  }

  /**
   * Queue a request.
   * @param {() => Promise<Request>} prepare Makes the message when its turn comes; buffers in it
   *   are transferred.
   * @param {object} options
   * @param {AbortSignal} [options.signal]
   * @param {(progress: Progress) => void} [options.onProgress]
   * @returns {Promise<Answer>} The worker's message, and the seconds since the request's turn came.
   */
  request(prepare, { signal, onProgress }) {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const abort = () => this.#abort(job);
      const forget = () => signal?.removeEventListener("abort", abort);
      const job = { prepare, signal, onProgress, started: 0, resolve, reject, forget };
      signal?.addEventListener("abort", abort);
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
    if (this.#current !== null) {
      return;
    }
    const job = this.#waiting.shift();
    if (job === undefined) {
      return;
    }
    this.#current = job;
    job.started = performance.now();
    try {
      const message = await job.prepare();
      if (this.#current === job) {
        this.#started().postMessage(message, "photo" in message ? [message.photo] : []);
      }
    } catch (error) {
      if (this.#current === job) {
        this.#settle(() => job.reject(error));
      }
    }
  }

  /** Give the worker, started if need be. */
  #started() {
    if (this.#worker === null) {
      const worker = new Worker(this.#url, { type: "module", name: "wasmatte" });
      worker.onmessage = ({ data }) => this.#receive(data);
      worker.onerror = (event) => {
        event.preventDefault();
        this.#fail(event.message);
      };
      worker.onmessageerror = () => this.#fail("a message could not be read");
      this.#worker = worker;
    }
    return this.#worker;
  }

  /** @param {Reply} message */
  #receive(message) {
    switch (message.type) {
      case "progress": {
        const { type, ...progress } = message;
        this.#current?.onProgress?.(progress);
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
    this.#terminate();
    const message =
      `The worker has stopped, perhaps for lack of memory${reason ? `: ${reason}` : ""}. ` +
      "Try again, or a smaller photo.";
    this.#settle((job) => job.reject(new WasmatteError("WorkerError", message)));
  }

  /** @param {Job} job */
  #abort(job) {
    if (this.#current === job) {
      this.#terminate();
      this.#settle(() => job.reject(job.signal?.reason));
      return;
    }
    this.#waiting = this.#waiting.filter((other) => other !== job);
    job.forget();
    job.reject(job.signal?.reason);
  }

  #terminate() {
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
