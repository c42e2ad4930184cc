/** @file All results in one ZIP file, written while it is made where the browser can. */

import { resultName } from "../words.js";

/** @import {Photo} from "./photo.js" */

const NAME = "wasmatte.zip";
const MODULE = new URL("../vendor/client-zip.js", import.meta.url).href;

/**
 * Name the files of results; no two are the same.
 * @param {{name: string, type: string}[]} results The photos' names, and the results' types.
 * @returns {string[]}
 */
export function uniqueNames(results) {
  const taken = new Set();
  return results.map(({ name, type }) => {
    const first = resultName(name, "cut-out", type);
    const [, stem, suffix] = /** @type {RegExpMatchArray} */ (first.match(/^(.*)(\.[^.]*)$/));
    let unique = first;
    for (let count = 2; taken.has(unique.toLowerCase()); count += 1) {
      unique = `${stem} (${count})${suffix}`;
    }
    taken.add(unique.toLowerCase()); // some file systems take no note of case
    return unique;
  });
}

/**
 * Save the results of photos that are done.
 * @param {() => Promise<Photo[]>} finish Gives them, once the person has chosen a place.
 * @throws {DOMException} If the person has chosen no place, `AbortError`.
 */
export async function saveAll(finish) {
  const picker = /** @type {any} */ (window).showSaveFilePicker;
  const types = [{ description: "ZIP", accept: { "application/zip": [".zip"] } }];
  const place = await picker?.({ suggestedName: NAME, types });
  const [{ makeZip }, photos] = await Promise.all([import(MODULE), finish()]);
  const blobs = photos.map(({ cutOut }) => /** @type {Blob} */ (cutOut?.blob));
  const saved = () => photos.forEach((photo, at) => photo.keep(blobs[at]));
  const names = uniqueNames(photos.map(({ file }, at) => ({ name: file.name, type: blobs[at].type })));
  /** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */
  const zip = makeZip(blobs.map((input, at) => ({ name: names[at], input, lastModified: new Date() })));
  if (place !== undefined) {
    await zip.pipeTo(await place.createWritable());
    saved();
    return;
  }
  const url = URL.createObjectURL(await new Response(zip).blob());
  Object.assign(document.createElement("a"), { href: url, download: NAME }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000); // when the download has surely begun
  saved();
}
