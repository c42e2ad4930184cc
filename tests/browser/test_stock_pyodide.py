"""The wheels in a Pyodide that is not ours: its own npm package, its own lock file."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver import Chrome

from tools.pyodide import pyodide_core
from tools.serve import SiteServer

WORKER = """
const { loadPyodide } = await import("./stock/pyodide.mjs");
self.onmessage = async ({ data: { packages, code } }) => {
  try {
    const pyodide = await loadPyodide();
    for (const name of packages) {
      await pyodide.loadPackage(new URL(`wheels/${name}`, self.location.href).href);
    }
    self.postMessage({ result: (await pyodide.runPythonAsync(code)).toJs() });
  } catch (error) {
    self.postMessage({ error: `${error}` });
  }
};
self.postMessage("ready");
"""

RUN = """
const [packages, code, done] = arguments;
const worker = new Worker("worker.js", { type: "module" });
worker.onmessage = ({ data }) => data === "ready"
  ? worker.postMessage({ packages, code }) : done(data);
worker.onerror = (event) => done({ error: event.message });
"""

CODE = """
import micropip
from js import location
await micropip.install([location.href.rpartition("/")[0] + "/wheels/" + name for name in {names!r}])
import onnxruntime
[onnxruntime.__version__, *onnxruntime.get_available_providers()]
"""


@pytest.fixture(scope="module")
def host(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Lay out a host with a stock Pyodide in one folder and wheels in another."""
    folder = tmp_path_factory.mktemp("stock")
    (folder / "stock").symlink_to(pyodide_core())
    (folder / "wheels").symlink_to((site / "pyodide").resolve())
    (folder / "worker.js").write_text(WORKER)
    (folder / "index.html").write_text("<!doctype html><title>stock Pyodide</title>")
    return folder


@pytest.fixture(scope="module")
def driver(driver: Chrome, host: Path) -> Iterator[Chrome]:
    with SiteServer(host, isolated=False) as server:
        driver.get(server.url)
        yield driver


def test_micropip_installs_onnxruntime_from_an_address(driver: Chrome, host: Path) -> None:
    """``micropip.install(url)`` is all that a page with a Pyodide of its own needs."""
    wheels = {path.name.partition("-")[0]: path.name for path in (host / "wheels").glob("*.whl")}
    # numpy too by its address: the stock lock file's own lies on a host that tests do not ask.
    code = CODE.format(names=[wheels["numpy"], wheels["onnxruntime"]])
    packages = [wheels["packaging"], wheels["micropip"]]
    answer: dict[str, Any] = driver.execute_async_script(RUN, packages, code)
    assert answer == {"result": ["1.21.0", "CPUExecutionProvider"]}
