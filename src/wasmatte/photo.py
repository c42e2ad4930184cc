"""The photo: decoded pixels."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from .errors import EmptyPhotoError, UnsupportedPhotoError

__all__ = ["Photo", "from_image", "from_pixels"]

STRIP = 64  # rows copied out of Pillow at a time; whole images go through several copies


@dataclass(frozen=True)
class Photo:
    """A decoded photo.

    Attributes
    ----------
    rgba : uint8, shape (H, W, 4), C-contiguous
        sRGB pixels with straight alpha, upright.
    opaque : bool
        Whether alpha is 255 everywhere.
    """

    rgba: NDArray[np.uint8]
    opaque: bool


def from_pixels(pixels: NDArray[Any]) -> Photo:
    """Copy pixels of a caller's.

    Raises
    ------
    UnsupportedPhotoError
        If they are not uint8 of shape (H, W, 3) or (H, W, 4).
    EmptyPhotoError
        If H or W is 0.
    """
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] not in (3, 4):
        raise UnsupportedPhotoError(
            "pixels must be uint8 (H, W, 3) or (H, W, 4), RGB or RGBA; "
            f"got {pixels.dtype} {pixels.shape}"
        )
    if pixels.size == 0:
        raise EmptyPhotoError(f"the photo has no pixels: its shape is {pixels.shape}")
    height, width, bands = pixels.shape
    rgba = np.empty((height, width, 4), np.uint8)
    rgba[..., :bands] = pixels
    if bands == 3:
        rgba[..., 3] = 255
    return Photo(rgba, opaque=bands == 3 or bool((pixels[..., 3] == 255).all()))


def from_image(image: Image.Image) -> Photo:
    """Copy the pixels of a Pillow image of mode RGB or RGBA."""
    width, height = image.size
    rgba = np.empty((height, width, 4), np.uint8)
    rawmode = "RGBA" if image.mode == "RGBA" else "RGBX"
    for top in range(0, height, STRIP):
        strip = image.crop((0, top, width, min(top + STRIP, height)))
        data = np.frombuffer(strip.tobytes("raw", rawmode), np.uint8)
        rgba[top : top + STRIP] = data.reshape(-1, width, 4)
    if image.mode == "RGB":
        return Photo(rgba, opaque=True)  # RGBX: whoever uses it writes alpha
    return Photo(rgba, opaque=image.getchannel("A").getextrema() == (255, 255))
