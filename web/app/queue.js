/**
 * @file The photos, in the order in which they came: that is also the order of the work, but for those that
 * have a result and are to get another one, which come first.
 *
 * One at a time is handed on, so that what the editor asks for comes next, and not after all of them.
 */

import { Photo } from "./photo.js";

/**
 * @typedef {object} Removal
 * @property {Photo[]} removed
 * @property {Photo[]} before All that were there.
 * @property {Photo | null} latest The latest then.
 * @property {[Photo, string][]} pending Those of the removed that were not done, each with the model it was to have.
 */

/**
 * It sends the event `change` when any photo has changed, `added` with the photo as `detail`, and `removed` with
 * a Removal.
 */
export class Queue extends EventTarget {
  /** @type {Photo[]} */
  photos = [];
  /** @type {Photo | null} The one that has come to its end last. */
  latest = null;
  /** @type {Removal | null} What was removed last, as long as it can come back. */
  removal = null;

  /**
   * @param {Iterable<File>} files
   * @param {string} model
   * @returns {Photo[]}
   */
  add(files, model) {
    const added = [...files].map((file) => new Photo(file, model));
    for (const photo of added) {
      photo.addEventListener("change", () => this.photos.includes(photo) && this.#changed(photo));
    }
    if (added.length > 0) {
      this.removal = null;
      this.#take(added, [...this.photos, ...added]);
    }
    return added;
  }

  /**
   * Remove photos; they can come back until others are removed or added, or they are forgotten.
   * @param {Photo[]} photos
   */
  remove(photos) {
    const pending = /** @type {[Photo, string][]} */ (
      photos.filter((photo) => photo.pending).map((photo) => [photo, photo.model])
    );
    this.removal = { removed: photos, before: this.photos, latest: this.latest, pending };
    this.photos = this.photos.filter((each) => !photos.includes(each)); // first, so that none gets its turn
    photos.forEach((photo) => photo.cancel());
    this.latest = this.latest !== null && photos.includes(this.latest) ? null : this.latest;
    this.dispatchEvent(new CustomEvent("removed", { detail: this.removal }));
    this.#changed();
  }

  /**
   * Have back what was removed last, each at its place.
   * @param {Removal} removal
   */
  restore({ removed, before, latest, pending }) {
    this.removal = null;
    this.latest ??= latest;
    this.#take(removed, before);
    pending.forEach(([photo, model]) => photo.wait(model));
  }

  /** Let go what was removed last. */
  forget() {
    this.removal = null;
    this.#changed();
  }

  cancelAll() {
    // From the end, so that none of those that wait gets its turn.
    this.photos.filter(({ pending }) => pending).reverse().forEach((photo) => photo.cancel());
  }

  retryAll() {
    this.retriable.forEach((photo) => photo.wait());
  }

  get pending() {
    return this.photos.filter(({ pending }) => pending);
  }

  get failed() {
    return this.photos.filter(({ failed }) => failed);
  }

  get retriable() {
    return this.photos.filter(({ retriable }) => retriable);
  }

  get done() {
    return this.photos.filter(({ state }) => state === "done");
  }

  /**
   * @param {Photo[]} photos
   * @param {Photo[]} order All photos, these among them.
   */
  #take(photos, order) {
    this.photos = order;
    for (const photo of photos) {
      this.dispatchEvent(new CustomEvent("added", { detail: photo }));
    }
    this.#changed();
  }

  /** @param {Photo} [photo] */
  #changed(photo) {
    if (photo !== undefined && !photo.pending) {
      this.latest = photo;
    }
    this.dispatchEvent(new Event("change"));
    if (!this.photos.some(({ running }) => running)) {
      const waiting = this.photos.filter(({ state }) => state === "waiting");
      (waiting.find(({ redone }) => redone) ?? waiting[0])?.run();
    }
  }
}
