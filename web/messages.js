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
 * A photo: its file's bytes, its pixels (RGBA, alpha straight), or what the worker can draw. It is
 * transferred, so that the receiver owns it.
 * @typedef {{data: ArrayBuffer} | {data: ArrayBuffer, width: number, height: number}
 *   | {bitmap: ImageBitmap}} Photo
 */

/** @typedef {{model: string, threads?: number, provider?: string}} Loading */

/**
 * A part of the upright photo, in its pixels, all of it inside; a `DOMRect` is one too.
 * @typedef {{x: number, y: number, width: number, height: number}} Rectangle
 */

/**
 * The attributes of Python's `wasmatte.Output`, and whether the matte is wanted beside the result.
 * @typedef {{background?: string | Photo, crop?: boolean | Rectangle, matte?: boolean}
 *   & Record<string, unknown>} OutputOptions
 */

/**
 * Have everything ready that a photo needs.
 * @typedef {{type: "load"} & Loading} LoadRequest
 */

/**
 * Cut a photo's subject out.
 * @typedef {{type: "remove-background", photo: Photo, output: OutputOptions} & Loading} CutOutRequest
 */

/**
 * Cut a photo out along a mask; nothing is loaded for it.
 * @typedef {{type: "apply-mask", photo: Photo, mask: Photo, output: OutputOptions}} MaskRequest
 */

/** @typedef {LoadRequest | CutOutRequest | MaskRequest} Request */

/** @typedef {{type: "progress"} & Progress} ProgressMessage */

/** @typedef {{type: "loaded", steps: StepSeconds} & SessionFacts} LoadedMessage */

/**
 * The result: a file and that of its matte, if it was asked for; width and height in pixels. Where no
 * model was used, nothing is said of one.
 * @typedef {{
 *   type: "cut-out", blob: Blob, width: number, height: number, matte?: Blob, steps: StepSeconds,
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

/**
 * The worker's own module could not be had, for the browser's reason.
 * @typedef {{type: "refused", reason: string}} RefusedMessage
 */

/** @typedef {{model: string, provider: string, threads: number}} SessionFacts */

/**
 * @typedef {ProgressMessage | BrakeMessage | LoadedMessage | CutOutMessage | FailedMessage
 *   | RefusedMessage} Reply
 */
