"""Operators beside ONNX's own tests: control flow, random, contrib and ML operators."""

import json
import math
from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest
from onnxruntime.capi.onnxruntime_pybind11_state import InvalidArgument

from .concat_models import FUSED_CONVS, FUSED_DOUBLED
from .data import IN_TAB, open_session, providers
from .quantized_models import CHANNELS, FUSED, FUSED_CONCATS

pytestmark = pytest.mark.usefixtures("each_provider")


def run(model: str, **feed: object) -> list[np.ndarray]:
    """Open a model and run it once."""
    outputs: list[np.ndarray] = open_session(model).run(None, feed)
    return outputs


def floats(*values: float) -> np.ndarray:
    """Give float32 values."""
    return np.array(values, np.float32)


@pytest.mark.parametrize("condition", [True, False])
def test_if(condition: bool) -> None:
    """If takes one branch."""
    [y] = run("if", condition=np.array(condition), x=floats(0, 2))
    expected = -floats(0, 2) if condition else np.exp(floats(0, 2))
    np.testing.assert_allclose(y, expected, rtol=1e-6)  # a few ulp of float32


def test_loop() -> None:
    """Loop carries a value and collects another."""
    last, seen = run("loop", n=np.array(4, np.int64), x=np.array(16, np.float32))
    assert float(last) == 1.0
    np.testing.assert_array_equal(seen, [8, 4, 2, 1])


def test_long_loop() -> None:
    """A loop of many steps ends."""
    [last] = run("count", n=np.array(20_000, np.int64))
    assert int(last) == 20_000


def test_scan() -> None:
    """Scan runs over rows."""
    x = np.arange(8, dtype=np.float32).reshape(4, 2)
    total, sums = run("scan", x=x)
    np.testing.assert_array_equal(total, x.sum(axis=0))
    np.testing.assert_array_equal(sums, x.cumsum(axis=0))


def test_local_function() -> None:
    """A function that the model defines is called."""
    np.testing.assert_array_equal(run("local_function", x=floats(1, 2))[0], [2, 4])


def test_random_with_attribute() -> None:
    """A seed in the model makes the values repeat."""
    np.testing.assert_array_equal(run("random_seeded")[0], run("random_seeded")[0])


def test_random_with_process_seed() -> None:
    """A seed of the process makes the values repeat; another gives others."""
    values = []
    for seed in (42, 42, 43):
        ort.set_seed(seed)
        values.append(run("random_uniform")[0])
    np.testing.assert_array_equal(values[0], values[1])
    assert not np.array_equal(values[0], values[2])


def test_random_is_uniform() -> None:
    """Uniform values fill [0, 1), and differ from run to run."""
    session = open_session("random_uniform")
    first, second = session.run(None, {})[0], session.run(None, {})[0]
    assert (first >= 0).all()
    assert (first < 1).all()
    assert abs(first.mean() - 0.5) < 0.05  # 5 standard deviations of the mean of 1000
    assert not np.array_equal(first, second)


def test_gelu() -> None:
    """com.microsoft.Gelu is x times the normal distribution's cumulative function."""
    x = floats(-3, -1, 0, 0.5, 4)
    expected = [v * 0.5 * (1 + math.erf(v / math.sqrt(2))) for v in x]
    np.testing.assert_allclose(run("gelu", x=x)[0], expected, rtol=1e-5, atol=1e-6)  # erf's fit


def test_fused_matmul() -> None:
    """com.microsoft.FusedMatMul transposes and scales."""
    a, b = np.arange(6.0, dtype=np.float32).reshape(2, 3), np.ones((4, 3), np.float32)
    np.testing.assert_array_equal(run("fused_matmul", a=a, b=b)[0], 0.5 * a @ b.T)


