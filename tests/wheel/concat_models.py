"""Channels put together and convolved, in ONNX's syntax: what a fused operator may take, or not."""

from .text import numbers, weights

__all__ = [
    "CONCATS",
    "DOUBLED",
    "EMPTY",
    "FLOAT16",
    "FLOAT16_SHARED",
    "FUSED_CONVS",
    "FUSED_DOUBLED",
    "ROUNDED",
]

FUSED_CONVS = {
    "concat_conv": "WinogradConv",
    "concat_conv_alone": "WinogradConv",
    "concat_conv_twice": "WinogradConv Relu Sub",
    "concat_conv_dilation": "WinogradConv",
    "concat_conv_same": "WinogradConv",
    "concat_conv_residual": "WinogradConv",
    "concat_conv_residual_alone": "WinogradConv",
    "concat_conv_residual_row": "WinogradConv ReduceMax Add",
    "concat_conv_residual_last": "Neg WinogradConv Abs",
    "concat_conv_residual_read": "Neg WinogradConv Sub",
    "concat_conv_residual_joined": "Neg WinogradConv Abs",
    "concat_conv_output_before": "WinogradConv Relu",
    "concat_conv_given_weights": "WinogradConv",
    "concat_conv_any_size": "WinogradConv",
    "concat_conv_strided": "Concat FusedConv",
    "concat_conv_read": "Concat FusedConv",
    "concat_conv_rows": "Concat FusedConv",
}
"""The models by name, and the operators that the wheel makes of each."""


def model(
    end: str,
    attributes: str = "pads = [1, 1, 1, 1]",
    *,
    before: str = "",
    concat: str = "Concat<axis = 1>(a, b, a)",
    channels: int = 21,
    bias: str = ", bias",
    outputs: str = "",
) -> str:
    """Write a model of a tensor c, convolved to d, and what becomes of it."""
    kernel = weights("{:.3f}", 0.01, -1.25, channels, 16)
    values = numbers(range(-8, 8))
    return f"""g (float[2, 8, 19, 23] a, float[2, 5, 19, 23] b, float[2, 16, 19, 23] x)
        => (float[2, 16, H, W] y{outputs})
        <float[16, {channels}, 3, 3] w = {{{kernel}}}, float[16] bias = {{{values}}}> {{
        {before}
        c = {concat}
        d = Conv<kernel_shape = [3, 3], {attributes}>(c, w{bias})
        {end}
    }}"""


RELU = "y = Relu(d)"
CONCATS = {
    "concat_conv": model(RELU),
    "concat_conv_alone": model("y = Identity(d)", bias=""),
    # Two read what comes before Relu, which therefore stays.
    "concat_conv_twice": model("r = Relu(d) y = Sub(r, d)"),
    "concat_conv_dilation": model(RELU, "pads = [2, 2, 2, 2], dilations = [2, 2]"),
    "concat_conv_same": model(RELU, 'auto_pad = "SAME_UPPER"'),
    "concat_conv_residual": model("r = Relu(d) y = Add(x, r)"),
    "concat_conv_residual_alone": model("y = Add(d, x)"),
    # What is added is of another shape: it stays a step of its own.
    "concat_conv_residual_row": model("r = Relu(d) m = ReduceMax(x) y = Add(r, m)"),
    # Memory of what is added becomes the result's if nothing else needs it, and that is no output.
    "concat_conv_residual_last": model("r = Relu(d) n = Neg(x) s = Add(n, r) y = Abs(s)"),
    "concat_conv_residual_read": model("r = Relu(d) n = Neg(x) s = Add(n, r) y = Sub(s, n)"),
    "concat_conv_residual_joined": model(
        "r = Relu(d) s = Add(n, r) y = Abs(s)", before="n = Neg(x)", concat="Concat<axis = 1>(n, b)"
    ),
    "concat_conv_output_before": model(RELU, outputs=", float[2, 16, 19, 23] d"),
    "concat_conv_given_weights": model(RELU).replace("a, float", "a, float[16, 21, 3, 3] w, float"),
    "concat_conv_any_size": model(RELU).replace("19, 23]", "H, W]"),
    "concat_conv_strided": model(RELU, "pads = [1, 1, 1, 1], strides = [2, 2]"),
    "concat_conv_read": model(RELU, outputs=", float[2, 21, 19, 23] c"),
    "concat_conv_rows": model(RELU, concat="Concat<axis = 2>(a, a)", channels=8),
}

FUSED_DOUBLED = {
    "doubled": "WinogradConv",
    "doubled_second": "WinogradConv",
    "doubled_torch": "WinogradConv",
    "doubled_same": "WinogradConv",
    "doubled_scales": "Resize WinogradConv",
    "doubled_corners": "Resize WinogradConv",
    "doubled_nearest": "Resize WinogradConv",
    "doubled_twice": "Resize WinogradConv",
    "doubled_read": "Resize WinogradConv",
    "doubled_dilation": "Resize WinogradConv",
    "doubled_tripled": "Resize WinogradConv",
    "doubled_wide": "Resize WinogradConv",
    "doubled_for_two": "Resize WinogradConv WinogradConv",
    "doubled_residual": "Resize WinogradConv WinogradConv",
}
"""Of models that double what they put together, the operators that the wheel makes of each."""


