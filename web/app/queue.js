/**
 * @file The photos, in the order in which they came: that is also the order of the work, but for those that
 * have a result and are to get another one, which come first.
 *
 * One at a time is handed on, so that what the editor asks for comes next, and not after all of them.
 */

import { Photo } from "./photo.js";

/**
 * It sends the event `change` when any photo has changed, `added` with the photo as `detail`, and `removed` with
 * an array of photos.
 */
export class Queue extends EventTarget {
  /** @type {Photo[]} */
  photos = [];
  /** @type {Photo | null} The one that has come to its end last. */
  latest = null;
  /** @type {Photo[]} Those that were removed together, as long as they can come back. */
  removed = [];

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
      this.removed = [];
      this.#take(added);
    }
    return added;
  }

  /** @param {Photo} photo */
  remove(photo) {
    this.#drop([photo]);
  }

  /** Remove all photos; they can come back until others are added, or they are forgotten. */
  removeAll() {
    this.removed = this.photos;
    this.#drop(this.photos);
  }

  /** Have back what was removed together. */
  restore() {
    const photos = this.removed;
    this.removed = [];
    this.#take(photos);
  }

  /** Let go what was removed together. */
  forget() {
    this.removed = [];
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

  /** @param {Photo[]} photos */
  #take(photos) {
    for (const photo of photos) {
      this.photos.push(photo);
      this.dispatchEvent(new CustomEvent("added", { detail: photo }));
    }
    this.#changed();
  }

  /** @param {Photo[]} photos */
  #drop(photos) {
    this.photos = this.photos.filter((each) => !photos.includes(each)); // first, so that none gets its turn
    photos.forEach((photo) => photo.cancel());
    this.latest = this.latest !== null && photos.includes(this.latest) ? null : this.latest;
    this.dispatchEvent(new CustomEvent("removed", { detail: photos }));
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
