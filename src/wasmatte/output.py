"""The output: what is made of a photo and its matte, and in which kind of file."""

import os
from dataclasses import KW_ONLY, dataclass, field

import numpy as np
from numpy.typing import NDArray
from PIL import ImageColor

from .errors import OptionError
from .frame import Box
from .source import PhotoSource, decode

__all__ = ["FORMATS", "KINDS", "MIME_TYPES", "SUFFIXES", "Output"]

KINDS = ("cut-out", "matte", "background")
"""The subject without its background, the matte in grey, the photo without its subject."""

MIME_TYPES = {"png": "image/png", "webp": "image/webp", "jpeg": "image/jpeg"}
"""The media type of each format."""

SUFFIXES = {"png": ".png", "webp": ".webp", "jpeg": ".jpg"}
"""How the names of files in each format end."""

FORMATS = tuple(MIME_TYPES)
"""Formats of the files; JPEG has no transparency."""

WHITE = "#fff"


@dataclass(frozen=True, eq=False)
class Output:
    """What is made of a photo and its matte.

    Cropping comes first, then the size, then the background.

    Attributes
    ----------
    kind : {"cut-out", "matte", "background"}
        The photo under its matte; the matte alone, in grey; or the photo under its matte inverted.
    format : {"png", "webp", "jpeg"}
        PNG is lossless; of a WebP colours are lossy and alpha is not.
    quality : int
        Of JPEG and WebP, 1 to 100.
    background : str or PhotoSource, optional
        What lies under the picture, whose alpha is then 255 everywhere. A string is a colour of
        CSS: a name, ``#rgb``, ``#rrggbb``, ``rgb(...)`` or ``hsl(...)``. Anything else is a
        picture, which covers the whole, centred; give a file's path as a `pathlib.Path`. None
        leaves the picture transparent; JPEG takes white.
    background_blur : float, optional
        What lies under the cut-out is the photo's own background, blurred by a Gaussian whose
        standard deviation is this share of the photo's longer side: more than 0, at most 1; 0.02
        is a strong one. The result's alpha is 255 everywhere; a transparent photo is put on white
        before.
    refine : bool
        Whether the matte is refined where it is partial, so that edges follow the photo's own; and
        colours there are estimated anew, so that no halo of the old background shows over another
        one. Otherwise the matte is the model's, enlarged, and all pixels are the photo's own.
    max_width, max_height : int, optional
        Size of the result at most, in pixels. It is reduced in proportion, never enlarged.
    crop : bool or tuple of int
        Whether rows and columns at the edges go in which nothing is left to be seen; or the
        rectangle to keep: left, top, width and height, in pixels of the upright photo.
    margin : float
        What cropping to what is seen leaves round it, as a share of its longer side: 0 to 1. The
        photo's edges limit it.

    Raises
    ------
    OptionError
        If a value is not allowed.
    PhotoError
        If the background cannot be used.
    """

    _: KW_ONLY
    kind: str = "cut-out"
    format: str = "png"
    quality: int = 90
    background: PhotoSource | None = None
    background_blur: float | None = None
    refine: bool = False
    max_width: int | None = None
    max_height: int | None = None
    crop: bool | tuple[int, int, int, int] = False
    margin: float = 0.0
    under: NDArray[np.uint8] | None = field(init=False, repr=False, default=None)
    """The decoded background: uint8, shape (3,) or (h, w, 3); None if there is none."""

    def __post_init__(self) -> None:
        _check_choice("kind", self.kind, KINDS)
        _check_choice("format", self.format, FORMATS)
        _check_number("quality", self.quality, 1, 100)
        for name in ("max_width", "max_height"):
            value = getattr(self, name)
            if value is not None:
                _check_number(name, value, 1, None)
        if not isinstance(self.crop, bool):
            _check_rectangle(self.crop)
        if not (_is_number(self.margin) and 0 <= self.margin <= 1):
            raise OptionError(f"margin must be a number from 0 to 1; got {self.margin!r}")
        if self.margin and not isinstance(self.crop, bool):
            raise OptionError(
                f"margin goes round the subject, and crop is a rectangle; leave margin away; "
                f"got {self.margin!r}"
            )
        if not isinstance(self.refine, bool):
            raise OptionError(f"refine must be true or false; got {self.refine!r}")
        self._check_blur()
        if self.kind == "matte" and self.background is not None:
            raise OptionError("a matte has no background; leave background away, or take a cut-out")
        background = self.background
        if (
            background is None
            and self.format == "jpeg"
            and self.kind != "matte"
            and not self.background_blur
        ):
            background = WHITE
        object.__setattr__(self, "under", None if background is None else _under(background))

    def _check_blur(self) -> None:
        if self.background_blur is None:
            return
        if not (_is_number(self.background_blur) and 0 < self.background_blur <= 1):
            raise OptionError(
                "background_blur must be a number above 0 and at most 1, a share of the photo's "
                f"longer side; got {self.background_blur!r}"
            )
        if self.kind != "cut-out":
            raise OptionError(
                f"background_blur goes with the kind cut-out; got {self.kind!r}; leave one of them "
                "away"
            )
        if self.background is not None:
            raise OptionError(
                "background_blur keeps the photo's own background, and background is another one; "
                "leave one of them away"
            )

    def rectangle(self, width: int, height: int) -> Box | None:
        """Give the rectangle that is kept of a photo of this size; None if crop names none.

        Raises
        ------
        OptionError
            If it does not lie inside the photo.
        """
        if isinstance(self.crop, bool):
            return None
        left, top, across, down = self.crop
        if left < 0 or top < 0 or left + across > width or top + down > height:
            raise OptionError(
                f"crop must lie inside the photo, which is {width} x {height} pixels; got left "
                f"{left}, top {top}, width {across}, height {down}"
            )
        return left, top, left + across, top + down

    @property
    def mime_type(self) -> str:
        """The media type of the result's file."""
        return MIME_TYPES[self.format]


def _check_choice(name: str, value: object, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise OptionError(f"{name} must be one of {', '.join(allowed)}; got {value!r}")


def _check_rectangle(value: object) -> None:
    whole = isinstance(value, tuple) and all(type(number) is int for number in value)
    if not whole or len(value) != 4 or min(value[2:]) < 1:  # type: ignore[arg-type,index]
        raise OptionError(
            "crop must be true, false, or a rectangle of four whole numbers (left, top, width, "
            f"height), the last two at least 1; got {value!r}"
        )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _check_number(name: str, value: object, least: int, most: int | None) -> None:
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not whole or value < least or (most is not None and value > most):  # type: ignore[operator]
        span = f"from {least} to {most}" if most is not None else f"of at least {least}"
        raise OptionError(f"{name} must be a whole number {span}; got {value!r}")


def _under(background: PhotoSource) -> NDArray[np.uint8]:
    """Give a colour, shape (3,), or a picture's pixels, shape (h, w, 3)."""
    if isinstance(background, str):
        try:
            return np.array(ImageColor.getrgb(background)[:3], np.uint8)
        except ValueError as error:
            raise OptionError(
                f"background must be a colour such as white, #fa0 or rgb(255 170 0); "
                f"got {background!r}"
            ) from error
    if not isinstance(background, (bytes, bytearray, memoryview, os.PathLike, np.ndarray)):
        raise OptionError(f"background must be a colour or a picture; got {background!r}")
    return decode(background).rgba[..., :3]
