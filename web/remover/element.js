/**
 * @file The element `<wasmatte-remover>`: takes a photo, shows the work, offers the result.
 *
 * It shows one of the states of `View`; whatever it does to photos, `client.js` does. Nothing here
 * needs a document before the element is used, so that the module can be loaded anywhere.
 */

import { preload, removeBackground } from "../client.js";
import { stringsFor } from "../strings.js";
import { reason, resultName } from "../words.js";
import { Camera, hasCamera } from "./camera.js";
import { style } from "./style.js";
import { View } from "./view.js";

/** @import {CutOut, Options} from "../client.js" */
/** @import {Source} from "../sources.js" */
/** @import {Strings} from "../strings.js" */

export const NAME = "wasmatte-remover";

/**
 * The attributes that are options of `removeBackground`, with what makes an option's value of their
 * text. Each is a property too, under the option's own name.
 * @type {Readonly<Record<string, {option: keyof Options, read: (text: string) => unknown}>>}
 */
export const ATTRIBUTES = Object.freeze({
  model: { option: "model", read: String },
  threads: { option: "threads", read: Number },
  provider: { option: "provider", read: String },
  assets: { option: "assets", read: String },
  idle: { option: "idle", read: Number },
  kind: { option: "kind", read: String },
  format: { option: "format", read: String },
  quality: { option: "quality", read: Number },
  background: { option: "background", read: String },
  "background-blur": { option: "backgroundBlur", read: Number },
  refine: { option: "refine", read: () => true },
  "max-width": { option: "maxWidth", read: Number },
  "max-height": { option: "maxHeight", read: Number },
  crop: { option: "crop", read: rectangleOrTrue },
  margin: { option: "margin", read: Number },
  matte: { option: "matte", read: () => true },
});

/**
 * Read what `crop` keeps: `10 20 300 400` is x, y, width and height; what has no digit, the subject.
 * @param {string} text
 */
function rectangleOrTrue(text) {
  if (!/\d/.test(text)) {
    return true;
  }
  const [x, y, width, height, ...more] = text.trim().split(/\s+/).map(Number);
  return more.length > 0 ? text : { x, y, width, height };
}

const HTMLElement = /** @type {typeof globalThis.HTMLElement} */ (
  globalThis.HTMLElement ?? class {}
);

/**
 * Events: `photo` (cancelable, `detail.source`) before a photo is worked on; `progress` (`detail` as
 * `onProgress` gets it); `ready` once everything is loaded; `result` (cancelable, `detail` as
 * `removeBackground` gives it); `error` (cancelable, `detail.error`); `cancel`. None bubbles. What is
 * cancelled with `preventDefault()` is not shown: the page does that.
 */
export class WasmatteRemover extends HTMLElement {
  static observedAttributes = ["lang", "preload"];

  /** @type {View} */
  #view;
  #internals;
  /** @type {Partial<Strings>} */
  #own = {};
  /** @type {Partial<Options>} Options that are properties alone: pictures have no text. */
  #options = {};
  /** @type {AbortController | null} Of the photo that is worked on. */
  #work = null;
  /** @type {Source | null} The latest one. */
  #source = null;
  /** @type {CutOut | null} */
  #result = null;
  /** @type {Camera | null} */
  #camera = null;
  #ready = false;
  /** @type {string[]} Addresses of blobs that are shown. */
  #urls = [];
  /** @type {AbortController | null} Ends what the element hears outside of itself. */
  #listening = null;