def test_fused_conv() -> None:
    """com.microsoft.FusedConv adds an activation."""
    x = np.zeros((1, 1, 3, 3), np.float32)
    x[0, 0, 1, 1], x[0, 0, 0, 0] = 1, -5
    [y] = run("fused_conv", x=x, w=np.ones((1, 1, 3, 3), np.float32))
    np.testing.assert_array_equal(y[0, 0], [[0, 0, 1], [0, 0, 1], [1, 1, 1]])


def test_skip_layer_normalization() -> None:
    """com.microsoft.SkipLayerNormalization normalises a sum."""
    x = floats(0, 1, 2, 3)[None]
    [y] = run("layer_norm", x=x, scale=np.ones(4, np.float32), bias=np.zeros(4, np.float32))
    expected = (2 * x - 3) / np.sqrt(5 + 1e-5)  # mean 3 and variance 5 of x + x
    np.testing.assert_allclose(y, expected, rtol=1e-5)  # a few ulp of float32


def test_qlinear_add() -> None:
    """com.microsoft.QLinearAdd adds in uint8 and saturates."""
    a, b = np.array([130, 255, 0], np.uint8), np.array([140, 255, 0], np.uint8)
    np.testing.assert_array_equal(run("qlinear_add", a=a, b=b)[0], [142, 255, 0])


def test_matmul_of_four_bits() -> None:
    """com.microsoft.MatMulNBits reads weights of four bits, 8 meaning zero."""
    weights = np.full((2, 1, 16), 0x99, np.uint8)
    weights[1] = 0x78
    [c] = run("matmul_nbits", a=np.ones((1, 32), np.float32), b=weights, scales=floats(1, 2))
    np.testing.assert_allclose(c, [[32, -32]], rtol=1e-5)


def test_dynamically_quantized_matmul() -> None:
    """com.microsoft.DynamicQuantizeMatMul quantises its input to 8 bits."""
    x = floats(0, 1, 2, 3)[None]
    np.testing.assert_allclose(run("dynamic_quantized", x=x)[0], x, atol=3 / 255)  # one step


def test_conv_integer() -> None:
    """ConvInteger sums products of uint8 in int32."""
    x, w = np.full((1, 1, 3, 3), 255, np.uint8), np.full((1, 1, 2, 2), 255, np.uint8)
    [y] = run("conv_integer", x=x, w=w)
    np.testing.assert_array_equal(y, np.full((1, 1, 2, 2), 4 * 255 * 255, np.int32))


def test_einsum() -> None:
    """Einsum multiplies and transposes."""
    a, b = np.arange(6.0, dtype=np.float32).reshape(2, 3), np.eye(3, dtype=np.float32)
    np.testing.assert_array_equal(run("einsum", a=a, b=b)[0], a.T)


def test_tfidf() -> None:
    """TfIdfVectorizer counts."""
    np.testing.assert_array_equal(run("tfidf", x=np.array([4, 4, 6], np.int64))[0], [2, 0, 1])


def test_linear_classifier() -> None:
    """ai.onnx.ml.LinearClassifier gives labels and scores."""
    x = np.array([[0, 1], [1, 0]], np.float32)
    label, score = run("linear_classifier", x=x)
    assert label.tolist() == [6, 5]
    np.testing.assert_array_equal(score, x)


def test_label_encoder() -> None:
    """ai.onnx.ml.LabelEncoder maps strings."""
    [i] = run("label_encoder", s=np.array(["dog", "cat", "cow"], object))
    assert i.tolist() == [2, 1, -1]


def test_tree() -> None:
    """ai.onnx.ml.TreeEnsembleRegressor walks its tree."""
    x = floats(0.4, 0.5, 0.6)[:, None]
    np.testing.assert_array_equal(run("tree", x=x)[0], [[-1], [-1], [1]])


def test_scaler() -> None:
    """ai.onnx.ml.Scaler shifts and scales."""
    np.testing.assert_array_equal(run("scaler", x=floats(3, 6)[None])[0], [[4, 2]])


KERNEL = (np.arange(16 * 16 * 9) * 37 % 251).reshape(16, 16, 3, 3).astype(np.float64)
BIAS = np.arange(-8, 8)[:, None, None]


