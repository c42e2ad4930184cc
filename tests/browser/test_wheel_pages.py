"""onnxruntime.wasm on pages of every kind: strict policies, the main thread, missing files."""

import gzip
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome

from tests.wheel.data import model_path
from tools.browser import MemoryWatch, chromium
from tools.serve import SiteHandler, SiteServer

# Pyodide on the page's main thread, or in a worker, for a Python program that gives a text.
PROBE = """
import { loadPyodide } from "./pyodide/pyodide.mjs";
export const run = async (code) => {
  const pyodide = await loadPyodide();
  await pyodide.loadPackage("onnxruntime", { messageCallback: () => {} });
  const model = await (await fetch("./add.onnx")).arrayBuffer();
  pyodide.globals.set("model", new Uint8Array(model));
  return String(await pyodide.runPythonAsync(code));
};
if (!globalThis.document) {
  self.onmessage = async ({ data }) => self.postMessage(await run(data).catch(String));
}
"""
IN_WORKER = """
const [code, done, keep] = [arguments[0], arguments[arguments.length - 1], arguments.length > 2];
const worker = new Worker("probe.js", { type: "module" });
worker.onmessage = ({ data }) => { if (!keep) worker.terminate(); done(data); };
worker.onerror = ({ message }) => done(`no worker: ${message}`);
worker.postMessage(code);
"""
ON_MAIN_THREAD = """
const [code, done] = arguments;
import("./probe.js").then(({ run }) => run(code)).catch(String).then(done);
"""
RUN = """
import numpy as np
import onnxruntime as ort
await ort.wasm.start({arguments})
session = ort.InferenceSession(model.to_bytes(), providers=ort.get_available_providers())
[z] = session.run(None, {{"x": np.ones((2, 3), np.float32), "y": np.ones(3, np.float32)}})
f"{{session.get_providers()[0]}} {{ort.wasm.threads()}} {{z.sum()}}"
"""
# Pyodide runs what comes after a timer in another thread state than what comes before. Between
# the two the memory of the first is taken, so that the second must be elsewhere.
CALLED_BACK = """
import asyncio
from contextvars import ContextVar
import js
import numpy as np
import onnxruntime as ort
from pyodide_js import _module
for size in range(64, 8192, 16):
    js.setTimeout(_module._malloc, 10, size)
await asyncio.sleep(0.1)
session = ort.InferenceSession(model.to_bytes(), providers=["CPUExecutionProvider"])
name, seen = ContextVar("name", default="another's"), []
name.set("the caller's")
with ort.wasm.progress(lambda executed, nodes: seen.append(name.get())):
    session.run(None, {"x": np.ones((2, 3), np.float32), "y": np.ones(3, np.float32)})
str(seen)
"""
# 400 MiB of the engine's memory are used, then the engine stops; the page's worker stays.
STOPPED = """
import onnxruntime as ort
await ort.wasm.start(2)
engine = ort.wasm._engine.Engine.current
for _ in range(4):
    engine.view(engine.allocate(100 << 20), 100 << 20).fill(1)
ort.wasm.stop()
"done"
"""
# A file of 400 MiB is sent to the engine, as a model's is, and removed.
REMOVED = """
import js
import onnxruntime as ort
await ort.wasm.start(1)
engine = ort.wasm._engine.Engine.current
engine.call("make_file", "/model.onnx", js.Uint8Array.new(400 << 20).fill(1))
engine.owed.append(("remove_file", "/model.onnx"))
engine.post_owed()
engine.memory()  # is answered after that
"done"
"""
GIVEN_BACK = 300 << 20  # bytes, at least
WHILE = 30.0  # seconds that the browser may take
DONE = "WasmThreadsExecutionProvider 2 12.0"


class Strict(SiteHandler):
    """Allows scripts and workers of the page's own origin only, and no code made from text."""

    def end_headers(self) -> None:
        self.send_header(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; "
            "connect-src 'self'",
        )
        super().end_headers()


