"""What the engine's threads are worth, and what crossing into its memory costs.

``python -m tests.benchmarks.threads --site build/site --models build/models`` runs each model in
turns on the CPU provider and in the engine with one thread and with all, in one Chromium tab, and
prints medians. Then it stops the engine and prints what the browser's processes give back.
"""

import argparse
import json
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from selenium.webdriver import Chrome

from tools.browser import MemoryWatch, chromium
from tools.links import link_tree
from tools.serve import SiteServer
from wasmatte.models import model as registered

__all__ = ["main"]

PYTHON = """
import json
import time

import numpy as np
import onnxruntime as ort

ENGINE, CPU = "WasmThreadsExecutionProvider", "CPUExecutionProvider"
rng = np.random.default_rng(0)
x = rng.random((1, 3, 1024, 1024), np.float32) - 0.5
sessions, matte = {}, {}


async def open(model, threads):
    await ort.wasm.start(threads)
    one = ort.SessionOptions()
    one.intra_op_num_threads = 1
    sessions["cpu"] = ort.InferenceSession(model, providers=[CPU])
    sessions["engine, 1 thread"] = ort.InferenceSession(model, one, providers=[ENGINE])
    sessions["engine"] = ort.InferenceSession(model, providers=[ENGINE])
    return "{}"


def turn():
    seconds = {}
    for name, session in sessions.items():
        start = time.perf_counter()
        [matte[name]] = session.run(["output"], {"input": x})
        seconds[name] = time.perf_counter() - start
    return json.dumps(seconds)


def crossing():
    engine = ort.wasm._engine.Engine.current
    block = engine.allocate(x.nbytes)
    y = np.empty((1, 1, 1024, 1024), np.float32)
    start = time.perf_counter()
    engine.view(block, x.nbytes).assign(x.data.cast("B"))
    engine.view(block, y.nbytes).assign_to(y.data.cast("B"))
    seconds = time.perf_counter() - start
    engine.owed.append(("free", block))
    engine.post_owed()
    return json.dumps(seconds)


def facts():
    least = np.maximum(np.abs(matte["cpu"]), 1e-6)
    memory = ort.wasm.memory()
    return json.dumps({
        "differences": {
            name: float(np.max(np.abs(matte[name] - matte["cpu"]) / least)) for name in matte
        },
        "memory": [memory.size, memory.used],
    })


def stop():
    ort.wasm.stop()
    return "{}"
"""

WORKER = """
import { loadPyodide } from "./pyodide/pyodide.mjs";
let pyodide;
self.onmessage = async ({ data: { python, chunks, call, threads } }) => {
  try {
    if (python) {
      pyodide = await loadPyodide();
      await pyodide.loadPackage("onnxruntime", { messageCallback: () => {} });
      pyodide.runPython(python);
      const parts = await Promise.all(chunks.map(async (url) => (await fetch(url)).arrayBuffer()));
      const model = new Uint8Array(await new Blob(parts).arrayBuffer());
      pyodide.globals.set("model", model);
      pyodide.runPython("model = model.to_bytes()");
      self.postMessage(await pyodide.runPythonAsync(`await open(model, ${threads})`));
    } else {
      self.postMessage(pyodide.globals.get(call)());
    }
  } catch (error) {
    self.postMessage(JSON.stringify({ error: String(error) }));
  }
};
"""

CALL = """
const [order, done] = arguments;
globalThis.bench ??= new Worker("bench.js", { type: "module" });
bench.onmessage = ({ data }) => done(data);
bench.postMessage(order);
"""


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--site", type=Path, required=True, help="the built site")
    parser.add_argument("--models", type=Path, required=True, help="folder of the models")
    parser.add_argument("--threads", type=int, default=2, help="of the engine (default: 2)")
    parser.add_argument("--runs", type=int, default=5, help="of each, in turns (default: 5)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "site"
        link_tree(arguments.site, root)
        (root / "bench.js").write_text(WORKER)
        with SiteServer(root) as server:
            for model in sorted(arguments.models.iterdir()):
                with chromium() as driver:
                    driver.get(server.url)
                    measure(driver, model.name, arguments.runs, arguments.threads)


def measure(driver: Chrome, model: str, runs: int, threads: int) -> None:
    """Measure one model in a fresh browser, and print the figures."""
    chunks = [f"models/{model}/{chunk.sha256}" for chunk in registered(model).chunks]
    turns: list[dict[str, float]] = []
    with MemoryWatch(driver) as watch:
        ask(driver, python=PYTHON, chunks=chunks, threads=threads)
        ask(driver, call="turn")  # not counted: the browser still compiles
        turns.extend(ask(driver, call="turn") for _ in range(runs))
        crossings = [ask(driver, call="crossing") for _ in range(runs)]
        facts = ask(driver, call="facts")
        before = watch.now
        ask(driver, call="stop")
        time.sleep(2)  # the browser frees it when it has the time
        after = watch.now
    seconds = {name: [turn[name] for turn in turns] for name in turns[0]}
    medians = {name: statistics.median(times) for name, times in seconds.items()}
    for name, times in seconds.items():
        spread = f"{min(times):.2f} to {max(times):.2f}"
        print(f"{model:14} {name:17} {medians[name]:6.2f} s ({spread})")
    ratio = medians["engine, 1 thread"] / medians["engine"]
    print(f"{model:14} {threads} threads are {ratio:.2f} times as fast as 1")
    crossing = statistics.median(crossings) * 1000
    print(f"{model:14} tensors cross in {crossing:.1f} ms, {facts['differences']}")
    size, used = (value / 2**20 for value in facts["memory"])
    print(f"{model:14} engine {size:.0f} MiB, {used:.0f} in use; the tab's resident memory")
    print(f"{model:14} {before.tab / 2**20:.0f} MiB before stop(), {after.tab / 2**20:.0f} after")


def ask(driver: Chrome, **order: Any) -> Any:
    """Have the worker do something, and give its answer."""
    answer = json.loads(driver.execute_async_script(CALL, order))
    if isinstance(answer, dict) and "error" in answer:
        raise SystemExit(answer["error"])
    return answer


if __name__ == "__main__":
    main()
