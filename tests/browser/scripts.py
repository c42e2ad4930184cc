"""JavaScript that browser tests run in the page."""

__all__ = ["CANCEL", "CUT_OUT"]

# (address of a photo, options): cut it out.
CUT_OUT = """
const [url, options, done] = arguments;
(async () => {
  const { removeBackground } = await import("./wasmatte.js");
  const photo = await (await fetch(url)).blob();
  const seen = [];
  const onProgress = (progress) => seen.push(progress);
  const { blob, provider, threads } = await removeBackground(photo, { ...options, onProgress });
  const bytes = await blob.arrayBuffer();
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return { provider, threads, digest: [...digest].join(), seen };
})().then(done, (error) => done({ error: String(error) }));
"""

# (address of a photo): cancel while the model runs, then cut it out.
CANCEL = """
const [url, done] = arguments;
(async () => {
  const { removeBackground } = await import("./wasmatte.js");
  const photo = await (await fetch(url)).blob();
  const controller = new AbortController();
  const onProgress = ({ step, done }) => {
    if (step === "infer" && done > 0) {
      controller.abort();
    }
  };
  const answer = {};
  try {
    await removeBackground(photo, { signal: controller.signal, onProgress });
  } catch (error) {
    answer.error = error.name;
  }
  const steps = [];
  const next = await removeBackground(photo, { onProgress: ({ step }) => steps.push(step) });
  answer.steps = [...new Set(steps)];
  answer.provider = next.provider;
  answer.threads = next.threads;
  return answer;
})().then(done, (error) => done({ error: String(error) }));
"""
