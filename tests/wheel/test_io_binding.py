"""IOBinding: inputs and outputs that stay where they are."""

import gc
import weakref

import numpy as np
import onnxruntime as ort
import pytest

from .data import ENGINE, open_session, providers

pytestmark = pytest.mark.usefixtures("each_provider")

X = np.arange(6, dtype=np.float32).reshape(2, 3)
Y = np.array([10, 20, 30], np.float32)


@pytest.fixture
def session() -> ort.InferenceSession:
    """Open the model that adds ``x`` and ``y``."""
    return open_session("add")


@pytest.fixture
def binding(session: ort.InferenceSession) -> ort.IOBinding:
    """Give a binding with both inputs bound."""
    binding = session.io_binding()
    binding.bind_cpu_input("x", X)
    binding.bind_ortvalue_input("y", ort.OrtValue.ortvalue_from_numpy(Y))
    return binding


def test_output_is_allocated(session: ort.InferenceSession, binding: ort.IOBinding) -> None:
    """An output bound by name is allocated by the run."""
    binding.bind_output("z")
    session.run_with_iobinding(binding)
    [z] = binding.copy_outputs_to_cpu()
    np.testing.assert_array_equal(z, X + Y)


def test_output_goes_where_it_is_told(
    session: ort.InferenceSession, binding: ort.IOBinding
) -> None:
    """An output bound to a value is written there."""
    z = ort.OrtValue.ortvalue_from_numpy(np.zeros((2, 3), np.float32))
    binding.bind_ortvalue_output("z", z)
    session.run_with_iobinding(binding, ort.RunOptions())
    np.testing.assert_array_equal(z.numpy(), X + Y)


@pytest.mark.tab  # natively this reads and writes freed memory
def test_bound_values_are_kept(session: ort.InferenceSession) -> None:
    """Nobody but the binding needs to hold what is bound, nor the arrays that it was made of."""
    binding = session.io_binding()
    binding.bind_ortvalue_input("x", ort.OrtValue.ortvalue_from_numpy(X.copy()))
    binding.bind_ortvalue_input("y", ort.OrtValue.ortvalue_from_numpy(Y.copy()))
    binding.bind_ortvalue_output("z", ort.OrtValue.ortvalue_from_numpy(np.zeros_like(X)))
    others = [np.full_like(array, -1) for array in (X, Y, X) for _ in range(10)]
    session.run_with_iobinding(binding)
    np.testing.assert_array_equal(binding.copy_outputs_to_cpu()[0], X + Y)
    assert all((array == -1).all() for array in others)


@pytest.mark.tab  # natively this reads freed memory
def test_outputs_are_kept(session: ort.InferenceSession) -> None:
    """What a run gave stays, whatever becomes of the binding."""
    binding = session.io_binding()
    binding.bind_cpu_input("x", X)
    binding.bind_cpu_input("y", Y)
    binding.bind_output("z")
    session.run_with_iobinding(binding)
    [z] = binding.get_outputs()
    del binding
    gc.collect()
    others = [ort.OrtValue.ortvalue_from_numpy(np.full_like(X, -1)) for _ in range(10)]
    np.testing.assert_array_equal(z.numpy(), X + Y)
    assert len(others) == 10


@pytest.mark.tab  # natively this reads freed memory
def test_session_is_kept() -> None:
    """Nobody but the binding needs to hold its session."""
    session = open_session("add")
    binding = session.io_binding()
    binding.bind_cpu_input("x", X)
    binding.bind_cpu_input("y", Y)
    binding.bind_output("z")
    session.run_with_iobinding(binding)
    kept = weakref.ref(session._sess)
    del session
    gc.collect()
    assert providers() == ENGINE or kept() is not None  # the engine's bindings need none
    np.testing.assert_array_equal(binding.copy_outputs_to_cpu()[0], X + Y)


@pytest.mark.tab  # natively this reads freed memory
def test_outputs_that_are_inputs_are_kept() -> None:
    """An output that is an input keeps the array that was bound."""
    session = open_session("input_is_output")
    binding = session.io_binding()
    binding.bind_cpu_input("x", Y.copy())
    binding.bind_output("x")
    session.run_with_iobinding(binding)
    [x] = binding.get_outputs()
    binding.bind_cpu_input("x", Y + 1)
    others = [np.full_like(Y, -1) for _ in range(10)]
    np.testing.assert_array_equal(x.numpy(), Y)
    np.testing.assert_array_equal(binding.copy_outputs_to_cpu()[0], Y)
    assert len(others) == 10


@pytest.mark.tab  # natively the array that is bound is freed
def test_what_cannot_be_bound_changes_nothing(session: ort.InferenceSession) -> None:
    """The array before it is bound still."""
    binding = session.io_binding()
    binding.bind_cpu_input("x", X.copy())
    binding.bind_cpu_input("y", Y)
    binding.bind_output("z")
    with pytest.raises(RuntimeError):
        binding.bind_cpu_input("x", [1])
    others = [np.full_like(X, -1) for _ in range(10)]
    session.run_with_iobinding(binding)
    np.testing.assert_array_equal(binding.copy_outputs_to_cpu()[0], X + Y)
    assert len(others) == 10


