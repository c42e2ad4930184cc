/**
 * @file Has a model fetched while Python starts, by a worker of its own: this thread is busy.
 *
 * Files that come early are as unchecked as any others: who takes them checks them.
 */

import { spawn } from "./spawn.js";

/**
 * What `early-worker.js` says: which files will come, a piece of one, the end of one.
 * @typedef {{urls: string[]} | {url: string, piece: Uint8Array<ArrayBuffer>} | {url: string}} EarlyMessage
 */

/**
 * What `early-worker.js` is told: which model to have ready, and when the connection is free.
 * @typedef {{folder: string, model: string} | "begin"} EarlyOrder
 */

/** The files of one model. */
export class EarlyModel {
  /** @type {Map<string, ReadableStream>} Those that nobody has taken. */
  #streams = new Map();
  /** @type {Map<string, ReadableStreamDefaultController>} Those that are not whole. */
  #controllers = new Map();
  #worker = spawn(new URL("./early-worker.js", import.meta.url));
  /** @type {Promise<void>} Until it is known which files will come. */
  #known;

  /**
   * @param {string} folder Address of the folder of models; ends with `/`.
   * @param {string} model
   */
  constructor(folder, model) {
    this.#known = new Promise((resolve) => {
      this.#worker.onmessage = (/** @type {MessageEvent<EarlyMessage>} */ { data }) => {
        this.#receive(data);
        resolve();
      };
      this.#worker.onerror = (event) => {
        event.preventDefault();
        this.#controllers.forEach((controller) => controller.error(new Error(event.message)));
        resolve();
      };
    });
    this.#order({ folder, model });
  }

  /** Fetch from now on. */
  begin() {
    this.#order("begin");
  }

  /**
   * Do what `fetch` does, with the file that comes early, if it is one: once.
   * @param {string} url
   * @param {RequestInit} [options]
   * @returns {Promise<Response>}
   */
  async fetch(url, options) {
    await this.#known;
    const stream = this.#streams.get(url);
    if (stream === undefined || options?.cache === "reload") {
      return fetch(url, options);
    }
    this.#streams.delete(url);
    return new Response(stream);
  }

  /** Drop what nobody has taken. */
  close() {
    this.#worker.terminate();
    this.#streams.clear();
    this.#controllers.clear();
  }

  /** @param {EarlyOrder} order */
  #order(order) {
    this.#worker.postMessage(order);
  }

  /** @param {EarlyMessage} message */
  #receive(message) {
    if ("urls" in message) {
      for (const url of message.urls) {
        const start = (/** @type {ReadableStreamDefaultController} */ controller) => {
          this.#controllers.set(url, controller);
        };
        this.#streams.set(url, new ReadableStream({ start }));
      }
    } else if ("piece" in message) {
      this.#controllers.get(message.url)?.enqueue(message.piece);
    } else {
      this.#controllers.get(message.url)?.close();
      this.#controllers.delete(message.url);
    }
  }
}
