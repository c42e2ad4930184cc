/** @file Where the subject is: the box of a matte, as `wasmatte.frame.bounding_box` finds it. */

/** @import {Box} from "./frame.js" */

const VISIBLE = 13; // levels of 255; below, Python counts a pixel as nothing
const PIXELS = 2 ** 17; // read at a time, so that the page stays responsive

/**
 * Find the smallest box that holds all of the subject, without a margin.
 * @param {Blob} matte
 * @param {AbortSignal} signal
 * @returns {Promise<Box>} All of the picture where there is no subject.
 */
export async function subjectBox(matte, signal) {
  const bitmap = await createImageBitmap(matte);
  try {
    const { width, height } = bitmap;
    const rows = Math.max(1, Math.floor(PIXELS / width));
    const canvas = new OffscreenCanvas(width, Math.min(rows, height));
    const context = /** @type {OffscreenCanvasRenderingContext2D} */ (
      canvas.getContext("2d", { alpha: false, willReadFrequently: true })
    );
    const found = { left: width, top: height, right: -1, bottom: -1 };
    for (let top = 0; top < height; top += rows) {
      signal.throwIfAborted();
      const count = Math.min(rows, height - top);
      context.drawImage(bitmap, 0, top, width, count, 0, 0, width, count);
      widen(found, context.getImageData(0, 0, width, count), top);
      await new Promise((done) => setTimeout(done));
    }
    const { left, top, right, bottom } = found;
    return right < 0
      ? { x: 0, y: 0, width, height }
      : { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
  } finally {
    bitmap.close();
  }
}

/**
 * @param {{left: number, top: number, right: number, bottom: number}} found
 * @param {ImageData} strip
 * @param {number} offset Of its first row.
 */
function widen(found, { data, width, height }, offset) {
  for (let y = 0; y < height; y += 1) {
    const row = 4 * y * width;
    let first = 0;
    while (first < width && data[row + 4 * first] < VISIBLE) {
      first += 1;
    }
    if (first === width) {
      continue;
    }
    let last = width - 1;
    while (data[row + 4 * last] < VISIBLE) {
      last -= 1;
    }
    found.left = Math.min(found.left, first);
    found.right = Math.max(found.right, last);
    found.top = Math.min(found.top, offset + y);
    found.bottom = Math.max(found.bottom, offset + y);
  }
}
