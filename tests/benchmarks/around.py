"""How long everything around the model takes for a photo of 12 megapixels.

Run ``python -m tests.benchmarks.around``.
"""

import time
from collections.abc import Callable
from typing import TypeVar

from wasmatte import codec, composite, matte, models, png, tensor

from .photos import jpeg, large_photo, round_matte

__all__ = ["main"]

T = TypeVar("T")

RUNS = 5


def timed(name: str, work: Callable[[], T]) -> T:
    """Run work several times and print the shortest time."""
    seconds = []
    for _ in range(RUNS):
        start = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - start)
    print(f"{name:12}{min(seconds):8.3f} s")
    return result


def main() -> None:
    """Measure and print."""
    file = jpeg(large_photo())
    print(f"JPEG of {len(file) / 1e6:.1f} MB; shortest of {RUNS} runs")
    photo = timed("decode", lambda: codec.decode(file))
    height, width = photo.rgba.shape[:2]
    timed("prepare", lambda: tensor.prepare(photo.rgba, models()[0]))
    predicted = round_matte()

    def compose() -> None:
        alpha = matte.resize(predicted, (height, width))
        composite.apply_alpha(photo.rgba, alpha, opaque=photo.opaque)

    timed("composite", compose)
    data = timed("encode", lambda: png.encode(photo.rgba))
    print(f"PNG of {len(data) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
