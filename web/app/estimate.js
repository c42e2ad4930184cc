/** @file How long the photos that wait will take. */

/** @import {Photo} from "./photo.js" */

/**
 * How much of a photo's work is done: the model's part, which is most of it.
 * @param {Photo} photo
 */
export function share({ progress }) {
  if (progress === null) {
    return 0;
  }
  const { step, done, total } = progress;
  return step === "infer" ? done / (total ?? Infinity) : step === "composite" || step === "encode" ? 1 : 0;
}

/**
 * The seconds that the photos which wait will take, each as long as those before it with the same model; null
 * if one waits for a model that none has been timed with.
 * @param {Photo[]} photos
 */
export function timeLeft(photos) {
  /** @type {Map<string, number[]>} */
  const times = new Map();
  for (const { timed } of photos) {
    if (timed !== null) {
      times.set(timed.model, [...(times.get(timed.model) ?? []), timed.seconds]);
    }
  }
  const pending = photos.filter((photo) => photo.pending);
  if (pending.length === 0) {
    return null;
  }
  let left = 0;
  for (const photo of pending.filter(({ cuts }) => cuts)) {
    const known = times.get(photo.model);
    if (known === undefined) {
      return null;
    }
    left += (1 - share(photo)) * (known.reduce((sum, time) => sum + time) / known.length);
  }
  return left;
}
