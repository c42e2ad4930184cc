"""Channels put together and convolved, in ONNX's syntax: what a fused operator may take, or not."""

from .text import numbers, weights

__all__ = ["CONCATS", "FLOAT16", "FUSED_CONVS"]

FUSED_CONVS = {
    "concat_conv": True,
    "concat_conv_alone": True,
    "concat_conv_dilation": True,
    "concat_conv_same": True,
    "concat_conv_residual": True,
    "concat_conv_residual_row": True,
    "concat_conv_strided": False,
    "concat_conv_read": False,
    "concat_conv_rows": False,
}
"""The models by name, and whether the wheel has an operator for them."""


def model(
    end: str,
    attributes: str = "pads = [1, 1, 1, 1]",
    *,
    concat: str = "Concat<axis = 1>(a, b, a)",
    channels: int = 21,
    bias: str = ", bias",
    outputs: str = "",
) -> str:
    """Write a model of a tensor c, convolved to d, and what becomes of it."""
    kernel = weights("{:.3f}", 0.01, -1.25, channels, 16)
    return f"""g (float[2, 8, 19, 23] a, float[2, 5, 19, 23] b, float[2, 16, 19, 23] x)
        => (float[2, 16, H, W] y{outputs})
        <float[16, {channels}, 3, 3] w = {{{kernel}}},
         float[16] bias = {{{numbers(range(-8, 8))}}}> {{
        c = {concat}
        d = Conv<kernel_shape = [3, 3], {attributes}>(c, w{bias})
        {end}
    }}"""


RELU = "y = Relu(d)"
CONCATS = {
    "concat_conv": model(RELU),
    "concat_conv_alone": model("y = Identity(d)", bias=""),
    "concat_conv_dilation": model(RELU, "pads = [2, 2, 2, 2], dilations = [2, 2]"),
    "concat_conv_same": model(RELU, 'auto_pad = "SAME_UPPER"'),
    "concat_conv_residual": model("r = Relu(d) y = Add(x, r)"),
    # What is added is of another shape: it stays a step of its own.
    "concat_conv_residual_row": model("r = Relu(d) m = ReduceMax(x) y = Add(r, m)"),
    "concat_conv_strided": model(RELU, "pads = [1, 1, 1, 1], strides = [2, 2]"),
    "concat_conv_read": model(RELU, outputs=", float[2, 21, 19, 23] c"),
    "concat_conv_rows": model(RELU, concat="Concat<axis = 2>(a, a)", channels=8),
}

# As converters make them: what has no kernel for float16 lies between casts.
FLOAT16 = f"""g (float16[1, 16, 20, 24] x) => (float16[1, 16, 20, 24] y)
    <float[16, 16, 3, 3] v32 = {{{weights("{:.2f}", 0.01, -1.25)}}},
     float[16, 32, 3, 3] w32 = {{{weights("{:.2f}", 0.01, -1.25, 32, 16)}}},
     float[4] scales = {{1, 1, 2, 2}}> {{
    v = Cast<to = 10>(v32)
    w = Cast<to = 10>(w32)
    c = Conv<kernel_shape = [3, 3], pads = [1, 1, 1, 1]>(x, v)
    r = Relu(c)
    m = MaxPool<kernel_shape = [2, 2], strides = [2, 2]>(r)
    f = Cast<to = 1>(m)
    u = Resize<mode = "linear">(f, , scales)
    h = Cast<to = 10>(u)
    j = Concat<axis = 1>(r, h)
    y = Conv<kernel_shape = [3, 3], pads = [1, 1, 1, 1]>(j, w)
}}"""
