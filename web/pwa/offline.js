/** @file What works offline, and what a person may have done about it: the state behind the panel. */

import { bytesOf, hostsList, keep, missing, modelsOf } from "./keeper.js";
import { isModel, Kept } from "./kept.js";
import { ask } from "./worker-link.js";

/** @import {SiteList} from "./kept.js" */

/**
 * A part of the site that can be kept: what it takes and what of that is not there, in bytes.
 * @typedef {{size: number, missing: number}} Part
 */

/**
 * @typedef {object} State
 * @property {Part | null} site All but the models; null while it is not known.
 * @property {Map<string, Part>} models
 * @property {boolean} opens Whether the app opens without a connection.
 * @property {{done: number, total: number} | null} progress While files are fetched, in bytes.
 * @property {boolean} paused Whether a person has stopped that.
 * @property {string | null} trouble Why it came to an end.
 * @property {boolean} update Whether a new version is there, whole.
 * @property {number} others How many other tabs keep it from being used.
 * @property {{usage: number, quota: number, persisted: boolean} | null} storage In bytes.
 */

/**
 * Whether the page may be left, which a person is asked if need be; and an end of such questions.
 * @typedef {{allowed: () => boolean, free: () => void}} Leaving
 */

const UNWANTED = "wasmatte-keeps-nothing";
const CHECK = 60 * 60 * 1000; // milliseconds

export class Offline {
  /** @type {State} */
  state = {
    site: null,
    models: new Map(),
    opens: false,
    progress: null,
    paused: false,
    trouble: null,
    update: false,
    others: 0,
    storage: null,
  };
  /** Called whenever the state has changed. */
  onchange = () => {};

  #kept;
  #leaving;
  #lock; // of the tab that fetches
  /** @type {SiteList | null} The latest version of the site that is known. */
  #list = null;
  /** @type {string | null} The version of this page. */
  #own = null;
  #controller = new AbortController();
  #checked = 0;
  #busy = false;

  /**
   * @param {string} scope Address of the site's folder.
   * @param {Leaving} leaving
   */
  constructor(scope, leaving) {
    this.scope = scope;
    this.#lock = `wasmatte-keep ${scope}`;
    this.#kept = new Kept(scope);
    this.#leaving = leaving;
  }

