"""The photo: decoded pixels."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile

from .errors import EmptyPhotoError, UnsupportedPhotoError

__all__ = ["Photo", "decoded_into", "from_image", "from_pixels"]

STRIP = 64  # rows copied out of Pillow at a time; whole images go through several copies

# Exif 2.32, 4.6.4, tag 0x0112: what the first row and the first column are of the photo.
UPRIGHT: Mapping[int, Callable[[NDArray[np.uint32]], NDArray[np.uint32]]] = {
    2: lambda pixels: pixels[:, ::-1],
    3: lambda pixels: pixels[::-1, ::-1],
    4: lambda pixels: pixels[::-1],
    5: lambda pixels: pixels.T,
    6: lambda pixels: pixels.T[:, ::-1],
    7: lambda pixels: pixels[::-1, ::-1].T,
    8: lambda pixels: pixels.T[::-1],
}


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

    def upright(self, orientation: int) -> "Photo":
        """Turn it from EXIF's ``orientation``, 1 to 8, to 1; any other number counts as 1."""
        turn = UPRIGHT.get(orientation)
        if turn is None:
            return self
        turned = turn(self.rgba.view(np.uint32)[..., 0])
        height, width = turned.shape
        rgba = np.empty((height, width, 4), np.uint8)
        pixels = rgba.view(np.uint32)[..., 0]
        for left in range(0, width, STRIP):  # all of it at once would miss every cache
            pixels[:, left : left + STRIP] = turned[:, left : left + STRIP]
        return Photo(rgba, self.opaque)


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


def decoded_into(image: ImageFile.ImageFile) -> NDArray[np.uint8]:
    """Give the memory that a file of mode RGB or RGBA will be decoded into, by its ``load``.

    Pillow's own would hold the pixels a second time, while they are copied: 48 MB of 12 megapixels.

    Returns
    -------
    uint8, shape (H, W, 4)
        Of mode RGB the last of four values is unused.
    """
    width, height = image.size
    rgba = np.empty((height, width, 4), np.uint8)
    layout = (image.mode, 0, 1)  # no gap between rows, the first one on top
    image.im = Image.core.map_buffer(rgba, image.size, "raw", 0, layout)  # type: ignore[attr-defined]
    return rgba


def from_image(image: Image.Image, rgba: NDArray[np.uint8] | None = None) -> Photo:
    """Give the pixels of a Pillow image of mode RGB or RGBA: a copy, unless ``rgba`` has them."""
    if rgba is None:
        rgba = _copied(image)
    if image.mode == "RGB":
        return Photo(rgba, opaque=True)  # whoever uses it writes alpha
    return Photo(rgba, opaque=image.getchannel("A").getextrema() == (255, 255))


def _copied(image: Image.Image) -> NDArray[np.uint8]:
    width, height = image.size
    rgba = np.empty((height, width, 4), np.uint8)
    rawmode = "RGBA" if image.mode == "RGBA" else "RGBX"
    for top in range(0, height, STRIP):
        strip = image.crop((0, top, width, min(top + STRIP, height)))
        data = np.frombuffer(strip.tobytes("raw", rawmode), np.uint8)
        rgba[top : top + STRIP] = data.reshape(-1, width, 4)
    return rgba
