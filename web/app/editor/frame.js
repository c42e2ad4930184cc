/** @file The frame: which part of the photo is kept, and how large it becomes; as `wasmatte.frame` has it. */

/** @typedef {{x: number, y: number, width: number, height: number}} Box In pixels of the photo. */

/** @typedef {{width: number, height: number}} Size In pixels. */

/**
 * Put a margin round a box, as far as the photo goes.
 * @param {Box} box
 * @param {number} margin A share of the box's longer side.
 * @param {Size} photo
 * @returns {Box}
 */
export function widened({ x, y, width, height }, margin, photo) {
  const more = Math.round(margin * Math.max(width, height));
  const [left, top] = [Math.max(x - more, 0), Math.max(y - more, 0)];
  const right = Math.min(x + width + more, photo.width);
  const bottom = Math.min(y + height + more, photo.height);
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/**
 * Give the size, in proportion, that a picture is reduced to: its own, if it fits.
 * @param {Size} size
 * @param {{maxWidth?: number, maxHeight?: number}} most
 * @returns {Size}
 */
export function fit({ width, height }, { maxWidth = width, maxHeight = height }) {
  const scale = Math.min(maxWidth / width, maxHeight / height, 1);
  const side = (/** @type {number} */ length) => Math.max(1, Math.round(length * scale));
  return { width: side(width), height: side(height) };
}

/**
 * Give the box of whole pixels that lies in the photo.
 * @param {Box} box
 * @param {Size} photo
 * @returns {Box}
 */
export function within(box, photo) {
  const between = (/** @type {number} */ value, /** @type {number} */ low, /** @type {number} */ high) =>
    Math.min(Math.max(Math.round(value), low), high);
  const width = between(box.width, 1, photo.width);
  const height = between(box.height, 1, photo.height);
  const x = between(box.x, 0, photo.width - width);
  return { x, y: between(box.y, 0, photo.height - height), width, height };
}

/** @typedef {"n" | "ne" | "e" | "se" | "s" | "sw" | "w" | "nw" | "move"} Grip */

/**
 * Move an edge, a corner or all of a box, inside the photo.
 * @param {Box} box
 * @param {Grip} grip
 * @param {number} dx
 * @param {number} dy
 * @param {Size} photo
 * @returns {Box}
 */
export function dragged(box, grip, dx, dy, photo) {
  if (grip === "move") {
    return within({ ...box, x: box.x + dx, y: box.y + dy }, photo);
  }
  let [left, top, right, bottom] = [box.x, box.y, box.x + box.width, box.y + box.height];
  if (grip.includes("w")) {
    left = Math.min(Math.max(left + dx, 0), right - 1);
  }
  if (grip.includes("e")) {
    right = Math.max(Math.min(right + dx, photo.width), left + 1);
  }
  if (grip.includes("n")) {
    top = Math.min(Math.max(top + dy, 0), bottom - 1);
  }
  if (grip.includes("s")) {
    bottom = Math.max(Math.min(bottom + dy, photo.height), top + 1);
  }
  return within({ x: left, y: top, width: right - left, height: bottom - top }, photo);
}
