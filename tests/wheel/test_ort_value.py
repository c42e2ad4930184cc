"""OrtValue, SparseTensor and OrtDevice."""

import numpy as np
import onnxruntime as ort
import pytest
from onnxruntime.capi.onnxruntime_pybind11_state import OrtValue as RawValue

from .data import open_session
from .models import DTYPES

BFLOAT16 = 16  # onnx.TensorProto.BFLOAT16
X = np.arange(6, dtype=np.float32).reshape(2, 3)


@pytest.fixture
def cpu() -> ort.OrtDevice:
    """Give the CPU."""
    return ort.OrtDevice.make("cpu", 0)


@pytest.mark.parametrize("dtype", [dtype for dtype in DTYPES if dtype != "str"])
def test_from_numpy(dtype: str) -> None:
    """A value made of an array has its shape, type and content."""
    array = np.array([[1, 0, 1]], dtype)
    value = ort.OrtValue.ortvalue_from_numpy(array)
    assert (value.shape(), value.data_type()) == ([1, 3], f"tensor({DTYPES[dtype]})")
    assert value.numpy().dtype == array.dtype
    np.testing.assert_array_equal(value.numpy(), array)


def test_kind() -> None:
    """A tensor says what it is and where."""
    value = ort.OrtValue.ortvalue_from_numpy(X)
    assert value.is_tensor()
    assert value.has_value()
    assert not value.is_sparse_tensor()
    assert not value.is_tensor_sequence()
    assert (value.device_name(), value.element_type()) == ("cpu", 1)
    assert value.data_ptr() != 0


def test_strings_are_refused() -> None:
    """Upstream makes no values of strings."""
    with pytest.raises(RuntimeError, match="only supported from non-string"):
        ort.OrtValue.ortvalue_from_numpy(np.array(["a"], object))


def test_other_device_is_refused() -> None:
    """A device that the build does not have is named."""
    with pytest.raises(RuntimeError, match="CUDA"):
        ort.OrtValue.ortvalue_from_numpy(X, "cuda", 0)


@pytest.mark.parametrize(("kind", "name"), [(np.float16, "float16"), (BFLOAT16, "bfloat16")])
def test_from_shape(kind: object, name: str) -> None:
    """A value is made of a shape and a type of NumPy's or of ONNX's."""
    value = ort.OrtValue.ortvalue_from_shape_and_type([2, 3], kind)
    assert (value.shape(), value.data_type()) == ([2, 3], f"tensor({name})")


def test_foreign_type() -> None:
    """An array's bits serve as a type that NumPy does not have."""
    bits = np.zeros(2, np.uint16)
    value = ort.OrtValue.ortvalue_from_numpy_with_onnx_type(bits, BFLOAT16)
    assert (value.shape(), value.data_type()) == ([2], "tensor(bfloat16)")


@pytest.mark.tab  # natively this reads freed memory, and what lies between
def test_foreign_type_of_strided_bits() -> None:
    """They are copied, and kept."""
    value = ort.OrtValue(
        RawValue.ortvalue_from_numpy_with_onnx_type(np.arange(6, dtype=np.uint16)[::2], 4)
    )
    others = [np.zeros(size, np.uint16) for size in (3, 6) for _ in range(10)]
    assert (value.data_type(), value.numpy().tolist()) == ("tensor(uint16)", [0, 2, 4])
    assert not any(map(np.any, others))


def test_update_in_place() -> None:
    """A value takes new content where it is."""
    value = ort.OrtValue.ortvalue_from_numpy(X.copy())
    address = value.data_ptr()
    value.update_inplace(X * 2)
    assert value.data_ptr() == address
    np.testing.assert_array_equal(value.numpy(), X * 2)


def test_update_of_other_size() -> None:
    """New content of another size is refused."""
    value = ort.OrtValue.ortvalue_from_numpy(X.copy())
    with pytest.raises(RuntimeError, match="does not match the size"):
        value.update_inplace(np.zeros((7, 3), np.float32))


@pytest.mark.tab  # natively this reads what lies behind the array, or between
def test_update_by_other_items() -> None:
    """Smaller ones are refused, strided ones taken as they are."""
    value = ort.OrtValue.ortvalue_from_numpy(X.copy())
    with pytest.raises(RuntimeError, match="does not match that of the OrtValue"):
        value.update_inplace(X.astype(np.int8))
    value.update_inplace(np.asfortranarray(X + 1))
    np.testing.assert_array_equal(value.numpy(), X + 1)


def test_array_is_a_view() -> None:
    """What is written to a value's array is written to the value."""
    value = ort.OrtValue.ortvalue_from_numpy(X.copy())
    value.numpy()[0, 0] = 7
    assert value.numpy()[0, 0] == 7


