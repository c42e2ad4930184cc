"""The frame: which part of a picture is kept, and how large it becomes."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

__all__ = ["Box", "bounding_box", "cover", "fit", "resize"]

Box = tuple[int, int, int, int]
"""Left, top, right and bottom, in pixels; right and bottom are outside."""

VISIBLE = 13  # levels of 255: 5 %; what mattes have of haze in the background is below
FILTER = Image.Resampling.BICUBIC  # averages all pixels when it reduces, and draws no halo


def bounding_box(alpha: NDArray[np.uint8], margin: float = 0.0) -> Box:
    """Give the smallest box that holds all that is to be seen.

    Parameters
    ----------
    alpha : uint8, shape (H, W)
        Coverage times 255; below 5 % it counts as nothing.
    margin : float
        What the box has in addition on each side, as a share of its longer side; it ends at the
        picture's edges.

    Returns
    -------
    tuple of int
        Left, top, right, bottom. All of the picture where nothing is to be seen.
    """
    height, width = alpha.shape
    rows = np.flatnonzero(alpha.max(axis=1) >= VISIBLE)
    if rows.size == 0:
        return 0, 0, width, height
    columns = np.flatnonzero(alpha.max(axis=0) >= VISIBLE)
    left, top, right, bottom = columns[0], rows[0], columns[-1] + 1, rows[-1] + 1
    more = round(margin * max(right - left, bottom - top))
    return (
        int(max(left - more, 0)),
        int(max(top - more, 0)),
        int(min(right + more, width)),
        int(min(bottom + more, height)),
    )


def fit(size: tuple[int, int], max_width: int | None, max_height: int | None) -> tuple[int, int]:
    """Give the size, in proportion, that a picture must be reduced to: its own, if it fits."""
    width, height = size
    scale = min((max_width or width) / width, (max_height or height) / height, 1.0)
    return max(1, round(width * scale)), max(1, round(height * scale))


def resize(pixels: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """Resize a picture: grey (H, W), RGB (H, W, 3), or RGBA (H, W, 4) with straight alpha.

    Colours count with their coverage, so that what lies hidden does not bleed into the edges.
    """
    if (pixels.shape[1], pixels.shape[0]) == size:
        return pixels
    return np.asarray(Image.fromarray(pixels).resize(size, FILTER))


def cover(pixels: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """Resize an RGB picture until it covers a size, and cut off what stands out, evenly."""
    return np.asarray(ImageOps.fit(Image.fromarray(pixels), size, FILTER))
