"""Every snippet of the documentation runs as it is written.

The snippets of a document run in its order, as a reader would try them:

- ``sh`` in a copy of the checkout with ``photo.jpg`` in it; ``make`` only says what it would do;
- ``python`` here if its heading speaks of a desktop, else in a tab, on an isolated page;
- ``js`` as a module of a page beside ``pyodide/``, ``models/``, ``wasmatte/`` and ``photo.jpg``;
- ``html`` as such a page; the photo is chosen in its file input.

Python in a tab finds a model in ``model_bytes`` and its input in ``array``; ``https://your.host/``
is the host of the page. A picture that a snippet leaves (as ``png``, ``blob``, a file, in an
``img``) must be the photo's cut-out, and ``outputs`` the model's.
"""

import os
import subprocess
import sys
import venv
from base64 import b64decode
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx.parser import parse_model
from PIL import Image
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from tests.browser.photos import sample
from tests.browser.snippets import Snippet, snippets
from tests.browser.stranger import HOST
from tools.links import link_tree
from tools.serve import SiteServer
from wasmatte.place import desktop

ROOT = Path(__file__).parents[2]
DOCUMENTS = ["README.md", "wasm/onnxruntime/python/README.md"]
PAGE_HOST = "https://your.host/"

MODEL = """<ir_version: 10, opset_import: ["": 21]>
g (float[3] input) => (float[3] y) { y = Relu(input) }"""
ARRAY = [-1.0, 0.0, 2.0]
OUTPUT = [0.0, 0.0, 2.0]

# (Python): run it in the page's Pyodide, which is started for the first one.
PYTHON_IN_TAB = """
const [text, model, array, done] = arguments;
(async () => {
  if (!globalThis.python) {
    const { loadPyodide } = await import("./pyodide/pyodide.mjs");
    globalThis.python = await loadPyodide();
    await python.loadPackage(["numpy", "micropip"]);
    python.globals.set("given", python.toPy({ model, array }));
    python.runPython("import numpy; model_bytes = bytes(given['model'])");
    python.runPython("array = numpy.array(given['array'], numpy.float32)");
  }
  if (!text.includes("micropip")) {
    await python.loadPackagesFromImports(text);
  }
  await python.runPythonAsync(text);
  return python.runPython("[each.tolist() for each in globals().pop('outputs', [])]").toJs();
})().then((outputs) => done({ outputs }), (error) => done({ error: String(error) }));
"""
# (address of a module): run it; give the picture that it leaves, in base64.
MODULE = """
const [url, done] = arguments;
import(url).then(({ left }) => done({ left }), (error) => done({ error: String(error) }));
"""
LEFT = """
const base64 = async (blob) => new Promise((done) => {
  const reader = new FileReader();
  reader.onload = () => done(reader.result.replace(/.*,/, ""));
  reader.readAsDataURL(blob);
});
export const left =
  typeof blob !== "undefined" ? await base64(blob)
  : typeof png !== "undefined" ? await base64(new Blob([png]))
  : typeof pyodide !== "undefined" ? await base64(new Blob([pyodide.globals.get("png").toJs()]))
  : null;
"""
# Wait for the page's picture; give it in base64.
BASE64 = """
const [done] = arguments;
const give = async (blob) => {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  done({ left: btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")) });
};
"""
PICTURE = f"""{BASE64}
const image = document.querySelector("img");
image.onload = async () => give(await (await fetch(image.src)).blob());
image.onerror = () => done({{ error: "the picture is broken" }});
"""
RESULT = f"""{BASE64}
const element = document.querySelector("wasmatte-remover");
element.addEventListener("result", (event) => give(event.detail.blob));
element.addEventListener("error", (event) => done({{ error: String(event.detail.error) }}));
"""


