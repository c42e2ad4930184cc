"""RunOptions: what each option changes."""

import numpy as np
import onnxruntime as ort
import pytest
from onnxruntime.capi.onnxruntime_pybind11_state import Fail, RuntimeException

from .data import open_session

pytestmark = pytest.mark.usefixtures("each_provider")

ERROR, FATAL = 3, 4
X = np.zeros(3, np.float32)


@pytest.fixture
def options() -> ort.RunOptions:
    """Give options as they are by default."""
    return ort.RunOptions()


def test_defaults(options: ort.RunOptions) -> None:
    """The defaults are upstream's."""
    assert (options.log_severity_level, options.log_verbosity_level, options.logid) == (-1, 0, "")
    assert not options.terminate
    assert not options.only_execute_path_to_fetches


def test_terminate(options: ort.RunOptions) -> None:
    """A run that is told to end, ends with an exception; the next one works."""
    session = open_session("parallel")
    options.terminate = True
    with pytest.raises(Fail, match="terminate flag being set to true"):
        session.run(None, {"x": X}, options)
    options.terminate = False
    np.testing.assert_array_equal(session.run(None, {"x": X}, options)[0], [1, 1, 1])


def test_only_path_to_fetches(options: ort.RunOptions) -> None:
    """Only what leads to the outputs asked for needs to run."""
    options.only_execute_path_to_fetches = True
    outputs = open_session("two_outputs").run(["negative"], {"x": X + 2}, options)
    np.testing.assert_array_equal(outputs, [[-2, -2, -2]])


@pytest.mark.tab  # upstream has it in builds for training alone
def test_only_path_to_fetches_leaves_out_the_rest(options: ort.RunOptions) -> None:
    """What leads to no output that is asked for does not run, or it would fail here."""
    session = open_session("two_outputs_one_fails")
    with pytest.raises(RuntimeException):
        session.run(["sum"], {"x": X + 2})
    options.only_execute_path_to_fetches = True
    seen: list[tuple[int, int]] = []
    with ort.wasm.progress(lambda *counts: seen.append(counts)):
        np.testing.assert_array_equal(session.run(["sum"], {"x": X + 2}, options)[0], 6)
    assert seen[-1] == (1, 1)  # it counts what it runs
    with pytest.raises(RuntimeException):
        session.run(["wrong"], {"x": X + 2}, options)


@pytest.mark.parametrize("fetched", [["p"], None])
def test_whole_run_after_part(options: ort.RunOptions, fetched: list[str] | None) -> None:
    """Memory is planned anew for what a run before has left out."""
    x = np.random.default_rng(1).normal(size=(64, 16)).astype(np.float32)
    most = np.abs(x).max(axis=0)
    session = open_session("shared_max")
    options.only_execute_path_to_fetches = True
    for _ in range(2):
        np.testing.assert_array_equal(session.run(["q"], {"x": x}, options)[0], [-most])
    for _ in range(2):
        np.testing.assert_array_equal(session.run(fetched, {"x": x})[0], most - x)


@pytest.mark.parametrize(("severity", "speaks"), [(ERROR, True), (FATAL, False)])
def test_log(
    options: ort.RunOptions, capfd: pytest.CaptureFixture[str], severity: int, speaks: bool
) -> None:
    """A run's log goes to standard error, under its own name, from its own severity on."""
    session = open_session("reshape")
    options.log_severity_level = severity
    options.logid = "my_run"
    with pytest.raises(RuntimeException):
        session.run(None, {"x": X, "shape": np.array([2], np.int64)}, options)
    assert ("my_run" in capfd.readouterr().err) == speaks


def test_config_entry(options: ort.RunOptions) -> None:
    """A configuration entry is kept."""
    options.add_run_config_entry("key", "value")
    assert options.get_run_config_entry("key") == "value"


def test_unknown_config_entry(options: ort.RunOptions) -> None:
    """An entry that is not there is named."""
    with pytest.raises(RuntimeError, match="does not have configuration with key: key"):
        options.get_run_config_entry("key")


@pytest.mark.desktop  # a 32-bit build of ONNX Runtime has no arena
def test_shrink_arena(options: ort.RunOptions) -> None:
    """The arena gives memory back after a run."""
    options.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
    y = open_session("parallel").run(None, {"x": X}, options)[0]
    np.testing.assert_array_equal(y, [1, 1, 1])


@pytest.mark.parametrize("pattern", [True, False])
@pytest.mark.parametrize("reuse", [True, False])
def test_path_to_a_part_of_a_nodes_outputs(*, pattern: bool, reuse: bool) -> None:
    """An output that nobody reads in this run is in nobody's way, however memory is shared."""
    x = np.random.default_rng(0).normal(size=(1, 1024)).astype(np.float32)
    total = np.exp(x).sum()
    d = np.concatenate([x, np.full_like(x, total)], 1)
    expected = np.concatenate([-d[:, 1024:], d], 1)
    session_options = ort.SessionOptions()
    session_options.enable_mem_pattern = pattern
    session_options.enable_mem_reuse = reuse
    session = open_session("half_read", session_options)
    options = ort.RunOptions()
    options.only_execute_path_to_fetches = True
    for _ in range(2):
        np.testing.assert_allclose(session.run(["y"], {"x": x}, options)[0], expected, 1e-5)
        np.testing.assert_allclose(session.run(None, {"x": x})[1], x, 1e-6)
