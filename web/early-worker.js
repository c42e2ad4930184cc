/** @file Fetches a model's files, one after the other, for `early.js`. */

/** @import {EarlyMessage, EarlyOrder} from "./early.js" */

const PIECE = 256 * 1024; // bytes

/**
 * @param {EarlyMessage} message
 * @param {Transferable[]} [transfer]
 */
function tell(message, transfer = []) {
  self.postMessage(message, transfer);
}

/**
 * Name the files of a model that the browser's cache does not hold.
 * @param {string} folder
 * @param {string} model
 * @returns {Promise<string[]>} None on a host that has no index.
 */
async function missing(folder, model) {
  const response = await fetch(new URL("index.json", folder));
  /** @type {Record<string, string[]>} */
  const index = response.ok ? await response.json() : {};
  const urls = [];
  for (const name of index[model] ?? []) {
    const url = `${folder}${model}/${name}`;
    if (!(await self.caches?.match(url))) {
      urls.push(url);
    }
  }
  return urls;
}

/** Joins pieces until they have a size: Python takes each by itself, and a network's are small. */
class Joiner {
  /** @type {Uint8Array[]} */
  #parts = [];
  #size = 0;

  /**
   * @param {Uint8Array} part
   * @param {TransformStreamDefaultController} controller
   */
  transform(part, controller) {
    this.#parts.push(part);
    this.#size += part.length;
    if (this.#size >= PIECE) {
      this.flush(controller);
    }
  }

  /** @param {TransformStreamDefaultController} controller */
  flush(controller) {
    if (this.#size === 0) {
      return;
    }
    const piece = new Uint8Array(this.#size);
    let offset = 0;
    for (const part of this.#parts) {
      piece.set(part, offset);
      offset += part.length;
    }
    this.#parts = [];
    this.#size = 0;
    controller.enqueue(piece);
  }
}

/** @param {string} url */
async function send(url) {
  const response = await fetch(url);
  if (!response.ok || response.body === null) {
    throw new Error(`${url}: HTTP status ${response.status}`);
  }
  const reader = response.body.pipeThrough(new TransformStream(new Joiner())).getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    tell({ url, piece: read.value }, [read.value.buffer]);
  }
  tell({ url });
}

/** @type {() => void} */
let begin;
/** @type {Promise<void>} */
const begun = new Promise((resolve) => {
  begin = resolve;
});

self.onmessage = async (/** @type {MessageEvent<EarlyOrder>} */ { data }) => {
  if (data === "begin") {
    begin();
    return;
  }
  const urls = await missing(data.folder, data.model);
  tell({ urls });
  await begun;
  for (const url of urls) {
    await send(url);
  }
  self.close();
};

// What fails in a promise is an error of the worker's too: whoever started it hears of it.
self.onunhandledrejection = (event) => {
  self.reportError(event.reason);
};