class Reader:
    """Tries the snippets of a document, one after the other.

    Parameters
    ----------
    driver, url
        A browser, and the host that it may reach, which serves `host`.
    host
        The folder that is served.
    checkout
        A copy of the checkout.
    programs
        A folder of programs that come first on the PATH.
    """

    def __init__(
        self, driver: Chrome, url: str, host: Path, checkout: Path, programs: Path
    ) -> None:
        self._driver = driver
        self._url = url
        self._host = host
        self._checkout = checkout
        self._programs = programs
        self._desktop: dict[str, Any] = {}
        self._python_page = False

    def run(self, snippet: Snippet) -> None:
        """Run a snippet the way that its language is run."""
        ways = {
            "sh": self._sh,
            "python": self._python,
            "js": self._js,
            "html": self._html,
        }
        if snippet.language not in ways:
            pytest.fail(f"{snippet.place}: no way to run {snippet.language!r}", pytrace=False)
        ways[snippet.language](snippet)

    def _sh(self, snippet: Snippet) -> None:
        before = set(self._checkout.iterdir())
        path = f"{self._programs}{os.pathsep}{os.environ['PATH']}"
        environment = {
            **{name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
            "PATH": path,
            "MAKEFLAGS": "--dry-run",
            # `pip install .` takes what this machine has.
            "PIP_NO_INDEX": "1",
            "PIP_NO_BUILD_ISOLATION": "0",  # sic: 0 says not to isolate
        }
        done = subprocess.run(
            ["sh", "-eu", "-c", snippet.text],
            cwd=self._checkout,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{snippet.place}: {done.stdout}{done.stderr}"
        for file in set(self._checkout.iterdir()) - before:
            if file.suffix == ".png":
                check_cut_out(file.read_bytes())

    def _python(self, snippet: Snippet) -> None:
        if "desktop" not in snippet.heading:
            self._python_in_tab(snippet)
            return
        self._desktop.pop("png", None)
        exec(compile(snippet.text, snippet.place, "exec"), self._desktop)
        if "png" in self._desktop:
            check_cut_out(self._desktop["png"])

    def _python_in_tab(self, snippet: Snippet) -> None:
        if not self._python_page:
            self._driver.get(self._url)
            self._python_page = True
        text = snippet.text.replace(PAGE_HOST, self._url)
        model = list(parse_model(MODEL).SerializeToString())
        answer = self._driver.execute_async_script(PYTHON_IN_TAB, text, model, ARRAY)
        assert "error" not in answer, f"{snippet.place}: {answer['error']}"
        if "outputs" in snippet.text:
            assert answer["outputs"] == [OUTPUT], snippet.place

    def _js(self, snippet: Snippet) -> None:
        self._open("snippet.html", "<!doctype html><title>snippet</title>")
        (self._host / "snippet.js").write_text(snippet.text.replace(PAGE_HOST, self._url) + LEFT)
        answer = self._driver.execute_async_script(MODULE, "./snippet.js")
        assert "error" not in answer, f"{snippet.place}: {answer['error']}"
        if answer["left"] is not None:
            check_cut_out(b64decode(answer["left"]))

    def _html(self, snippet: Snippet) -> None:
        text = snippet.text.replace(HOST, "./wasmatte/")
        self._open("snippet.html", f"<!doctype html><title>snippet</title>{text}")
        element = self._driver.find_elements(By.CSS_SELECTOR, "wasmatte-remover")
        place = element[0].shadow_root if element else self._driver
        chosen = place.find_element(By.CSS_SELECTOR, "input[type=file]")
        chosen.send_keys(str(self._checkout / "photo.jpg"))
        answer = self._driver.execute_async_script(RESULT if element else PICTURE)
        assert "error" not in answer, f"{snippet.place}: {answer['error']}"
        check_cut_out(b64decode(answer["left"]))

    def _open(self, name: str, text: str) -> None:
        (self._host / name).write_text(text)
        self._driver.get(self._url + name)
        self._python_page = False


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an environment for ``pip install``: it sees the packages of this one, pip among them."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder)
    (packages,) = folder.glob("lib/python*/site-packages")
    own = [path for path in sys.path if path.endswith("site-packages")]
    (packages / "own.pth").write_text("\n".join(own))
    pip = folder / "bin" / "pip"
    pip.write_text(f'#!/bin/sh\nexec "{folder}/bin/python" -m pip "$@"\n')
    pip.chmod(0o755)
    return folder / "bin"


@pytest.fixture
def reader(
    site: Path, driver: Chrome, programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Reader]:
    host, checkout = tmp_path / "host", tmp_path / "checkout"
    host.mkdir()
    for name, target in (
        ("wasmatte", site),
        ("pyodide", site / "pyodide"),
        ("models", site / "models"),
    ):
        (host / name).symlink_to(target.resolve())
    checkout.mkdir()
    link_tree(ROOT / "src", checkout / "src")
    for name in ("Makefile", "pyproject.toml", "README.md", "LICENSE", "NOTICE"):
        (checkout / name).write_bytes((ROOT / name).read_bytes())
    for folder in (host, checkout):
        Image.open(sample("chelsea")).save(folder / "photo.jpg")
    (host / "index.html").write_text("<!doctype html><title>snippets</title>")
    monkeypatch.chdir(checkout)
    # More of them wait for each other on a busy machine.
    monkeypatch.setattr(desktop, "thread_count", lambda provider: 1)
    monkeypatch.setenv("WASMATTE_MODELS_URL", str(ROOT / "build" / "models"))
    with SiteServer(host) as server:
        yield Reader(driver, server.url, host, checkout, programs)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_snippets_run(document: str, reader: Reader) -> None:
    """In a document's order, as they are written."""
    found = snippets(ROOT / document)
    assert found
    for snippet in found:
        reader.run(snippet)


def test_snippet_without_a_way_to_run_fails(tmp_path: Path) -> None:
    """A new language asks for a new way."""
    nowhere: Any = None
    reader = Reader(nowhere, "", tmp_path, tmp_path, tmp_path)
    with pytest.raises(pytest.fail.Exception, match=r"a\.md:1: no way to run 'rust'"):
        reader.run(Snippet("a.md:1", "", "rust", ""))


def check_cut_out(png: bytes) -> None:
    """See that a picture is the photo's, with the cat kept and the background gone."""
    picture = np.asarray(Image.open(BytesIO(png)))
    with Image.open(sample("chelsea")) as photo:
        assert picture.shape == (photo.height, photo.width, 4)
    assert picture[150:250, 150:250, 3].mean() > 240
    assert picture[..., 3].min() == 0
