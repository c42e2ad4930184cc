/** @file @imgly/background-removal, as its documentation has a page use it. */

// It takes as many threads as the machine has processors, and has no option for that.
const value = Number(new URLSearchParams(location.search).get("threads"));
Object.defineProperty(navigator, "hardwareConcurrency", { value });

const { removeBackground } = await import("./imgly/index.mjs");
const publicPath = new URL("./imgly/data/", import.meta.url).href;

/** @type {(file: Blob, options: any) => Promise<import("./bench.js").Turn>} */
export async function turn(file, { model }) {
  const result = await removeBackground(file, { publicPath, model });
  const { default: ort } = await import("onnxruntime-web"); // the one that it has loaded
  return { seconds: {}, threads: crossOriginIsolated ? ort.env.wasm.numThreads : 1, result };
}
