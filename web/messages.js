/**
 * @file What the page and its worker say to each other, and in which units.
 *
 * The page sends one request at a time and the worker answers it with any number of `progress`
 * messages and then one other.
 */

/**
 * The steps of a request, in order. `runtime` fetches and starts Python and its packages, `model`
 * fetches the model; both, and `session`, happen only while they are not there yet.
 */
export const STEPS = Object.freeze(
  /** @type {const} */ ([
    "runtime",
    "model",
    "session",
    "decode",
    "prepare",
    "infer",
    "composite",
    "encode",
  ]),
);

/** @typedef {typeof STEPS[number]} Step */

/**
 * How far a step is: `done` of `total` (null while it is not known) of a unit.
 * @typedef {{step: Step, done: number, total: number | null, unit: "bytes" | "nodes" | "steps"}} Progress
 */

/**
 * How long each step took, in seconds; a step that this request did not need is missing.
 * @typedef {Partial<Record<Step, number>>} StepSeconds
 */

/**
 * Have everything ready that a photo needs.
 * @typedef {{type: "load", model: string, threads?: number}} LoadRequest
 */

/**
 * Cut a photo's subject out. The photo is its file's bytes; the buffer is transferred, so that
 * the worker owns it.
 * @typedef {{
 *   type: "remove-background", model: string, threads?: number, photo: ArrayBuffer,
 * }} CutOutRequest
 */

/** @typedef {LoadRequest | CutOutRequest} Request */

/** @typedef {{type: "progress"} & Progress} ProgressMessage */

/** @typedef {{type: "loaded", steps: StepSeconds} & SessionFacts} LoadedMessage */

/**
 * The cut-out: a PNG file's bytes, transferred to the page; width and height in pixels.
 * @typedef {{
 *   type: "cut-out", png: ArrayBuffer, width: number, height: number, steps: StepSeconds,
 * } & SessionFacts} CutOutMessage
 */

/**
 * How to end the run that goes on, while the worker is busy with it: storing 1 at the index of the
 * shared array, with `Atomics`. Sent when a model is ready; null where the page shares no memory.
 * @typedef {{type: "brake", control: Int32Array | null, index: number}} BrakeMessage
 */

/**
 * A request failed. After a `fatal` failure the worker is of no more use.
 * @typedef {{type: "failed", name: string, message: string, fatal: boolean}} FailedMessage
 */

/** @typedef {{model: string, provider: string, threads: number}} SessionFacts */

/** @typedef {ProgressMessage | BrakeMessage | LoadedMessage | CutOutMessage | FailedMessage} Reply */