def convolved(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Convolve by the definition, zeros around, in float64."""
    _, height, width = x.shape
    padded = np.pad(x.astype(np.float64), ((0, 0), (1, 1), (1, 1)))
    return sum(
        np.einsum("mc,chw->mhw", w[:, :, p, q], padded[:, p : p + height, q : q + width])
        for p in range(3)
        for q in range(3)
    )


@pytest.mark.parametrize("size", [(3, 5), (16, 16), (21, 34)])
def test_conv_3x3(size: tuple[int, int]) -> None:
    """A convolution that has a kernel of ours, with its bias and activation."""
    x = np.random.default_rng(3).normal(size=(1, 16, *size)).astype(np.float32)
    [y] = run("conv", x=x)
    expected = np.maximum(convolved(x[0], KERNEL * 0.01 - 1.25) + BIAS, 0)
    assert np.abs(y[0] - expected).max() <= 2e-5 * expected.max()  # as tests/kernels


@pytest.mark.parametrize("size", [(3, 5), (16, 16), (21, 34)])
def test_dynamically_quantized_conv_3x3(size: tuple[int, int]) -> None:
    """The same, quantised as DynamicQuantizeLinear's specification says."""
    x = np.random.default_rng(4).normal(size=(1, 16, *size)).astype(np.float32)
    [y] = run("quantized_conv", x=x)
    low, high = min(0, x.min()), max(0, x.max())
    scale = np.float32((high - low) / 255)
    zero = np.clip(np.rint(-low / scale), 0, 255)
    q = np.clip(np.rint(x[0] / scale) + zero, 0, 255)
    expected = np.maximum(convolved(q - zero, KERNEL - 120) * scale * 0.01 + BIAS, 0)
    assert np.abs(y[0] - expected).max() <= 1e-6 * expected.max()  # a few roundings to float32


def compare_optimized(model: str, folder: Path, feed: dict[str, np.ndarray], name: bytes) -> bool:
    """Check that optimising changes no bit, and give whether it puts this operator in."""
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_BASIC
    expected = open_session(model, options).run(None, feed)
    options = ort.SessionOptions()
    options.optimized_model_filepath = str(folder / "optimized.onnx")
    outputs = open_session(model, options).run(None, feed)
    for output, one in zip(outputs, expected, strict=True):
        np.testing.assert_array_equal(output, one)
    return name in (folder / "optimized.onnx").read_bytes()


@pytest.mark.parametrize("model", FUSED)
def test_fused_dynamically_quantized_conv(model: str, tmp_path: Path) -> None:
    """Optimised graphs give the same to the last bit; in the tab with an operator of our own."""
    x = np.random.default_rng(5).normal(size=(2, CHANNELS.get(model, 16), 19, 23))
    feed = {"x": x.astype(np.float32)}
    fused = compare_optimized(model, tmp_path, feed, b"ConvIntegerToFloat")
    assert fused == (IN_TAB and FUSED[model])


@pytest.mark.tab
@pytest.mark.parametrize(
    ("model", "left"),
    [
        ("quantized_conv_residual", False),
        ("quantized_conv_residual_alone", False),
        ("quantized_conv_residual_row", True),
        ("quantized_conv_twice", False),
    ],
)
def test_residual_in_the_same_step(model: str, left: bool, tmp_path: Path) -> None:
    """What is added to a convolution's result is added by it, if it has the same shape."""
    options = ort.SessionOptions()
    options.optimized_model_filepath = str(tmp_path / "optimized.onnx")
    open_session(model, options)
    assert (b"Add" in (tmp_path / "optimized.onnx").read_bytes()) == left


@pytest.mark.parametrize("model", FUSED_CONCATS)
@pytest.mark.parametrize("size", [(2, 3), (61, 67)])
def test_fused_quantized_concat(model: str, size: tuple[int, int], tmp_path: Path) -> None:
    """The same for what is put together and then quantised."""
    values = np.random.default_rng(6)
    a = values.normal(size=(2, 5, *size)).astype(np.float32)
    b = (3 * values.normal(size=(2, 5 if model.endswith("rows") else 7, *size))).astype(np.float32)
    fused = compare_optimized(model, tmp_path, {"a": a, "b": b}, b"DynamicQuantizeConcat")
    assert fused == (IN_TAB and FUSED_CONCATS[model])


def executed(model: str, folder: Path, feed: dict[str, np.ndarray]) -> list[str]:
    """Run a model, and give the operators that its graph has become."""
    options = ort.SessionOptions()
    options.enable_profiling = True
    options.profile_file_prefix = str(folder / "profile")
    session = open_session(model, options)
    session.run(None, feed)
    events = json.loads(Path(session.end_profiling()).read_text())
    return [event["args"]["op_name"] for event in events if event["cat"] == "Node"]


def channels_to_join(size: tuple[int, int]) -> dict[str, np.ndarray]:
    """Give inputs of the models of FUSED_CONVS."""
    values = np.random.default_rng(7)
    channels = {"a": 8, "b": 5, "x": 16}
    return {
        name: values.normal(size=(2, count, *size)).astype(np.float32)
        for name, count in channels.items()
    }


@pytest.mark.tab
@pytest.mark.parametrize("model", FUSED_CONVS)
def test_fused_concat_conv(model: str, tmp_path: Path) -> None:
    """And for what is put together and then convolved, with what is added to that."""
    feed = channels_to_join((19, 23))
    if model.endswith("given_weights"):
        feed["w"] = np.random.default_rng(8).normal(size=(16, 21, 3, 3)).astype(np.float32)
    compare_optimized(model, tmp_path, feed, b"")
    assert sorted(executed(model, tmp_path, feed)) == sorted(FUSED_CONVS[model].split())


@pytest.mark.tab
def test_fused_concat_conv_of_a_small_image() -> None:
    """For small images Conv by itself has another kernel."""
    feed = channels_to_join((3, 5))
    [y] = run("concat_conv_any_size", **feed)
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_BASIC
    [expected] = open_session("concat_conv_any_size", options).run(None, feed)
    assert np.abs(y - expected).max() <= 2e-5 * np.abs(expected).max()  # as tests/kernels


def test_convolution_of_nothing() -> None:
    """A session of it can be had, and what is wrong is said when it runs."""
    session = open_session("empty_conv")
    image = np.zeros((1, 8, 2, 24), np.float32)
    with pytest.raises(InvalidArgument, match="Invalid input shape"):
        session.run(None, {"a": image, "b": image})


@pytest.mark.tab
@pytest.mark.parametrize("model", FUSED_DOUBLED)
def test_fused_resize(model: str, tmp_path: Path) -> None:
    """What is doubled before is doubled by it too, if it is done linearly between half pixels."""
    session = open_session(model)
    values = np.random.default_rng(10)
    feed = {
        each.name: values.normal(size=each.shape).astype(np.float32)
        for each in session.get_inputs()
    }
    outputs = session.run(None, feed)
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_BASIC
    for output, expected in zip(outputs, open_session(model, options).run(None, feed), strict=True):
        # twice what tests/kernels allows: one convolution may follow another
        assert np.abs(output - expected).max() <= 4e-5 * np.abs(expected).max()
    assert sorted(executed(model, tmp_path, feed)) == sorted(FUSED_DOUBLED[model].split())


def upsampled(x: np.ndarray) -> np.ndarray:
    """Double height and width: linear, between half pixels."""
    for axis in (1, 2):
        wide = np.pad(x, [(int(axis == dim), int(axis == dim)) for dim in range(3)], "edge")
        inner, before, after = (
            np.take(wide, np.arange(x.shape[axis]) + step, axis) for step in (1, 0, 2)
        )
        pairs = np.stack([0.25 * before + 0.75 * inner, 0.75 * inner + 0.25 * after], axis + 1)
        x = pairs.reshape(*x.shape[:axis], -1, *x.shape[axis + 1 :])
    return x


def float16_weights(channels: int) -> np.ndarray:
    """Give a kernel of the models with float16 weights, in float64."""
    values = np.round(np.arange(16 * channels * 9) * 37 % 251 * 0.01 - 1.25, 2)
    return values.astype(np.float16).astype(np.float64).reshape(16, channels, 3, 3)


@pytest.mark.tab
def test_float16_between_casts_runs_in_float(tmp_path: Path) -> None:
    """Only what comes in is cast."""
    x = np.random.default_rng(8).normal(size=(1, 16, 20, 24)).astype(np.float16)
    nodes = executed("float16_concat", tmp_path, {"x": x})
    assert nodes.count("Cast") == 1
    assert nodes.count("WinogradConv") == 2
    [z] = run("float16_concat", x=x)
    r = np.maximum(convolved(x[0], float16_weights(16)), 0)
    h = upsampled(r.reshape(16, 10, 2, 12, 2).max(axis=(2, 4)))
    y = convolved(np.concatenate([h, r]), float16_weights(32))
    expected = upsampled(np.concatenate([y, r]))
    assert np.abs(z[0] - expected).max() <= 4e-5 * np.abs(expected).max()  # two of Winograd's


@pytest.mark.tab
def test_float16_weights_of_several_convolutions(tmp_path: Path) -> None:
    """Weights are the same for those that take them in float16 and for those that do not."""
    x = (np.random.default_rng(9).normal(size=(1, 16, 20, 24)) / 4).astype(np.float16)
    nodes = executed("float16_shared", tmp_path, {"x": x})
    # What comes in and what goes out is cast, and no weights are.
    assert sorted(nodes) == ["Cast", "Cast", "Conv", "WinogradConv", "WinogradConv"]
    [z] = run("float16_shared", x=x)
    w = float16_weights(16)
    expected = convolved(convolved(convolved(x[0], w), w), w)[:, ::2, ::2]
    assert np.abs(z[0] - expected).max() <= 6e-5 * np.abs(expected).max()  # three of Winograd's


@pytest.mark.tab
def test_float16_weights_stay(tmp_path: Path) -> None:
    """Those of convolutions that have a kernel for them do not become float32."""
    options = ort.SessionOptions()
    options.optimized_model_filepath = str(tmp_path / "optimized.onnx")
    open_session("float16_concat", options)
    weights = 2 * (16 * 16 * 9 + 16 * 32 * 9)  # bytes
    assert weights < (tmp_path / "optimized.onnx").stat().st_size < 1.5 * weights
    [z] = ort.InferenceSession(str(tmp_path / "optimized.onnx"), providers=providers()).run(
        None, {"x": np.ones((1, 16, 20, 24), np.float16)}
    )
    np.testing.assert_array_equal(
        z, run("float16_concat", x=np.ones((1, 16, 20, 24), np.float16))[0]
    )


def test_float16_between_casts_alone_rounds() -> None:
    """What a model rounds to float16 is rounded."""
    a, b = floats(1 + 2**-12, 70000)[None], floats(0.1, 2)[None]
    [y] = run("float16_rounded", a=a, b=b)
    np.testing.assert_array_equal(y, [[1, np.inf, np.float16(0.1), 2]])


@pytest.mark.tab
def test_saved_model_with_our_operator(tmp_path: Path) -> None:
    """A saved optimised model can be opened again here."""
    x = np.random.default_rng(6).normal(size=(1, 16, 9, 9)).astype(np.float32)
    options = ort.SessionOptions()
    options.optimized_model_filepath = str(tmp_path / "optimized.onnx")
    [expected] = open_session("quantized_conv", options).run(None, {"x": x})
    session = ort.InferenceSession(options.optimized_model_filepath, providers=providers())
    np.testing.assert_array_equal(session.run(None, {"x": x})[0], expected)
