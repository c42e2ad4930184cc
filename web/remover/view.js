/** @file What the element shows: one section for each of its states. */

import { CameraSection } from "./camera-section.js";
import { DropSection } from "./drop-section.js";
import { make, Texts } from "./parts.js";
import { ResultSection } from "./result-section.js";
import { TroubleSection } from "./trouble-section.js";
import { WorkSection } from "./work-section.js";

/** @import {CutOut} from "../client.js" */
/** @import {Progress} from "../messages.js" */
/** @import {Strings} from "../strings.js" */

/** @typedef {"idle" | "camera" | "working" | "done" | "error"} State */

/**
 * What a person asks for.
 * @typedef {{
 *   choose: () => void, camera: () => void, shoot: () => void, cancel: () => void,
 *   retry: () => void, another: () => void, files: (files: FileList) => void,
 * }} Asked
 */

/** Builds the sections once, and shows one of them. Their parts can be styled by the page. */
export class View {
  #root;
  #texts;
  #panel;
  #spoken;
  /** @type {State} */
  #state = "idle";

  /**
   * @param {ShadowRoot} root
   * @param {Strings} strings
   * @param {Asked} asked
   */
  constructor(root, strings, asked) {
    const texts = new Texts(strings);
    this.#root = root;
    this.#texts = texts;
    this.sections = {
      idle: new DropSection(texts, asked),
      camera: new CameraSection(texts, asked),
      working: new WorkSection(texts, asked),
      done: new ResultSection(texts, asked),
      error: new TroubleSection(texts, asked),
    };
    this.#spoken = make("p", { className: "spoken", role: "status" });
    const sections = Object.values(this.sections).map(({ element }) => element);
    const panel = { className: "panel", part: "panel", role: "group" };
    this.#panel = make("div", panel, ...sections, this.#spoken);
    texts.write(({ label }) => (this.#panel.ariaLabel = label));
    root.append(this.#panel);
    this.show("idle");
  }

  get state() {
    return this.#state;
  }

  /**
   * @param {Strings} strings
   * @param {string} language The language that they are in.
   */
  translate(strings, language) {
    this.#panel.lang = language;
    this.#texts.translate(strings, language);
  }

  /**
   * Show a state; the keyboard stays in the element if it was there.
   * @param {State} state
   */
  show(state) {
    const focused = this.#root.activeElement !== null;
    this.#state = state;
    for (const [name, { element }] of Object.entries(this.sections)) {
      element.hidden = name !== state;
    }
    if (focused) {
      this.sections[state].first.focus();
    }
  }

  /**
   * Have a screen reader say something.
   * @param {string} words
   */
  say(words) {
    if (this.#spoken.textContent !== words) {
      this.#spoken.textContent = words;
    }
  }

  /**
   * Say beside the way in why nothing came of it; "" takes it back.
   * @param {string} words
   */
  notice(words) {
    this.sections.idle.notice(words);
    this.say(words);
  }

  /**
   * Show the photo that is worked on, before its first step.
   * @param {string | null} url Null if it cannot be shown.
   */
  begin(url) {
    this.sections.working.begin(url);
    this.show("working");
    this.say(this.#texts.strings.waiting);
  }

  /** @param {Progress} progress */
  progress(progress) {
    this.sections.working.progress(progress);
    this.say(this.#texts.strings.steps[progress.step]);
  }

  /**
   * Show a result; see `ResultSection.show`.
   * @param {CutOut} result
   * @param {string} url
   * @param {string | null} before
   * @param {string} name
   */
  finish(result, url, before, name) {
    const { done } = this.sections;
    done.show(result, url, before, name);
    this.show("done");
    this.say(`${this.#texts.strings.done}. ${done.facts.textContent}`);
  }

  /**
   * @param {Error} error
   * @param {string} words
   */
  fail(error, words) {
    this.sections.error.show(error, words);
    this.show("error");
    this.say(words);
  }
}
