"""InferenceSession: opening a model, describing it, running it."""

import threading
from typing import Any

import numpy as np
import onnxruntime as ort
import pytest
from onnxruntime.capi.onnxruntime_pybind11_state import InvalidArgument

from .data import CPU, model_path, open_session, providers

pytestmark = pytest.mark.usefixtures("each_provider")

X = np.arange(6, dtype=np.float32).reshape(2, 3)
Y = np.array([10, 20, 30], np.float32)
FEED = {"x": X, "y": Y}


@pytest.fixture
def add() -> ort.InferenceSession:
    """Open the model that adds ``x`` and ``y``."""
    return open_session("add")


@pytest.mark.parametrize(
    "kind", [str, lambda path: path, lambda path: path.read_bytes()], ids=["str", "Path", "bytes"]
)
def test_model_opens_from(kind: Any) -> None:
    """A model opens from a path and from bytes."""
    session = ort.InferenceSession(kind(model_path("add")), providers=providers())
    np.testing.assert_array_equal(session.run(None, FEED)[0], X + Y)


def test_provider_is_optional() -> None:
    """Without providers, the CPU provider serves."""
    assert ort.InferenceSession(model_path("add")).get_providers() == CPU


def test_provider_with_options() -> None:
    """A provider may come with options, in either spelling."""
    path = model_path("add")
    pair = ort.InferenceSession(path, providers=[("CPUExecutionProvider", {})])
    lists = ort.InferenceSession(path, providers=providers(), provider_options=[{}])
    options = {"CPUExecutionProvider": {}}
    assert pair.get_provider_options() == lists.get_provider_options() == options


def test_set_providers(add: ort.InferenceSession) -> None:
    """Setting providers opens the session anew."""
    add.set_providers(providers())
    assert add.get_providers() == providers()
    np.testing.assert_array_equal(add.run(None, FEED)[0], X + Y)


def test_unknown_provider_falls_back() -> None:
    """A provider that is not there is warned of, and the CPU provider serves."""
    with pytest.warns(UserWarning, match="'NoneExecutionProvider' is not in available"):
        session = ort.InferenceSession(model_path("add"), providers=["NoneExecutionProvider"])
    assert session.get_providers() == CPU


def test_inputs(add: ort.InferenceSession) -> None:
    """Inputs have a name, a shape with symbols, and a type."""
    described = [(node.name, node.shape, node.type) for node in add.get_inputs()]
    assert described == [("x", ["N", 3], "tensor(float)"), ("y", [3], "tensor(float)")]


def test_outputs(add: ort.InferenceSession) -> None:
    """Outputs are described as inputs are."""
    described = [(node.name, node.shape, node.type) for node in add.get_outputs()]
    assert described == [("z", ["N", 3], "tensor(float)")]


def test_node_arg_prints(add: ort.InferenceSession) -> None:
    """An input prints itself."""
    text = "NodeArg(name='x', type='tensor(float)', shape=['N', 3])"
    assert str(add.get_inputs()[0]) == text


def test_model_metadata(add: ort.InferenceSession) -> None:
    """The model's metadata is there, the custom map included."""
    meta = add.get_modelmeta()
    assert meta.custom_metadata_map == {"key": "value"}
    assert (meta.producer_name, meta.version, meta.domain) == ("wasmatte", 7, "org.example")
    assert (meta.description, meta.graph_name) == ("adds", "addition")
    assert meta.graph_description == ""


def test_overridable_initializer() -> None:
    """An initializer that is an input too may be given or left out."""
    session = open_session("overridable")
    x = np.ones(2, np.float32)
    assert [node.name for node in session.get_overridable_initializers()] == ["w"]
    np.testing.assert_array_equal(session.run(None, {"x": x})[0], [1, 2])
    np.testing.assert_array_equal(session.run(None, {"x": x, "w": x * 5})[0], [5, 5])


@pytest.mark.parametrize("names", [None, []])
def test_all_outputs(names: list[str] | None) -> None:
    """No names ask for all outputs in the model's order."""
    outputs = open_session("two_outputs").run(names, {"x": Y})
    assert len(outputs) == 2
    np.testing.assert_array_equal(outputs[0], -Y)


