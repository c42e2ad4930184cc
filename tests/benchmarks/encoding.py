"""Which way to write PNG files is the best: time against size, for RGBA of 12 megapixels.

Run ``python -m tests.benchmarks.encoding``.
"""

import io
import time
import zlib
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from wasmatte import matte, png

from .photos import jpeg, large_photo, round_matte

__all__ = ["main"]

STRATEGIES = {
    "filter up, zlib level 1": (1, zlib.Z_DEFAULT_STRATEGY),
    "filter up, zlib level 2": (2, zlib.Z_DEFAULT_STRATEGY),
    "filter up, zlib Huffman": (1, zlib.Z_HUFFMAN_ONLY),
    "filter up, zlib RLE": (1, zlib.Z_RLE),
}


def ways(rgba: NDArray[np.uint8]) -> Iterator[tuple[str, Callable[[], int]]]:
    """Yield ways to encode; each gives the number of bytes."""
    image = Image.fromarray(rgba)

    def by_pillow(level: int) -> int:
        file = io.BytesIO()
        image.save(file, "PNG", compress_level=level)
        return file.tell()

    def by_zlib(level: int, strategy: int) -> int:
        compressor = zlib.compressobj(level, strategy=strategy)
        rows = rgba.reshape(len(rgba), -1)
        size = sum(len(compressor.compress(strip.data)) for strip in png._filtered(rows))
        return size + len(compressor.flush())

    yield "wasmatte", lambda: len(png.encode(rgba))
    for name, strategy in STRATEGIES.items():
        yield name, partial(by_zlib, *strategy)
    for level in (1, 2, 6):
        yield f"Pillow, level {level}", partial(by_pillow, level)


def main() -> None:
    """Measure and print."""
    lossless = large_photo()
    camera = Image.open(io.BytesIO(jpeg(lossless)))
    alpha = matte.resize(round_matte(), (lossless.height, lossless.width))
    for title, photo in (("from a JPEG", camera), ("with all its noise", lossless)):
        print(title)
        for name, encode in ways(np.dstack([np.asarray(photo), alpha])):
            start = time.process_time()
            size = encode()
            print(f"{name:24}{time.process_time() - start:7.2f} s{size / 1e6:8.1f} MB", flush=True)


if __name__ == "__main__":
    main()
