"""The source of a photo: bytes, a path or pixels; and its way to decoded pixels."""

import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from . import codec
from .errors import UnsupportedPhotoError
from .photo import Photo, from_pixels
from .place import here

__all__ = ["PhotoSource", "decode", "decode_async"]

PhotoSource = bytes | bytearray | memoryview | str | os.PathLike[str] | NDArray[np.uint8]
"""A photo: its file's bytes, its file's path, or its pixels: uint8 (H, W, 3 or 4), RGB or RGBA."""


def decode(photo: PhotoSource) -> Photo:
    """Give a photo's pixels, in an array of our own.

    Raises
    ------
    PhotoError
        If the photo cannot be used.
    OSError
        If its file cannot be read.
    """
    return from_pixels(photo) if isinstance(photo, np.ndarray) else codec.decode(_read(photo))


async def decode_async(photo: PhotoSource) -> Photo:
    """Do what `decode` does; in a tab, the browser decodes what Pillow does not know."""
    try:
        return decode(photo)
    except UnsupportedPhotoError:
        pixels = None if isinstance(photo, np.ndarray) else await here.decode(_read(photo))
        if pixels is None:
            raise
        return from_pixels(pixels)


def _read(photo: bytes | bytearray | memoryview | str | os.PathLike[str]) -> bytes:
    """Give the bytes of a photo's file."""
    if isinstance(photo, bytes | bytearray | memoryview):
        return bytes(photo)
    return Path(photo).read_bytes()
