"""Colour: any photo's colours in sRGB."""

import io
from functools import cache

from PIL import Image, ImageChops, ImageCms

__all__ = ["to_srgb"]

COLOURS = {"L": "L", "LA": "L", "RGB": "RGB", "RGBA": "RGB", "CMYK": "CMYK"}  # modes sans alpha


def to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Convert a photo's colours to sRGB; alpha stays as it is.

    Parameters
    ----------
    image : Image
        Mode L, LA, RGB, RGBA or CMYK.
    profile : bytes or None
        The photo's ICC profile. One that is damaged, or made for another kind of photo, is passed
        over, as browsers do: the colours are then taken for sRGB.

    Returns
    -------
    Image
        Mode RGB or RGBA; relative colorimetric, with black point compensation.
    """
    transform = _transform(profile, COLOURS[image.mode]) if profile else None
    has_alpha = image.mode in ("LA", "RGBA")
    if transform is None:
        target = "RGBA" if has_alpha else "RGB"
        return image if image.mode == target else image.convert(target)
    converted = transform.apply(image.convert(COLOURS[image.mode]))
    if has_alpha:
        converted.putalpha(image.getchannel("A"))
    return converted


def _transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """Give the transform from a profile to sRGB; None if there is nothing to do."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        transform = ImageCms.buildTransform(
            source,
            _srgb(),
            mode,
            "RGB",
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except (ImageCms.PyCMSError, OSError):  # damaged, or of another colour space than the photo
        return None
    return None if mode == "RGB" and _changes_nothing(transform) else transform


def _changes_nothing(transform: ImageCms.ImageCmsTransform) -> bool:
    """Say whether a transform moves no colour of a coarse cube by more than one level.

    sRGB profiles come in many versions under many names; what they do is the same.
    """
    cube = _cube()
    moved = ImageChops.difference(cube, transform.apply(cube))
    return max(moved.tobytes()) <= 1


@cache
def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


@cache
def _cube() -> Image.Image:
    """Give 16 x 16 x 16 colours."""
    levels = range(0, 256, 17)
    data = bytes(v for r in levels for g in levels for b in levels for v in (r, g, b))
    return Image.frombytes("RGB", (16, 256), data)
