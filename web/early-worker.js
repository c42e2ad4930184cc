/** @file Fetches a model's files, one after the other, for `early.js`. */

/** @import {EarlyMessage} from "./early.js" */

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

/** @param {string} url */
async function send(url) {
  const response = await fetch(url);
  if (!response.ok || response.body === null) {
    throw new Error(`${url}: HTTP status ${response.status}`);
  }
  const reader = response.body.getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    tell({ url, piece: read.value }, [read.value.buffer]);
  }
  tell({ url });
}

self.onmessage = async (/** @type {MessageEvent<{folder: string, model: string}>} */ { data }) => {
  const urls = await missing(data.folder, data.model);
  tell({ urls });
  for (const url of urls) {
    await send(url);
  }
  self.close();
};

// What fails in a promise is an error of the worker's too: whoever started it hears of it.
self.onunhandledrejection = (event) => {
  self.reportError(event.reason);
};
