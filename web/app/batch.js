/** @file What concerns all photos: how many are done, how long the rest will take, and buttons for all. */

import { make } from "../remover/parts.js";
import { saveAll } from "./archive.js";
import { share, timeLeft } from "./estimate.js";
import { TEXTS } from "./texts.js";

/** @import {Queue} from "./queue.js" */

export class Batch {
  #queue;
  #finish;
  #busy = false;
  #pending = 0;
  #broken = 0;

  /**
   * @param {Queue} queue
   * @param {object} asked
   * @param {() => Promise<void>} asked.finish Has the editor make its file.
   * @param {() => void} asked.remove
   */
  constructor(queue, { finish, remove }) {
    this.#queue = queue;
    this.#finish = finish;
    const button = (/** @type {string} */ text, /** @type {string} */ className, /** @type {() => void} */ onclick) =>
      make("button", { type: "button", textContent: text, className, onclick });
    this.count = make("span", { className: "count" });
    this.spoken = make("p", { className: "spoken", role: "status" });
    this.left = make("span", { className: "left" });
    this.bar = make("progress", { className: "overall", ariaLabel: "All photos" });
    this.cancel = button(TEXTS.cancelAll, "cancel-all", () => queue.cancelAll());
    this.retry = button(TEXTS.retryAll, "retry-all", () => queue.retryAll());
    this.download = button(TEXTS.downloadAll, "download-all primary", () => this.#download());
    this.remove = button(TEXTS.removeAll, "remove-all", remove);
    this.trouble = make("p", { className: "alert", role: "alert", hidden: true });
    this.element = make(
      "div",
      { className: "batch", hidden: true },
      make("p", { className: "batch-words" }, this.count, this.left),
      this.bar,
      make("div", { className: "batch-buttons" }, this.download, this.retry, this.cancel, this.remove),
      this.trouble,
      this.spoken,
    );
    queue.addEventListener("change", () => this.#show());
    queue.addEventListener("added", () => this.#show());
  }

  #show() {
    const { photos, pending, failed, retriable, done } = this.#queue;
    this.element.hidden = photos.length < 2;
    const broken = failed.filter(({ state }) => state === "error").length;
    const counted = [TEXTS.counted(done.length, photos.length)];
    if (broken > 0) {
      counted.push(TEXTS.failures(broken));
    }
    if (failed.length > broken) {
      counted.push(TEXTS.cancellations(failed.length - broken));
    }
    this.count.textContent = counted.join(", ");
    this.#say(pending.length === 0 ? this.count.textContent : TEXTS.failures(broken), pending.length, broken);
    this.bar.max = photos.length;
    this.bar.value = photos.length - pending.reduce((sum, photo) => sum + 1 - share(photo), 0);
    this.bar.hidden = pending.length === 0;
    const time = timeLeft(photos);
    this.left.textContent = time === null ? "" : TEXTS.left(time);
    this.cancel.hidden = pending.length === 0;
    this.retry.hidden = retriable.length === 0;
    this.download.hidden = done.length === 0;
    this.download.disabled = this.#busy;
    this.remove.hidden = pending.length > 0;
  }

  /**
   * Have a screen reader say the end, and each failure; not each photo.
   * @param {string} words
   * @param {number} pending
   * @param {number} broken
   */
  #say(words, pending, broken) {
    const news = pending === 0 ? this.#pending > 0 : broken > this.#broken;
    this.#pending = pending;
    this.#broken = broken;
    if (news) {
      this.spoken.textContent = words;
    }
  }

  /**
   * Give the photos that are done, once each has its latest edits.
   * @throws {Error} If those of one cannot be made.
   */
  async #results() {
    const queue = this.#queue;
    await this.#finish();
    queue.done.filter(({ stale }) => stale).forEach((photo) => photo.wait());
    while (queue.pending.some(({ redone }) => redone)) {
      await new Promise((resolve) => queue.addEventListener("change", resolve, { once: true }));
    }
    await this.#finish(); // what was changed meanwhile
    const stale = queue.done.find((photo) => photo.stale);
    if (stale !== undefined) {
      throw new Error(TEXTS.stale(stale.file.name));
    }
    return queue.done;
  }

  async #download() {
    this.#busy = this.download.disabled = true;
    this.download.textContent = TEXTS.zipping;
    this.trouble.hidden = true;
    try {
      await saveAll(() => this.#results());
    } catch (error) {
      const { name, message } = /** @type {Error} */ (error);
      this.trouble.hidden = name === "AbortError"; // the person has chosen no place
      this.trouble.textContent = TEXTS.zipFailed(message);
    }
    this.#busy = false;
    this.download.textContent = TEXTS.downloadAll;
    this.#show();
  }
}
