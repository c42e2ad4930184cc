"""The package as a whole: its import, its names, its kernels and what it says about itself."""

from importlib import metadata
from typing import Any

import onnxruntime as ort
import pytest
from onnxruntime.capi import onnxruntime_pybind11_state as state

from . import data
from .names import kernels, public_names, schemas

VERSION = "1.21.0"

EXCEPTIONS = (
    "EPFail",
    "EngineError",
    "Fail",
    "InvalidArgument",
    "InvalidGraph",
    "InvalidProtobuf",
    "ModelLoaded",
    "NoModel",
    "NoSuchFile",
    "NotImplemented",
    "RuntimeException",
)


def test_import_says_nothing(first_import: dict[str, Any]) -> None:
    """Importing the package warns of nothing and prints nothing, from C++ neither."""
    assert first_import == {"warnings": [], "output": ""}


def test_version() -> None:
    """The package, its core and its metadata name the same version."""
    assert [ort.__version__, ort.get_version_string(), metadata.version("onnxruntime")] == [
        VERSION
    ] * 3


def test_device() -> None:
    """The build is one for CPUs."""
    assert ort.get_device() == "CPU"


def test_build_info() -> None:
    """The build describes itself."""
    assert ort.get_build_info().startswith("ORT Build Info: ")


@pytest.mark.tab
def test_providers_in_tab() -> None:
    """An isolated page, as the tests' is, offers the engine before the CPU provider."""
    assert ort.get_available_providers() == [
        "WasmThreadsExecutionProvider",
        "CPUExecutionProvider",
    ]


@pytest.mark.desktop
def test_providers_on_desktop() -> None:
    """The reference is the CPU provider; the wheel of PyPI has the Azure provider beside it."""
    assert set(ort.get_available_providers()) - {"AzureExecutionProvider"} == {
        "CPUExecutionProvider"
    }


def test_all_providers_end_with_cpu() -> None:
    """Every provider that ONNX Runtime knows is named, the CPU provider last."""
    assert ort.get_all_providers()[-1] == "CPUExecutionProvider"


@pytest.mark.parametrize("owner", data.native()["names"])
def test_names(owner: str) -> None:
    """The public names are native ONNX Runtime's."""
    assert public_names().get(owner) == data.native()["names"][owner]


def test_kernels() -> None:
    """Every kernel of native ONNX Runtime exists, for the same versions and types."""
    assert set(data.native()["kernels"]) - set(kernels()) == set()


def test_schemas() -> None:
    """Every operator of native ONNX Runtime has its schema, in every version."""
    assert set(data.native()["schemas"]) - set(schemas()) == set()


def test_seed_and_loggers() -> None:
    """The settings of the process can be set."""
    ort.set_seed(1)
    ort.set_default_logger_verbosity(0)
    ort.set_default_logger_severity(2)


def test_wrong_severity() -> None:
    """A severity that does not exist is refused."""
    with pytest.raises(RuntimeError, match="Invalid logging severity"):
        ort.set_default_logger_severity(5)


def test_telemetry() -> None:
    """Telemetry can be switched off and on; it does nothing."""
    ort.enable_telemetry_events()
    ort.disable_telemetry_events()


def test_no_collective_operators() -> None:
    """The build has no collective operators."""
    assert not ort.has_collective_ops()


@pytest.mark.parametrize("name", EXCEPTIONS)
def test_exceptions(name: str) -> None:
    """Each of ONNX Runtime's status codes has its exception."""
    assert issubclass(getattr(state, name), Exception)