  /** Find out what there is, and ask the host for a new version, at most once an hour. */
  async look() {
    const current = await this.#kept.current();
    if (current !== null) {
      this.#list ??= await this.#kept.list(current);
      this.#own ??= current;
    }
    let said = null; // by the host, now
    if (this.#list === null || Date.now() - this.#checked > CHECK) {
      said = await hostsList(this.#kept).catch(() => null);
      if (said !== null) {
        this.#list = said;
        this.#checked = Date.now();
      }
    }
    this.#own ??= this.#list?.version ?? null;
    await this.#read();
    const version = this.#list?.version;
    if (current !== null && version !== current && !this.#unwanted) {
      await this.keep([]);
    } else if (current !== null && said?.version === current) {
      await unlessBusy(this.#lock, () => this.#kept.prune([current])); // a version that is none any more
    }
  }

  /** Keep the site after a photo, unless a person or the browser would rather not. */
  async keepQuietly() {
    const saving = /** @type {any} */ (navigator).connection?.saveData === true;
    if (!saving && !this.#unwanted && !this.state.paused) {
      await this.keep([]);
    }
  }

  /**
   * Keep the site and some models, because a person asks for it.
   * @param {string[]} models
   */
  async keepAsked(models) {
    this.#unwanted = false;
    this.#change({ paused: false });
    const persisting = navigator.storage?.persist?.(); // which may ask the person, and wait
    persisting?.then(() => this.#read(), () => {});
    await this.keep(models, async () => {});
  }

  /**
   * @param {string[]} models
   * @param {() => Promise<void>} turn Waits while there is more important work.
   */
  async keep(models, turn = idle) {
    const list = this.#list;
    if (list === null || this.#busy) {
      return;
    }
    this.#busy = true;
    this.#controller = new AbortController();
    const { signal } = this.#controller;
    try {
      await alone(this.#lock, signal, () => this.#keep(list, models, signal, turn));
    } catch (error) {
      if (!signal.aborted) {
        this.#controller.abort(); // what else is being fetched
        this.#change({ trouble: inWords(/** @type {Error} */ (error)) });
      }
    }
    this.#busy = false;
    this.#change({ progress: null });
    await this.#read();
  }

  /**
   * @param {SiteList} list
   * @param {string[]} models
   * @param {AbortSignal} signal
   * @param {() => Promise<void>} turn
   */
  async #keep(list, models, signal, turn) {
    const whole = await this.#kept.list(list.version);
    const rest = await missing(this.#kept, list);
    if (whole === null || models.some((model) => rest.models.get(model)?.length)) {
      this.#change({ progress: { done: 0, total: 0 }, trouble: null });
      const onProgress = (/** @type {number} */ done, /** @type {number} */ total) => {
        if (!signal.aborted) {
          this.#change({ progress: { done, total } });
        }
      };
      await keep(this.#kept, list, { models, signal, onProgress, turn });
    }
    if (list.version === this.#own) {
      await ask(this.scope, { type: "adopt", version: list.version });
    }
  }

  /** Stop; what is there stays. */
  pause() {
    this.#change({ paused: true });
    this.#controller.abort();
  }

  /** Remove everything that is kept, and keep nothing more until somebody asks for it. */
  async remove() {
    this.#unwanted = true;
    await ask(this.scope, { type: "forget" });
    this.#change({ paused: false, trouble: null });
    await this.#read();
  }

  /** Go over to the new version, if no other tab holds on to the old one. */
  async renew() {
    // The browser would ask too late: a page that stays must stay with its own version.
    if (!this.#leaving.allowed()) {
      return;
    }
    const version = await this.#kept.newer();
    const { done, others } = version
      ? await ask(this.scope, { type: "adopt", version })
      : { done: true, others: 0 };
    if (done) {
      this.#leaving.free();
      location.reload();
    } else {
      this.#change({ others });
    }
  }

  async #read() {
    const list = this.#list;
    const current = await this.#kept.current();
    const newer = await this.#kept.newer();
    if (list !== null) {
      const rest = await missing(this.#kept, list);
      const whole = Object.entries(list.files).filter(([path]) => !isModel(path));
      const models = [...modelsOf(list)].map(([model, entries]) => {
        const part = { size: bytesOf(entries), missing: bytesOf(rest.models.get(model) ?? []) };
        return /** @type {const} */ ([model, part]);
      });
      const site = { size: bytesOf(whole), missing: bytesOf(rest.site) };
      this.#change({ site, models: new Map(models) });
    }
    const opens = current !== null || newer !== null;
    const update = newer !== null && newer !== this.#own;
    this.#change({ opens, update, storage: await storage() });
  }

  get #unwanted() {
    try {
      return localStorage.getItem(UNWANTED) !== null;
    } catch {
      return false;
    }
  }

  set #unwanted(unwanted) {
    try {
      if (unwanted) {
        localStorage.setItem(UNWANTED, "1");
      } else {
        localStorage.removeItem(UNWANTED);
      }
    } catch {
      return; // it holds for this page then
    }
  }

  /** @param {Partial<State>} changes */
  #change(changes) {
    Object.assign(this.state, changes);
    this.onchange();
  }
}

/** Wait until no photo is worked on. */
async function idle() {
  const { documentElement } = document;
  if (documentElement.dataset.state === "working") {
    await new Promise((resolve) => {
      const observer = new MutationObserver(() => {
        if (documentElement.dataset.state !== "working") {
          observer.disconnect();
          resolve(undefined);
        }
      });
      observer.observe(documentElement, { attributeFilter: ["data-state"] });
    });
  }
}

/**
 * Do something while no other tab does it.
 * @param {string} name
 * @param {AbortSignal} signal
 * @param {() => Promise<void>} work
 */
function alone(name, signal, work) {
  return navigator.locks ? navigator.locks.request(name, { signal }, work) : work();
}

/**
 * Do something if no tab, this one neither, does what that could disturb.
 * @param {string} name
 * @param {() => Promise<void>} work
 */
async function unlessBusy(name, work) {
  await navigator.locks?.request(name, { ifAvailable: true }, async (lock) => {
    if (lock !== null) {
      await work();
    }
  });
}

async function storage() {
  const { usage = 0, quota = 0 } = (await navigator.storage?.estimate?.().catch(() => null)) ?? {};
  const persisted = (await navigator.storage?.persisted?.().catch(() => false)) ?? false;
  return quota > 0 ? { usage, quota, persisted } : null;
}

/** @param {Error} error */
function inWords(error) {
  if (error.name === "QuotaExceededError") {
    return "This browser has no room for it. Free some, or keep fewer models.";
  }
  if (error instanceof TypeError) {
    return "The connection broke. What has come is kept; go on when it is back.";
  }
  return error.message;
}
