"""Bad input: upstream's exception each time, and the next session works."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest
from onnxruntime.capi.onnxruntime_pybind11_state import (
    Fail,
    InvalidArgument,
    InvalidGraph,
    InvalidProtobuf,
    NoSuchFile,
    RuntimeException,
)

from .data import model_path, open_session, providers

pytestmark = pytest.mark.usefixtures("each_provider")

X = np.zeros((2, 3), np.float32)
Y = np.zeros(3, np.float32)


@pytest.fixture(autouse=True)
def next_session_works() -> Iterator[None]:
    """After whatever went wrong, a session opens and runs."""
    yield
    np.testing.assert_array_equal(open_session("add").run(None, {"x": X + 1, "y": Y})[0], X + 1)


@pytest.fixture
def add() -> ort.InferenceSession:
    """Open the model that adds ``x`` and ``y``."""
    return open_session("add")


@pytest.mark.parametrize(
    "content",
    [b"\xff" * 100, b"no model at all", bytes(range(256)) * 64],
    ids=["ones", "text", "bytes"],
)
def test_garbage(content: bytes) -> None:
    """Bytes that are no model."""
    with pytest.raises(InvalidProtobuf, match="protobuf parsing failed"):
        ort.InferenceSession(content, providers=providers())


def test_garbage_in_file(tmp_path: Path) -> None:
    """A file that is no model."""
    path = tmp_path / "garbage.onnx"
    path.write_bytes(b"\xff" * 100)
    with pytest.raises(InvalidProtobuf, match=r"garbage\.onnx failed:Protobuf parsing failed"):
        ort.InferenceSession(path, providers=providers())


def test_empty() -> None:
    """No bytes at all."""
    with pytest.raises(InvalidArgument, match="No graph was found in the protobuf"):
        ort.InferenceSession(b"", providers=providers())


@pytest.mark.parametrize("part", [0.01, 0.5, 0.99])
def test_truncated(part: float) -> None:
    """A model that is cut off."""
    content = model_path("add").read_bytes()
    with pytest.raises(InvalidProtobuf, match="protobuf parsing failed"):
        ort.InferenceSession(content[: int(len(content) * part)], providers=providers())


def test_short_weights() -> None:
    """Weights with less bytes than their shape says."""
    with pytest.raises(Fail, match="buffer size mismatch"):
        open_session("short_weights")


def test_missing_file() -> None:
    """A path where nothing is."""
    with pytest.raises(NoSuchFile, match=r"/nowhere/model\.onnx"):
        ort.InferenceSession("/nowhere/model.onnx", providers=providers())


def test_folder(tmp_path: Path) -> None:
    """A path that is a folder."""
    with pytest.raises(InvalidProtobuf, match="Protobuf parsing failed"):
        ort.InferenceSession(tmp_path, providers=providers())


def test_not_a_model() -> None:
    """A thing that is neither path nor bytes."""
    with pytest.raises(TypeError, match="Unable to load from type '<class 'int'>'"):
        ort.InferenceSession(3, providers=providers())


@pytest.mark.parametrize(
    ("model", "exception", "message"),
    [
        ("unknown_operator", InvalidGraph, "No Op registered for Nonsense"),
        ("unknown_domain", Fail, "org.example:Nonsense.* is not a registered function/op"),
        ("future_opset", Fail, "Opset 99 is under development"),
        ("future_ir", Fail, "Unsupported model IR version: 99"),
        ("wrong_type", InvalidGraph, r"Type 'tensor\(string\)' of input parameter \(x\)"),
        ("cycle", Fail, "the graph is not acyclic"),
    ],
)
def test_bad_model(model: str, exception: type[Exception], message: str) -> None:
    """A model that is well formed and makes no sense here."""
    with pytest.raises(exception, match=message):
        open_session(model)


@pytest.mark.parametrize("model", ["future_opset", "future_ir"])
def test_future_model_from_bytes(model: str) -> None:
    """From bytes, a model of the future gives another exception than from a file."""
    with pytest.raises(InvalidArgument, match="99"):
        ort.InferenceSession(model_path(model).read_bytes(), providers=providers())


def test_wrong_dtype(add: ort.InferenceSession) -> None:
    """An input of another type."""
    message = r"Actual: \(tensor\(double\)\) , expected: \(tensor\(float\)\)"
    with pytest.raises(InvalidArgument, match=message):
        add.run(None, {"x": X.astype(np.float64), "y": Y})


def test_wrong_rank(add: ort.InferenceSession) -> None:
    """An input with a dimension too many."""
    with pytest.raises(InvalidArgument, match="Invalid rank for input: x Got: 3 Expected: 2"):
        add.run(None, {"x": X[None], "y": Y})


def test_wrong_shape(add: ort.InferenceSession) -> None:
    """An input of another size."""
    with pytest.raises(InvalidArgument, match="index: 1 Got: 4 Expected: 3"):
        add.run(None, {"x": np.zeros((2, 4), np.float32), "y": Y})


def test_missing_input(add: ort.InferenceSession) -> None:
    """An input that is left out."""
    with pytest.raises(ValueError, match=r"Required inputs \(\['y'\]\) are missing"):
        add.run(None, {"x": X})


def test_unexpected_input(add: ort.InferenceSession) -> None:
    """An input that the model does not have."""
    with pytest.raises(InvalidArgument, match="Invalid input name: q"):
        add.run(None, {"x": X, "y": Y, "q": X})


def test_unknown_output(add: ort.InferenceSession) -> None:
    """An output that the model does not have."""
    with pytest.raises(InvalidArgument, match="Invalid output name:q"):
        add.run(["q"], {"x": X, "y": Y})


def test_text_for_a_tensor(add: ort.InferenceSession) -> None:
    """An input that is no array."""
    with pytest.raises(
        RuntimeError, match="Input must be a list of dictionaries or a single numpy"
    ):
        add.run(None, {"x": "text", "y": Y})


def test_dtype_that_onnx_lacks(add: ort.InferenceSession) -> None:
    """An input of a type that ONNX Runtime does not take."""
    with pytest.raises(RuntimeError, match="can't be converted to MLDataType"):
        add.run(None, {"x": X.astype(np.complex64), "y": Y})


def test_none_for_a_tensor(add: ort.InferenceSession) -> None:
    """Nothing where a tensor must be."""
    with pytest.raises(RuntimeException, match="Missing Input: x"):
        add.run(None, {"x": None, "y": Y})


def test_failure_inside_an_operator() -> None:
    """A run that fails half way; the session itself stays usable."""
    session = open_session("reshape")
    x = np.zeros(4, np.float32)
    with pytest.raises(RuntimeException, match="cannot be reshaped to the requested shape"):
        session.run(None, {"x": x, "shape": np.array([3], np.int64)})
    assert session.run(None, {"x": x, "shape": np.array([4], np.int64)})[0].shape == (4,)
