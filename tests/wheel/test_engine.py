"""onnxruntime.wasm: the engine's life, its memory, its progress, its end."""

import gc
import json
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import onnxruntime as ort
import pytest

from . import data
from .data import CPU, ENGINE, model_path, open_session, use_providers
from .models import LONG
from .nodes import assert_alike, inputs_of, outputs_of

pytestmark = pytest.mark.tab  # no other place has an engine

X = np.arange(6, dtype=np.float32).reshape(2, 3)
Y = np.ones(3, np.float32)
FEED = {"x": X, "y": Y}
LARGE = np.zeros((100_000, 3), np.float32)  # more than the engine keeps room for
SIZE = 256  # of the matrices of the model "long": a run takes some tenths of a second
LONG_FEED = {"x": np.eye(SIZE, dtype=np.float32)}

# Ends a run as a page would: from another thread, when it has come as far as some nodes.
WATCHER = """
onmessage = ({ data: { control, executed, terminate, after } }) => {
  if (!control) {
    postMessage("ready");
    return;
  }
  while (Atomics.load(control, executed) < after);
  Atomics.store(control, terminate, 1);
};
"""


def owe(*calls: tuple[str, Any]) -> None:
    """Have the engine free something."""
    running = ort.wasm._engine.Engine.current
    running.owed.extend(calls)
    running.post_owed()


def run_sync(awaitable: Any) -> Any:
    """Wait for something asynchronous, which JavaScript Promise Integration allows here."""
    from pyodide.ffi import run_sync as wait

    return wait(awaitable)


def start(threads: int | None = None, **kwargs: Any) -> None:
    """Start the engine."""
    run_sync(ort.wasm.start(threads, **kwargs))


@pytest.fixture(autouse=True)
def engine() -> Iterator[None]:
    """Start an engine of two threads, and have sessions opened in it."""
    start(2)
    with use_providers(ENGINE):
        yield


def test_provider_is_available() -> None:
    """On a page that is isolated, before anything is started."""
    ort.wasm.stop()
    assert ort.get_available_providers() == ENGINE
    assert ort.wasm.obstacle() is None


def test_session_says_where_it_runs() -> None:
    """The engine comes first, and the CPU provider stands behind it as behind any other."""
    session = open_session("add")
    assert session.get_providers() == ENGINE
    assert session.get_provider_options() == {name: {} for name in ENGINE}
    np.testing.assert_array_equal(session.run(None, FEED)[0], X + Y)


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_threads(threads: int) -> None:
    """Any number of threads gives the same result."""
    start(threads)
    assert ort.wasm.threads() == threads
    x = np.random.default_rng(1).random((SIZE, SIZE), np.float32)
    [c] = open_session("big_matmul").run(None, {"a": x, "b": x})
    np.testing.assert_allclose(c, x @ x, rtol=1e-5)


def test_default_threads() -> None:
    """Without a number there are as many as the machine has, and at most 8."""
    import js

    start()
    assert ort.wasm.threads() == min(js.navigator.hardwareConcurrency, 8)


@pytest.mark.parametrize("threads", [0, -1, 65, 1.5, "2", True])
def test_wrong_threads(threads: Any) -> None:
    """The message names the value; the engine that runs goes on."""
    with pytest.raises(ValueError, match=f"from 1 to 64; got {threads!r}"):
        start(threads)
    assert ort.wasm.threads() == 2


def test_starting_again_changes_nothing() -> None:
    """With the same settings the engine and its sessions stay."""
    session = open_session("add")
    start(2)
    np.testing.assert_array_equal(session.run(None, FEED)[0], X + Y)


def test_other_settings_need_another_engine() -> None:
    """The sessions of the engine before say what has happened."""
    session = open_session("add")
    start(1)
    with pytest.raises(ort.wasm.EngineStoppedError, match="another was started in its place"):
        session.run(None, FEED)
    np.testing.assert_array_equal(open_session("add").run(None, FEED)[0], X + Y)


def test_stop_and_start() -> None:
    """Stopping twice is fine; a session that was is lost; a new engine works."""
    session = open_session("add")
    ort.wasm.stop()
    ort.wasm.stop()
    assert (ort.wasm.threads(), ort.wasm.memory(), ort.wasm.control()) == (0, None, None)
    with pytest.raises(ort.wasm.EngineStoppedError, match="start it and load the model again"):
        session.run(None, FEED)
    del session
    start(2)
    np.testing.assert_array_equal(open_session("add").run(None, FEED)[0], X + Y)


def test_an_empty_file_harms_nobody(tmp_path: Path) -> None:
    """The engine says what is wrong with it, and takes the next model."""
    empty = tmp_path / "empty.onnx"
    empty.touch()
    before = open_session("add")
    with pytest.raises(Exception, match=r"empty\.onnx failed"):
        ort.InferenceSession(str(empty), providers=ENGINE)
    for session in (before, ort.InferenceSession(model_path("add"), providers=ENGINE)):
        np.testing.assert_array_equal(session.run(None, FEED)[0], X + Y)


