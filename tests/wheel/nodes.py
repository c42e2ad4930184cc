"""ONNX's own node tests, stored so that they can be read without the ``onnx`` package.

A case is ``nodes/<name>.onnx``, ``nodes/<name>.npz`` and an entry in ``nodes.json``::

    {"inputs": {"x": "i0"}, "outputs": ["o0", ["o1.0", "o1.1"], null], "native": "the error" | null}

where a value is a tensor's key in the npz, a list of values (a sequence), or null (an optional
without element). ``native`` says how native ONNX Runtime fails the case.
"""

from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort

from .data import providers

__all__ = ["assert_alike", "inputs_of", "outputs_of", "run_case"]

# The defaults of onnx 1.17.0's own runner, onnx/backend/test/loader/__init__.py: load_model_tests.
RTOL = 1e-3
ATOL = 1e-7

FATAL = 4


def run_case(folder: Path, name: str, case: dict[str, Any]) -> None:
    """Run a case and compare its outputs.

    Raises
    ------
    AssertionError
        If an output differs from ONNX's.
    Exception
        Whatever ONNX Runtime raises.
    """
    with np.load(folder / f"{name}.npz") as tensors:
        expected = [read_value(value, tensors) for value in case["outputs"]]
    inputs = inputs_of(folder, name, case)  # kept: native outputs may be views of them
    actual = outputs_of(folder, name, inputs)
    assert len(expected) == len(actual)
    for left, right in zip(expected, actual, strict=True):
        assert_alike(left, right)


def inputs_of(folder: Path, name: str, case: dict[str, Any]) -> dict[str, Any]:
    """Read a case's inputs."""
    with np.load(folder / f"{name}.npz") as tensors:
        return {key: read_value(value, tensors) for key, value in case["inputs"].items()}


def outputs_of(folder: Path, name: str, inputs: dict[str, Any]) -> list[Any]:
    """Run a case on its inputs."""
    options = ort.SessionOptions()
    options.log_severity_level = FATAL
    model = (folder / f"{name}.onnx").read_bytes()
    session = ort.InferenceSession(model, options, providers=providers())
    outputs: list[Any] = session.run(None, inputs)
    return outputs


def read_value(value: Any, tensors: Any) -> Any:
    """Read a value of ``nodes.json``."""
    if value is None:
        return None
    if isinstance(value, list):
        return [read_value(element, tensors) for element in value]
    array = tensors[value]
    return array.astype(object) if array.dtype.kind == "U" else array


def assert_alike(expected: Any, actual: Any, *, rtol: float = RTOL, atol: float = ATOL) -> None:
    """Compare as onnx's runner does (``Runner.assert_similar_outputs``)."""
    if expected is None or actual is None:
        assert expected is actual
        return
    if isinstance(expected, list):
        assert isinstance(actual, list)
        assert len(expected) == len(actual)
        for left, right in zip(expected, actual, strict=True):
            assert_alike(left, right, rtol=rtol, atol=atol)
        return
    assert expected.dtype == actual.dtype
    if not np.issubdtype(expected.dtype, np.number):
        assert expected.tolist() == actual.tolist(), f"{expected} != {actual}"
    else:
        np.testing.assert_allclose(actual, expected, rtol=rtol, atol=atol)
