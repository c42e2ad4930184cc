"""Every kind of value through a session: types, shapes, strings, sequences, maps, optionals."""

import numpy as np
import pytest

from .data import open_session
from .models import DTYPES

pytestmark = pytest.mark.usefixtures("each_provider")

NUMBERS = [dtype for dtype in DTYPES if dtype not in ("bool", "str")]


def extremes(dtype: str) -> np.ndarray:
    """Give a type's smallest and largest values, and one."""
    kind = np.dtype(dtype)
    info = np.finfo(kind) if kind.kind == "f" else np.iinfo(kind)
    return np.array([info.min, info.max, 1], kind)


@pytest.mark.parametrize("dtype", NUMBERS)
def test_numbers(dtype: str) -> None:
    """Numbers of every type come back bit for bit, with their type."""
    x = extremes(dtype)
    y = open_session(f"identity_{dtype}").run(None, {"x": x})[0]
    assert y.dtype == x.dtype
    np.testing.assert_array_equal(y, x)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_special_floats(dtype: str) -> None:
    """Infinities, NaN, negative zero and the least subnormal survive."""
    x = np.array([np.inf, -np.inf, np.nan, -0.0, np.finfo(dtype).smallest_subnormal], dtype)
    y = open_session(f"identity_{dtype}").run(None, {"x": x})[0]
    assert y.tobytes() == x.tobytes()


def test_booleans() -> None:
    """Booleans come back as booleans."""
    y = open_session("identity_bool").run(None, {"x": np.array([True, False])})[0]
    assert (y.dtype, y.tolist()) == (np.dtype(bool), [True, False])


@pytest.mark.parametrize("dtype", [object, str])
def test_strings(dtype: type) -> None:
    """Strings of any script, and empty ones, come back as objects."""
    texts = ["", "straße", "漢字", "🙂"]
    y = open_session("identity_str").run(None, {"x": np.array(texts, dtype)})[0]
    assert (y.dtype, y.tolist()) == (np.dtype(object), texts)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(), (0,), (3, 0, 2), (1, 1, 1, 1, 1, 1, 1)], ids=str)
def test_shapes(dtype: str, shape: tuple[int, ...]) -> None:
    """Scalars, empty tensors and many dimensions keep their shape."""
    x = np.ones(shape, object if dtype == "str" else dtype)
    x = x.astype(str).astype(object) if dtype == "str" else x
    y = np.asarray(open_session(f"identity_{dtype}").run(None, {"x": x})[0])
    assert (y.shape, y.tolist()) == (shape, x.tolist())


def test_scalar() -> None:
    """A scalar comes back without dimensions."""
    y = open_session("scalar").run(None, {"x": np.array(3, np.float32)})[0]
    assert (np.shape(y), float(y)) == ((), -3.0)


def test_list_as_tensor() -> None:
    """A list of numbers serves as a tensor."""
    y = open_session("identity_float32").run(None, {"x": [[1.5, 2.5]]})[0]
    np.testing.assert_array_equal(y, np.array([[1.5, 2.5]], np.float32))


def test_sequence_out() -> None:
    """A sequence comes back as a list of arrays."""
    a, b = np.ones(2, np.float32), np.zeros(3, np.float32)
    sequence = open_session("sequence_construct").run(None, {"a": a, "b": b})[0]
    assert [array.tolist() for array in sequence] == [a.tolist(), b.tolist()]


def test_sequence_in() -> None:
    """A list of arrays serves as a sequence."""
    parts = [np.ones(2, np.float32), np.zeros(1, np.float32)]
    joined = open_session("sequence_concat").run(None, {"s": parts})[0]
    np.testing.assert_array_equal(joined, [1, 1, 0])


@pytest.mark.tab  # native outputs are views of the inputs, and their values change with those
def test_outputs_outlast_their_inputs() -> None:
    """What goes through a model unchanged is a copy."""
    x, y = np.ones(2, np.float32), np.zeros(3, np.float32)
    sequence = open_session("sequence_insert").run(None, {"s": [x], "x": y})[0]
    same = open_session("input_is_output").run(["x"], {"x": x})[0]
    x[:], y[:] = 2, 3
    assert [array.tolist() for array in (*sequence, same)] == [[1, 1], [0, 0, 0], [1, 1]]


def test_an_input_that_is_an_output() -> None:
    """It comes back as it was given."""
    x = np.arange(1, 4, dtype=np.float32)
    same, negative = open_session("input_is_output").run(["x", "y"], {"x": x})
    np.testing.assert_array_equal(same, x)
    np.testing.assert_array_equal(negative, -x)


def test_sequence_of_strings() -> None:
    """A sequence may hold strings."""
    parts = [np.array(["a"], object), np.array(["b", "c"], object)]
    second = open_session("sequence_at").run(None, {"s": parts, "i": np.array(1, np.int64)})[0]
    assert second.tolist() == ["b", "c"]


@pytest.mark.parametrize(
    ("value", "has"), [(None, False), (np.ones(2, np.float32), True)], ids=["none", "tensor"]
)
def test_optional_in(value: np.ndarray | None, has: bool) -> None:
    """None serves as an optional without element, an array as one with."""
    assert open_session("optional_has").run(None, {"o": value})[0] == has


def test_optional_left_out() -> None:
    """An optional input may be left out."""
    assert not open_session("optional_has").run(None, {})[0]


def test_optional_out() -> None:
    """An optional comes back as its element."""
    x = np.ones(2, np.float32)
    np.testing.assert_array_equal(open_session("optional_make").run(None, {"x": x})[0], x)


def test_map_out() -> None:
    """A map from integers comes back as a dict."""
    maps = open_session("zip_map").run(None, {"p": np.eye(3, dtype=np.float32)[:1]})[0]
    assert maps == [{10: 1.0, 20: 0.0, 30: 0.0}]


def test_map_from_strings_out() -> None:
    """A map from strings comes back as a dict."""
    maps = open_session("zip_map_strings").run(None, {"p": np.eye(2, dtype=np.float32)})[0]
    assert maps == [{"cat": 1.0, "dog": 0.0}, {"cat": 0.0, "dog": 1.0}]


def test_map_in() -> None:
    """A dict serves as a map."""
    dense = open_session("cast_map").run(None, {"m": {1: 5.0, 3: 2.0}})[0]
    np.testing.assert_array_equal(dense, [[0, 5, 0, 2]])