def test_without_engine_the_next_provider_serves() -> None:
    """And a warning says how to start it."""
    ort.wasm.stop()
    with pytest.warns(UserWarning, match=r"await onnxruntime\.wasm\.start\(\) first"):
        session = open_session("add")
    assert session.get_providers() == CPU


def test_without_any_next_provider() -> None:
    """The exception is upstream's for what a provider cannot do."""
    from onnxruntime.capi.onnxruntime_pybind11_state import NotImplemented as Refused

    with pytest.raises(Refused, match=r"'s' is not a tensor of numbers.*Name another provider"):
        ort.InferenceSession(model_path("strings"), providers=ENGINE[:1])


@pytest.mark.parametrize("name", ["strings", "sequence_construct", "zip_map", "optional_make"])
def test_what_it_cannot_do_falls_to_the_next(name: str) -> None:
    """Strings, sequences, maps and optionals: without a warning, as with any provider."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert open_session(name).get_providers() == CPU


def test_cpu_first_is_cpu() -> None:
    """The order of the list counts."""
    session = ort.InferenceSession(model_path("add"), providers=ENGINE[::-1])
    assert session.get_providers() == CPU


def test_provider_options_are_refused() -> None:
    """There are none, and the message names the one that was given."""
    with pytest.raises(ValueError, match="has no option nonsense"):
        _create(("WasmThreadsExecutionProvider", {"nonsense": 1}))


def _create(provider: Any) -> None:
    """Open a session without upstream's second try on the CPU provider."""
    from onnxruntime.wasm._provider import create_session

    name, options = provider
    create_session(
        ort.SessionOptions(),
        str(model_path("add")),
        [name],
        [options],
        None,
        read_config_from_model=False,
    )


def test_two_sessions() -> None:
    """Sessions of different models take turns."""
    add, scalar = open_session("add"), open_session("scalar")
    for _ in range(3):
        np.testing.assert_array_equal(add.run(None, FEED)[0], X + Y)
        assert scalar.run(None, {"x": np.array(2, np.float32)})[0] == -2


def test_memory_of_sessions_comes_back() -> None:
    """A hundred times: open, run, close. No byte stays."""

    def once() -> None:
        session = ort.InferenceSession(model_path("chain"), providers=ENGINE)
        session.run(None, {"x": np.ones((1000, 4), np.float32)})

    for _ in range(3):  # what is made once and kept
        once()
    gc.collect()
    before = ort.wasm.memory()
    for _ in range(100):
        once()
    gc.collect()
    after = ort.wasm.memory()
    print(f"before {before}, after {after}")
    assert after.size == before.size
    assert after.used - before.used < 64 * 1024  # the allocator's own rounding


def growth(model: str, x: np.ndarray, output: str, expected: np.ndarray, *, planned: bool) -> int:
    """Run a model in a new engine of 64 MiB, and give by how many bytes its memory has grown."""
    ort.wasm.stop()
    start(2)
    before = ort.wasm.memory().size
    assert before == 64 << 20
    options = ort.SessionOptions()
    options.enable_mem_pattern = planned
    session = ort.InferenceSession(model_path(model), options, providers=ENGINE)
    [fed] = session.get_inputs()
    np.testing.assert_array_equal(session.run([output], {fed.name: x})[0], expected)
    return ort.wasm.memory().size - before


def test_memory_is_used_again_in_a_run() -> None:
    """An output that nobody asked for goes when it was read, and the next takes its place."""
    x = np.arange(4 * 2**20, dtype=np.float32).reshape(4, 1024, 1024)
    assert growth("tall", x, "t12", x, planned=False) == 0  # t0 and two of the others are 48 MiB


def test_memory_of_a_run_is_planned() -> None:
    """Where shapes follow from the inputs', the first run takes hardly more than lives at once."""
    x = np.ones((1, 2**21), np.float32)
    total = np.array([[2**21]])
    assert growth("steps", x, "y", total, planned=True) == 0  # x and the last two are 53 MiB
    assert growth("steps", x, "y", total, planned=False) > 0  # all of them are 65


def test_progress() -> None:
    """The program hears of nodes in order, up to the last."""
    seen: list[tuple[int, int]] = []
    session = open_session("long")
    with ort.wasm.progress(lambda executed, nodes: seen.append((executed, nodes))):
        session.run(None, LONG_FEED)
    assert {nodes for _, nodes in seen} == {LONG}
    counts = [executed for executed, _ in seen]
    assert counts == sorted(set(counts))
    assert counts[-1] == LONG


def test_progress_of_the_cpu_provider() -> None:
    """It is told too, node by node, and from the start with each run."""
    seen: list[int] = []
    session = ort.InferenceSession(model_path("long"), providers=CPU)
    with ort.wasm.progress(lambda executed, _: seen.append(executed)):
        for _ in range(2):
            session.run(None, {"x": np.eye(2, dtype=np.float32)})
    assert seen == [*range(1, LONG + 1)] * 2


