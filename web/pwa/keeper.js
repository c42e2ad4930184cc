/**
 * @file Fetches the site's files and keeps those that are what the list says.
 *
 * What is there already and right is not fetched again, so that an interrupted work goes on where it
 * stopped, and a new version costs what has changed. Files come out of the browser's own HTTP cache
 * where it has them.
 */

import { addresses, isModel, LIST, modelOf, PAST_WORKER } from "./kept.js";

/** @import {Kept, ListedFile, SiteList} from "./kept.js" */

/** @typedef {[path: string, file: ListedFile]} Entry */

const AT_ONCE = 4;

// What says how a file travelled, not what it is.
const TRANSIENT = ["Content-Encoding", "Content-Length", "Vary"];

/**
 * Fetch the list of the host's own version of the site.
 * @param {Kept} kept
 * @returns {Promise<SiteList>}
 */
export async function hostsList(kept) {
  const options = /** @type {const} */ ({ cache: "no-cache", headers: { [PAST_WORKER]: "1" } });
  const response = await fetch(kept.url(LIST), options);
  const list = response.ok ? await response.json() : null;
  if (list === null) {
    throw new Error(`${LIST} cannot be fetched: HTTP status ${response.status}`);
  }
  return list;
}

/**
 * Name the pieces of each model.
 * @param {SiteList} list
 * @returns {Map<string, Entry[]>}
 */
export function modelsOf(list) {
  /** @type {Map<string, Entry[]>} */
  const models = new Map();
  for (const entry of Object.entries(list.files)) {
    const model = modelOf(entry[0]);
    if (model !== undefined) {
      models.set(model, [...(models.get(model) ?? []), entry]);
    }
  }
  return models;
}

/** @param {Entry[]} entries */
export function bytesOf(entries) {
  return entries.reduce((sum, [, { size }]) => sum + size, 0);
}

/**
 * Say which files of a version, and which pieces of its models, are not kept yet.
 * @param {Kept} kept
 * @param {SiteList} list
 * @returns {Promise<{site: Entry[], models: Map<string, Entry[]>}>}
 */
export async function missing(kept, list) {
  const begun = (await kept.versions()).includes(list.version);
  /** @type {Set<string>} */
  const there = begun ? await addresses(await kept.open(list.version)) : new Set();
  const pieces = await addresses(await kept.openModels());
  const site = Object.entries(list.files).filter(([path]) => !isModel(path) && !there.has(kept.url(path)));
  const models = [...modelsOf(list)].map(([model, entries]) => {
    const rest = entries.filter(([path]) => !pieces.has(kept.url(path)));
    return /** @type {const} */ ([model, rest]);
  });
  return { site, models: new Map(models) };
}

/**
 * Keep a version of the site whole, and some models.
 * @param {Kept} kept
 * @param {SiteList} list
 * @param {object} options
 * @param {string[]} options.models The models to keep.
 * @param {AbortSignal} options.signal
 * @param {(done: number, total: number) => void} options.onProgress In bytes.
 * @param {() => Promise<void>} options.turn Waits while there is more important work.
 * @throws {Error} In words, for a person.
 */
export async function keep(kept, list, { models, signal, onProgress, turn }) {
  const rest = await missing(kept, list);
  const pieces = models.flatMap((model) => rest.models.get(model) ?? []);
  const site = Object.entries(list.files).filter(([path]) => !isModel(path));
  const total = bytesOf(rest.site) + bytesOf(pieces);
  const absent = new Set([...rest.site, ...pieces].map(([path]) => path));
  /** @type {Map<string, number>} */
  const progress = new Map();
  const report = (/** @type {string} */ path, /** @type {number} */ bytes) => {
    if (absent.has(path)) {
      progress.set(path, bytes);
      onProgress([...progress.values()].reduce((sum, each) => sum + each, 0), total);
    }
  };
  const cache = await kept.open(list.version);
  const earlier = await earlierFiles(kept, list.version);
  const work = [...site, ...pieces].values();
  const run = async () => {
    for (const [path, file] of work) {
      await turn();
      signal.throwIfAborted();
      const url = kept.url(path);
      const into = isModel(path) ? await kept.openModels() : cache;
      const found =
        (await right(await into.match(url), file)) ??
        (await right(await earlier(file.sha256), file)) ??
        (await fetched(url, file, signal, (bytes) => report(path, bytes)));
      await into.put(url, found);
      report(path, file.size);
    }
  };
  onProgress(0, total);
  await Promise.all(Array.from({ length: AT_ONCE }, run));
  await cache.put(kept.url(LIST), new Response(JSON.stringify(list)));
  const versions = await kept.versions();
  const later = versions.slice(versions.indexOf(list.version)); // others may know of newer ones
  await kept.prune([...later, (await kept.current()) ?? ""]);
}

/**
 * Give what finds a file of the other versions that are kept, by its sha256.
 * @param {Kept} kept
 * @param {string} version
 */
async function earlierFiles(kept, version) {
  /** @type {Map<string, {cache: Cache, url: string}>} */
  const found = new Map();
  for (const other of await kept.versions()) {
    const list = other === version ? null : await kept.list(other);
    const cache = await kept.open(other);
    for (const [path, { sha256 }] of Object.entries(list?.files ?? {})) {
      found.set(sha256, { cache, url: kept.url(path) });
    }
  }
  return async (/** @type {string} */ sha256) => {
    const place = found.get(sha256);
    return place?.cache.match(place.url);
  };
}

/**
 * Fetch a file; again, past the browser's own cache, if it is not what the list says.
 * @param {string} url
 * @param {ListedFile} file
 * @param {AbortSignal} signal
 * @param {(bytes: number) => void} onProgress
 * @returns {Promise<Response>}
 */
async function fetched(url, file, signal, onProgress) {
  for (const cache of /** @type {const} */ (["default", "reload"])) {
    const response = await fetch(url, { cache, signal, headers: { [PAST_WORKER]: "1" } });
    if (!response.ok || response.body === null) {
      throw new Error(`${url} cannot be fetched: HTTP status ${response.status}.`);
    }
    const pieces = [];
    let size = 0;
    const reader = response.body.getReader();
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      pieces.push(read.value);
      size += read.value.length;
      onProgress(Math.min(size, file.size));
    }
    const whole = new Response(new Blob(pieces), { headers: lasting(response.headers) });
    const found = await right(whole, file);
    if (found !== null) {
      return found;
    }
  }
  throw new Error(`${url} came damaged, or has just changed on its host. Load the page again, and try again.`);
}

/** @param {Headers} headers */
function lasting(headers) {
  return [...headers].filter(([name]) => !TRANSIENT.some((each) => each.toLowerCase() === name));
}

/**
 * Give a response if its body is what the list says.
 * @param {Response | undefined} response
 * @param {ListedFile} file
 */
async function right(response, file) {
  const data = await response?.clone().arrayBuffer();
  if (response === undefined || data?.byteLength !== file.size) {
    return null;
  }
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", data));
  const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return sha256 === file.sha256 ? response : null;
}