def test_selected_outputs() -> None:
    """Names choose outputs, and their order."""
    exponential, negative = open_session("two_outputs").run(
        ["exponential", "negative"], {"x": np.zeros(2, np.float32)}
    )
    np.testing.assert_array_equal(exponential, [1, 1])
    np.testing.assert_array_equal(negative, [0, 0])


@pytest.mark.parametrize("rows", [0, 1, 7])
def test_symbolic_dimension(add: ort.InferenceSession, rows: int) -> None:
    """A symbolic dimension takes any size, nothing included."""
    assert add.run(None, {"x": np.zeros((rows, 3), np.float32), "y": Y})[0].shape == (rows, 3)


def test_strided_input(add: ort.InferenceSession) -> None:
    """An input that is not contiguous is read by its strides."""
    x = np.arange(6, dtype=np.float32).reshape(3, 2).T
    np.testing.assert_array_equal(add.run(None, {"x": x, "y": Y})[0], x + Y)


def test_inputs_stay_as_they_are(add: ort.InferenceSession) -> None:
    """A run does not write into its inputs."""
    x = X.copy()
    x.flags.writeable = False
    add.run(None, {"x": x, "y": Y})
    np.testing.assert_array_equal(x, X)


def test_output_outlives_session() -> None:
    """An output stays valid when its session is gone."""
    output = open_session("add").run(None, FEED)[0]
    for _ in range(3):
        open_session("add").run(None, {"x": X * 0, "y": Y * 0})
    np.testing.assert_array_equal(output, X + Y)


def test_many_sessions() -> None:
    """Sessions stand beside each other."""
    sessions = [open_session("add") for _ in range(20)]
    for factor, session in enumerate(sessions):
        np.testing.assert_array_equal(
            session.run(None, {"x": X * factor, "y": Y})[0], X * factor + Y
        )


def test_large_product() -> None:
    """A product far larger than any tile is right."""
    random = np.random.default_rng(0)
    a = random.integers(-4, 5, (257, 513)).astype(np.float32)
    b = random.integers(-4, 5, (513, 129)).astype(np.float32)
    product = open_session("big_matmul").run(None, {"a": a, "b": b})[0]
    np.testing.assert_array_equal(product, a @ b)  # integers below 2**24: exact in any order


def test_disabled_optimizer() -> None:
    """An optimiser can be left out by name; the result is the same."""
    session = open_session("chain", disabled_optimizers=["MatMulAddFusion"])
    output = session.run(None, {"x": np.ones((1, 4), np.float32)})[0]
    np.testing.assert_array_equal(output, [[2, 4, 6, 8]])


def test_tuning_results(add: ort.InferenceSession) -> None:
    """The CPU provider has nothing to tune, and takes nothing."""
    assert add.get_tuning_results() == []
    add.set_tuning_results([])


def test_run_async_needs_a_pool() -> None:
    """Without a thread of its own, a session refuses to run in the background."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    session = open_session("add", options)
    with pytest.raises(InvalidArgument, match="at least one thread for RunAsync"):
        session.run_async(None, FEED, lambda *_: None, None)


@pytest.mark.desktop  # a side module has no threads; the tab refuses as the test above says
def test_run_async() -> None:
    """A session with a pool runs in the background and calls back."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 2
    session = open_session("add", options)
    done = threading.Event()
    calls: list[Any] = []

    def callback(*results: Any) -> None:
        calls.append(results)
        done.set()

    session.run_async(None, FEED, callback, "mine")
    assert done.wait(60)
    [[outputs, user, error]] = calls
    np.testing.assert_array_equal(outputs[0], X + Y)
    assert (user, error) == ("mine", "")


@pytest.mark.tab
def test_run_async_in_tab() -> None:
    """In the tab, threads asked for are not there, and the background is refused."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 2
    session = open_session("add", options)
    with pytest.raises(InvalidArgument, match="at least one thread for RunAsync"):
        session.run_async(None, FEED, lambda *_: None, None)