def doubled(
    resize: str = 'mode = "linear"',
    to: str = ", , , sizes",
    concat: str = "u, b",
    attributes: str = "pads = [1, 1, 1, 1]",
    outputs: str = "",
    size: tuple[int, int] = (20, 24),
) -> str:
    """Write a model of a, doubled to u, put together with b and convolved."""
    channels = sum({"u": 8, "b": 13}[name] for name in concat.split(", "))
    height, width = size
    return f"""g (float[2, 8, 10, 12] a, float[2, 13, {height}, {width}] b)
        => (float[2, 16, H, W] y{outputs})
        <float[16, {channels}, 3, 3] w = {{{weights("{:.3f}", 0.01, -1.25, channels, 16)}}},
         int64[4] sizes = {{2, 8, {height}, {width}}}, float[4] scales = {{1, 1, 2, 2}}> {{
        u = Resize<{resize}>(a{to})
        c = Concat<axis = 1>({concat})
        d = Conv<kernel_shape = [3, 3], {attributes}>(c, w)
        y = Relu(d)
    }}"""


DOUBLED = {
    "doubled": doubled(),
    "doubled_second": doubled(concat="b, u"),
    "doubled_torch": doubled(
        'mode = "linear", coordinate_transformation_mode = "pytorch_half_pixel"'
    ),
    "doubled_same": doubled(attributes='auto_pad = "SAME_LOWER"'),
    "doubled_scales": doubled(to=", , scales"),
    "doubled_corners": doubled('mode = "linear", coordinate_transformation_mode = "align_corners"'),
    "doubled_nearest": doubled('mode = "nearest"'),
    "doubled_twice": doubled(concat="u, b, u"),
    "doubled_read": doubled(outputs=", float[2, 8, 20, 24] u"),
    "doubled_dilation": doubled(attributes="pads = [2, 2, 2, 2], dilations = [2, 2]"),
    "doubled_tripled": doubled(size=(30, 36)),
    "doubled_wide": doubled(size=(20, 36)),
    # Both of its readers become WinogradConv.
    "doubled_for_two": f"""g (float[1, 8, 10, 12] a, float[1, 8, 20, 24] b)
        => (float[1, 16, 20, 24] y, float[1, 16, 20, 24] z)
        <float[16, 16, 3, 3] w = {{{weights("{:.3f}", 0.01, -1.25)}}},
         int64[4] sizes = {{1, 8, 20, 24}}> {{
        u = Resize<mode = "linear">(a, , , sizes)
        c = Concat<axis = 1>(u, b)
        y = Conv<kernel_shape = [3, 3], pads = [1, 1, 1, 1]>(c, w)
        d = Concat<axis = 1>(b, u)
        z = Conv<kernel_shape = [3, 3], pads = [1, 1, 1, 1]>(d, w)
    }}""",
    "doubled_residual": f"""g (float[1, 16, 10, 12] a, float[1, 8, 20, 24] b)
        => (float[1, 16, 20, 24] y, float[1, 16, 20, 24] z)
        <float[16, 16, 3, 3] w = {{{weights("{:.3f}", 0.01, -1.25)}}},
         float[16, 32, 3, 3] v = {{{weights("{:.3f}", 0.01, -1.25, 32, 16)}}},
         int64[4] sizes = {{1, 16, 20, 24}}> {{
        u = Resize<mode = "linear">(a, , , sizes)
        c = Concat<axis = 1>(b, b)
        d = Conv<kernel_shape = [3, 3], pads = [1, 1, 1, 1]>(c, w)
        y = Add(d, u)
        e = Concat<axis = 1>(u, y)
        z = Conv<kernel_shape = [3, 3], pads = [1, 1, 1, 1]>(e, v)
    }}""",
}

# As converters make them: what has no kernel for float16 lies between casts.
FLOAT16 = f"""g (float16[1, 16, 20, 24] x) => (float[1, 32, 40, 48] z)
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
    j = Concat<axis = 1>(h, r)
    y = Conv<kernel_shape = [3, 3], pads = [1, 1, 1, 1]>(j, w)
    k = Concat<axis = 1>(y, r)
    g = Cast<to = 1>(k)
    z = Resize<mode = "linear">(g, , scales)
}}"""

# Three convolutions by the same weights; the last has no kernel that takes them in float16.
FLOAT16_SHARED = f"""g (float16[1, 16, 20, 24] x) => (float[1, 16, 10, 12] z)
    <float[16, 16, 3, 3] v32 = {{{weights("{:.2f}", 0.01, -1.25)}}}> {{
    v = Cast<to = 10>(v32)
    c = Conv<kernel_shape = [3, 3], pads = [1, 1, 1, 1]>(x, v)
    d = Conv<kernel_shape = [3, 3], pads = [1, 1, 1, 1]>(c, v)
    y = Conv<kernel_shape = [3, 3], pads = [1, 1, 1, 1], strides = [2, 2]>(d, v)
    z = Cast<to = 1>(y)
}}"""

# A convolution that has nothing to compute.
EMPTY = f"""g (float[1, 8, 2, 24] a, float[1, 8, 2, 24] b) => (float[1, 16, 0, 22] y)
    <float[16, 16, 3, 3] w = {{{weights("{:.2f}", 0.01, -1.25)}}}> {{
    c = Concat<axis = 1>(a, b)
    y = Conv<kernel_shape = [3, 3], pads = [0, 0, 0, 0]>(c, w)
}}"""

# All that is around Concat are casts: their rounding is meant.
ROUNDED = """g (float[1, 2] a, float[1, 2] b) => (float[1, 4] y) {
    p = Cast<to = 10>(a)
    q = Cast<to = 10>(b)
    c = Concat<axis = 1>(p, q)
    y = Cast<to = 1>(c)
}"""