def test_a_failing_callback_ends_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """What it raises is printed."""

    def fail(executed: int, nodes: int) -> None:
        raise RuntimeError("no bar")

    with ort.wasm.progress(fail):
        open_session("long").run(None, LONG_FEED)
    assert "no bar" in capsys.readouterr().err


def test_terminate_from_another_thread() -> None:
    """The run raises as RunOptions.terminate does; the session stays usable."""
    import js
    from onnxruntime.capi.onnxruntime_pybind11_state import Fail
    from pyodide.ffi import create_proxy, to_js

    session = open_session("long")
    session.run(None, LONG_FEED)
    control = ort.wasm.control()
    js.Atomics.store(control, ort.wasm.EXECUTED, 0)  # or the watcher takes the run before for this
    code = js.URL.createObjectURL(js.Blob.new(to_js([WATCHER])))
    watcher = js.Worker.new(code)

    # The browser holds messages back until this thread has heard that the watcher's script was
    # read, which it cannot while it runs a session; an answer shows that it has.
    listen = create_proxy(lambda resolve, _: setattr(watcher, "onmessage", resolve))
    answer = js.Promise.new(listen)
    watcher.postMessage(to_js({}, dict_converter=js.Object.fromEntries))
    run_sync(answer)
    order = {
        "control": control,
        "executed": ort.wasm.EXECUTED,
        "terminate": ort.wasm.TERMINATE,
        "after": 5,
    }
    watcher.postMessage(to_js(order, dict_converter=js.Object.fromEntries))
    try:
        with pytest.raises(Fail, match="terminate flag being set to true"):
            session.run(None, {"x": np.zeros((1024, 1024), np.float32)})
    finally:
        watcher.terminate()
        listen.destroy()
    assert 5 <= js.Atomics.load(control, ort.wasm.EXECUTED) < LONG
    np.testing.assert_array_equal(session.run(None, LONG_FEED)[0], LONG_FEED["x"])


def test_out_of_memory() -> None:
    """A tensor that does not fit: the exception says so, and the engine lives."""
    session = open_session("random_uniform")

    def fill() -> None:
        while True:
            ort.wasm._engine.Engine.current.allocate(1 << 30)

    with pytest.raises(MemoryError, match=r"memory is full: \d+ MiB of at most \d+ MiB are taken"):
        fill()
    assert session.run(None, {})[0].shape == (1000,)
    ort.wasm.stop()  # and what was reserved is gone


FATAL = {"abort": ("free", 12345), "trap": ("release_outputs", -16)}


@pytest.mark.parametrize("how", FATAL)
def test_death(how: str) -> None:
    """An abort inside: the exception says so, the tab lives, a new engine works."""
    session = open_session("add")
    owe(FATAL[how])
    with pytest.raises(ort.wasm.EngineStoppedError, match="the engine has died in"):
        session.run(None, FEED)
    with pytest.raises(ort.wasm.EngineStoppedError, match="it has died"):
        session.run(None, FEED)
    start(2)
    np.testing.assert_array_equal(open_session("add").run(None, FEED)[0], X + Y)


def dead_engine() -> Any:
    """Give an engine that has died while nobody waited for it."""
    import js
    from onnxruntime.wasm import _control as control

    engine = ort.wasm._engine.Engine.current
    owe(FATAL["trap"])
    js.Atomics.wait(engine.control, control.STATE, control.IDLE, 60_000)
    assert engine.control[control.STATE] == control.DIED
    return engine


def test_death_while_nobody_waits() -> None:
    """The next call says so."""
    dead_engine()
    with pytest.raises(ort.wasm.EngineStoppedError, match="died in what was freed before"):
        open_session("add")


def test_start_after_a_death_that_nobody_has_seen() -> None:
    """It starts another, though the settings are the same."""
    dead = dead_engine()
    start(dead.threads)
    assert ort.wasm._engine.Engine.current is not dead
    np.testing.assert_array_equal(open_session("add").run(None, FEED)[0], X + Y)


def test_missing_files() -> None:
    """An address without the engine's files."""
    ort.wasm.stop()
    with pytest.raises(ort.wasm.EngineStartError, match="HTTP status 404"):
        start(2, url="nowhere/")
    assert ort.wasm.threads() == 0


def test_file_that_cannot_be_made() -> None:
    """The exception says which; the engine lives."""
    import js

    running = ort.wasm._engine.Engine.current
    running.call("make_file", "/model.onnx", js.Uint8Array.new(1))
    with pytest.raises(RuntimeError, match=r"cannot make the file /model\.onnx/weights\.bin: "):
        running.call("make_file", "/model.onnx/weights.bin", js.Uint8Array.new(1))
    owe(("remove_file", "/model.onnx"))
    np.testing.assert_array_equal(open_session("add").run(None, FEED)[0], X + Y)


