/** @file The worker that runs onnxruntime-web. */

/** What a program gets that asks for nothing, and what is best for this model on processors. */
const VARIANTS = {
  "ort-web": {
    module: "./onnxruntime-web/ort.bundle.min.mjs", // "onnxruntime-web"
    session: { executionProviders: ["wasm"] },
    outputs: [],
  },
  "ort-web-best": {
    module: "./onnxruntime-web/ort.wasm.bundle.min.mjs", // "onnxruntime-web/wasm"
    session: {
      executionProviders: ["wasm"],
      graphOptimizationLevel: "all",
      executionMode: "sequential",
    },
    outputs: [["output"]], // the matte alone, of the model's 12 outputs
  },
};

/** @type {Promise<any> | null} */
let ready = null;
/** @type {Record<string, number>} */
let seconds = {};

/** @param {any} options */
async function start({ contender, model, threads }) {
  const variant = VARIANTS[contender];
  const ort = await import(variant.module);
  ort.env.wasm.numThreads = threads;
  const response = await fetch(new URL(`./models/${model}.onnx`, import.meta.url));
  const bytes = new Uint8Array(await response.arrayBuffer());
  const started = performance.now();
  const session = await ort.InferenceSession.create(bytes, variant.session);
  seconds.session = (performance.now() - started) / 1000;
  return { ort, session, outputs: variant.outputs };
}

self.onmessage = async ({ data: { tensor, options } }) => {
  try {
    seconds = {};
    ready ??= start(options);
    const { ort, session, outputs } = await ready;
    const started = performance.now();
    const input = new ort.Tensor("float32", new Float32Array(tensor), [1, 3, 1024, 1024]);
    const { output } = await session.run({ input }, ...outputs);
    seconds.inference = (performance.now() - started) / 1000;
    const threads = crossOriginIsolated ? ort.env.wasm.numThreads : 1;
    const result = Uint16Array.from(output.data, (value) => value * 65535 + 0.5); // in [0, 1]
    self.postMessage({ seconds, threads, result });
  } catch (error) {
    self.postMessage({ error: String(error) });
  }
};