@pytest.fixture(scope="module")
def host(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a page with Pyodide, the wheel, and the engine's files beside it."""
    folder = tmp_path_factory.mktemp("host")
    (folder / "pyodide").symlink_to((site / "pyodide").resolve())
    (folder / "probe.js").write_text(PROBE)
    (folder / "index.html").write_text("<!doctype html><title>probe</title>")
    (folder / "add.onnx").write_bytes(model_path("add").read_bytes())
    (wheel,) = (site / "pyodide").glob("onnxruntime-*.whl")
    for name in ("engine", "half", "unpacked"):
        (folder / name).mkdir()
        with zipfile.ZipFile(wheel) as packed:
            for file in ("engine.js", "engine.bin"):
                content = packed.read(f"onnxruntime/wasm/{file}")
                (folder / name / file).write_bytes(content)
    (folder / "half" / "engine.js").unlink()
    program = folder / "unpacked" / "engine.bin"
    program.write_bytes(gzip.decompress(program.read_bytes()))
    return folder


@pytest.fixture(scope="module")
def page(host: Path) -> Iterator[Chrome]:
    """Open the page, isolated and without a policy."""
    with SiteServer(host) as server, chromium() as driver:
        driver.get(server.url)
        yield driver


@pytest.fixture
def strict(host: Path, driver: Chrome) -> Iterator[Chrome]:
    """Open the page, isolated and under the policy."""
    with SiteServer(host, handler=Strict) as server:
        driver.get(server.url)
        yield driver


def test_worker(page: Chrome) -> None:
    """The engine's files come out of the wheel."""
    assert page.execute_async_script(IN_WORKER, RUN.format(arguments="2")) == DONE


def test_main_thread(page: Chrome) -> None:
    """It works, and blocks."""
    assert page.execute_async_script(ON_MAIN_THREAD, RUN.format(arguments="2")) == DONE


def test_strict_policy_with_files_of_the_page(strict: Chrome) -> None:
    """Without blob: and without eval."""
    code = RUN.format(arguments="2, url='engine'")
    assert strict.execute_async_script(IN_WORKER, code) == DONE


def test_strict_policy_without_them(strict: Chrome) -> None:
    """The exception says what the policy lacks, and the way round it."""
    answer = strict.execute_async_script(IN_WORKER, RUN.format(arguments="2"))
    assert "EngineStartError" in answer
    assert "worker-src blob:" in answer
    assert "start(url=...)" in answer


def test_thread_state(page: Chrome) -> None:
    """Python is called back in the caller's thread state, which has changed since the import."""
    assert page.execute_async_script(IN_WORKER, CALLED_BACK) == '["the caller\'s"]'


def test_stop_gives_memory_back(page: Chrome) -> None:
    """The tab's resident memory shrinks while the worker that has started the engine lives on."""
    with MemoryWatch(page) as watch:
        assert page.execute_async_script(IN_WORKER, STOPPED, "keep the worker") == "done"
        deadline = time.monotonic() + WHILE
        while watch.now.tab > watch.peak.tab - GIVEN_BACK and time.monotonic() < deadline:
            time.sleep(0.2)
        assert watch.now.tab <= watch.peak.tab - GIVEN_BACK


def test_removed_files_give_memory_back(page: Chrome) -> None:
    """At once, and not when the engine's worker looks for garbage."""
    with MemoryWatch(page) as watch:
        assert page.execute_async_script(IN_WORKER, REMOVED, "keep the worker") == "done"
        assert watch.now.tab <= watch.peak.tab - GIVEN_BACK


def test_program_lies_compressed_in_the_wheel(site: Path) -> None:
    """Installed files lie in the tab's memory."""
    (wheel,) = (site / "pyodide").glob("onnxruntime-*.whl")
    with zipfile.ZipFile(wheel) as packed:
        assert packed.getinfo("onnxruntime/wasm/engine.bin").file_size < 4 << 20


def test_program_that_a_host_has_unpacked(page: Chrome) -> None:
    """The exception names the file."""
    answer = page.execute_async_script(IN_WORKER, RUN.format(arguments="2, url='unpacked'"))
    assert "EngineStartError: the engine cannot start: " in answer
    assert "/unpacked/engine.bin is not as the wheel has it: Not a gzipped file" in answer


def test_worker_that_does_not_start(page: Chrome) -> None:
    """A script that is not there."""
    answer = page.execute_async_script(IN_WORKER, RUN.format(arguments="2, url='half'"))
    assert "EngineStartError: the engine cannot start: no worker could be started" in answer


def test_plain_page_says_what_it_lacks(host: Path, driver: Chrome) -> None:
    """Without isolation the provider is not available, and start() says how to get it."""
    with SiteServer(host, isolated=False) as server:
        driver.get(server.url)
        code = "import onnxruntime as ort; ort.get_available_providers()"
        assert driver.execute_async_script(IN_WORKER, code) == "['CPUExecutionProvider']"
        answer = driver.execute_async_script(IN_WORKER, RUN.format(arguments="2"))
        assert "EngineStartError" in answer
        assert "Cross-Origin-Opener-Policy: same-origin" in answer
