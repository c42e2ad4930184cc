/** @file The selected photo, large: the work on it, its editor, or what went wrong. */

import { DEFAULT_MODEL } from "../client.js";
import { STEPS } from "../messages.js";
import { COMMON_STYLE } from "../remover/common-style.js";
import { make, Texts } from "../remover/parts.js";
import { TroubleSection } from "../remover/trouble-section.js";
import { WorkSection } from "../remover/work-section.js";
import { STRINGS } from "../strings.js";
import { facts, reason, seconds } from "../words.js";
import { adopt } from "./adopt.js";
import { Editor } from "./editor/editor.js";
import { TEXTS } from "./texts.js";

/** @import {Photo} from "./photo.js" */

const FINER = "isnet_fp16";

export class Stage {
  /** @type {Photo | null} */
  #photo = null;
  /** @type {import("./photo.js").PhotoState | null} What is shown of it. */
  #state = null;
  /** @type {string | null} */
  #url = null;
  /** @type {(() => void) | null} */
  #forget = null;

  /** @param {{another: () => void}} asked */
  constructor({ another }) {
    adopt(COMMON_STYLE);
    const texts = new Texts(STRINGS.en);
    this.work = new WorkSection(texts, { cancel: () => this.#photo?.cancel() });
    this.trouble = new TroubleSection(texts, { retry: () => this.#photo?.wait(), another });
    this.trouble.words.role = "alert";
    this.work.words.role = "status";
    this.editor = new Editor();
    this.editor.element.addEventListener("edit", (event) => {
      const { edits, past } = /** @type {CustomEvent} */ (event).detail;
      this.#photo?.edit(edits, past);
    });
    this.editor.element.addEventListener("saved", (event) => {
      this.#photo?.keep(/** @type {CustomEvent} */ (event).detail.blob);
    });
    this.editor.element.addEventListener("edited", (event) => {
      const { cutOut, edits } = /** @type {CustomEvent} */ (event).detail;
      this.#photo?.edited(cutOut, edits);
    });
    document.addEventListener("keydown", (event) => this.#key(event));
    this.notice = make("p", { className: "alert", role: "alert", hidden: true });
    this.time = make("data", {});
    this.facts = make("p", { className: "facts" });
    this.times = make("tbody", {});
    this.finer = make("button", {
      type: "button",
      className: "finer",
      textContent: TEXTS.finer,
      onclick: () => this.#photo?.wait(FINER),
    });
    this.outcome = make(
      "div",
      { className: "outcome" },
      make("div", {}, make("p", { className: "time" }, this.time), this.facts),
      this.finer,
      make("details", {}, make("summary", {}, TEXTS.times), make("table", {}, this.times)),
    );
    this.element = make(
      "section",
      { className: "shown", ariaLabel: TEXTS.stage, hidden: true },
      ...[this.work.element, this.trouble.element, this.notice, this.editor.element, this.outcome],
    );
  }

  /** @param {Photo | null} photo */
  show(photo) {
    this.#clear();
    this.#photo = photo;
    this.element.hidden = photo === null;
    if (photo !== null) {
      const refresh = () => this.#refresh();
      photo.addEventListener("change", refresh);
      this.#forget = () => photo.removeEventListener("change", refresh);
      this.#refresh();
    }
  }

  #clear() {
    const unfinished = this.editor.busy ? this.#photo : null;
    this.#forget?.();
    this.#forget = this.#state = null;
    this.editor.clear();
    this.#release();
    unfinished?.wait(); // its latest edits are made without the editor
  }

  /**
   * Escape, wherever the focus is, is the Cancel button that is seen; what has another use for it, takes it first.
   * @param {KeyboardEvent} event
   */
  #key(event) {
    if (event.key === "Escape" && !event.defaultPrevented && !event.isComposing && this.#photo?.pending) {
      event.preventDefault();
      this.#photo.cancel();
    }
  }

  #release() {
    if (this.#url !== null) {
      this.work.preview.removeAttribute("src");
      URL.revokeObjectURL(this.#url);
      this.#url = null;
    }
  }

  #refresh() {
    const photo = /** @type {Photo} */ (this.#photo);
    const { state, progress } = photo;
    const kind = photo.pending ? "working" : state;
    if (kind !== this.#state) {
      this.#state = kind;
      this.#become(photo);
    }
    if (progress !== null) {
      this.work.progress(progress);
    }
    if (kind === "done") {
      this.#tell(photo);
    }
  }

  /** @param {Photo} photo */
  #become(photo) {
    const { state, file, cutOut, edits, past, made, stale } = photo;
    const error = photo.error?.name === "AbortError" && state === "done" ? null : photo.error;
    this.work.element.hidden = !photo.pending;
    this.trouble.element.hidden = !photo.failed;
    this.outcome.hidden = state !== "done";
    this.#release();
    this.notice.hidden = true;
    if (state !== "done") {
      this.editor.clear();
    } else if (error !== null && !stale) {
      this.#notify(error); // a second attempt has failed; the first one's result is kept
    }
    if (photo.pending) {
      this.#url = URL.createObjectURL(file);
      this.work.begin(this.#url);
    } else if (state === "cancelled") {
      this.trouble.show(/** @type {Error} */ (error), `${TEXTS.cancelled}.`);
    } else if (state === "error") {
      const trouble = /** @type {Error} */ (error);
      this.trouble.show(trouble, reason(trouble, STRINGS.en.errors));
    } else if (cutOut !== null) {
      this.editor.show({ file, cutOut, edits, past, made, error }).catch((failure) => this.#notify(failure));
    }
  }

  /** @param {Error} error */
  #notify(error) {
    this.notice.hidden = false;
    this.notice.textContent = reason(error, STRINGS.en.errors);
  }

  /** @param {Photo} photo */
  #tell({ cutOut, model }) {
    if (cutOut !== null) {
      this.time.value = String(cutOut.seconds);
      this.time.textContent = TEXTS.took(cutOut.seconds);
      this.facts.textContent = facts(cutOut);
      this.finer.hidden = model !== DEFAULT_MODEL;
      const { model: made, provider, threads, width, height } = cutOut;
      Object.assign(this.outcome.dataset, { model: made, provider, threads, width, height });
      const rows = STEPS.filter((step) => step in cutOut.steps);
      this.times.replaceChildren(...rows.map((step) => row(step, cutOut.steps[step] ?? 0)));
    }
  }
}

/**
 * @param {import("../messages.js").Step} step
 * @param {number} value In seconds.
 */
function row(step, value) {
  const data = make("data", { value: String(value), textContent: seconds(value) });
  const head = make("th", { scope: "row", textContent: STRINGS.en.steps[step] });
  const line = make("tr", {}, head, make("td", {}, data));
  line.dataset.step = step;
  return line;
}
