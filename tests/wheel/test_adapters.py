"""LoRA adapters: files of parameters that a run puts in the place of initializers."""

import gc
from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest

from .data import open_session

pytestmark = pytest.mark.usefixtures("each_provider")


@pytest.fixture
def adapter(tmp_path: Path) -> Path:
    """Write an adapter."""
    path = tmp_path / "weights.onnx_adapter"
    adapter = ort.AdapterFormat()
    adapter.set_adapter_version(3)
    adapter.set_model_version(4)
    adapter.set_parameters({"w": ort.OrtValue.ortvalue_from_numpy(np.array([5, 6], np.float32))})
    adapter.export_adapter(str(path))
    return path


def test_read(adapter: Path) -> None:
    """An adapter is read as it was written."""
    read = ort.AdapterFormat.read_adapter(str(adapter))
    assert (read.get_adapter_version(), read.get_model_version()) == (3, 4)
    assert read.get_format_version() == 1
    [(name, value)] = read.get_parameters().items()
    assert (name, value.numpy().tolist()) == ("w", [5, 6])


def test_run(adapter: Path) -> None:
    """An active adapter's parameters are the run's inputs."""
    lora = ort.LoraAdapter()
    lora.Load(str(adapter))
    options = ort.RunOptions()
    options.add_active_adapter(lora)
    session = open_session("overridable")
    x = np.ones(2, np.float32)
    np.testing.assert_array_equal(session.run(None, {"x": x}, options)[0], [5, 6])
    np.testing.assert_array_equal(session.run(None, {"x": x})[0], [1, 2])


@pytest.mark.tab  # natively this reads freed memory
def test_adapter_is_kept(adapter: Path) -> None:
    """Nobody but the options needs to hold it; and nobody it, to hold a parameter that was read."""

    def loaded() -> ort.LoraAdapter:
        lora = ort.LoraAdapter()
        lora.Load(str(adapter))
        return lora

    options = ort.RunOptions()
    options.add_active_adapter(loaded())
    [value] = ort.AdapterFormat.read_adapter(str(adapter)).get_parameters().values()
    gc.collect()
    others = [loaded() for _ in range(3)]
    outputs = open_session("overridable").run(None, {"x": np.ones(2, np.float32)}, options)
    assert (outputs[0].tolist(), value.numpy().tolist()) == ([5, 6], [5, 6])
    assert len(others) == 3


def test_missing_file() -> None:
    """An adapter that is not there is refused."""
    with pytest.raises(RuntimeError, match="MemoryMapAdapterFile"):
        ort.LoraAdapter().Load("/nowhere.onnx_adapter")
