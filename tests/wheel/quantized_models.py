"""Dynamically quantised convolutions, in ONNX's syntax: what a fused operator may take, or not."""

from .text import numbers, weights

__all__ = ["CHANNELS", "FUSED", "FUSED_CONCATS", "QUANTIZED"]

FUSED = {
    "quantized_conv": True,
    "quantized_conv_raw": True,  # as other programs write weights
    "quantized_conv_scales": True,
    "quantized_conv_alone": True,
    "quantized_conv_twice": True,
    "quantized_conv_dilation": True,
    "quantized_conv_same": True,
    "quantized_conv_one_side": True,
    "quantized_conv_odd": True,
    "quantized_conv_one_output": True,
    "quantized_conv_residual": True,
    "quantized_conv_residual_alone": True,
    "quantized_conv_residual_inner": True,
    "quantized_conv_residual_read": True,
    "quantized_conv_residual_row": True,
    "quantized_conv_output_before": True,
    "quantized_conv_computed_bias": True,
    "quantized_conv_sums": False,
    "quantized_conv_large": False,
    "quantized_conv_branch": False,
}
"""The models by name, and whether the wheel has an operator for them."""

FUSED_CONCATS = {
    "quantized_concat": True,
    "quantized_concat_rows": False,
    "quantized_concat_read": False,
}
"""The same of tensors that are put together and then quantised."""

CHANNELS = {"quantized_conv_odd": 17, "quantized_conv_large": 64}
"""Of those that have not 16."""

OUTPUT_CHANNELS = {"quantized_conv_one_output": 1}
"""Of those that have not as many as channels."""


def scale_of_each(channels: int) -> str:
    """Write a scale for each channel of a convolution."""
    return (
        f"float[{channels}, 1, 1] scale = {{{numbers((m % 7 + 1) / 64 for m in range(channels))}}}"
    )


