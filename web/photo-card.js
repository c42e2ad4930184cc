/** @file One photo on the page: its original, its progress, its cut-out or what went wrong. */

import { STEPS } from "./messages.js";
import { amount, facts, resultName, seconds, sentence, STEP_WORDS } from "./words.js";

/** @import {Progress} from "./messages.js" */
/** @import {CutOut} from "./wasmatte.js" */

/**
 * A card is in one of these states, which `data-state` of its element tells.
 * @typedef {"waiting" | "working" | "done" | "error" | "cancelled"} CardState
 */

/**
 * What a person asks of a card.
 * @typedef {{cancel: () => void, retry: () => void, remove: () => void}} CardActions
 */

const template = /** @type {HTMLTemplateElement} */ (document.querySelector("template#photo"));

export class PhotoCard {
  #parts;
  /** @type {string[]} */
  #urls = [];

  /**
   * @param {File} file
   * @param {CardActions} actions
   */
  constructor(file, { cancel, retry, remove }) {
    const copy = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
    this.element = /** @type {HTMLElement} */ (copy.firstElementChild);
    this.file = file;
    this.#parts = partsOf(this.element);
    const { name, original, noPreview, steps } = this.#parts;
    name.textContent = name.title = file.name;
    original.onerror = () => {
      original.hidden = true;
      noPreview.hidden = false;
    };
    original.src = this.#urlOf(file);
    steps.append(...STEPS.map(() => document.createElement("li")));
    this.#parts.cancel.onclick = cancel;
    this.#parts.retry.onclick = retry;
    this.#parts.remove.onclick = remove;
    this.wait();
  }

  /** @returns {CardState} */
  get state() {
    return /** @type {CardState} */ (this.element.dataset.state);
  }

  /** Show that the photo waits for its turn. */
  wait() {
    const { status, progress, amount: label, steps } = this.#parts;
    status.textContent = "Waiting for its turn";
    progress.removeAttribute("value");
    label.textContent = "";
    for (const item of steps.children) {
      item.className = "";
    }
    this.#show("waiting");
  }

  /** @param {Progress} now */
  progress(now) {
    const { status, progress, amount: label, steps } = this.#parts;
    const words = STEP_WORDS[now.step];
    if (status.textContent !== words) {
      status.textContent = words; // only when it changes: a screen reader reads it
    }
    label.textContent = amount(now);
    const known = now.unit !== "steps" && now.total !== null;
    if (known) {
      progress.max = /** @type {number} */ (now.total);
      progress.value = now.done;
    } else {
      progress.removeAttribute("value");
    }
    this.element.dataset.step = now.step;
    const current = STEPS.indexOf(now.step);
    for (const [index, item] of [...steps.children].entries()) {
      item.className = index < current ? "past" : index === current ? "now" : "";
    }
    this.#show("working");
  }

  /** @param {CutOut} result */
  done(result) {
    const { cutOut, download, time, facts: line, table } = this.#parts;
    cutOut.src = download.href = this.#urlOf(result.blob);
    download.download = resultName(this.file.name, "cut-out", result.blob.type);
    write(time, result.seconds);
    line.textContent = facts(result);
    table.replaceChildren(
      ...STEPS.filter((step) => step in result.steps).map((step) =>
        row(step, /** @type {number} */ (result.steps[step])),
      ),
    );
    Object.assign(this.element.dataset, {
      model: result.model,
      provider: result.provider,
      threads: result.threads,
      width: result.width,
      height: result.height,
    });
    this.#show("done");
  }

  /** @param {Error} error */
  fail(error) {
    this.#trouble("error", sentence(error.message));
    this.element.dataset.error = error.name;
  }

  /** Show that the person has cancelled it. */
  cancelled() {
    this.#trouble("cancelled", "Cancelled.");
  }

  /** Take it off the page. */
  remove() {
    this.element.remove();
    this.#urls.forEach(URL.revokeObjectURL);
  }

  /** @param {Blob} blob */
  #urlOf(blob) {
    const url = URL.createObjectURL(blob);
    this.#urls.push(url);
    return url;
  }

  /**
   * @param {"error" | "cancelled"} state
   * @param {string} words
   */
  #trouble(state, words) {
    this.#show(state);
    this.#parts.words.textContent = words; // shown first, so that a screen reader notices
  }

  /** @param {CardState} state */
  #show(state) {
    const { work, trouble, cutOut, outcome } = this.#parts;
    this.element.dataset.state = state;
    delete this.element.dataset.error;
    work.hidden = !(state === "waiting" || state === "working");
    trouble.hidden = !(state === "error" || state === "cancelled");
    cutOut.hidden = outcome.hidden = state !== "done";
  }
}

/** @param {HTMLElement} card */
function partsOf(card) {
  /** @type {<T extends HTMLElement>(selector: string) => T} */
  const part = (selector) => /** @type {any} */ (card.querySelector(selector));
  return {
    name: part(".name"),
    remove: part(".remove"),
    original: /** @type {HTMLImageElement} */ (part(".original")),
    noPreview: part(".no-preview"),
    cutOut: /** @type {HTMLImageElement} */ (part(".cut-out")),
    work: part(".work"),
    status: part(".status"),
    progress: /** @type {HTMLProgressElement} */ (part("progress")),
    amount: part(".amount"),
    steps: part(".steps"),
    cancel: part(".cancel"),
    trouble: part(".trouble"),
    words: part(".words"),
    retry: part(".retry"),
    outcome: part(".outcome"),
    time: /** @type {HTMLDataElement} */ (part(".time data")),
    facts: part(".facts"),
    download: /** @type {HTMLAnchorElement} */ (part(".download")),
    table: part("tbody"),
  };
}

/**
 * @param {import("./messages.js").Step} step
 * @param {number} value In seconds.
 */
function row(step, value) {
  const line = document.createElement("tr");
  const head = document.createElement("th");
  const data = document.createElement("data");
  line.dataset.step = step;
  head.scope = "row";
  head.textContent = STEP_WORDS[step];
  write(data, value);
  line.append(head, document.createElement("td"));
  line.lastElementChild?.append(data);
  return line;
}

/**
 * @param {HTMLDataElement} element
 * @param {number} value In seconds.
 */
function write(element, value) {
  element.value = String(value);
  element.textContent = seconds(value);
}
