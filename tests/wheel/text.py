"""Values in ONNX's own syntax."""

from collections.abc import Iterable


def numbers(values: Iterable[float]) -> str:
    """Write values as the syntax has them."""
    return ", ".join(map(str, values))


def weights(form: str, scale: float, offset: float, channels: int = 16) -> str:
    """Write different-looking 3 x 3 kernels: 0 to 250 times a scale, and an offset."""
    values = (i * 37 % 251 * scale + offset for i in range(channels * channels * 9))
    return ", ".join(form.format(value) for value in values)
