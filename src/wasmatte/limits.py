"""How large a photo may be."""

from .errors import PhotoTooLargeError

__all__ = ["MAX_PIXELS", "check_size"]

MAX_PIXELS = 100_000_000
"""Pixels of the largest photo: 100 megapixels, 400 MB as RGBA."""


def check_size(width: int, height: int) -> None:
    """Refuse a photo with more pixels than `MAX_PIXELS`.

    Raises
    ------
    PhotoTooLargeError
        If it has more.
    """
    if width * height > MAX_PIXELS:
        raise PhotoTooLargeError(
            f"the photo has {width} x {height} = {width * height / 1e6:.1f} megapixels; the limit "
            f"is {MAX_PIXELS / 1e6:.0f}; use a smaller copy"
        )
