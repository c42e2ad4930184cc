"""Weights outside the model: in the file system, or handed over by the program."""

import shutil
from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest
from onnxruntime.capi.onnxruntime_pybind11_state import Fail, RuntimeException

from .data import model_path, open_session, providers

pytestmark = pytest.mark.usefixtures("each_provider")

X = np.full(256, 2, np.float32)
WEIGHTS = np.arange(256, dtype=np.float32)


def model_bytes() -> bytes:
    """Give the model without its weights."""
    return model_path("external").read_bytes()


def test_beside_the_model() -> None:
    """Weights are found beside the model's file."""
    np.testing.assert_array_equal(open_session("external").run(None, {"x": X})[0], X * WEIGHTS)


def test_of_a_branch() -> None:
    """Weights of a graph within the graph are found too."""
    outputs = open_session("external_branch").run(None, {"c": np.array(True), "x": X})
    np.testing.assert_array_equal(outputs[0], X * WEIGHTS)


def test_relative_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Weights are found when the model's path is relative."""
    for name in ("external.onnx", "external.bin"):
        shutil.copy(model_path("external").parent / name, tmp_path)
    monkeypatch.chdir(tmp_path)
    session = ort.InferenceSession("external.onnx", providers=providers())
    np.testing.assert_array_equal(session.run(None, {"x": X})[0], X * WEIGHTS)


def test_folder_by_option() -> None:
    """For a model from bytes, an option names the weights' folder."""
    options = ort.SessionOptions()
    key = "session.model_external_initializers_file_folder_path"
    options.add_session_config_entry(key, str(model_path("external").parent))
    session = ort.InferenceSession(model_bytes(), options, providers=providers())
    np.testing.assert_array_equal(session.run(None, {"x": X})[0], X * WEIGHTS)


def test_from_memory() -> None:
    """The program hands the weights over."""
    options = ort.SessionOptions()
    weights = ort.OrtValue.ortvalue_from_numpy(WEIGHTS + 1)
    options.add_external_initializers(["w"], [weights])
    session = ort.InferenceSession(model_bytes(), options, providers=providers())
    np.testing.assert_array_equal(session.run(None, {"x": X})[0], X * (WEIGHTS + 1))


@pytest.mark.tab  # natively this reads freed memory
def test_memory_is_kept() -> None:
    """Nobody but the options needs to hold what was handed over."""
    options = ort.SessionOptions()
    options.add_external_initializers(["w"], [ort.OrtValue.ortvalue_from_numpy(WEIGHTS + 1)])
    others = [np.zeros_like(WEIGHTS) for _ in range(10)]
    session = ort.InferenceSession(model_bytes(), options, providers=providers())
    np.testing.assert_array_equal(session.run(None, {"x": X})[0], X * (WEIGHTS + 1))
    assert not np.any(others)


def test_from_memory_of_other_size() -> None:
    """Weights of another size are refused."""
    options = ort.SessionOptions()
    weights = ort.OrtValue.ortvalue_from_numpy(WEIGHTS[:3].copy())
    options.add_external_initializers(["w"], [weights])
    with pytest.raises(Fail, match="dimensions do not match"):
        ort.InferenceSession(model_bytes(), options, providers=providers())


def test_missing_file(tmp_path: Path) -> None:
    """Weights that are not there are named."""
    path = tmp_path / "alone.onnx"
    path.write_bytes(model_bytes())
    with pytest.raises(RuntimeException, match=r"external\.bin"):
        ort.InferenceSession(path, providers=providers())


def test_saved_beside_the_optimized_model(tmp_path: Path) -> None:
    """The optimised model is saved with its weights in a file of their own."""
    path = tmp_path / "optimized.onnx"
    options = ort.SessionOptions()
    options.optimized_model_filepath = str(path)
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_BASIC
    prefix = "session.optimized_model_external_initializers_"
    options.add_session_config_entry(prefix + "file_name", "weights.bin")
    options.add_session_config_entry(prefix + "min_size_in_bytes", "100")
    open_session("external", options)
    assert (tmp_path / "weights.bin").read_bytes() == WEIGHTS.tobytes()
    session = ort.InferenceSession(path, providers=providers())
    np.testing.assert_array_equal(session.run(None, {"x": X})[0], X * WEIGHTS)
