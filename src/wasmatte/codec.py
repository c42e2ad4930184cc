"""The codec: a photo's file to its pixels, by Pillow, the same in every place."""

import io
import re
import warnings

from PIL import Image, ImageFile, UnidentifiedImageError, features
from PIL.AvifImagePlugin import AvifImageFile
from PIL.BmpImagePlugin import BmpImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from . import deep
from .colour import to_srgb
from .errors import BrokenPhotoError, EmptyPhotoError, PhotoTooLargeError, UnsupportedPhotoError
from .limits import check_size
from .photo import Photo, decoded_into, from_image

__all__ = ["FORMATS", "decode"]

FORMATS = tuple(
    plugin.format
    for plugin, available in (
        (JpegImageFile, True),
        (PngImageFile, True),
        (WebPImageFile, features.check("webp")),
        (GifImageFile, True),
        (BmpImageFile, True),
        (AvifImageFile, features.check("avif")),
    )
    if available
)
"""Pillow's names of the formats that can be decoded here."""

SIGNATURES = {
    "JPEG": rb"\xff\xd8\xff",
    "PNG": rb"\x89PNG\r\n\x1a\n",
    "WEBP": rb"RIFF....WEBP",
    "GIF": rb"GIF8[79]a",
    "BMP": rb"BM.{12}[\x0c\x28\x40\x6c\x7c]\x00\x00\x00",
    "AVIF": rb"....ftypavi[fs]",
    "HEIC": rb"....ftyp(?:hei|hev|mif1|msf1)",
    "JPEG XL": rb"\xff\x0a|\x00\x00\x00\x0cJXL ",
    "TIFF": rb"II\*\x00|MM\x00\*",
    "SVG": rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml|!--|!DOCTYPE svg|svg)",
    "PDF": rb"%PDF-",
}
"""How files of well-known formats begin, for messages."""

ORIENTATION = 0x0112  # EXIF's tag


def decode(data: bytes) -> Photo:
    """Decode a photo: upright, in sRGB, 8 bits a channel; of an animation the first frame.

    Parameters
    ----------
    data : bytes
        The photo's file.

    Raises
    ------
    EmptyPhotoError, UnsupportedPhotoError, BrokenPhotoError, PhotoTooLargeError
        If there is nothing, nothing known, nothing whole, or too much to decode.
    """
    if not data:
        raise EmptyPhotoError("the photo is empty (0 bytes); choose another file")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's: about sizes and metadata, handled here
            return _decode(data)
    except MemoryError as error:
        raise PhotoTooLargeError(
            "there is not enough memory to decode the photo; use a smaller copy"
        ) from error


def _decode(data: bytes) -> Photo:
    """Do what `decode` does."""
    image = _open(data)
    check_size(*image.size)
    is_deep = deep.is_deep(image)
    rgba = decoded_into(image) if image.mode in ("RGB", "RGBA") and not is_deep else None
    try:
        plain = deep.load(image, data) if is_deep else _plain(image)
    except MemoryError:
        raise
    except Exception as error:  # on damaged files Pillow raises any of a dozen types
        raise _broken(image.format, error) from error
    final = to_srgb(plain, image.info.get("icc_profile"))
    return from_image(final, rgba if final is image else None).upright(_orientation(image))


def _open(data: bytes) -> ImageFile.ImageFile:
    """Read a photo's header."""
    kind = _kind(data)
    try:
        return Image.open(io.BytesIO(data), formats=FORMATS)
    except UnidentifiedImageError as error:
        if kind in FORMATS:
            raise _broken(kind, "its header cannot be read") from error
        what = f"{kind} is not supported" if kind else f"the file is no photo ({data[:12]!r}...)"
        raise UnsupportedPhotoError(f"{what}; use one of {', '.join(FORMATS)}") from error
    except OverflowError as error:
        # EXIF that points beyond what 32 bits can seek to, which Pillow does not expect.
        plain = _without_exif(data) if kind == "JPEG" else data
        if len(plain) == len(data):
            raise _broken(kind, error) from error
        return _open(plain)
    except Image.DecompressionBombError as error:
        raise PhotoTooLargeError(f"the photo is too large: {error}; use a smaller copy") from error
    except MemoryError:
        raise
    except Exception as error:  # see _decode
        raise _broken(kind, error) from error


def _without_exif(data: bytes) -> bytes:
    """Cut the EXIF segments (APP1) out of a JPEG file.

    Segments: ITU-T T.81, B.1.1; a marker is 0xFF and a code, then comes a big-endian length, which
    counts itself.
    """
    kept = [data[:2]]
    at = 2
    while data[at : at + 1] == b"\xff" and data[at + 1 : at + 2] != b"\xda":  # up to the scan
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if data[at + 1 : at + 2] != b"\xe1" or data[at + 4 : at + 10] != b"Exif\x00\x00":
            kept.append(data[at:end])
        at = end
    return b"".join([*kept, data[at:]])


def _broken(kind: str | None, reason: object) -> BrokenPhotoError:
    return BrokenPhotoError(
        f"the {kind or 'image'} file is damaged or cut off: {reason}; choose another copy"
    )


def _kind(data: bytes) -> str | None:
    """Name the format that a file seems to be in."""
    for name, pattern in SIGNATURES.items():
        if re.match(pattern, data[:256], re.DOTALL):
            return name
    return None


def _plain(image: Image.Image) -> Image.Image:
    """Load an image and give it in mode L, LA, RGB, RGBA or CMYK."""
    image.load()
    if image.mode in ("1", "L", "LA"):
        return _converted(image, "LA" if image.has_transparency_data else "L")
    if image.mode == "CMYK":
        return image
    return _converted(image, "RGBA" if image.has_transparency_data else "RGB")


def _converted(image: Image.Image, mode: str) -> Image.Image:
    return image if image.mode == mode else image.convert(mode)


def _orientation(image: Image.Image) -> int:
    """Give EXIF's orientation; 1, upright, if there is none that can be read."""
    try:
        return int(image.getexif().get(ORIENTATION, 1))
    except Exception:  # damaged metadata, of which Pillow raises many types: the photo is whole
        return 1
