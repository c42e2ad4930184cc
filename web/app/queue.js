/**
 * @file The photos, in the order in which they came: that is also the order of the work, but for those that
 * have a result and are to get another one, which come first.
 *
 * One at a time is handed on, so that what the editor asks for comes next, and not after all of them.
 */

import { Photo } from "./photo.js";

/**
 * It sends the event `change` when any photo has changed, and `added` and `removed` with the photo as
 * `detail`.
 */
export class Queue extends EventTarget {
  /** @type {Photo[]} */
  photos = [];
  /** @type {Photo | null} The one that has come to its end last. */
  latest = null;

  /**
   * @param {Iterable<File>} files
   * @param {string} model
   * @returns {Photo[]}
   */
  add(files, model) {
    const added = [...files].map((file) => new Photo(file, model));
    for (const photo of added) {
      this.photos.push(photo);
      photo.addEventListener("change", () => this.photos.includes(photo) && this.#changed(photo));
      this.dispatchEvent(new CustomEvent("added", { detail: photo }));
    }
    this.#changed();
    return added;
  }

  /** @param {Photo} photo */
  remove(photo) {
    photo.cancel();
    this.photos = this.photos.filter((each) => each !== photo);
    this.latest = this.latest === photo ? null : this.latest;
    this.dispatchEvent(new CustomEvent("removed", { detail: photo }));
    this.#changed();
  }

  removeAll() {
    this.cancelAll(); // first, so that none of the others gets its turn
    [...this.photos].forEach((photo) => this.remove(photo));
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
