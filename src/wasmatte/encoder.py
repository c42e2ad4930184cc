"""The encoder: pixels to a file, PNG by our own code and the others by Pillow."""

import io
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from . import png
from .errors import OptionError
from .output import Output

__all__ = ["pieces"]

LONGEST_SIDE = {"webp": 16_383, "jpeg": 65_535}
"""Width and height that a format's header can hold, in pixels."""

WEBP_METHOD = 2  # of 0 to 6: half the time of 4, which is the default, for files 1 % larger


def pieces(pixels: NDArray[np.uint8], output: Output) -> Iterator[bytes]:
    """Encode pixels in the format and quality of an output.

    Parameters
    ----------
    pixels : uint8, shape (H, W), (H, W, 3) or (H, W, 4)
        Grey, or sRGB, or sRGB with straight alpha.
    output : Output
        Names format and quality.

    Yields
    ------
    bytes
        The file's next bytes.

    Raises
    ------
    OptionError
        If the format cannot hold a picture of that size.
    """
    if output.format == "png":
        yield from png.pieces(pixels)
        return
    height, width = pixels.shape[:2]
    longest = LONGEST_SIDE[output.format]
    if max(width, height) > longest:
        raise OptionError(
            f"format {output.format} holds at most {longest} x {longest} pixels; got "
            f"{width} x {height}; set max_width and max_height, or use png"
        )
    options = {"method": WEBP_METHOD} if output.format == "webp" else {}
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, output.format, quality=output.quality, **options)
    yield file.getvalue()
