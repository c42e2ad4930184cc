/** @file The panel that says what works offline, and has the buttons for it. */

import { DEFAULT_MODEL } from "../client.js";
import { make } from "../remover/parts.js";

/** @import {Offline, Part} from "./offline.js" */

export const UNAVAILABLE =
  "This window keeps nothing, so the app needs a connection: private windows, some browsers, and hosts " +
  "without https allow no more.";

/** One row: a part of the site that can be kept. */
class Row {
  #size = make("small", {});
  #state = make("small", {});
  #fixed;

  /**
   * @param {string} name
   * @param {boolean} checked
   * @param {boolean} fixed Whether it cannot be left out.
   * @param {() => void} onchange
   */
  constructor(name, checked, fixed, onchange) {
    this.#fixed = fixed;
    this.box = make("input", { type: "checkbox", checked, disabled: fixed, onchange });
    const label = make("label", {}, this.box, make("span", {}, name), this.#size, this.#state);
    this.element = make("li", {}, label);
    this.missing = 0;
  }

  /**
   * @param {Part} part
   * @param {boolean} busy
   */
  show({ size, missing }, busy) {
    const whole = missing === 0;
    this.missing = missing;
    this.#size.textContent = megabytes(size);
    this.#state.textContent = whole ? "kept" : missing < size ? `${megabytes(missing)} to go` : "not kept";
    this.element.classList.toggle("kept", whole);
    this.box.disabled = this.#fixed || whole || busy;
    this.box.checked ||= whole;
  }
}

export class Panel {
  #offline;
  #say = make("summary", {});
  #spoken = make("p", { className: "spoken", role: "status" });
  #site;
  /** @type {Map<string, Row>} */
  #models = new Map();
  #rows;
  #bar = make("progress", { ariaLabel: "Fetched for offline", hidden: true });
  #amount = make("p", { className: "offline-amount", hidden: true });
  #trouble = make("p", { className: "offline-trouble", role: "alert", hidden: true });
  #storage = make("p", { className: "offline-storage" });
  #keep;
  #pause;
  #remove;
  #update;
  #others = make("p", { role: "status" });

  /** @param {Offline} offline */
  constructor(offline) {
    this.#offline = offline;
    const show = () => this.show();
    this.#site = new Row("App and Python", true, true, show);
    this.#rows = make("ul", { className: "offline-rows" }, this.#site.element);
    this.#keep = button("Keep for offline", () => offline.keepAsked(this.#chosen()));
    this.#pause = button("Pause", () => offline.pause());
    this.#remove = button("Remove what is kept", () => offline.remove());
    const renew = button("Reload", () => offline.renew());
    const offer = make("p", {}, "A new version is ready.");
    this.#update = make("div", { className: "offline-update", hidden: true }, offer, renew, this.#others);
    this.install = button("Install as an app", () => {});
    this.install.hidden = true;
    const actions = make("div", { className: "offline-actions" }, this.#keep, this.#pause, this.#remove);
    const fetching = [this.#bar, this.#amount, this.#trouble];
    const details = make("details", {}, this.#say, this.#rows, ...fetching, actions, this.#storage);
    const row = make("div", { className: "offline-row" }, details, this.install);
    this.element = make("section", { className: "offline", ariaLabel: "Offline" });
    this.element.append(this.#spoken, this.#update, row);
    offline.onchange = show;
    this.show();
  }

  show() {
    const { site, models, progress, paused, trouble, update, others, storage } = this.#offline.state;
    const busy = progress !== null;
    this.element.hidden = site === null;
    if (site === null) {
      return; // the host has no list: it serves a part of the site
    }
    this.#site.show(site, busy);
    for (const [model, part] of [...models].sort(([, one], [, other]) => one.size - other.size)) {
      this.#row(model).show(part, busy);
    }
    const chosen = [this.#site, ...this.#models.values()].filter(({ box }) => box.checked);
    const rest = chosen.reduce((sum, { missing }) => sum + missing, 0);
    this.#say.textContent = busy ? "Keeping the app for offline use" : this.#ready(rest);
    if (this.#spoken.textContent !== this.#say.textContent) {
      this.#spoken.textContent = this.#say.textContent;
    }
    this.#progress(progress);
    this.#trouble.hidden = trouble === null;
    this.#trouble.textContent = trouble;
    this.#keep.hidden = busy || rest === 0;
    this.#keep.textContent = `${paused || trouble ? "Go on" : "Keep for offline"}: ${megabytes(rest)}`;
    this.#pause.hidden = !busy;
    const parts = [site, ...models.values()];
    this.#remove.hidden = busy || parts.every(({ size, missing }) => missing === size);
    this.#update.hidden = !update;
    this.#others.textContent = others
      ? `It is open in ${others === 1 ? "another tab" : `${others} other tabs`}: close ${others === 1 ? "that" : "those"} first.`
      : "";
    this.#storage.textContent = storage ? inUse(storage) : "";
  }

  /** @param {number} rest How much there is to keep, in bytes. */
  #ready(rest) {
    const { opens, models } = this.#offline.state;
    const whole = [...models].filter(([, { missing }]) => missing === 0);
    if (opens && whole.length > 0) {
      const names = whole.map(([model]) => name(model).toLowerCase());
      return `Ready to work offline, with the ${names.join(" and the ")}`;
    }
    return opens
      ? `Opens offline; a model is not kept yet (${megabytes(rest)})`
      : `Needs a connection; it can be kept for offline use (${megabytes(rest)})`;
  }

  /** @param {{done: number, total: number} | null} progress */
  #progress(progress) {
    this.#bar.hidden = this.#amount.hidden = progress === null;
    if (progress !== null && progress.total > 0) {
      this.#bar.max = progress.total;
      this.#bar.value = progress.done;
      this.#amount.textContent = `${megabytes(progress.done)} of ${megabytes(progress.total)}`;
    }
  }

  /** @param {string} model */
  #row(model) {
    let row = this.#models.get(model);
    if (row === undefined) {
      row = new Row(name(model), model === DEFAULT_MODEL, false, () => this.show());
      this.#models.set(model, row);
      this.#rows.append(row.element);
    }
    return row;
  }

  #chosen() {
    return [...this.#models].filter(([, { box }]) => box.checked).map(([model]) => model);
  }
}

/**
 * Call a model what the page calls it where one is chosen.
 * @param {string} model
 */
function name(model) {
  const choice = document.querySelector(`[name="model"][value="${CSS.escape(model)}"] + span`);
  const word = choice?.firstChild?.textContent?.trim();
  return word ? `${word} model` : model;
}

/**
 * @param {string} text
 * @param {() => unknown} onclick
 */
function button(text, onclick) {
  return make("button", { type: "button", textContent: text, onclick });
}

/** @param {number} bytes */
function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** @param {{usage: number, quota: number, persisted: boolean}} storage */
function inUse({ usage, quota, persisted }) {
  const room = quota > 1e9 ? `${(quota / 1e9).toFixed(1)} GB` : megabytes(quota);
  const how = persisted
    ? "It stays until you remove it."
    : "The browser may remove it when it runs out of space.";
  return `In use: ${megabytes(usage)} of the ${room} that this browser offers. ${how}`;
}