@pytest.mark.parametrize("threads", [0, 1, 2, 3])
def test_intra_op_threads(threads: int) -> None:
    """A session may ask for one thread, and for as many as it likes."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    session = open_session("add", options)
    assert session.get_session_options().intra_op_num_threads == threads
    np.testing.assert_array_equal(session.run(None, FEED)[0], X + Y)


@pytest.mark.parametrize(("wanted", "helping"), [(0, 3), (1, 0), (2, 1), (3, 2), (9, 3)])
def test_session_shares_its_work_among_no_more_threads(
    tmp_path: Path, wanted: int, helping: int
) -> None:
    """Of the engine's four, beside the session's own."""
    start(4)
    options = ort.SessionOptions()
    options.intra_op_num_threads = wanted
    options.enable_profiling = True
    options.profile_file_prefix = str(tmp_path / "profile")
    session = open_session("big_matmul", options)
    square = np.ones((1024, 1024), np.float32)
    nodes = 5
    for _ in range(nodes):
        session.run(None, {"a": square, "b": square})
    events = json.loads(Path(session.end_profiling()).read_text())
    seen = [event["args"].get("thread_scheduling_stats") for event in events if "args" in event]
    *_, last = filter(None, seen)  # it counts from the session's start
    helped = sum(thread["num_run"] for thread in last.get("sub_threads", {}).values())
    # On a busy machine a thread may come to a node when all of its work has been taken.
    assert (helping - 1) * nodes < helped <= helping * nodes


@pytest.mark.parametrize("name", data.node_cases())
def test_outputs_are_those_of_the_cpu_provider(name: str) -> None:
    """Of ONNX's node tests, within 1e-5; `test_onnx_nodes` compares those to ONNX's."""
    case = data.node_cases()[name]
    folder = data.folder() / "nodes"
    inputs = inputs_of(folder, name, case)
    try:
        there = outputs_of(folder, name, inputs)
        with use_providers(CPU):
            here = outputs_of(folder, name, inputs)
        assert_alike(here, there, rtol=1e-5, atol=0)
    except Exception:
        if case["native"] is None:
            raise
        pytest.xfail(f"native ONNX Runtime fails too: {case['native']}")


FAULTS: dict[str, Any] = {
    "dtype": lambda: open_session("add").run(None, {"x": X.astype(np.float64), "y": Y}),
    "strings": lambda: open_session("add").run(None, {"x": np.array([["a"] * 3]), "y": Y}),
    "rank": lambda: open_session("add").run(None, {"x": X[0], "y": Y}),
    "shape": lambda: open_session("add").run(None, {"x": X, "y": np.ones(4, np.float32)}),
    "missing": lambda: open_session("add").run(None, {"x": X}),
    "unknown input": lambda: open_session("add").run(None, {**FEED, "z": X}),
    "unknown output": lambda: open_session("add").run(["nonsense"], FEED),
    "number": lambda: open_session("add").run(None, {"x": 3, "y": Y}),
    "object": lambda: open_session("add").run(None, {"x": object(), "y": Y}),
    "node": lambda: open_session("reshape").run(
        None, {"x": X[0], "shape": np.array([2], np.int64)}
    ),
    "rubbish": lambda: ort.InferenceSession(b"\xff" * 100, providers=data.providers()),
    "empty": lambda: ort.InferenceSession(b"", providers=data.providers()),
    "no file": lambda: ort.InferenceSession("/nowhere/x.onnx", providers=data.providers()),
    "folder": lambda: ort.InferenceSession("/home", providers=data.providers()),
    "unknown operator": lambda: open_session("unknown_operator"),
    "future": lambda: open_session("future_opset"),
    "cycle": lambda: open_session("cycle"),
    "binding": lambda: open_session("add").run_with_iobinding(open_session("add").io_binding()),
    "bound nonsense": lambda: open_session("add").io_binding().bind_cpu_input("nonsense", X),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_errors_are_those_of_the_cpu_provider(fault: str) -> None:
    """Their types and their texts."""

    def failure() -> tuple[type[Exception], str]:
        with pytest.raises(Exception) as caught:  # noqa: PT011 - whatever it is, both raise it
            FAULTS[fault]()
        return caught.type, str(caught.value)

    there = failure()
    with use_providers(CPU):
        here = failure()
    assert there == here


@pytest.mark.parametrize("how", [0, 1], ids=["exception", "trap"])
def test_death_of_a_thread(how: int) -> None:
    """A thread of the pool that throws or traps ends the engine, and nobody waits for it."""
    session = open_session("add")
    with pytest.raises(ort.wasm.EngineStoppedError, match="the engine has died in fail"):
        ort.wasm._engine.Engine.current.call("fail", how)
    with pytest.raises(ort.wasm.EngineStoppedError, match="it has died"):
        session.run(None, FEED)
    start(2)
    np.testing.assert_array_equal(open_session("add").run(None, FEED)[0], X + Y)


def test_a_death_is_not_hidden_by_the_cpu_provider() -> None:
    """Upstream tries the CPU provider after a RuntimeError; this is none."""
    assert not issubclass(ort.wasm.EngineStoppedError, RuntimeError)


def test_a_callback_that_exits_ends_the_run() -> None:
    """What is no Exception comes out of run, and the session stays usable."""

    def leave(executed: int, nodes: int) -> None:
        raise SystemExit(3)

    session = open_session("long")
    with pytest.raises(SystemExit), ort.wasm.progress(leave):
        session.run(None, {"x": np.zeros((1024, 1024), np.float32)})
    np.testing.assert_array_equal(session.run(None, LONG_FEED)[0], LONG_FEED["x"])


def test_a_callback_may_stop_the_engine() -> None:
    """The run says that it is gone."""
    session = open_session("long")
    with (
        pytest.raises(ort.wasm.EngineStoppedError, match=r"by onnxruntime\.wasm\.stop"),
        ort.wasm.progress(lambda executed, nodes: ort.wasm.stop()),
    ):
        session.run(None, {"x": np.zeros((1024, 1024), np.float32)})


def test_a_callback_may_stop_the_engine_and_exit() -> None:
    """What it exits with comes out of run."""

    def leave(executed: int, nodes: int) -> None:
        ort.wasm.stop()
        raise SystemExit(3)

    session = open_session("long")
    with pytest.raises(SystemExit), ort.wasm.progress(leave):
        session.run(None, {"x": np.zeros((1024, 1024), np.float32)})
    with pytest.raises(ort.wasm.EngineStoppedError):
        session.run(None, LONG_FEED)


def test_a_callback_may_cancel_and_stop_the_engine() -> None:
    """As a page's Cancel button would: the engine is gone, and nothing else is wrong."""
    options = ort.RunOptions()

    def cancel(executed: int, nodes: int) -> None:
        options.terminate = True
        ort.wasm.stop()

    session = open_session("long")
    with pytest.raises(ort.wasm.EngineStoppedError), ort.wasm.progress(cancel):
        session.run(None, {"x": np.zeros((1024, 1024), np.float32)}, options)


