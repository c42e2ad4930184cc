/** @file What a person has chosen for a photo. */

/** @import {ResultOptions} from "../../client.js" */

/** @typedef {import("./frame.js").Box} Box */

/**
 * Options of `applyMask`; what is left at its default is missing.
 * @typedef {Omit<ResultOptions, "crop" | "backgroundBlur" | "refine">
 *   & {crop?: boolean | Box, backgroundBlur?: number, refine?: boolean}} Edits
 */

/** Where a person has chosen nothing else. */
export const DEFAULTS = Object.freeze({ format: "png", quality: 90, margin: 0.05, backgroundBlur: 0.02 });

/**
 * Give edits with some of them changed; those that are undefined go.
 * @param {Edits} edits
 * @param {Partial<Edits>} patch
 * @returns {Edits}
 */
export function changed(edits, patch) {
  const all = Object.entries({ ...edits, ...patch });
  return Object.fromEntries(all.filter(([, value]) => value !== undefined));
}

/**
 * Say whether two edits make the same file.
 * @param {Edits} a
 * @param {Edits} b
 */
export function same(a, b) {
  const names = /** @type {(keyof Edits)[]} */ (Object.keys({ ...a, ...b }));
  return names.every((name) => {
    const [one, other] = [a[name], b[name]];
    const boxes = name === "crop" && typeof one === "object" && typeof other === "object";
    return boxes ? JSON.stringify(one) === JSON.stringify(other) : one === other;
  });
}

/**
 * The colour under a picture with these edits, in CSS; null where it is transparent or a picture is
 * there.
 * @param {Edits} edits
 */
export function ground({ background, backgroundBlur, format }) {
  if (typeof background === "string") {
    return background;
  }
  return background === undefined && backgroundBlur === undefined && format === "jpeg" ? "#fff" : null;
}
