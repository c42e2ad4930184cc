/** @file Small pictures of photos and results, one after the other: each is decoded whole for a moment. */

import { imageSize } from "./image-size.js";

const SIDE = 144; // pixels at most: 72 on a screen that has two for each

let last = Promise.resolve();

/**
 * Draw a picture's file small, when its turn comes; where the browser cannot, nothing is drawn.
 * @param {HTMLCanvasElement} canvas
 * @param {Blob} file
 * @param {AbortSignal} signal Ends the wish.
 */
export function drawSmall(canvas, file, signal) {
  last = last.then(() => (signal.aborted ? undefined : draw(canvas, file, signal))).catch(() => {});
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Blob} file
 * @param {AbortSignal} signal
 */
async function draw(canvas, file, signal) {
  const url = URL.createObjectURL(file);
  const size = await imageSize(url).finally(() => URL.revokeObjectURL(url));
  const scale = Math.min(1, SIDE / Math.max(size.width, size.height));
  const resizeWidth = Math.max(1, Math.round(size.width * scale));
  const resizeHeight = Math.max(1, Math.round(size.height * scale));
  const options = /** @type {const} */ ({ resizeWidth, resizeHeight, resizeQuality: "medium" });
  const bitmap = await createImageBitmap(file, options);
  if (signal.aborted) {
    bitmap.close();
    return;
  }
  canvas.width = resizeWidth;
  canvas.height = resizeHeight;
  canvas.getContext("bitmaprenderer")?.transferFromImageBitmap(bitmap);
}