def test_run_options_terminate_during_a_run() -> None:
    """Setting it in a callback ends the run, as on the CPU provider."""
    from onnxruntime.capi.onnxruntime_pybind11_state import Fail

    options = ort.RunOptions()

    def finish(executed: int, nodes: int) -> None:
        options.terminate = True

    session = open_session("long")
    feed = {"x": np.zeros((1024, 1024), np.float32)}
    with pytest.raises(Fail, match="terminate flag"), ort.wasm.progress(finish):
        session.run(None, feed, options)


def test_a_session_dropped_in_a_callback_is_freed_later() -> None:
    """The garbage collector may come in mid-call."""
    session = open_session("long")
    session.run(None, LONG_FEED)
    before = ort.wasm.memory().used
    doomed = [open_session("chain")]
    with ort.wasm.progress(lambda executed, nodes: doomed.clear()):
        session.run(None, LONG_FEED)
    assert not doomed
    assert ort.wasm.memory().used - before < 64 * 1024


def test_a_callback_cannot_run_a_session() -> None:
    """It is told so, and the run that it was called in goes on."""
    session, other = open_session("long"), open_session("add")
    without_inputs = open_session("random_uniform")
    calls: list[Callable[[], Any]] = [
        lambda: other.run(None, FEED),
        lambda: without_inputs.run(None, {}),
        lambda: session.run(None, LONG_FEED),
    ]

    def run_another(executed: int, nodes: int) -> None:
        told.append(executed)
        for call in calls:
            with pytest.raises(RuntimeError, match="a callback of a run cannot run another"):
                call()
            refused.append(call)

    told: list[int] = []
    refused: list[Callable[[], Any]] = []
    with ort.wasm.progress(run_another):
        outputs = session.run(None, LONG_FEED)
    assert told[-1] == LONG
    assert refused == len(told) * calls
    np.testing.assert_array_equal(outputs[0], LONG_FEED["x"])


def test_a_small_run_crosses_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small models, run often, wait for the engine once a run."""
    engine = ort.wasm._engine.Engine
    session = open_session("add")
    session.run(None, FEED)
    gc.collect()  # so that nothing else is asked for
    waits = []
    wait = engine._wait

    def counted(self: Any, **kwargs: Any) -> BaseException | None:
        waits.append(kwargs)
        return wait(self, **kwargs)

    monkeypatch.setattr(engine, "_wait", counted)
    before = ort.wasm.memory().used
    waits.clear()
    for _ in range(20):
        np.testing.assert_array_equal(session.run(None, FEED)[0], X + Y)
    assert len(waits) == 20
    assert ort.wasm.memory().used <= before


def test_profile_of_a_session_that_ends(tmp_path: Path) -> None:
    """It becomes a file, whether or not end_profiling is called."""
    options = ort.SessionOptions()
    options.enable_profiling = True
    options.profile_file_prefix = str(tmp_path / "profile")
    open_session("add", options).run(None, FEED)
    gc.collect()
    [profile] = tmp_path.glob("profile*.json")
    assert "Add" in profile.read_text()


def test_profile_without_a_place(tmp_path: Path) -> None:
    """A session whose profile cannot be kept is freed all the same."""
    options = ort.SessionOptions()
    options.enable_profiling = True
    options.profile_file_prefix = str(tmp_path / "gone" / "profile")

    def lose_a_profile() -> None:
        (tmp_path / "gone").mkdir()
        session = open_session("chain", options)
        (tmp_path / "gone").rmdir()
        del session
        gc.collect()

    lose_a_profile()  # the first one may leave what is made once
    before = ort.wasm.memory().used
    for _ in range(5):
        lose_a_profile()
    assert ort.wasm.memory().used - before < 16 * 1024


@pytest.mark.parametrize("prefix", ["", "folder/"])
def test_profile_of_no_name(prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its prefix may be a folder, or nothing."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    options = ort.SessionOptions()
    options.enable_profiling = True
    options.profile_file_prefix = prefix
    assert Path(open_session("add", options).end_profiling()).parent == tmp_path / prefix


def test_profile_is_where_it_was_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever the program is when it ends, and whatever the engine did since."""
    monkeypatch.chdir(tmp_path)
    options = ort.SessionOptions()
    options.enable_profiling = True
    session = open_session("add", options)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    open_session("add")
    profile = Path(session.end_profiling())
    assert profile.parent == tmp_path
    assert profile.is_file()


