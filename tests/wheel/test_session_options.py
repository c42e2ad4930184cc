"""SessionOptions: what each option changes."""

import gc
import json
from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest
from onnxruntime import ExecutionMode, GraphOptimizationLevel
from onnxruntime.capi.onnxruntime_pybind11_state import (
    Fail,
    InvalidArgument,
    RuntimeException,
)

from .data import model_path, open_session, providers

pytestmark = pytest.mark.usefixtures("each_provider")

X = np.ones((2, 4), np.float32)
CHAIN = np.array([[2, 4, 6, 8]] * 2, np.float32)  # what the model "chain" makes of X


@pytest.fixture
def options() -> ort.SessionOptions:
    """Give options as they are by default."""
    return ort.SessionOptions()


def test_defaults(options: ort.SessionOptions) -> None:
    """The defaults are upstream's."""
    assert options.graph_optimization_level == GraphOptimizationLevel.ORT_ENABLE_ALL
    assert options.execution_mode == ExecutionMode.ORT_SEQUENTIAL
    assert options.execution_order == ort.ExecutionOrder.DEFAULT
    assert (options.intra_op_num_threads, options.inter_op_num_threads) == (0, 0)
    assert (options.log_severity_level, options.log_verbosity_level, options.logid) == (-1, 0, "")
    assert options.enable_cpu_mem_arena
    assert options.enable_mem_pattern
    assert options.enable_mem_reuse
    assert not options.enable_profiling
    assert not options.use_deterministic_compute
    assert options.optimized_model_filepath == ""
    assert options.profile_file_prefix == "onnxruntime_profile_"


def test_session_keeps_options(options: ort.SessionOptions) -> None:
    """A session gives back the options that it was opened with."""
    options.logid = "mine"
    assert open_session("add", options).get_session_options().logid == "mine"


@pytest.mark.parametrize("level", GraphOptimizationLevel.__members__)
def test_optimization_level_keeps_result(options: ort.SessionOptions, level: str) -> None:
    """Optimisation does not change the result."""
    options.graph_optimization_level = GraphOptimizationLevel.__members__[level]
    np.testing.assert_array_equal(open_session("chain", options).run(None, {"x": X})[0], CHAIN)


@pytest.mark.parametrize(
    ("level", "present", "absent"),
    [
        ("ORT_DISABLE_ALL", b"MatMul", b"Gemm"),
        ("ORT_ENABLE_BASIC", b"Gemm", b"FusedGemm"),
        ("ORT_ENABLE_EXTENDED", b"FusedGemm", b"MatMul\x3a"),
        ("ORT_ENABLE_ALL", b"FusedGemm", b"MatMul\x3a"),
    ],
)
def test_optimized_model_is_saved(
    options: ort.SessionOptions, tmp_path: Path, level: str, present: bytes, absent: bytes
) -> None:
    """The optimised model is saved, fused as far as the level says, and opens again."""
    path = tmp_path / "optimized.onnx"
    options.graph_optimization_level = GraphOptimizationLevel.__members__[level]
    options.optimized_model_filepath = str(path)
    open_session("chain", options)
    assert present in path.read_bytes()
    assert absent not in path.read_bytes()
    session = ort.InferenceSession(path, providers=providers())
    np.testing.assert_array_equal(session.run(None, {"x": X})[0], CHAIN)


def test_optimized_model_takes_the_models_place(
    options: ort.SessionOptions, tmp_path: Path
) -> None:
    """The optimised model may be saved over the file that it is made of."""
    path = tmp_path / "model.onnx"
    path.write_bytes(model_path("chain").read_bytes())
    options.optimized_model_filepath = str(path)
    options.graph_optimization_level = GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    ort.InferenceSession(path, options, providers=providers())
    assert path.read_bytes() != model_path("chain").read_bytes()
    session = ort.InferenceSession(path, providers=providers())
    np.testing.assert_array_equal(session.run(None, {"x": X})[0], CHAIN)


def test_ort_format(options: ort.SessionOptions, tmp_path: Path) -> None:
    """A model is saved in ORT's own format and opens from its file and from its bytes."""
    path = tmp_path / "model.ort"
    options.optimized_model_filepath = str(path)
    options.add_session_config_entry("session.save_model_format", "ORT")
    open_session("chain", options)
    assert path.read_bytes()[4:8] == b"ORTM"
    for source in (path, path.read_bytes()):
        session = ort.InferenceSession(source, providers=providers())
        np.testing.assert_array_equal(session.run(None, {"x": X})[0], CHAIN)