  constructor() {
    super();
    this.#internals = this.attachInternals();
    const root = this.attachShadow({ mode: "open", delegatesFocus: true });
    root.adoptedStyleSheets = [style()];
    this.#view = new View(root, stringsFor("en").strings, {
      choose: () => this.choose(),
      camera: () => this.#openCamera(),
      shoot: () => this.#shoot(),
      cancel: () => this.cancel(),
      retry: () => this.#source !== null && this.process(this.#source),
      another: () => this.reset(),
      files: (files) => this.#take(files),
    });
    this.#listen(root);
  }

  /** @returns {import("./view.js").State} */
  get state() {
    return this.#view.state;
  }

  /** The latest result; null while there is none. */
  get result() {
    return this.#result;
  }

  /** Texts in place of the built-in ones; see `Strings` of strings.js. */
  get strings() {
    return this.#own;
  }

  set strings(own) {
    this.#own = own;
    this.#translate();
  }

  connectedCallback() {
    if (this.#listening !== null) {
      return; // it was moved
    }
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    document.addEventListener("paste", (event) => this.#pasted(event), { signal });
    navigator.mediaDevices?.addEventListener("devicechange", () => this.#lookForCamera(), { signal });
    this.#lookForCamera();
    this.#translate();
  }

  disconnectedCallback() {
    queueMicrotask(() => {
      if (!this.isConnected) {
        this.#listening?.abort();
        this.#listening = null;
        this.reset();
      }
    });
  }

  /**
   * @param {string} name
   * @param {string | null} _
   * @param {string | null} value
   */
  attributeChangedCallback(name, _, value) {
    if (name === "lang") {
      this.#translate();
    } else if (value !== null) {
      queueMicrotask(() => this.preload()); // the other attributes of the tag are read by then
    }
  }

  /** Open the file chooser. */
  choose() {
    this.#view.sections.idle.input.click();
  }

  /** Load everything that a photo needs; `ready` or `error` tells the end. */
  async preload() {
    try {
      const { model, threads, provider, assets, idle } = this.#given();
      const onProgress = this.#tell.bind(this);
      await preload({ model, threads, provider, assets, idle, onProgress });
      this.#becomeReady();
    } catch (error) {
      this.#dispatch("error", { error });
    }
  }

  /**
   * Remove the background of a photo, in place of what is shown.
   * @param {Source} source
   * @returns {Promise<CutOut | null>} Null if that failed or was cancelled.
   */
  async process(source) {
    if (!this.#dispatch("photo", { source }, { cancelable: true })) {
      return null;
    }
    this.#clear();
    this.#source = source;
    const work = new AbortController();
    this.#work = work;
    const before = this.#shown(source);
    this.#view.begin(before);
    this.#showState();
    const { signal } = work;
    const options = this.#given();
    try {
      const onProgress = this.#progress.bind(this);
      const result = await removeBackground(source, { ...options, signal, onProgress });
      this.#becomeReady();
      this.#work = null;
      this.#finish(result, options.crop ? null : before);
      return result;
    } catch (error) {
      if (this.#work === work) {
        this.#work = null;
        this.#fail(/** @type {Error} */ (error));
      }
      return null;
    }
  }

  /** End the work on the photo. */
  cancel() {
    if (this.#work !== null) {
      this.reset();
      this.#view.say(this.#strings.cancelled);
      this.#dispatch("cancel");
    }
  }

  /** Forget photo and result, and take another one. */
  reset() {
    this.#clear();
    this.#view.show("idle");
    this.#showState();
  }

  /** Let go of the photo that was, and of all that it holds. */
  #clear() {
    const work = this.#work;
    this.#work = null;
    work?.abort();
    this.#camera?.close();
    this.#camera = this.#source = this.#result = null;
    this.#view.notice("");
    this.#urls.splice(0).forEach(URL.revokeObjectURL);
  }

  /** The options that the attributes and properties give. */
  #given() {
    /** @type {Options} */
    const options = {};
    for (const [name, { option, read }] of Object.entries(ATTRIBUTES)) {
      const text = this.getAttribute(name);
      if (text !== null) {
        /** @type {any} */ (options)[option] = read(text);
      }
    }
    return { ...options, ...this.#options };
  }

  /** @param {keyof Options} option */
  getOption(option) {
    return this.#given()[option];
  }

  /**
   * @param {keyof Options} option
   * @param {unknown} value
   */
  setOption(option, value) {
    const entries = Object.entries(ATTRIBUTES);
    const [name] = /** @type {[string, unknown]} */ (entries.find(([, each]) => each.option === option));
    delete this.#options[option];
    if (value === undefined || value === null || value === false) {
      this.removeAttribute(name);
    } else if (typeof value === "object") {
      this.removeAttribute(name);
      /** @type {any} */ (this.#options)[option] = value;
    } else {
      this.setAttribute(name, value === true ? "" : String(value));
    }
  }

  /**
   * @param {CutOut} result
   * @param {string | null} before
   */
  #finish(result, before) {
    this.#result = result;
    if (!this.#dispatch("result", result, { cancelable: true })) {
      this.#view.show("idle");
    } else {
      const source = this.#source;
      const photo = source instanceof File ? source.name : "photo";
      const name = resultName(photo, this.#given().kind ?? "cut-out", result.blob.type);
      this.#view.finish(result, this.#urlOf(result.blob), before, name);
    }
    this.#showState();
  }

  /** @param {Error} error */
  #fail(error) {
    const words = reason(error, this.#strings.errors);
    if (this.#dispatch("error", { error }, { cancelable: true })) {
      this.#view.fail(error, words);
      this.#showState();
    } else {
      this.reset();
    }
  }

  /** @param {import("../messages.js").Progress} progress */
  #progress(progress) {
    if (progress.step === "decode") {
      this.#becomeReady();
    }
    this.#view.progress(progress);
    this.#tell(progress);
  }

  /** @param {import("../messages.js").Progress} progress */
  #tell(progress) {
    this.#dispatch("progress", progress);
  }

  #becomeReady() {
    if (!this.#ready) {
      this.#ready = true;
      this.#dispatch("ready");
    }
  }

  /**
   * @param {string} name
   * @param {unknown} [detail]
   * @param {{cancelable?: boolean}} [options]
   * @returns {boolean} Whether it was not cancelled.
   */
  #dispatch(name, detail, options) {
    return this.dispatchEvent(new CustomEvent(name, { detail, ...options }));
  }

  /** @param {ShadowRoot} root */
  #listen(root) {
    const { idle } = this.#view.sections;
    root.addEventListener("dragover", (event) => {
      event.preventDefault();
      idle.invite(true);
    });
    root.addEventListener("dragleave", () => idle.invite(false));
    root.addEventListener("drop", (event) => {
      event.preventDefault();
      idle.invite(false);
      this.#take(/** @type {DragEvent} */ (event).dataTransfer?.files);
    });
  }

  /**
   * Take the first file of those that a person brings.
   * @param {FileList | undefined} files
   */
  #take(files) {
    const [file] = files ?? [];
    if (file !== undefined) {
      this.process(file);
    } else if (this.state === "idle") {
      this.#view.notice(this.#strings.noPhoto);
    }
  }

  /**
   * Take a pasted photo, if the keyboard is in this element, or nowhere and it is the first one.
   * @param {ClipboardEvent} event
   */
  #pasted(event) {
    const file = event.clipboardData?.files[0];
    const active = document.activeElement;
    const nowhere = active === null || active === document.body;
    const mine = active === this || (nowhere && document.querySelector(NAME) === this);
    if (file !== undefined && mine && !event.defaultPrevented) {
      event.preventDefault();
      this.process(file);
    }
  }

  async #lookForCamera() {
    this.#view.sections.idle.camera.hidden = !(await hasCamera());
  }

  async #openCamera() {
    this.#view.show("camera");
    this.#showState();
    try {
      const camera = await Camera.open(this.#view.sections.camera.video);
      if (this.state !== "camera") {
        camera.close();
        return;
      }
      this.#camera = camera;
    } catch {
      this.reset();
      this.#view.notice(this.#strings.noCamera);
    }
  }

  async #shoot() {
    const photo = await this.#camera?.shoot();
    if (photo !== undefined) {
      this.process(photo);
    }
  }

  get #strings() {
    return stringsFor(this.#language, this.#own).strings;
  }

  get #language() {
    return /** @type {HTMLElement | null} */ (this.closest("[lang]"))?.lang ?? "en";
  }

  #translate() {
    const { language, strings } = stringsFor(this.#language, this.#own);
    this.#view.translate(strings, language);
  }

  /**
   * Give an address under which a photo can be shown, if it has one.
   * @param {Source} source
   */
  #shown(source) {
    if (source instanceof Blob) {
      return this.#urlOf(source);
    }
    return typeof source === "string" || source instanceof URL ? String(source) : null;
  }

  /** @param {Blob} blob */
  #urlOf(blob) {
    const url = URL.createObjectURL(blob);
    this.#urls.push(url);
    return url;
  }

  /** Let the page's style sheets see the state: `wasmatte-remover:state(working)`. */
  #showState() {
    this.#internals.states.clear();
    this.#internals.states.add(this.state);
  }
}

for (const { option } of Object.values(ATTRIBUTES)) {
  Object.defineProperty(WasmatteRemover.prototype, option, {
    configurable: true,
    enumerable: true,
    get() {
      return this.getOption(option);
    },
    set(value) {
      this.setOption(option, value);
    },
  });
}

if (globalThis.customElements !== undefined && customElements.get(NAME) === undefined) {
  customElements.define(NAME, WasmatteRemover);
}
