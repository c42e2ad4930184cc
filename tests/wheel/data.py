"""What the tests open: models, ONNX's node tests, and what native ONNX Runtime said.

On the host ``prepare`` makes these files when they are first asked for; the tab gets them with the
bundle, in `TAB_FOLDER`.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import onnxruntime as ort

__all__ = [
    "CPU",
    "ENGINE",
    "IN_TAB",
    "ROOT",
    "TAB_FOLDER",
    "folder",
    "model_path",
    "native",
    "node_cases",
    "open_session",
    "providers",
    "use_providers",
]

IN_TAB = sys.platform == "emscripten"
ROOT = Path(__file__).parents[2]
TAB_FOLDER = "build/tests/wheel"  # below the root of the tab's tree
CPU = ["CPUExecutionProvider"]
ENGINE = ["WasmThreadsExecutionProvider", "CPUExecutionProvider"]

_providers = CPU


def providers() -> list[str]:
    """Give the providers that sessions of the tests are opened on now."""
    return _providers


@contextmanager
def use_providers(chosen: list[str]) -> Iterator[None]:
    """Have sessions opened on other providers for a while."""
    global _providers
    kept, _providers = _providers, chosen
    try:
        yield
    finally:
        _providers = kept


@cache
def folder() -> Path:
    """Give the folder of the data; make it first on the host."""
    if IN_TAB:
        return ROOT / TAB_FOLDER
    from .prepare import prepare

    return prepare()


def model_path(name: str) -> Path:
    """Give the file of a model of ``models``."""
    return folder() / "models" / f"{name}.onnx"


def open_session(
    name: str, options: ort.SessionOptions | None = None, **kwargs: Any
) -> ort.InferenceSession:
    """Open a session of a model of ``models``, on `providers`."""
    return ort.InferenceSession(model_path(name), options, providers=providers(), **kwargs)


@cache
def native() -> dict[str, Any]:
    """Give native ONNX Runtime's ``names``, ``kernels`` and ``schemas``, see ``names``."""
    result: dict[str, Any] = json.loads((folder() / "native.json").read_text())
    return result


@cache
def node_cases() -> dict[str, Any]:
    """Give ONNX's node tests by name, see ``nodes``."""
    result: dict[str, Any] = json.loads((folder() / "nodes.json").read_text())
    return result