@pytest.mark.parametrize("threads", [0, 1, 2, 16])
def test_intra_op_threads(options: ort.SessionOptions, threads: int) -> None:
    """Any number of threads inside an operator works, where there is one thread only too."""
    options.intra_op_num_threads = threads
    a, b = np.ones((64, 64), np.float32), np.eye(64, dtype=np.float32)
    session = open_session("big_matmul", options)
    np.testing.assert_array_equal(session.run(None, {"a": a, "b": b})[0], a)


@pytest.mark.parametrize("mode", ExecutionMode.__members__)
@pytest.mark.parametrize("threads", [1, 4])
def test_execution_mode(options: ort.SessionOptions, mode: str, threads: int) -> None:
    """Operators may run side by side, with any number of threads between them."""
    options.execution_mode = ExecutionMode.__members__[mode]
    options.inter_op_num_threads = threads
    y = open_session("parallel", options).run(None, {"x": np.zeros(3, np.float32)})[0]
    np.testing.assert_array_equal(y, [1, 1, 1])


@pytest.mark.parametrize("order", ["DEFAULT", "PRIORITY_BASED"])
def test_execution_order(options: ort.SessionOptions, order: str) -> None:
    """Another order of execution gives the same result."""
    options.execution_order = ort.ExecutionOrder.__members__[order]
    np.testing.assert_array_equal(open_session("chain", options).run(None, {"x": X})[0], CHAIN)


def test_execution_order_of_training(options: ort.SessionOptions) -> None:
    """The order that saves memory belongs to training builds."""
    options.execution_order = ort.ExecutionOrder.MEMORY_EFFICIENT
    with pytest.raises(RuntimeException, match="not enabled for non-training build"):
        open_session("chain", options)


@pytest.mark.parametrize(
    "name",
    ["enable_mem_pattern", "enable_mem_reuse", "enable_cpu_mem_arena", "use_deterministic_compute"],
)
@pytest.mark.parametrize("value", [True, False])
def test_switches(options: ort.SessionOptions, name: str, value: bool) -> None:
    """Memory planning and determinism switch on and off, without a change of the result."""
    setattr(options, name, value)
    session = open_session("chain", options)
    for _ in range(2):  # memory patterns serve from the second run on
        np.testing.assert_array_equal(session.run(None, {"x": X})[0], CHAIN)


def test_free_dimension_by_name(options: ort.SessionOptions) -> None:
    """A symbolic dimension is fixed by its name, and then another size is refused."""
    options.add_free_dimension_override_by_name("N", 2)
    session = open_session("add", options)
    assert session.get_inputs()[0].shape == [2, 3]
    with pytest.raises(InvalidArgument, match="Got: 5 Expected: 2"):
        session.run(None, {"x": np.zeros((5, 3), np.float32), "y": np.zeros(3, np.float32)})


def test_free_dimension_by_denotation(options: ort.SessionOptions) -> None:
    """A symbolic dimension is fixed by its denotation."""
    options.add_free_dimension_override_by_denotation("DATA_BATCH", 5)
    assert open_session("denoted", options).get_inputs()[0].shape == [5]


def test_config_entry(options: ort.SessionOptions) -> None:
    """A configuration entry is kept."""
    options.add_session_config_entry("key", "value")
    assert options.get_session_config_entry("key") == "value"


def test_unknown_config_entry(options: ort.SessionOptions) -> None:
    """An entry that is not there is named."""
    with pytest.raises(RuntimeError, match="does not have configuration with key: key"):
        options.get_session_config_entry("key")


def test_config_key_too_long(options: ort.SessionOptions) -> None:
    """A key longer than upstream's limit is refused."""
    with pytest.raises(RuntimeError, match="longer than maximum length"):
        options.add_session_config_entry("k" * 2000, "value")


@pytest.mark.parametrize("model", ["weighted", "overridable"])
def test_initializer(options: ort.SessionOptions, model: str) -> None:
    """A value of the program's own takes an initializer's place."""
    weights = ort.OrtValue.ortvalue_from_numpy(np.array([10, 20], np.float32))
    options.add_initializer("w", weights)
    y = open_session(model, options).run(None, {"x": np.ones(2, np.float32)})[0]
    np.testing.assert_array_equal(y, [10, 20])


