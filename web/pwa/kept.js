/**
 * @file What this browser keeps of the site, for the page and for the service worker.
 *
 * Each version of the site has a cache of its own, which is whole as soon as its list of files is in it:
 * that comes last. One whole version is the current one, which is served. The weights of models are
 * not in these caches: Python keeps them in one that all versions share (`src/wasmatte/store.py`).
 */

/**
 * The list that `make site` writes, `files.json`. Two lists with the same version have the same files.
 * @typedef {{version: string, files: Record<string, ListedFile>}} SiteList
 */

/** @typedef {{size: number, sha256: string}} ListedFile Its size in bytes. */

export const LIST = "files.json";

/** The header of requests that the service worker lets pass, whatever it keeps. */
export const PAST_WORKER = "Wasmatte-Past-Worker";

const MODELS_CACHE = "wasmatte-models"; // src/wasmatte/place/tab.py names it too
const MODEL = /^models\/([^/]+)\/[0-9a-f]{64}$/;

/**
 * Say whether a path is a piece of a model's weights.
 * @param {string} path
 */
export function isModel(path) {
  return MODEL.test(path);
}

/**
 * Name the model that a path is a piece of.
 * @param {string} path
 */
export function modelOf(path) {
  return MODEL.exec(path)?.[1];
}

/** The caches of one site: others on the same origin, under other paths, have their own. */
export class Kept {
  #prefix;
  #pointer;

  /** @param {string} scope Address of the site's folder; ends with `/`. */
  constructor(scope) {
    this.scope = scope;
    this.#prefix = `wasmatte-site ${scope} `;
    this.#pointer = `wasmatte-current ${scope}`;
  }

  /** @param {string} path */
  url(path) {
    return new URL(path, this.scope).href;
  }

  /** @param {string} version */
  open(version) {
    return caches.open(this.#prefix + version);
  }

  openModels() {
    return caches.open(MODELS_CACHE);
  }

  /** Name the versions of which anything is kept, the latest last. */
  async versions() {
    const names = await caches.keys();
    return names.filter((name) => name.startsWith(this.#prefix)).map((name) => name.slice(this.#prefix.length));
  }

  /**
   * Give the list of a version that is kept whole.
   * @param {string} version
   * @returns {Promise<SiteList | null>}
   */
  async list(version) {
    if (!(await caches.has(this.#prefix + version))) {
      return null;
    }
    const cache = await this.open(version);
    const response = await cache.match(this.url(LIST));
    if (response === undefined) {
      return null;
    }
    /** @type {SiteList} */
    const list = await response.json();
    const there = await addresses(cache);
    const needed = Object.keys(list.files).filter((path) => !isModel(path));
    return needed.every((path) => there.has(this.url(path))) ? list : null;
  }

  /** Name the version that is served; null if none is kept whole. */
  async current() {
    if (!(await caches.has(this.#pointer))) {
      return null;
    }
    const pointer = await caches.open(this.#pointer);
    const version = await (await pointer.match(this.scope))?.text();
    return version !== undefined && (await this.list(version)) ? version : null;
  }

  /** Name the latest version that is kept whole and not served yet. */
  async newer() {
    const current = await this.current();
    for (const version of (await this.versions()).reverse()) {
      if (version !== current && (await this.list(version))) {
        return version;
      }
    }
    return null;
  }

  /**
   * Make a whole version the current one, and remove what it does not need.
   * @param {string} version
   */
  async adopt(version) {
    const list = await this.list(version);
    if (list === null) {
      throw new Error(`version ${version} is not kept whole`);
    }
    await (await caches.open(this.#pointer)).put(this.scope, new Response(version));
    await this.prune([version]);
    await this.#removeModels((url) => !(url.slice(this.scope.length) in list.files));
  }

  /**
   * Remove all versions but some.
   * @param {string[]} versions
   */
  async prune(versions) {
    for (const version of await this.versions()) {
      if (!versions.includes(version)) {
        await caches.delete(this.#prefix + version);
      }
    }
  }

  /** Remove everything, models as well. */
  async forget() {
    await caches.delete(this.#pointer);
    await this.prune([]);
    await this.#removeModels(() => true);
  }

  /** @param {(url: string) => boolean} unneeded */
  async #removeModels(unneeded) {
    const cache = await this.openModels();
    for (const { url } of await cache.keys()) {
      if (url.startsWith(this.scope) && unneeded(url)) {
        await cache.delete(url);
      }
    }
  }
}

/**
 * Give the addresses of all that a cache holds.
 * @param {Cache} cache
 */
export async function addresses(cache) {
  return new Set((await cache.keys()).map(({ url }) => url));
}
