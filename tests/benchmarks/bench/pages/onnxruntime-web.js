/**
 * @file onnxruntime-web on the model's file, in a worker, so that its page stays free.
 *
 * The file of a turn is the input tensor: float32 (1, 3, 1024, 1024).
 */

const worker = new Worker(new URL("./onnxruntime-web-worker.js", import.meta.url), {
  type: "module",
});

/** @type {(file: Blob, options: any) => Promise<import("./bench.js").Turn>} */
export async function turn(file, options) {
  const tensor = await file.arrayBuffer();
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => (data.error ? reject(new Error(data.error)) : resolve(data));
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage({ tensor, options }, [tensor]);
  });
}