def test_optimized_model_without_a_place(tmp_path: Path) -> None:
    """A session whose optimised model cannot be kept is freed, and so is that."""
    options = ort.SessionOptions()
    options.optimized_model_filepath = str(tmp_path)  # a folder
    before = ort.wasm.memory().used
    for _ in range(20):
        with pytest.raises((OSError, RuntimeError)):
            open_session("chain", options)
    assert [*tmp_path.parent.glob("*.part")] == []
    with pytest.raises(RuntimeError, match="the engine has no file"):
        ort.wasm._engine.Engine.current.call("read_file", str(tmp_path))
    assert ort.wasm.memory().used - before < 64 * 1024


def test_inputs_outlast_outputs_that_share_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """An output that is an input is fetched before that is freed."""
    engine = ort.wasm._engine.Engine
    post_owed = engine.post_owed
    spoilt = []

    def spoil(self: Any) -> None:
        for address in (argument for name, argument in self.owed if name == "free"):
            self.view(address, feed.nbytes).fill(255)
            spoilt.append(address)
        post_owed(self)

    gc.collect()  # so that nothing else is freed

    session = open_session("input_is_output")
    feed = LARGE[:, 0]
    monkeypatch.setattr(engine, "post_owed", spoil)
    np.testing.assert_array_equal(session.run(["x"], {"x": feed})[0], feed)
    assert spoilt


def interrupt_in(monkeypatch: pytest.MonkeyPatch, name: str, *, answered: bool) -> list[str]:
    """Have Ctrl-C come once in a call of this name, after its answer or before that is read."""
    engine = ort.wasm._engine.Engine
    call, wait = engine.call, engine._wait
    under_way: list[str] = []
    due = [name]

    def noted(self: Any, name: str, *arguments: Any, **kwargs: Any) -> bytes:
        under_way.append(name)
        return call(self, name, *arguments, **kwargs)

    def interrupted(self: Any, **kwargs: Any) -> BaseException | None:
        if under_way[-1:] != due:
            return wait(self, **kwargs)
        due.clear()
        if not answered:
            raise KeyboardInterrupt
        wait(self, **kwargs)
        return KeyboardInterrupt()

    monkeypatch.setattr(engine, "call", noted)
    monkeypatch.setattr(engine, "_wait", interrupted)
    return under_way


@pytest.mark.parametrize("answered", [True, False])
def test_an_interrupt_leaves_no_session(monkeypatch: pytest.MonkeyPatch, *, answered: bool) -> None:
    """Nor what it stands on, when Ctrl-C comes while it is created."""
    before = ort.wasm.memory().used
    for _ in range(20):
        with monkeypatch.context() as patch:
            interrupt_in(patch, "create_session", answered=answered)
            with pytest.raises(KeyboardInterrupt):
                open_session("chain")
    assert ort.wasm.memory().used - before < 64 * 1024


def interrupt_after_posting(patch: pytest.MonkeyPatch, name: str) -> list[str]:
    """Have Ctrl-C come once, after a call of this name is posted; give the names of all posted."""
    running = ort.wasm._engine.Engine.current
    worker = running._worker
    posted: list[str] = []

    def post(order: Any, *given: Any) -> None:
        worker.postMessage(order, *given)
        posted.append(order.call)
        if posted.count(name) == 1 and posted[-1] == name:
            raise KeyboardInterrupt

    patch.setattr(running, "_worker", SimpleNamespace(postMessage=post))
    return posted


