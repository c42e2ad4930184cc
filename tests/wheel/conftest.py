"""What the tests of the onnxruntime wheel share."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from . import data


@pytest.hookimpl(optionalhook=True)  # the pytest in the tab has no such hook
def pytest_tab_files() -> Mapping[str, Path]:
    """Send the data to the tab."""
    return {
        path.relative_to(data.ROOT).as_posix(): path
        for path in data.folder().rglob("*")
        if path.is_file()
    }


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