@pytest.mark.tab  # natively this writes behind a vector
def test_unknown_names(session: ort.InferenceSession) -> None:
    """A value for an input that the model does not have is refused, and changes nothing."""
    binding = session.io_binding()
    for _ in range(2):
        with pytest.raises(RuntimeError, match=r"Error when binding input: .*nothing"):
            binding.bind_ortvalue_input("nothing", ort.OrtValue.ortvalue_from_numpy(Y))
    binding.bind_cpu_input("x", X)
    binding.bind_cpu_input("y", Y)
    binding.bind_output("z")
    session.run_with_iobinding(binding)
    np.testing.assert_array_equal(binding.copy_outputs_to_cpu()[0], X + Y)


def test_overridable_initializer() -> None:
    """It is bound as an input is."""
    session = open_session("overridable")
    binding = session.io_binding()
    binding.bind_cpu_input("x", np.ones(2, np.float32))
    binding.bind_ortvalue_input("w", ort.OrtValue.ortvalue_from_numpy(np.full(2, 5, np.float32)))
    binding.bind_output("y")
    session.run_with_iobinding(binding)
    np.testing.assert_array_equal(binding.copy_outputs_to_cpu()[0], [5, 5])


def test_outputs_before_a_run(binding: ort.IOBinding) -> None:
    """They are what is bound, or nothing yet."""
    binding.bind_ortvalue_output("z", ort.OrtValue.ortvalue_from_numpy(X))
    assert [value.shape() for value in binding.get_outputs()] == [[2, 3]]
    binding.clear_binding_outputs()
    binding.bind_output("z")
    assert [value.has_value() for value in binding.get_outputs()] == [False]


def test_buffers_by_address(session: ort.InferenceSession) -> None:
    """Inputs and outputs are bound by their addresses."""
    x, y, z = X.copy(), Y.copy(), np.zeros((2, 3), np.float32)
    binding = session.io_binding()
    binding.bind_input("x", "cpu", 0, np.float32, x.shape, x.ctypes.data)
    binding.bind_input("y", "cpu", 0, np.float32, y.shape, y.ctypes.data)
    binding.bind_output("z", "cpu", 0, np.float32, z.shape, z.ctypes.data)
    session.run_with_iobinding(binding)
    np.testing.assert_array_equal(z, X + Y)


def test_outputs_as_values(session: ort.InferenceSession, binding: ort.IOBinding) -> None:
    """Outputs come back as values, one by one and as a vector."""
    binding.bind_output("z")
    session.run_with_iobinding(binding)
    assert [value.shape() for value in binding.get_outputs()] == [[2, 3]]
    assert [value.shape() for value in binding.get_outputs_as_ortvaluevector()] == [[2, 3]]


def test_bound_value_is_read_at_each_run(session: ort.InferenceSession) -> None:
    """A value that is updated in place gives the next run's input."""
    x = ort.OrtValue.ortvalue_from_numpy(X.copy())
    binding = session.io_binding()
    binding.bind_ortvalue_input("x", x)
    binding.bind_cpu_input("y", Y)
    binding.bind_output("z")
    for factor in (1, 2):
        x.update_inplace(X * factor)
        binding.synchronize_inputs()
        session.run_with_iobinding(binding)
        binding.synchronize_outputs()
        np.testing.assert_array_equal(binding.copy_outputs_to_cpu()[0], X * factor + Y)


def test_clear(session: ort.InferenceSession, binding: ort.IOBinding) -> None:
    """A cleared binding is bound anew."""
    binding.bind_output("z")
    binding.clear_binding_inputs()
    binding.clear_binding_outputs()
    binding.bind_cpu_input("x", X * 2)
    binding.bind_cpu_input("y", Y)
    binding.bind_output("z")
    session.run_with_iobinding(binding)
    np.testing.assert_array_equal(binding.copy_outputs_to_cpu()[0], X * 2 + Y)


def test_unknown_input(session: ort.InferenceSession) -> None:
    """An input that the model does not have is named."""
    with pytest.raises(RuntimeError, match="Failed to find NodeArg with name: nothing"):
        session.io_binding().bind_cpu_input("nothing", X)


def test_run_with_vectors(session: ort.InferenceSession) -> None:
    """A session runs on vectors of raw values."""
    raw = ort.capi.onnxruntime_pybind11_state
    feeds, fetches = raw.OrtValueVector(), raw.OrtValueVector()
    for array in (X, Y):
        feeds.push_back(
            raw.OrtValue.ortvalue_from_numpy(array, ort.OrtDevice.make("cpu", 0)._ort_device)
        )
    device = ort.OrtDevice.make("cpu", 0)._get_c_device()
    session.run_with_ortvaluevector(ort.RunOptions(), ["x", "y"], feeds, ["z"], fetches, [device])
    np.testing.assert_array_equal(fetches[0].numpy(), X + Y)