def constants(name: str, kernel: str, scales: str, zero: int) -> str:
    """Write weights w with a zero point and a scale, and a bias b."""
    channels = CHANNELS.get(name, 16)
    made = OUTPUT_CHANNELS.get(name, channels)
    bias = numbers(range(-(made // 2), made - made // 2))
    return f"""<uint8[{made}, {channels}, 3, 3] w = {{{kernel}}},
        uint8 zero = {{{zero}}}, {scales}, float[{made}, 1, 1] b = {{{bias}}}>"""


def steps(end: str, attributes: str = "pads = [1, 1, 1, 1]") -> str:
    """Write the nodes: a quantised convolution of x, scaled to d, and what becomes of it."""
    return f"""
        q, s, z = DynamicQuantizeLinear(x)
        c = ConvInteger<kernel_shape = [3, 3], {attributes}>(q, w, z, zero)
        f = Cast<to = 1>(c)
        both = Mul(s, scale)
        d = Mul(f, both)
        {end}"""


def model(
    name: str,
    end: str = "a = Add(d, b) y = Relu(a)",
    attributes: str = "pads = [1, 1, 1, 1]",
    *,
    kernel: str = "",
    scales: str = "",
    zero: int = 120,
    outputs: str = "",
) -> str:
    """Write a model."""
    channels = CHANNELS.get(name, 16)
    made = OUTPUT_CHANNELS.get(name, channels)
    known = constants(
        name,
        kernel or weights("{:.0f}", 1, 0, channels, made),
        scales or scale_of_each(made),
        zero,
    )
    return f"""g (float[N, {channels}, H, W] x) => (float[N, {made}, H2, W2] y{outputs})
        {known} {{{steps(end, attributes)}
    }}"""


def sized(text: str) -> str:
    """Give the tensors of a model the size of the tests'."""
    return text.replace("[N, ", "[2, ").replace("H, W]", "19, 23]").replace("H2, W2]", "19, 23]")


def branch(name: str) -> str:
    """Write one whose convolution is in a branch, and its weights are not."""
    known = constants(name, weights("{:.0f}", 1, 0), scale_of_each(16), 120)
    return f"""g (float[N, 16, H, W] x) => (float[N, 16, H2, W2] y)
        {known} {{
        low = ReduceMin<keepdims = 0>(x)
        nought = Constant<value = float {{0.0}}>()
        condition = Less(low, nought)
        y = If(condition)<
            then_branch = then () => (float[N, 16, H2, W2] r) {{{steps("a = Add(d, b) r = Relu(a)")}
            }},
            else_branch = otherwise () => (float[N, 16, H2, W2] e) {{ e = Neg(x) }}
        >
    }}"""


def concat(axis: int, outputs: str = "") -> str:
    """Write one that puts a, b and a together."""
    return f"""g (float[N, C, H, W] a, float[N, D, H, W] b)
        => (uint8[N, E, K, W] q, float s, uint8 z{outputs}) {{
        c = Concat<axis = {axis}>(a, b, a)
        q, s, z = DynamicQuantizeLinear(c)
    }}"""


QUANTIZED = {
    "quantized_concat": concat(1),
    "quantized_concat_rows": concat(2),
    "quantized_concat_read": concat(1, ", float[N, E, K, W] c"),
    "quantized_conv": model("quantized_conv", scales="float scale = {0.01}"),
    "quantized_conv_scales": model("quantized_conv_scales", "a = Add(b, d) y = Relu(a)"),
    "quantized_conv_alone": model(
        "quantized_conv_alone", "y = Identity(d)", scales="float[1] scale = {0.01}"
    ),
    # Two read what comes before Relu, which therefore stays.
    "quantized_conv_twice": model(
        "quantized_conv_twice", "a = Add(d, b) r = Relu(a) y = Sub(r, a)"
    ),
    "quantized_conv_dilation": model(
        "quantized_conv_dilation", attributes="pads = [2, 2, 2, 2], dilations = [2, 2]"
    ),
    "quantized_conv_same": model("quantized_conv_same", attributes='auto_pad = "SAME_UPPER"'),
    "quantized_conv_one_side": model("quantized_conv_one_side", attributes="pads = [0, 2, 3, 0]"),
    "quantized_conv_odd": model("quantized_conv_odd"),
    "quantized_conv_one_output": model("quantized_conv_one_output"),
    "quantized_conv_residual": sized(
        model("quantized_conv_residual", "a = Add(d, b) r = Relu(a) y = Add(x, r)")
    ),
    "quantized_conv_residual_alone": sized(
        model("quantized_conv_residual_alone", "n = Neg(x) y = Add(d, n)")
    ),
    # Its memory becomes the result's, if that is no output.
    "quantized_conv_residual_inner": sized(
        model("quantized_conv_residual_inner", "n = Neg(x) a = Add(d, n) y = Abs(a)")
    ),
    # What is added is read once more: its memory must not become the result's.
    "quantized_conv_residual_read": sized(
        model("quantized_conv_residual_read", "n = Neg(x) a = Add(d, n) y = Sub(a, n)")
    ),
    # What is added is of another shape: it stays a step of its own.
    "quantized_conv_residual_row": sized(
        model("quantized_conv_residual_row", "r = Relu(d) o = ReduceMax(x) y = Add(r, o)")
    ),
    "quantized_conv_output_before": model(
        "quantized_conv_output_before", outputs=", float[N, 16, H2, W2] d"
    ),
    "quantized_conv_computed_bias": model(
        "quantized_conv_computed_bias", "e = Add(both, b) a = Add(d, e) y = Relu(a)"
    ),
    "quantized_conv_sums": model("quantized_conv_sums", outputs=", int32[N, 16, H2, W2] c"),
    # Sums may reach 2^25: the kernel of our own must not have it.
    "quantized_conv_large": model(
        "quantized_conv_large", kernel=numbers([255] * 64 * 64 * 9), zero=0
    ),
    "quantized_conv_branch": branch("quantized_conv_branch"),
}
