/** @file The list of photos: one of them is selected; arrow keys and Delete work on it. */

import { Item } from "./item.js";

/** @import {Photo} from "./photo.js" */
/** @import {Queue, Removal} from "./queue.js" */

const STEPS = Object.freeze({ ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 });

/** It sends the event `select` on its element when another photo, or none, is selected. */
export class Shelf {
  #queue;
  /** @type {Map<Photo, Item>} */
  #items = new Map();
  /** @type {Photo | null} */
  #selected = null;

  /**
   * @param {HTMLElement} element
   * @param {Queue} queue
   */
  constructor(element, queue) {
    this.element = element;
    this.#queue = queue;
    queue.addEventListener("added", (event) => this.#add(/** @type {CustomEvent} */ (event).detail));
    queue.addEventListener("removed", (event) => this.#drop(/** @type {CustomEvent} */ (event).detail));
    element.addEventListener("keydown", (event) => this.#key(event));
  }

  get selected() {
    return this.#selected;
  }

  /**
   * @param {Photo | null} photo
   * @param {{focus?: boolean}} [options] Whether the keyboard goes there.
   */
  select(photo, { focus = false } = {}) {
    const changed = photo !== this.#selected;
    this.#selected = photo;
    for (const [each, item] of this.#items) {
      item.select(each === photo);
    }
    const pick = photo === null ? null : (this.#items.get(photo)?.pick ?? null);
    pick?.scrollIntoView({ block: "nearest", inline: "nearest" });
    if (focus) {
      this.focus();
    }
    if (changed) {
      this.element.dispatchEvent(new Event("select"));
    }
  }

  /** Give the keyboard to the selected photo, and say whether there is one; the page stays where it is. */
  focus() {
    const pick = this.#selected === null ? null : (this.#items.get(this.#selected)?.pick ?? null);
    pick?.focus({ preventScroll: true });
    return pick !== null;
  }

  /** @param {Photo} photo */
  #add(photo) {
    const item = new Item(photo, {
      select: () => this.select(photo),
      remove: () => this.#queue.remove([photo]),
    });
    const { photos } = this.#queue;
    const next = photos.slice(photos.indexOf(photo) + 1).find((each) => this.#items.has(each));
    const before = next === undefined ? null : (this.#items.get(next)?.element ?? null);
    this.#items.set(photo, item);
    this.element.insertBefore(item.element, before);
  }

  /** @param {Removal} removal */
  #drop({ removed, before }) {
    const selected = this.#selected;
    const focus = this.element.contains(document.activeElement);
    for (const photo of removed) {
      this.#items.get(photo)?.drop();
      this.#items.delete(photo);
    }
    if (selected !== null && removed.includes(selected)) {
      const at = before.indexOf(selected);
      const next = [...before.slice(at), ...before.slice(0, at).reverse()].find((photo) => this.#items.has(photo));
      this.select(next ?? null, { focus });
    } else if (focus) {
      this.focus(); // the button that had it is gone
    }
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const order = this.#queue.photos;
    const photo = this.#selected;
    if (photo === null || event.altKey || event.ctrlKey || event.metaKey) {
      return;
    }
    const at = order.indexOf(photo);
    const step = STEPS[/** @type {keyof typeof STEPS} */ (event.key)];
    if (step !== undefined) {
      this.select(order[Math.min(Math.max(at + step, 0), order.length - 1)], { focus: true });
    } else if (event.key === "Home" || event.key === "End") {
      this.select(order[event.key === "Home" ? 0 : order.length - 1], { focus: true });
    } else if (event.key === "Delete") {
      this.#queue.remove([photo]);
    } else {
      return;
    }
    event.preventDefault();
  }
}