@pytest.mark.tab  # natively this reads freed memory
def test_initializer_is_kept() -> None:
    """Nobody but the session needs to hold the value, nor the options that it was added to."""
    options = ort.SessionOptions()
    value = ort.OrtValue.ortvalue_from_numpy(np.array([10, 20], np.float32))
    options.add_initializer("w", value)
    del value
    gc.collect()
    others = [ort.OrtValue.ortvalue_from_numpy(np.zeros(2, np.float32)) for _ in range(10)]
    session = open_session("weighted", options)
    del options
    gc.collect()
    others += [ort.OrtValue.ortvalue_from_numpy(np.zeros(2, np.float32)) for _ in range(10)]
    y = session.run(None, {"x": np.ones(2, np.float32)})[0]
    np.testing.assert_array_equal(y, [10, 20])
    assert len(others) == 20


@pytest.mark.tab  # natively this reads freed memory
def test_given_back_options_keep_initializers() -> None:
    """Another session may be made of a session's options when that one is gone."""
    options = ort.SessionOptions()
    options.add_initializer("w", ort.OrtValue.ortvalue_from_numpy(np.array([10, 20], np.float32)))
    again = open_session("weighted", options).get_session_options()
    del options
    gc.collect()
    others = [ort.OrtValue.ortvalue_from_numpy(np.zeros(2, np.float32)) for _ in range(10)]
    y = open_session("weighted", again).run(None, {"x": np.ones(2, np.float32)})[0]
    np.testing.assert_array_equal(y, [10, 20])
    assert len(others) == 10


@pytest.mark.tab  # natively this reads freed memory
def test_weights_are_used_where_they_are(tmp_path: Path) -> None:
    """A session that takes its weights from the caller's bytes keeps those."""
    path = tmp_path / "model.ort"
    saving = ort.SessionOptions()
    saving.optimized_model_filepath = str(path)
    open_session("many_weights", saving)
    options = ort.SessionOptions()
    for name in ("bytes_directly", "bytes_for_initializers"):
        options.add_session_config_entry(f"session.use_ort_model_{name}", "1")
    session = ort.InferenceSession(path.read_bytes(), options, providers=providers())
    session._model_bytes = None  # which Python keeps to fall back to
    others = [bytes([255]) * (path.stat().st_size - less) for less in range(0, 80, 4)]
    y = session.run(None, {"x": np.ones(64, np.float32)})[0]
    np.testing.assert_array_equal(y, range(64))
    assert len(others) == 20


def test_profiling(options: ort.SessionOptions, tmp_path: Path) -> None:
    """A profile is JSON with an event for the session and for each node."""
    options.enable_profiling = True
    options.profile_file_prefix = str(tmp_path / "profile")
    session = open_session("chain", options)
    session.run(None, {"x": X})
    assert session.get_profiling_start_time_ns() > 0
    path = Path(session.end_profiling())
    events = json.loads(path.read_text())
    assert path.parent == tmp_path
    assert {event["cat"] for event in events} == {"Session", "Node"}
    assert {"session_initialization", "model_run"} <= {event["name"] for event in events}
    assert all(event["dur"] >= 0 for event in events)


def test_no_profiling() -> None:
    """Without profiling there is no file."""
    assert open_session("add").end_profiling() == ""


def test_log(options: ort.SessionOptions, capfd: pytest.CaptureFixture[str]) -> None:
    """A session's log goes to standard error, under its own name."""
    options.log_severity_level = 1
    options.logid = "my_session"
    open_session("add", options)
    assert "Session successfully initialized" in capfd.readouterr().err


def test_log_of_all_sessions(capfd: pytest.CaptureFixture[str]) -> None:
    """The process's severity is that of sessions that have none of their own."""
    ort.set_default_logger_severity(1)
    try:
        open_session("add")
    finally:
        ort.set_default_logger_severity(2)  # as it is from the start
    assert "Session successfully initialized" in capfd.readouterr().err


def test_quiet(capfd: pytest.CaptureFixture[str]) -> None:
    """A session that works says nothing."""
    open_session("chain").run(None, {"x": X})
    assert capfd.readouterr() == ("", "")


def test_missing_custom_operators(options: ort.SessionOptions, tmp_path: Path) -> None:
    """A library of custom operators that is not there is named."""
    with pytest.raises(Fail, match=r"Failed to load library .*missing\.so"):
        options.register_custom_ops_library(str(tmp_path / "missing.so"))