@pytest.mark.tab  # natively this reads freed memory
def test_values_of_a_vector_outlast_it() -> None:
    """An element stays where it is when the vector moves."""
    cpu = ort.OrtDevice.make("cpu", 0)._get_c_device()
    vector = ort.capi.onnxruntime_pybind11_state.OrtValueVector()
    vector.push_back(RawValue.ortvalue_from_numpy(X, cpu))
    [value] = vector
    for _ in range(100):
        vector.push_back(RawValue.ortvalue_from_numpy(np.zeros_like(X), cpu))
    np.testing.assert_array_equal(value.numpy(), X)


def test_dlpack_out_and_in() -> None:
    """A tensor goes out as DLPack and comes in again without a copy."""
    value = ort.OrtValue.ortvalue_from_numpy(X.copy())._ortvalue
    again = RawValue.from_dlpack(value.to_dlpack(), False)
    assert again.data_ptr() == value.data_ptr()
    np.testing.assert_array_equal(again.numpy(), X)


def test_dlpack_to_numpy() -> None:
    """NumPy reads a tensor by DLPack."""
    value = ort.OrtValue.ortvalue_from_numpy(X.copy())._ortvalue
    assert value.__dlpack_device__() == (1, 0)


def test_run_with_values() -> None:
    """A session runs from values to values."""
    feed = {
        "x": ort.OrtValue.ortvalue_from_numpy(X),
        "y": ort.OrtValue.ortvalue_from_numpy(X[0]),
    }
    [z] = open_session("add").run_with_ort_values(["z"], feed)
    assert (z.shape(), z.device_name()) == ([2, 3], "cpu")
    np.testing.assert_array_equal(z.numpy(), X + X[0])


def test_sequence_value() -> None:
    """A sequence is a value too."""
    feed = {name: ort.OrtValue.ortvalue_from_numpy(X[0]) for name in "ab"}
    [sequence] = open_session("sequence_construct").run_with_ort_values(None, feed)
    assert sequence.is_tensor_sequence()
    assert not sequence.is_tensor()


def test_device(cpu: ort.OrtDevice) -> None:
    """A device has a number and a type."""
    assert (cpu.device_id(), cpu.device_type()) == (0, 0)


def test_sparse_coordinates(cpu: ort.OrtDevice) -> None:
    """A sparse tensor of coordinates multiplies a dense one."""
    values = np.array([1, 2, 3], np.float32)
    indices = np.array([[0, 0], [1, 1], [2, 0]], np.int64)
    shape = np.array([3, 3], np.int64)
    sparse = ort.SparseTensor.sparse_coo_from_numpy(shape, values, indices.reshape(-1), cpu)
    assert sparse.format() == ort.OrtSparseFormat.ORT_SPARSE_COO
    assert (sparse.dense_shape(), sparse.device_name()) == ([3, 3], "cpu")
    assert sparse.data_type() == "sparse_tensor(float)"
    np.testing.assert_array_equal(sparse.values(), values)
    np.testing.assert_array_equal(sparse.as_coo_view().indices(), indices)
    np.testing.assert_array_equal(multiply(sparse), [[1, 1], [2, 2], [3, 3]])


def test_sparse_rows(cpu: ort.OrtDevice) -> None:
    """A sparse tensor of compressed rows multiplies a dense one."""
    values = np.array([1, 2, 3], np.float32)
    inner, outer = np.array([0, 1, 0], np.int64), np.array([0, 1, 2, 3], np.int64)
    shape = np.array([3, 3], np.int64)
    sparse = ort.SparseTensor.sparse_csr_from_numpy(shape, values, inner, outer, cpu)
    assert sparse.format() == ort.OrtSparseFormat.ORT_SPARSE_CSRC
    np.testing.assert_array_equal(sparse.as_csrc_view().inner(), inner)
    np.testing.assert_array_equal(sparse.as_csrc_view().outer(), outer)
    np.testing.assert_array_equal(multiply(sparse), [[1, 1], [2, 2], [3, 3]])


def test_sparse_value(cpu: ort.OrtDevice) -> None:
    """A value holds a sparse tensor and gives it back."""
    shape, indices = np.array([4], np.int64), np.array([1], np.int64)
    sparse = ort.SparseTensor.sparse_coo_from_numpy(shape, np.ones(1, np.float32), indices, cpu)
    value = ort.OrtValue.ort_value_from_sparse_tensor(sparse)
    assert value.is_sparse_tensor()
    np.testing.assert_array_equal(value.as_sparse_tensor().values(), [1])


def multiply(sparse: ort.SparseTensor) -> np.ndarray:
    """Multiply a sparse tensor with ones."""
    feed = {
        "a": ort.OrtValue.ort_value_from_sparse_tensor(sparse),
        "b": ort.OrtValue.ortvalue_from_numpy(np.ones((3, 2), np.float32)),
    }
    product: np.ndarray = open_session("sparse_matmul").run_with_ort_values(None, feed)[0].numpy()
    return product