def test_an_interrupt_while_its_files_are_removed_leaves_no_session(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is there already then."""
    before = ort.wasm.memory().used
    for _ in range(20):
        with monkeypatch.context() as patch:
            interrupt_after_posting(patch, "remove_file")
            with pytest.raises(KeyboardInterrupt):
                open_session("chain")
    assert ort.wasm.memory().used - before < 64 * 1024


def test_what_an_interrupt_has_posted_twice_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C may come before what is posted is noted; what is freed twice ends the engine."""
    running = ort.wasm._engine.Engine.current
    blocks = [running.allocate(1000) for _ in range(2)]
    gc.collect()  # so that nothing else is owed
    with monkeypatch.context() as patch:
        posted = interrupt_after_posting(patch, "free")
        with pytest.raises(KeyboardInterrupt):
            owe(*(("free", block) for block in blocks))
        running.call("memory")
    assert posted == ["free", "free", "free", "memory"]
    blocks = [running.allocate(1000) for _ in range(2)]
    assert len({*blocks}) == 2


def test_an_interrupt_while_the_answer_is_read_leaves_no_session(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Ctrl-C may come in Python's own modules as well."""

    def loads(text: bytes) -> Any:
        read = json.loads(text)
        if due and "session" in read:
            due.clear()
            raise KeyboardInterrupt
        return read

    json_of_files = SimpleNamespace(loads=loads, dumps=json.dumps)
    monkeypatch.setattr(ort.wasm._session._files, "json", json_of_files)
    before = ort.wasm.memory().used
    for _ in range(20):
        due = [True]
        with pytest.raises(KeyboardInterrupt):
            open_session("chain")
    assert ort.wasm.memory().used - before < 64 * 1024


@pytest.mark.parametrize("name", ["allocate", "run"])
@pytest.mark.parametrize("answered", [True, False])
def test_an_interrupt_frees_the_inputs(
    monkeypatch: pytest.MonkeyPatch, name: str, *, answered: bool
) -> None:
    """When Ctrl-C comes while their memory is reserved, and during the run."""
    session = open_session("add")
    session.run(None, FEED)  # what runs share is there
    before = ort.wasm.memory().used
    for _ in range(20):
        with monkeypatch.context() as patch:
            interrupt_in(patch, name, answered=answered)
            with pytest.raises(KeyboardInterrupt):
                session.run(None, {"x": LARGE, "y": Y})
    assert ort.wasm.memory().used - before < 10_000


def test_an_interrupt_frees_what_was_being_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    """A model's bytes, and inputs."""
    session = open_session("add")
    session.run(None, FEED)  # what runs share is there
    model = model_path("chain").read_bytes() + bytes(10_000)
    view = ort.wasm._engine.Engine.view
    copied: list[int] = []

    def interrupted(self: Any, address: int, size: int) -> Any:
        if size not in {len(model), LARGE.nbytes}:
            return view(self, address, size)
        copied.append(size)
        raise KeyboardInterrupt

    before = ort.wasm.memory().used
    for _ in range(20):
        with monkeypatch.context() as patch:
            patch.setattr(ort.wasm._engine.Engine, "view", interrupted)
            with pytest.raises(KeyboardInterrupt):
                ort.InferenceSession(model, providers=ENGINE)
            with pytest.raises(KeyboardInterrupt):
                session.run(None, {"x": LARGE, "y": Y})
    assert copied == 20 * [len(model), LARGE.nbytes]
    assert ort.wasm.memory().used - before < 10_000


@pytest.mark.parametrize("answered", [True, False])
def test_an_interrupt_leaves_no_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *, answered: bool
) -> None:
    """The engine's copy of a model's file goes, though Ctrl-C came when it was sent."""
    path = tmp_path / "model.onnx"
    path.write_bytes(model_path("chain").read_bytes())
    with monkeypatch.context() as patch:
        interrupt_in(patch, "make_file", answered=answered)
        with pytest.raises(KeyboardInterrupt):
            ort.InferenceSession(path, providers=ENGINE)
    with pytest.raises(RuntimeError, match="has no file"):
        ort.wasm._engine.Engine.current.call("read_file", str(path))


def test_an_interrupt_between_call_and_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """It ends the run; the next call waits for that, and has an answer of its own."""
    import js
    from onnxruntime.wasm import _control as control

    running = ort.wasm._engine.Engine.current
    session = open_session("long")
    calls = interrupt_in(monkeypatch, "run", answered=False)
    with pytest.raises(KeyboardInterrupt):
        session.run(None, {"x": np.zeros((1024, 1024), np.float32)})
    js.Atomics.wait(running.control, control.STATE, control.BUSY, 60_000)
    executed, nodes = (int(running.control[field]) for field in (control.EXECUTED, control.NODES))
    assert executed < nodes == LONG
    assert ort.wasm.memory().used > 0
    assert calls[-1] == "memory"
    np.testing.assert_array_equal(session.run(None, LONG_FEED)[0], LONG_FEED["x"])


def test_a_run_waits_for_the_end_of_an_interrupted_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before it touches the progress, or memory that runs share."""
    from onnxruntime.wasm import _control as control

    engine = ort.wasm._engine.Engine
    rewind = engine.rewind
    seen = []

    def noted(self: Any) -> None:
        fields = (control.STATE, control.EXECUTED)
        seen.append((self._posted, *(int(self.control[field]) for field in fields)))
        rewind(self)

    long, short = open_session("long"), open_session("add")
    short.run(None, FEED)
    with monkeypatch.context() as patch:
        interrupt_in(patch, "run", answered=False)
        with pytest.raises(KeyboardInterrupt):
            long.run(None, {"x": np.zeros((1024, 1024), np.float32)})
    monkeypatch.setattr(engine, "rewind", noted)
    np.testing.assert_array_equal(short.run(None, FEED)[0], X + Y)
    [(posted, state, executed)] = seen
    assert (posted, state) == ("", control.IDLE)
    assert executed < LONG


def test_an_interrupt_leaves_the_engine_in_a_known_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """That of the program, when the next session is created."""
    import js

    running = ort.wasm._engine.Engine.current
    open_session("add")
    with monkeypatch.context() as patch:
        patch.chdir(tmp_path)
        interrupt_in(patch, "change_folder", answered=True)
        with pytest.raises(KeyboardInterrupt):
            open_session("add")
    open_session("add")
    running.call("make_file", "here", js.Uint8Array.new(1))
    assert running.call("read_file", str(Path.cwd() / "here")) == bytes(1)
    owe(("remove_file", "here"))


def test_only_files_are_removed() -> None:
    """A folder of the name stays, and the engine may be in it."""
    running = ort.wasm._engine.Engine.current
    running.change_folder("/folder")
    owe(("remove_file", "/folder"), ("remove_file", "/nothing"))
    running.call("change_folder", "/folder")
    running.change_folder(str(Path.cwd()))


def test_what_cannot_be_sent() -> None:
    """The exception is JavaScript's, and the engine lives."""
    from pyodide.ffi import JsException

    running = ort.wasm._engine.Engine.current
    with pytest.raises(JsException, match="DataCloneError"):
        running.call("make_file", "/shared", running.view(0, 16))
    np.testing.assert_array_equal(open_session("add").run(None, FEED)[0], X + Y)


@pytest.mark.parametrize("names", [5, "z"])
def test_wrong_output_names(names: Any) -> None:
    """What is no sequence of names is refused, as by the CPU provider, and nothing is kept."""
    session = open_session("add")
    before = ort.wasm.memory().used
    for _ in range(20):
        with pytest.raises(TypeError):
            session.run(names, {"x": LARGE, "y": Y})
    assert ort.wasm.memory().used - before < 10_000


def test_more_than_the_memory() -> None:
    """Inputs of more than 4 GiB are refused before anything is copied."""
    wasm = ort.capi.onnxruntime_pybind11_state._wasm
    value = ort.OrtValue(wasm.wrap(np.float32, [(1 << 29) - 16], X.ctypes.data))
    session = open_session("add")
    with pytest.raises(MemoryError, match="the inputs take 6143 MiB"):
        session.run_with_ort_values(["z"], {"x": value, "y": value, "more": value})


def test_another_number_of_threads_keeps_the_address() -> None:
    """An engine that is started again comes from where the one before came from."""
    from onnxruntime.wasm._engine import Engine

    Engine.current._url = "nowhere/"
    with pytest.raises(ort.wasm.EngineStartError, match="HTTP status 404"):
        start(1)


PLACES = {
    "attribute",
    "attributes",
    "branch",
    "branches",
    "function",
    "initializer",
    *(
        f"{place}_{part}"
        for place in ("sparse", "sparse_attribute", "sparse_attributes")
        for part in ("indices", "values")
    ),
}


def external_files(model: bytes) -> list[str]:
    """Ask the engine which files a model needs; the same of the model in memory and in a file."""
    import js
    from onnxruntime.wasm._engine import Engine
    from pyodide.ffi import to_js

    running = Engine.current
    assert running is not None
    block = running.allocate(max(1, len(model)))
    if model:
        running.view(block, len(model)).assign(model)
    named = json.loads(running.call("external_files", "", block, len(model)))
    owe(("free", block))
    running.call("make_file", "/asked", js.Uint8Array.new(to_js(model)))
    assert json.loads(running.call("external_files", "/asked", 0, 0)) == named
    owe(("remove_file", "/asked"))
    return named


def test_external_files_are_found_wherever_tensors_are() -> None:
    """Those of tensors that are in the model after all are not asked for."""
    model = model_path("external_everywhere").read_bytes()
    assert external_files(model) == sorted(f"{place}.bin" for place in PLACES)


def test_external_files_of_what_is_no_model() -> None:
    """Where it breaks off, looking ends; lengths that are not true reserve no memory."""
    model = model_path("external_everywhere").read_bytes()
    for size in range(0, len(model), 7):
        assert set(external_files(model[:size])) <= {f"{place}.bin" for place in PLACES}
    before = ort.wasm.memory()
    lengths = [2**31 - 16 * (depth + 1) for depth in range(4)]
    tags = [7 << 3 | 2, 5 << 3 | 2, 13 << 3 | 2, 1 << 3 | 2]  # graph, initializer, entry, key
    hostile = b"".join(bytes([tag]) + varint(size) for tag, size in zip(tags, lengths, strict=True))
    assert external_files(hostile) == []
    assert external_files(b"This is not a model.") == []
    assert ort.wasm.memory().size == before.size


def varint(value: int) -> bytes:
    """Encode a number as protobuf does."""
    made = bytearray()
    while value > 127:
        made.append(value & 127 | 128)
        value >>= 7
    return bytes([*made, value])
