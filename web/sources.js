/**
 * @file Photos in all the forms that a page may have them in, on their way to the worker.
 *
 * Files travel as they are, and so do the pixels of ImageData, bit for bit. What else has pixels
 * goes through an ImageBitmap, which the worker reads: canvases, images and videos keep colour
 * premultiplied with alpha, so that under partial alpha it is rounded there already.
 */

import { WasmatteError } from "./errors.js";

/** @import {Photo} from "./messages.js" */

/**
 * A photo: its file, the address of its file, or something with pixels.
 * @typedef {Blob | ArrayBuffer | ArrayBufferView | string | URL | ImageData | ImageBitmap
 *   | HTMLCanvasElement | OffscreenCanvas | HTMLImageElement | HTMLVideoElement | VideoFrame} Source
 */

/**
 * Hold what a source shows now; its owner may change it afterwards.
 *
 * @param {Source} source
 * @returns {(signal?: AbortSignal) => Promise<Photo>} Gives it for one message, which owns it.
 * @throws {TypeError} If it is none of the forms above.
 */
export function capture(source) {
  if (ArrayBuffer.isView(source)) {
    return fileReader(new Blob([/** @type {ArrayBufferView<ArrayBuffer>} */ (source)]));
  }
  // By name, because a source may come from another frame, whose classes are others.
  switch (Object.prototype.toString.call(source).slice(8, -1)) {
    case "Blob":
    case "File":
      return fileReader(/** @type {Blob} */ (source));
    case "ArrayBuffer":
      return fileReader(new Blob([/** @type {ArrayBuffer} */ (source)]));
    case "String":
    case "URL":
      return (signal) => fetchFile(String(source), signal);
    case "ImageData":
      return pixelReader(/** @type {ImageData} */ (source));
    case "HTMLImageElement":
      return bitmapReader(imageBitmap(/** @type {HTMLImageElement} */ (source)));
    case "ImageBitmap":
    case "HTMLCanvasElement":
    case "OffscreenCanvas":
    case "HTMLVideoElement":
    case "VideoFrame":
      return bitmapReader(toBitmap(/** @type {ImageBitmapSource} */ (source)));
    default:
      throw new TypeError(
        "a photo must be a Blob, a File, an ArrayBuffer, an address, ImageData, an ImageBitmap, " +
          `a canvas, an image or a video; got ${source}`,
      );
  }
}

/**
 * Read an address as the page does.
 * @param {string | URL} address
 */
export function absolute(address) {
  return new URL(address, globalThis.document?.baseURI ?? self.location.href);
}

/** @param {Blob} file */
function fileReader(file) {
  return async () => {
    try {
      return { data: await file.arrayBuffer() };
    } catch (cause) {
      const message = "The browser cannot read this file; it may be a folder, or have been moved.";
      throw new WasmatteError("UnreadablePhotoError", message, { cause });
    }
  };
}

/**
 * @param {string} address
 * @param {AbortSignal} [signal]
 * @returns {Promise<Photo>}
 */
async function fetchFile(address, signal) {
  const url = absolute(address);
  const name = url.href.length > 200 ? `${url.href.slice(0, 200)}…` : url.href;
  try {
    const response = await fetch(url, { signal });
    if (response.ok) {
      return { data: await response.arrayBuffer() };
    }
    throw new WasmatteError(
      "PhotoFetchError",
      `The photo ${name} cannot be fetched: HTTP status ${response.status} ${response.statusText}`,
    );
  } catch (cause) {
    if (signal?.aborted || cause instanceof WasmatteError) {
      throw cause;
    }
    const message =
      `The photo ${name} cannot be fetched (${/** @type {Error} */ (cause).message}). There is no ` +
      "connection, or its host does not let this page read it (Access-Control-Allow-Origin), or " +
      "the page's Content-Security-Policy does not (connect-src).";
    throw new WasmatteError("PhotoFetchError", message, { cause });
  }
}

/** @param {ImageData} image */
function pixelReader(image) {
  const { width, height, data, colorSpace } = image;
  if (data.byteLength !== 4 * width * height || (colorSpace !== undefined && colorSpace !== "srgb")) {
    return bitmapReader(toBitmap(image)); // drawing it converts its colours
  }
  const held = new Blob([data]);
  return async () => ({ data: await held.arrayBuffer(), width, height });
}

/** @param {Promise<ImageBitmap>} promise */
function bitmapReader(promise) {
  promise.catch(() => {}); // told when the photo's turn comes
  return async () => {
    const bitmap = await promise;
    try {
      // Only what this page may read can be cloned.
      return { bitmap: structuredClone(bitmap, { transfer: [bitmap] }) };
    } catch (cause) {
      const message =
        "The page may not read these pixels, which come from another host. Load the image with " +
        'crossorigin="anonymous", from a host that sends Access-Control-Allow-Origin.';
      throw new WasmatteError("UnreadablePhotoError", message, { cause });
    }
  };
}

/** @param {HTMLImageElement} image */
async function imageBitmap(image) {
  try {
    await image.decode();
  } catch (cause) {
    const message = `The image ${image.currentSrc || image.src} cannot be loaded or decoded.`;
    throw new WasmatteError("UnreadablePhotoError", message, { cause });
  }
  return toBitmap(image);
}

/** @param {ImageBitmapSource} source */
async function toBitmap(source) {
  try {
    return await createImageBitmap(source);
  } catch (cause) {
    const message =
      `The browser gives no pixels (${/** @type {Error} */ (cause).message}). An image or canvas ` +
      "needs a width and a height, a video a frame.";
    throw new WasmatteError("UnreadablePhotoError", message, { cause });
  }
}

/**
 * Name what a message with a photo hands over.
 * @param {Photo} photo
 * @returns {Transferable}
 */
export function owned(photo) {
  return "bitmap" in photo ? photo.bitmap : photo.data;
}
