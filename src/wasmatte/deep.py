"""PNG files with 16 bits a channel, rounded to 8 bits.

Pillow gives 16-bit grey as it is, but of every other 16-bit channel the high byte alone, which is
up to one level too dark. Read as little-endian, it gives the low byte.
"""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngImageFile

__all__ = ["is_deep", "load"]

GREY = "I;16B"
GREY_ALPHA = "LA;16B"
LOW_BYTES = {"RGB;16B": "RGB;16L", "RGBA;16B": "RGBA;16L"}

LEVELS = ((np.arange(1 << 16) + 128) // 257).astype(np.uint8)  # round(v * 255 / 65535)


def is_deep(image: Image.Image) -> bool:
    """Say whether an image, not loaded yet, is a PNG file with 16 bits a channel."""
    return isinstance(image, PngImageFile) and (
        _raw_mode(image) in (GREY, GREY_ALPHA) or _raw_mode(image) in LOW_BYTES
    )


def load(image: Image.Image, data: bytes) -> Image.Image:
    """Load such an image.

    Parameters
    ----------
    image : Image
        The opened file; it is loaded.
    data : bytes
        The file.

    Returns
    -------
    Image
        Mode L, LA, RGB or RGBA, ``round(v * 255 / 65535)`` of every value v.
    """
    values = _values(image, data)
    transparent = image.info.get("transparency")
    levels = LEVELS[values]
    if transparent is not None and values.shape[2] in (1, 3):
        covered = (values != np.asarray(transparent, np.uint16)).any(axis=2, keepdims=True)
        levels = np.concatenate([levels, covered * np.uint8(255)], axis=2)
    return Image.fromarray(levels[..., 0] if levels.shape[2] == 1 else levels)


def _values(image: Image.Image, data: bytes) -> NDArray[np.uint16]:
    """Give the file's values: uint16, shape (H, W, channels)."""
    raw_mode = _raw_mode(image)
    if raw_mode == GREY:
        return np.asarray(image, np.uint16)[..., np.newaxis]
    if raw_mode == GREY_ALPHA:
        _set_raw_mode(image, "RGBA")  # the four bytes of a pixel
        both = np.asarray(image, np.uint16)
        return both[..., ::2] * np.uint16(256) + both[..., 1::2]
    low = Image.open(io.BytesIO(data), formats=("PNG",))
    _set_raw_mode(low, LOW_BYTES[raw_mode])
    high = np.asarray(image, np.uint16)
    return high * np.uint16(256) + np.asarray(low, np.uint16)


def _raw_mode(image: Image.Image) -> str:
    raw_mode: str = image.tile[0][3]  # type: ignore[attr-defined]
    return raw_mode


def _set_raw_mode(image: Image.Image, raw_mode: str) -> None:
    (tile,) = image.tile  # type: ignore[attr-defined]
    image.tile = [tile._replace(args=raw_mode)]  # type: ignore[attr-defined]
