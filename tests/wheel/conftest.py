"""What the tests of the onnxruntime wheel share."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from . import data


@pytest.hookimpl(optionalhook=True)  # the pytest in the tab has no such hook
def pytest_tab_files() -> Mapping[str, Path]:
    """Send the data to the tab."""
    folder = data.folder()
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {f"{data.TAB_FOLDER}/{path.relative_to(folder).as_posix()}": path for path in files}


@pytest.fixture(params=["cpu", pytest.param("engine", marks=pytest.mark.tab)])
def each_provider(request: pytest.FixtureRequest) -> Iterator[None]:
    """Run a test on the CPU provider, and in the tab a second time on the engine."""
    if request.param == "cpu":
        yield
        return
    import onnxruntime
    from pyodide.ffi import run_sync

    run_sync(onnxruntime.wasm.start(2))
    with data.use_providers(data.ENGINE):
        yield


@pytest.fixture
def first_import() -> dict[str, Any]:
    """Give what a program sees that imports onnxruntime first of all: its warnings and output.

    In the tab the runner has noted it, see ``tests.tab.inside``.
    """
    if data.IN_TAB:
        seen: dict[str, Any] = json.loads((data.ROOT / "first_import.json").read_text())
        return seen["onnxruntime"]
    command = [sys.executable, "-W", "error", "-c", "import onnxruntime"]
    run = subprocess.run(command, check=True, text=True, capture_output=True)
    return {"warnings": [], "output": run.stdout + run.stderr}
