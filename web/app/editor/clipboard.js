/** @file Copying a picture: browsers take PNG, and only on pages that came over HTTPS or from this machine. */

/** Say whether this page may copy pictures; whether the browser lets it shows when it does. */
export function canCopy() {
  return typeof ClipboardItem !== "undefined" && navigator.clipboard?.write !== undefined;
}

/**
 * Copy a PNG.
 * @param {Promise<Blob>} picture It is waited for: by its end, the click that allows it would be too long ago.
 */
export async function copyPicture(picture) {
  picture.catch(() => {}); // a browser that refuses does not look at it
  await navigator.clipboard.write([new ClipboardItem({ "image/png": picture })]);
}
