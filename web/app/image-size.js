/** @file How large a picture is, without decoding it. */

/**
 * @param {string} url
 * @param {AbortSignal} [signal] To be aborted before the address is revoked.
 * @returns {Promise<{width: number, height: number}>} In pixels; upright.
 */
export function imageSize(url, signal) {
  return new Promise((resolve, reject) => {
    const image = new Image();
    signal?.addEventListener("abort", () => {
      image.src = ""; // or the browser complains of an address that is no more
      reject(signal.reason);
    });
    image.onload = () => resolve({ width: image.naturalWidth, height: image.naturalHeight });
    image.onerror = () => reject(new Error("the browser cannot show this picture"));
    image.src = url;
  });
}
