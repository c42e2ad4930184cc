"""The cut-out: a photo under its matte, and the file that is made of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeGuard

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from . import composite, encoder, frame, png
from .blur import BlurredBackground, blurred_background
from .edges import refine_alpha
from .output import Output
from .photo import Photo
from .progress import ProgressCallback, Steps
from .refine import refine_colours
from .source import PhotoSource, decode, decode_async

__all__ = ["CutOut", "apply_mask", "apply_mask_async", "cut"]

INVERTED = ~np.arange(256, dtype=np.uint8)
WHITE = np.full(3, 255, np.uint8)


@dataclass(frozen=True, eq=False)
class CutOut:
    """A photo without its background, or without its subject.

    Attributes
    ----------
    rgba : uint8, shape (H, W, 4)
        The photo's own sRGB pixels, upright, with straight alpha; in an output of the kind
        ``background`` alpha is the inverted matte's. If the output refines, colours at partial
        alpha are estimates.
    matte : uint8, shape (H, W)
        The subject's coverage times 255; refined, if the output refines.
    seconds : dict of str to float
        Wall clock time of each step; `encode` and `png` add ``encode``.
    output : Output
        What `encode` makes of it.
    blurred : BlurredBackground, optional
        The photo's own background, if the output wants it blurred.
    """

    rgba: NDArray[np.uint8]
    matte: NDArray[np.uint8]
    seconds: dict[str, float]
    output: Output
    blurred: BlurredBackground | None = field(repr=False, default=None)

    @property
    def alpha(self) -> NDArray[np.uint8]:
        """The alpha channel: uint8, shape (H, W), a view of `rgba`."""
        return self.rgba[..., 3]

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of what `encode` makes, in pixels."""
        return self._frame[1]

    def picture(self) -> NDArray[np.uint8]:
        """Give the pixels that `encode` writes.

        Returns
        -------
        uint8, shape (h, w), (h, w, 3) or (h, w, 4)
            The matte in grey; or colours, over a background if the output has one, else with
            straight alpha.
        """
        if self.output.kind == "matte":
            return self._framed(self.matte)
        picture = self._framed(self.rgba)
        under = self._under()
        return picture if under is None else composite.over(picture, under)

    def encode(self, *, progress: ProgressCallback | None = None) -> bytes:
        """Make the file that the output describes.

        Raises
        ------
        OptionError
            If the output's format cannot hold a picture of this size.
        """
        return b"".join(self.pieces(progress=progress))

    def pieces(self, *, progress: ProgressCallback | None = None) -> Iterator[bytes]:
        """Do what `encode` does, piece by piece, so that the file need not be held."""
        return self._timed(lambda: encoder.pieces(self.picture(), self.output), progress)

    def png(self, *, progress: ProgressCallback | None = None) -> bytes:
        """Encode `rgba` as PNG, losslessly, whatever the output says."""
        return b"".join(self._timed(lambda: png.pieces(self.rgba), progress))

    def matte_png(self) -> bytes:
        """Encode the matte as a grey PNG, cropped and resized like what `encode` makes."""
        return png.encode(self._framed(self.matte))

    @cached_property
    def _frame(self) -> tuple[frame.Box, tuple[int, int]]:
        """The part of the photo that is kept, and the size that it gets."""
        seen = self.matte if self.output.kind == "matte" else self.alpha
        height, width = seen.shape
        box = self.output.rectangle(width, height) or (0, 0, width, height)
        if self.output.crop is True:
            box = frame.bounding_box(seen, self.output.margin)
        left, top, right, bottom = box
        size = (right - left, bottom - top)
        return box, frame.fit(size, self.output.max_width, self.output.max_height)

    def _under(self) -> NDArray[np.uint8] | None:
        """Give what lies under the picture: a colour, pixels of its size, or None."""
        if self.blurred is not None:
            return self.blurred.part(*self._frame)
        under = self.output.under
        return under if under is None or under.ndim == 1 else frame.cover(under, self.size)

    def _framed(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        (left, top, right, bottom), size = self._frame
        return frame.resize(pixels[top:bottom, left:right], size)

    def _timed(
        self, pieces: Callable[[], Iterator[bytes]], progress: ProgressCallback | None
    ) -> Iterator[bytes]:
        steps = Steps(progress)
        with steps.step("encode"):
            yield from pieces()
        self.seconds.update(steps.seconds)


def apply_mask(
    photo: PhotoSource,
    mask: PhotoSource,
    *,
    output: Output | None = None,
    progress: ProgressCallback | None = None,
) -> CutOut:
    """Cut a photo out along a matte that is there already; no model is needed.

    Parameters
    ----------
    photo : bytes-like, path or array
        See `Matter.cut_out`.
    mask : bytes-like, path or array
        A picture in grey, white where the subject is, or uint8 (H, W); of a picture with
        transparency, such as a cut-out, alpha counts. It is resized to the photo's size.
    output : Output, optional
        What `CutOut.encode` shall make.
    progress : callable, optional
        Called with a `Progress` during the steps ``decode`` and ``composite``.

    Raises
    ------
    PhotoError
        If the photo or the mask cannot be used.
    OptionError
        If the output's crop does not lie inside the photo.
    """
    steps = Steps(progress)
    with steps.step("decode"):
        decoded = decode(photo)
        grey = mask if _is_grey(mask) else _grey(decode(mask))
    with steps.step("composite"):
        return cut(decoded, grey, output, steps.seconds)


async def apply_mask_async(
    photo: PhotoSource,
    mask: PhotoSource,
    *,
    output: Output | None = None,
    progress: ProgressCallback | None = None,
) -> CutOut:
    """Do what `apply_mask` does; in a tab, the browser decodes what Pillow does not know."""
    steps = Steps(progress)
    with steps.step("decode"):
        decoded = await decode_async(photo)
        grey = mask if _is_grey(mask) else _grey(await decode_async(mask))
    with steps.step("composite"):
        return cut(decoded, grey, output, steps.seconds)


def cut(
    photo: Photo, mask: NDArray[np.uint8], output: Output | None, seconds: dict[str, float]
) -> CutOut:
    """Cut a decoded photo out along a mask of any size; its pixels become the cut-out's."""
    output = output or Output()
    height, width = photo.rgba.shape[:2]
    output.rectangle(width, height)  # refuses one that does not fit
    mask = frame.resize(mask, (width, height))
    if output.background_blur is not None and not photo.opaque:
        photo.rgba[..., :3] = composite.over(photo.rgba, WHITE)
    if output.refine:
        mask = refine_alpha(photo.rgba, mask)
    blurred = None
    if output.background_blur is not None:
        blurred = blurred_background(photo.rgba, mask, output.background_blur * max(height, width))
    alpha = INVERTED[mask] if output.kind == "background" else mask
    if output.refine and output.kind != "matte":
        refine_colours(photo.rgba, alpha)
    opaque = photo.opaque or blurred is not None
    composite.apply_alpha(photo.rgba, alpha, opaque=opaque)
    return CutOut(photo.rgba, mask, seconds, output, blurred)


def _grey(picture: Photo) -> NDArray[np.uint8]:
    """Give a picture's alpha, or its brightness if it is opaque: uint8, shape (H, W)."""
    if not picture.opaque:
        return picture.rgba[..., 3]
    height, width = picture.rgba.shape[:2]
    image = Image.frombuffer("RGBX", (width, height), picture.rgba, "raw", "RGBX", 0, 1)
    return np.asarray(image.convert("RGB").convert("L"))


def _is_grey(mask: PhotoSource) -> TypeGuard[NDArray[np.uint8]]:
    return isinstance(mask, np.ndarray) and mask.ndim == 2 and mask.dtype == np.uint8
