/** @file wasmatte, through the module that a page imports. */

import { removeBackground } from "./wasmatte/wasmatte.js";

/** @type {(file: Blob, options: any) => Promise<import("./bench.js").Turn>} */
export async function turn(file, { model, threads }) {
  const { blob, steps, threads: used } = await removeBackground(file, { model, threads });
  return {
    seconds: { ...steps, ...(steps.infer && { inference: steps.infer }) },
    threads: used,
    result: blob,
  };
}
