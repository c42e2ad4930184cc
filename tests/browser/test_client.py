"""The client module and its bridge, against small workers that answer without Python."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver import Chrome

from tools.links import link_tree
from tools.serve import SiteServer

WORKER = """
let count = 0;
const text = (photo) => photo && new TextDecoder().decode(photo.data);
self.onmessage = ({ data: { type, model, threads, provider, photo, mask, output } }) => {
  count += 1;
  const facts = { model, provider: "none", threads: count };
  const what = photo ? text(photo) : model;
  switch (what) {
    case "crash": throw new Error("out of memory");
    case "never": return self.postMessage(
      { type: "progress", step: "infer", done: 0, total: 1, unit: "nodes" });
    case "refuse": return self.postMessage(
      { type: "failed", name: "BrokenPhotoError", message: "it is broken", fatal: false });
    case "die": return self.postMessage(
      { type: "failed", name: "WorkerError", message: "it is over", fatal: true });
  }
  self.postMessage({ type: "progress", step: "decode", done: 1, total: 1, unit: "steps" });
  if (!photo) {
    return self.postMessage({ type: "loaded", steps: { runtime: 1 }, ...facts });
  }
  if (what === "tell") {
    const background = output.background?.data ? text(output.background) : output.background;
    const told = { type, model, threads, provider, mask: text(mask) };
    const all = { ...told, output: { ...output, background } };
    photo = { data: new TextEncoder().encode(JSON.stringify(all)).buffer };
  }
  const matte = output.matte && new Blob(["matte"], { type: "image/png" });
  const data = photo.data ?? `${photo.bitmap?.width}`;
  const blob = new Blob([data], { type: `image/${output.format ?? "png"}` });
  const sizes = { width: photo.width ?? 1, height: photo.height ?? 2 };
  self.postMessage({
    type: "cut-out", blob, matte, ...sizes, steps: { decode: 3 },
    ...(type === "apply-mask" ? {} : facts),
  });
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
    (root / "client.html").write_text("<!doctype html><title>A page without any policy</title>")
    return root


@pytest.fixture(scope="module")
def driver(driver: Chrome, root: Path) -> Iterator[Chrome]:
    with SiteServer(root) as server:
        driver.get(f"{server.url}client.html")
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


@pytest.mark.parametrize("source", ["7", "null", "{}", "[]"])
def test_source_of_another_type_is_refused(run: Any, source: str) -> None:
    """A mistake of the caller's is named."""
    name, message = run(f"return said(client.removeBackground({source}))")
    assert (name, "a photo must be a Blob, a File," in message) == ("TypeError", True)


def test_unknown_option_is_refused(run: Any) -> None:
    """With the names of those that there are."""
    name, message = run("return send('a', { maxwidth: 9 })")
    assert name == "TypeError"
    assert message.startswith("there is no option maxwidth; the options are model, threads,")
    assert "maxWidth" in message


def test_every_option_reaches_the_worker(run: Any) -> None:
    """Under the names that Python has; what is undefined is not given."""
    script = """
    const told = async (promise) => JSON.parse(await (await promise).blob.text());
    const work = { model: "m", threads: 3, provider: "p", idle: 9, onProgress() {} };
    const size = { maxWidth: 1, maxHeight: 2, crop: true, margin: 0.5 };
    const all = {
      ...work, ...size, kind: "background", format: "webp", quality: 5, background: "red",
      matte: true, backgroundBlur: 0.02, refine: true,
    };
    const photo = bytes("tell");
    return [
      await told(client.removeBackground(photo, all)),
      await told(client.removeBackground(photo, { background: new Blob(["under"]) })),
      await told(client.segmentForeground(photo, { format: undefined })),
      await told(client.applyMask(photo, bytes("mask"), { crop: new DOMRect(1, 2, 3, 4) })),
    ];
    """
    everything, picture, matte, mask = run(script)
    output = {
        "kind": "background",
        "format": "webp",
        "quality": 5,
        "background": "red",
        "background_blur": 0.02,
        "refine": True,
        "max_width": 1,
        "max_height": 2,
        "crop": True,
        "margin": 0.5,
        "matte": True,
    }
    remove = {"type": "remove-background", "model": "isnet_quint8"}
    rectangle = {"x": 1, "y": 2, "width": 3, "height": 4}
    assert everything == {**remove, "model": "m", "threads": 3, "provider": "p", "output": output}
    assert picture == {**remove, "output": {"background": "under"}}
    assert matte == {**remove, "output": {"kind": "matte"}}
    assert mask == {"type": "apply-mask", "mask": "mask", "output": {"crop": rectangle}}


def test_matte_and_format_come_back(run: Any) -> None:
    """The blob has the format's type; a result of a mask says nothing of a model."""
    script = """
    const options = { format: "webp", matte: true };
    const { blob, matte } = await client.removeBackground(bytes("a"), options);
    const masked = await client.applyMask(bytes("a"), bytes("b"));
    return [blob.type, await matte.text(), matte.type, Object.keys(masked).sort()];
    """
    keys = ["blob", "height", "seconds", "steps", "width"]
    assert run(script) == ["image/webp", "matte", "image/png", keys]


def test_source_is_what_it_was_at_the_call(run: Any) -> None:
    """Also when its turn comes later, and it has changed meanwhile."""
    script = """
    const photo = bytes("one");
    const pixels = new ImageData(2, 1);
    const canvas = new OffscreenCanvas(3, 1);
    canvas.getContext("2d");
    const all = [send("a"), said(client.removeBackground(photo))];
    all.push(client.removeBackground(pixels).then(async ({ blob, width, height }) => [
      [...new Uint8Array(await blob.arrayBuffer())], width, height]));
    all.push(said(client.removeBackground(canvas)));
    new Uint8Array(photo).fill(0);
    pixels.data.fill(9);
    canvas.width = 5;
    return Promise.all(all);
    """
    assert run(script) == [["a", 1], ["one", 2], [[0] * 8, 2, 1], ["3", 4]]


@pytest.mark.parametrize(
    ("source", "error", "words"),
    [
        ("'no-such.jpg'", "PhotoFetchError", "no-such.jpg cannot be fetched: HTTP status 404"),
        ("new URL('http://127.0.0.1:1/')", "PhotoFetchError", "Access-Control-Allow-Origin"),
        ("new Image()", "UnreadablePhotoError", "cannot be loaded"),
        ("document.createElement('video')", "UnreadablePhotoError", "a video a frame"),
        ("document.createElement('canvas')", "no error", ""),
        ("new OffscreenCanvas(0, 5)", "UnreadablePhotoError", "a width and a height"),
    ],
)
def test_source_without_a_photo_is_said_in_words(
    run: Any, driver: Chrome, source: str, error: str, words: str
) -> None:
    """The next request is answered as ever."""
    script = f"return [await said(client.removeBackground({source})), await send('b')]"
    (name, message), after = run(script)
    if error == "no error":
        assert name == "300"  # the width of a canvas of which nobody says anything
    else:
        assert name == error
        assert words in message
    assert after[0] == "b"
    driver.get_log("browser")


def test_photo_is_fetched_from_its_address(run: Any) -> None:
    """Relative to the document; data: and blob: addresses too."""
    script = """
    const data = "data:text/plain,hello";
    const blob = URL.createObjectURL(new Blob(["held"]));
    const file = await said(client.removeBackground("wasmatte.js"));
    return [await said(client.removeBackground(data)), await said(client.removeBackground(blob)),
      file[0].includes("any.host")];
    """
    assert run(script) == [["hello", 2], ["held", 3], True]


def test_idle_worker_ends_and_the_next_request_starts_another(run: Any) -> None:
    """The count starts anew; a worker that may stay does."""
    script = """
    const short = { idle: 0.05 };
    const first = [await send("a", short), await send("b", short)];
    await new Promise((done) => setTimeout(done, 500));
    const second = [await send("c", { idle: Infinity })];
    await new Promise((done) => setTimeout(done, 500));
    return [...first, ...second, await send("d")];
    """
    assert run(script) == [["a", 1], ["b", 2], ["c", 1], ["d", 2]]


def test_idle_that_is_no_time_is_refused(run: Any) -> None:
    """It is a number of seconds."""
    name, message = run("return send('a', { idle: -1 })")
    assert (name, message) == (
        "TypeError",
        "idle must be a number of seconds, or Infinity; got -1",
    )


def test_folder_of_assets_has_its_own_worker(run: Any) -> None:
    """With or without a slash at its end; the module's own folder is the default."""
    script = """
    const here = new URL(".", location).href;
    return [
      await send("a"), await send("b", { assets: here }),
      await send("c", { assets: here.slice(0, -1) }), await send("d", { assets: "./" }),
      await send("e", { assets: "elsewhere" }),
    ];
    """
    *same, (name, message) = run(script)
    assert same == [["a", 1], ["b", 2], ["c", 3], ["d", 4]]
    assert name == "RuntimeLoadError"
    assert "/elsewhere/worker.js. Check the connection, that the file is there" in message


def test_two_copies_of_the_script_share_a_worker(run: Any) -> None:
    """As when two parts of a page load it with different versions in the query."""
    script = """
    const other = await import("./wasmatte.js?version=2");
    return [await send("a"), await said(other.removeBackground(bytes("b")))];
    """
    assert run(script) == [["a", 1], ["b", 2]]


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
    const { signal } = controller;
    const running = send("never", { signal, onProgress: () => controller.abort() });
    const next = send("b");
    return [first, (await running)[0], await next];
    """
    assert run(script) == [["a", 1], "AbortError", ["b", 1]]


def test_late_error_of_a_worker_that_was_ended_is_not_its_successors(run: Any) -> None:
    """Browsers still report errors of a worker that was ended in the midst of something."""
    script = """
    const ended = [];
    const { terminate } = Worker.prototype;
    Worker.prototype.terminate = function () {
      ended.push(this);
      terminate.call(this);
    };
    const controller = new AbortController();
    const { signal } = controller;
    const running = send("never", { signal, onProgress: () => controller.abort() });
    const onProgress = () => ended.splice(0).forEach((worker) =>
      worker.dispatchEvent(new ErrorEvent("error", { message: "Uncaught", cancelable: true })));
    const next = send("b", { onProgress });
    return [(await running)[0], await next, await send("c")];
    """
    assert run(script) == ["AbortError", ["b", 1], ["c", 2]]


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
