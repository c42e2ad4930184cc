"""One visit: a fresh browser at one contender's page, or native ONNX Runtime in a process."""

import base64
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from selenium.webdriver.remote.webdriver import WebDriver

from tools.browser import MemoryWatch
from tools.other_browsers import BROWSERS
from tools.serve import SiteServer
from wasmatte import codec, matte
from wasmatte.models import model as registered

from .plan import Visit
from .stage import Stage, Traffic

__all__ = ["Judge", "VisitError", "run_natively", "run_visit", "version"]

TITLES = {"chromium": "Chromium", "firefox": "Firefox", "webkitgtk": "WebKitGTK"}

ASK = """
const [method, args, done] = arguments;
(async () => {
  for (let tries = 0; globalThis.bench === undefined && tries < 200; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return bench[method](...args);
})().then(done, (error) => done({ error: String(error?.stack ?? error) }));
"""

Values = Iterator[tuple[str, float]]


class VisitError(RuntimeError):
    """A contender did not do what it was asked to."""


class Judge:
    """Compares mattes with native ONNX Runtime's.

    Parameters
    ----------
    stage : Stage
        Where the small photo is.
    """

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._mattes: dict[str, NDArray[np.float32]] = {}

    def matte(self, model: str) -> NDArray[np.float32]:
        """Give native ONNX Runtime's matte of the small photo."""
        if model not in self._mattes:
            file = self._stage.root / "photos" / f"{model}.matte"
            _ask_natively(self._stage, model, threads=2, runs=1, matte_file=file)
            size = registered(model).input_size
            self._mattes[model] = np.fromfile(file, np.float32).reshape(size, size)
        return self._mattes[model]

    def difference(self, visit: Visit, result: bytes) -> float:
        """Give the mean absolute difference, in [0, 1], of what a page has given."""
        expected = self.matte(visit.model)
        if visit.contender.page == "onnxruntime-web":
            found = np.frombuffer(result, "<u2").reshape(expected.shape)
            return _distance(found / np.float32(65535), expected)
        with Image.open(io.BytesIO(result)) as png:
            if png.format != "PNG" or png.mode != "RGBA":
                raise VisitError(f"the cut-out is {png.format} {png.mode}, not a PNG in RGBA")
            alpha = np.asarray(png)[..., 3]
        height, width = codec.decode((self._stage.root / Stage.small).read_bytes()).rgba.shape[:2]
        if alpha.shape != (height, width):
            raise VisitError(f"the cut-out has {alpha.shape} pixels, not {(height, width)}")
        levels = np.float32(255)
        return _distance(alpha / levels, matte.resize(expected, (height, width)) / levels)


def version(browser: str) -> str:
    """Name a browser with its version."""
    with BROWSERS[browser]() as driver:
        return f"{TITLES[browser]} {driver.capabilities['browserVersion']}"


def run_visit(
    visit: Visit,
    browser: str,
    server: SiteServer,
    traffic: Traffic,
    rows: frozenset[str],
    judge: Judge,
) -> Values:
    """Visit a contender's page, and yield rows with their values as they come.

    Parameters
    ----------
    visit : Visit
        One with a page.
    browser : str
        A name of `BROWSERS`.
    server, traffic : SiteServer, Traffic
        Of the folder, with or without isolation as the visit's setting says.
    rows : frozenset of str
        What is wanted.
    judge : Judge
        Compares the matte.

    Raises
    ------
    VisitError
        If the contender fails, or works otherwise than the visit says.
    """
    photos = "photo-512" in visit.contender.rows
    first = Stage.small if photos else Stage.tensor
    query = {
        "page": visit.contender.page,
        "contender": visit.contender.name,
        "model": visit.model,
        "threads": visit.setting.threads,
        "first": first,
    }
    with BROWSERS[browser]() as driver:
        driver.get(f"{server.url}blank.html")
        traffic.take()
        with MemoryWatch(driver) as watch:
            driver.get(f"{server.url}bench.html?{urlencode(query)}")
            answer = _ask(driver, "first")
            _check(visit, answer)
            yield "cold-start", answer["sinceOpened"]
            yield "download", traffic.take()
            yield from _kept(answer, "session")
            if "difference" in rows:
                yield "difference", judge.difference(visit, base64.b64decode(answer["result"]))
            if rows & {"inference", "photo-512", "memory-512"}:
                answer = _ask(driver, "again", first)
                yield "photo-512", answer["seconds"]["total"]
                yield from _kept(answer, "inference")
                yield "memory-512", watch.peak.tab
        if photos and rows & {"photo-12mp", "memory-12mp"}:
            with MemoryWatch(driver) as watch:
                answer = _ask(driver, "again", Stage.large)
            yield "photo-12mp", answer["seconds"]["total"]
            yield "memory-12mp", watch.peak.tab


def run_natively(visit: Visit, stage: Stage) -> Values:
    """Run native ONNX Runtime in a process of its own, and yield rows with their values."""
    scratch = stage.root / "photos" / "native.matte"
    answer = _ask_natively(
        stage, visit.model, threads=visit.setting.threads, runs=2, matte_file=scratch
    )
    yield "session", answer["seconds"]["session"]
    yield "inference", answer["runs"][-1]
    if answer["peak"] is not None:
        yield "memory-512", answer["peak"]


def _ask_natively(
    stage: Stage, model: str, *, threads: int, runs: int, matte_file: Path
) -> dict[str, Any]:
    order = {
        "model": str(stage.model(model)),
        "tensor": str(stage.root / stage.tensor),
        "threads": threads,
        "runs": runs,
        "matte": str(matte_file),
    }
    command = [sys.executable, "-m", "tests.benchmarks.bench.native", json.dumps(order)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise VisitError(done.stderr.strip().rpartition("\n")[2] or "the process failed")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _ask(driver: WebDriver, method: str, *arguments: str) -> dict[str, Any]:
    """Have the page do something, and give its answer."""
    answer: dict[str, Any] = driver.execute_async_script(ASK, method, arguments)
    if "error" in answer:
        raise VisitError(answer["error"])
    return answer


def _distance(found: NDArray[Any], expected: NDArray[Any]) -> float:
    """Give the mean absolute difference of mattes in [0, 1]."""
    return float(np.abs(found - expected).mean())


def _kept(answer: dict[str, Any], row: str) -> Values:
    """Yield a part's seconds, if the contender tells them."""
    if (seconds := answer["seconds"].get(row)) is not None:
        yield row, seconds


def _check(visit: Visit, answer: dict[str, Any]) -> None:
    """Check that the page and its threads are what the visit says."""
    if answer["isolated"] != visit.setting.isolated:
        raise VisitError(f"the page's crossOriginIsolated is {answer['isolated']}")
    if answer["threads"] != visit.setting.threads:
        raise VisitError(f"it used {answer['threads']} threads, not {visit.setting.threads}")
