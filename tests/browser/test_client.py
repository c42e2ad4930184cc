"""The client module and its bridge, against small workers that answer without Python."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver import Chrome

from tools.browser import chromium
from tools.links import link_tree
from tools.serve import SiteServer

WORKER = """
let count = 0;
self.onmessage = ({ data: { model, photo } }) => {
  count += 1;
  const facts = { model, provider: "none", threads: count };
  const what = photo ? new TextDecoder().decode(photo) : model;
  switch (what) {
    case "crash": throw new Error("out of memory");
    case "never": return;
    case "refuse": return self.postMessage(
      { type: "failed", name: "BrokenPhotoError", message: "it is broken", fatal: false });
    case "die": return self.postMessage(
      { type: "failed", name: "WorkerError", message: "it is over", fatal: true });
  }
  self.postMessage({ type: "progress", step: "decode", done: 1, total: 1, unit: "steps" });
  self.postMessage(photo
    ? { type: "cut-out", png: photo, width: 1, height: 2, steps: { decode: 3 }, ...facts }
    : { type: "loaded", steps: { runtime: 1 }, ...facts });
};
"""

PRELUDE = """
const client = await import("./wasmatte.js");
const bytes = (text) => new TextEncoder().encode(text).buffer;
const said = (promise) => promise.then(
  async (cutOut) => [await cutOut.blob.text(), cutOut.threads],
  (error) => [error.name, error.message]);
const send = (text, options) => said(client.removeBackground(bytes(text), options));
"""


@pytest.fixture(scope="module")
def root(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Link the site's own modules beside a worker of this test's."""
    root = tmp_path_factory.mktemp("client")
    link_tree(site, root)
    (root / "worker.js").unlink()
    (root / "worker.js").write_text(WORKER)
    return root


@pytest.fixture(scope="module")
def driver(root: Path) -> Iterator[Chrome]:
    with SiteServer(root) as server, chromium() as driver:
        driver.get(server.url)
        yield driver


@pytest.fixture
def run(driver: Chrome) -> Any:
    """Run a script after the prelude, on a fresh page; give what it returns."""
    driver.refresh()
    return lambda script: driver.execute_script(f"return (async () => {{{PRELUDE}{script}}})()")


def test_requests_are_answered_in_order_by_one_worker(run: Any) -> None:
    """The worker counts what it is asked: one after the other."""
    script = "return Promise.all([send('a'), send('b'), send('c')])"
    assert run(script) == [["a", 1], ["b", 2], ["c", 3]]


def test_result_has_the_picture_and_the_facts(run: Any) -> None:
    """What the worker says arrives under the documented names."""
    script = """
    const result = await client.removeBackground(new Blob(["a"]), { model: "some" });
    return { ...result, blob: result.blob.type, seconds: result.seconds >= 0 };
    """
    assert run(script) == {
        "blob": "image/png",
        "width": 1,
        "height": 2,
        "seconds": True,
        "steps": {"decode": 3},
        "model": "some",
        "provider": "none",
        "threads": 1,
    }


def test_preload_reports_without_a_photo(run: Any) -> None:
    """Everything can be fetched ahead of the first photo."""
    script = "const { seconds, ...facts } = await client.preload(); return facts"
    assert run(script) == {
        "steps": {"runtime": 1},
        "model": "isnet_quint8",
        "provider": "none",
        "threads": 1,
    }


def test_progress_is_passed_on(run: Any) -> None:
    """The page gets the worker's progress as it is."""
    script = "const seen = []; await send('a', { onProgress: (p) => seen.push(p) }); return seen"
    assert run(script) == [{"step": "decode", "done": 1, "total": 1, "unit": "steps"}]


def test_callers_buffer_stays_as_it_is(run: Any) -> None:
    """The worker gets a copy."""
    script = """
    const photo = bytes("abc");
    await client.removeBackground(photo);
    return photo.byteLength;
    """
    assert run(script) == 3


def test_source_of_another_type_is_refused(run: Any) -> None:
    """A mistake of the caller's is named."""
    name, message = run("return said(client.removeBackground('photo.jpg'))")
    assert (name, "got photo.jpg" in message) == ("TypeError", True)


def test_error_has_pythons_name_and_leaves_the_worker(run: Any) -> None:
    """After a photo that is refused the same worker goes on."""
    script = "return [await send('a'), await send('refuse'), await send('b')]"
    assert run(script) == [["a", 1], ["BrokenPhotoError", "it is broken"], ["b", 3]]


def test_fatal_error_gets_a_fresh_worker(run: Any) -> None:
    """After a worker that says that it is over the next request starts another one."""
    script = "return Promise.all([send('a'), send('die'), send('b')])"
    assert run(script) == [["a", 1], ["WorkerError", "it is over"], ["b", 1]]


def test_crashed_worker_is_reported_and_replaced(run: Any) -> None:
    """After a worker that crashes too, and its request is told why."""
    crashed, after = run("return Promise.all([send('crash'), send('b')])")
    assert crashed[0] == "WorkerError"
    assert "out of memory" in crashed[1]
    assert after == ["b", 1]


def test_abort_of_the_running_request_ends_its_worker(run: Any) -> None:
    """The next request gets a fresh worker."""
    script = """
    const controller = new AbortController();
    const first = await send("a");
    const running = send("never", { signal: controller.signal });
    const next = send("b");
    setTimeout(() => controller.abort());
    return [first, (await running)[0], await next];
    """
    assert run(script) == [["a", 1], "AbortError", ["b", 1]]


def test_abort_of_a_waiting_request_leaves_the_running_one(run: Any) -> None:
    """It never reaches the worker."""
    script = """
    const controller = new AbortController();
    const running = send("a");
    const waiting = send("b", { signal: controller.signal });
    const next = send("c");
    controller.abort();
    return [await running, (await waiting)[0], await next];
    """
    assert run(script) == [["a", 1], "AbortError", ["c", 2]]


def test_signal_that_is_aborted_already_sends_nothing(run: Any) -> None:
    """The reason of the signal is the reason of the rejection."""
    script = (
        "return [await send('a', { signal: AbortSignal.abort(new Error('why')) }), await send('b')]"
    )
    assert run(script) == [["Error", "why"], ["b", 1]]


def test_dispose_rejects_what_waits_and_starts_anew(run: Any) -> None:
    """Memory is given back; the client can be used again."""
    script = """
    const all = [send("never"), send("a")];
    client.dispose();
    return [...(await Promise.all(all)).map(([name]) => name), await send("b")];
    """
    assert run(script) == ["AbortError", "AbortError", ["b", 1]]
