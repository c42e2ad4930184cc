"""Values in ONNX's own syntax."""

from collections.abc import Iterable


def numbers(values: Iterable[float]) -> str:
    """Write values as the syntax has them."""
    return ", ".join(map(str, values))


def weights(
    form: str, scale: float, offset: float, channels: int = 16, outputs: int | None = None
) -> str:
    """Write different-looking 3 x 3 kernels: 0 to 250 times a scale, and an offset."""
    count = (channels if outputs is None else outputs) * channels * 9
    values = (i * 37 % 251 * scale + offset for i in range(count))
    return ", ".join(form.format(value) for value in values)
