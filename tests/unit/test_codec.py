"""Tests of the codec: all that people take for a photo."""

import io
import random
import struct
import warnings
import zlib
from contextlib import suppress

import numpy as np
import pytest
from PIL import Image, ImageCms, features

from wasmatte import (
    BrokenPhotoError,
    EmptyPhotoError,
    PhotoError,
    PhotoTooLargeError,
    UnsupportedPhotoError,
    limits,
)
from wasmatte.codec import FORMATS, decode

from .photos import AVIF, AVIF_COLOUR

SIZE = (13, 9)


def picture(mode: str = "RGB", size: tuple[int, int] = SIZE) -> Image.Image:
    """Make an image of noise, the same at every call."""
    bands = len(Image.new(mode, (1, 1)).getbands())
    shape = (size[1], size[0], bands) if bands > 1 else (size[1], size[0])
    values = np.random.default_rng(5).integers(0, 256, shape, np.uint8)
    return Image.frombytes(mode, size, values.tobytes())


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def rgba(image: Image.Image) -> np.ndarray:
    return np.asarray(image.convert("RGBA"))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_png_of_every_mode(mode: str) -> None:
    """8-bit and narrower PNG files decode to their pixels."""
    image = picture("L").convert("1") if mode == "1" else picture("RGB").convert(mode)
    if mode in ("LA", "RGBA"):
        image = picture(mode)
    photo = decode(encoded(image, "PNG"))
    assert photo.opaque == (mode not in ("LA", "RGBA"))
    expected = rgba(image)
    assert (photo.rgba[..., :3] == expected[..., :3]).all()
    if not photo.opaque:
        assert (photo.rgba[..., 3] == expected[..., 3]).all()
    assert photo.rgba.flags.writeable
    assert photo.rgba.flags.c_contiguous


def test_alpha_that_is_255_everywhere_counts_as_none() -> None:
    """An RGBA file without transparency is an opaque photo."""
    assert decode(encoded(picture().convert("RGBA"), "PNG")).opaque


@pytest.mark.parametrize("mode", ["L", "RGB", "P"])
def test_a_transparent_colour_becomes_alpha(mode: str) -> None:
    """The chunk tRNS makes one colour, or palette entry, transparent."""
    image = Image.new("RGB", (4, 2), (51, 51, 51))
    image.putpixel((2, 1), (204, 204, 204))
    image = image.convert(mode)
    key = image.getpixel((2, 1))
    photo = decode(encoded(image, "PNG", transparency=key))
    expected = np.full((2, 4), 255)
    expected[1, 2] = 0
    assert (photo.rgba[..., 3] == expected).all()
    assert not photo.opaque
    assert photo.rgba[0, 0].tolist() == [51, 51, 51, 255]


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_jpeg_of_every_mode(mode: str) -> None:
    """The pixels are those that Pillow decodes; no profile, so CMYK is converted plainly."""
    data = encoded(picture(mode), "JPEG", quality=95)
    photo = decode(data)
    assert photo.opaque
    assert (photo.rgba[..., :3] == np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))).all()


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_webp(mode: str) -> None:
    """Lossless WebP decodes to its pixels, colours under no alpha included."""
    photo = decode(encoded(picture(mode), "WEBP", lossless=True, exact=True))
    bands = len(mode)
    assert (photo.rgba[..., :bands] == np.asarray(picture(mode))[..., :bands]).all()


def test_of_an_animation_the_first_frame_is_taken() -> None:
    """A GIF is as good as its first frame."""
    frames = [Image.new("RGB", SIZE, colour) for colour in ("red", "lime", "blue")]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert (decode(data).rgba[..., :3] == (255, 0, 0)).all()


def test_avif_is_decoded_where_pillow_can() -> None:
    """Within two levels, for the format is lossy; elsewhere it is named."""
    if features.check("avif"):
        assert np.abs(decode(AVIF).rgba[..., :3].astype(int) - AVIF_COLOUR).max() <= 2
    else:
        with pytest.raises(UnsupportedPhotoError, match="AVIF is not supported"):
            decode(AVIF)


@pytest.mark.parametrize("orientation", range(9))
def test_exif_orientation_is_applied(orientation: int) -> None:
    """The eight orientations, as EXIF 2.3 defines them; 0 is none of them."""
    stored = np.asarray(picture())
    upright = {
        2: stored[:, ::-1],
        3: stored[::-1, ::-1],
        4: stored[::-1],
        5: stored.transpose(1, 0, 2),
        6: stored.transpose(1, 0, 2)[:, ::-1],
        7: stored[::-1, ::-1].transpose(1, 0, 2),
        8: stored.transpose(1, 0, 2)[::-1],
    }.get(orientation, stored)
    exif = Image.Exif()
    exif[0x0112] = orientation
    assert (decode(encoded(picture(), "PNG", exif=exif)).rgba[..., :3] == upright).all()


# An offset beyond 2 GiB: on 32 bits Pillow cannot seek there, and raises what it does not expect.
FAR_OFFSET = b"Exif\x00\x00II*\x00\xff\xff\xff\xff"


@pytest.mark.parametrize("exif", [b"Exif\x00\x00rubbish", FAR_OFFSET])
def test_damaged_metadata_does_not_spoil_the_photo(exif: bytes) -> None:
    """A photo whose EXIF makes no sense is taken for upright."""
    assert decode(encoded(picture(), "JPEG", exif=exif)).rgba.shape == (9, 13, 4)


@pytest.mark.parametrize("colour_type", [0, 2, 4, 6], ids=["grey", "RGB", "grey+A", "RGBA"])
@pytest.mark.parametrize("key", [False, True], ids=["", "tRNS"])
def test_16_bits_are_rounded(colour_type: int, key: bool) -> None:
    """Every value v becomes round(v * 255 / 65535), computed in float64."""
    bands = {0: 1, 2: 3, 4: 2, 6: 4}[colour_type]
    if key and bands % 2 == 0:
        return  # the specification forbids tRNS beside an alpha channel
    values = np.arange(256 * 256).reshape(256, 256)
    values = np.stack([np.roll(values, 7 * band) for band in range(bands)], axis=2)
    extra = b""
    if key:
        extra = chunk(b"tRNS", values[3, 5].astype(">u2").tobytes())
    photo = decode(deep_png(values, colour_type, extra))
    levels = np.rint(values.astype(np.float64) * 255 / 65535)
    expected = levels[..., [0, 0, 0]] if bands < 3 else levels[..., :3]
    assert (photo.rgba[..., :3] == expected).all()
    if key:
        assert np.argwhere(photo.rgba[..., 3] == 0).tolist() == [[3, 5]]
        assert (photo.rgba[..., 3] == 255).sum() == 256 * 256 - 1
    elif bands % 2 == 0:
        assert (photo.rgba[..., 3] == levels[..., -1]).all()


def test_a_single_pixel() -> None:
    """The smallest photo."""
    assert decode(encoded(Image.new("RGB", (1, 1), (1, 2, 3)), "PNG")).rgba[0, 0, :3].tolist() == [
        1,
        2,
        3,
    ]


@pytest.mark.parametrize("size", [(1, 8000), (8000, 1)])
def test_a_strip(size: tuple[int, int]) -> None:
    """A photo of one row or one column."""
    image = picture("RGB", size)
    assert (decode(encoded(image, "PNG")).rgba[..., :3] == np.asarray(image)).all()


def test_30_megapixels() -> None:
    """A photo of a large camera, of one colour."""
    photo = decode(encoded(Image.new("RGB", (6000, 5000), (9, 8, 7)), "PNG"))
    assert photo.rgba.shape == (5000, 6000, 4)
    assert photo.rgba[4999, 5999, :3].tolist() == [9, 8, 7]


def test_too_many_pixels_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the size and the limit; nothing is decoded."""
    monkeypatch.setattr(limits, "MAX_PIXELS", 100)
    with pytest.raises(PhotoTooLargeError, match=r"13 x 9 = 0.0 megapixels; the limit is 0"):
        decode(encoded(picture(), "PNG"))


@pytest.mark.parametrize("side", [9_600, 10_001, 60_000])
def test_a_huge_header_is_refused_or_warned_of_by_nobody_else(side: int) -> None:
    """Pillow's own warning (from 89 megapixels) and error (from 179) do not come through."""
    data = header(side, side)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        kind = BrokenPhotoError if side * side <= limits.MAX_PIXELS else PhotoTooLargeError
        with pytest.raises(kind):
            decode(data)


def test_an_empty_file() -> None:
    """Nothing is nothing."""
    with pytest.raises(EmptyPhotoError, match="0 bytes"):
        decode(b"")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"Dear diary,\n", "the file is no photo"),
        (b"\x00", "the file is no photo"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG is not supported"),
        (b"<?xml version='1.0'?>\n<svg/>", "SVG is not supported"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", "HEIC is not supported"),
        (b"II*\x00\x08\x00\x00\x00", "TIFF is not supported"),
        (b"%PDF-1.7\n", "PDF is not supported"),
        (b"\xff\x0a\x00\x00", "JPEG XL is not supported"),
    ],
)
def test_other_files_are_named(data: bytes, message: str) -> None:
    """The message says what the file is, and what would do."""
    with pytest.raises(UnsupportedPhotoError, match=f"{message}.*; use one of JPEG, ") as caught:
        decode(data)
    assert all(name in str(caught.value) for name in FORMATS)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP"])
@pytest.mark.parametrize("part", [0.5, 0.9])
def test_a_cut_off_file(kind: str, part: float) -> None:
    """Half a photo is not cut out as if it were whole."""
    data = encoded(picture("RGB", (200, 100)), kind)
    with pytest.raises(BrokenPhotoError, match=f"the {kind} file is damaged"):
        decode(data[: int(len(data) * part)])


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_file_that_ends_in_its_header(kind: str) -> None:
    """The first 14 bytes tell the format and nothing else."""
    with pytest.raises(BrokenPhotoError, match=f"the {kind} file is damaged"):
        decode(encoded(picture(), kind)[:14])


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP"])
def test_damage_gives_a_photo_or_a_photo_error(kind: str) -> None:
    """Whatever bytes are wrong, nothing else than our own errors comes out."""
    chance = random.Random(kind)
    whole = encoded(picture("RGB", (40, 30)), kind)
    for _ in range(150):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 6)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        with suppress(PhotoError):
            assert decode(bytes(data)).rgba.dtype == np.uint8


def test_out_of_memory_is_a_photo_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """A photo that memory cannot hold is too large."""

    def fail(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("wasmatte.codec.from_image", fail)
    with pytest.raises(PhotoTooLargeError, match="not enough memory"):
        decode(encoded(picture(), "PNG"))


def test_an_srgb_profile_changes_nothing() -> None:
    """Pixels of a photo that says it is sRGB stay as they are, bit for bit."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = encoded(picture(), "PNG", icc_profile=profile)
    assert (decode(data).rgba[..., :3] == np.asarray(picture())).all()


def chunk(kind: bytes, body: bytes) -> bytes:
    checksum = struct.pack(">I", zlib.crc32(kind + body))
    return struct.pack(">I", len(body)) + kind + body + checksum


def header(width: int, height: int) -> bytes:
    """Give a PNG file without pixels."""
    ihdr = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", ihdr) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def deep_png(values: np.ndarray, colour_type: int, extra: bytes) -> bytes:
    """Write a PNG file with 16 bits a channel; odd rows use the filter *up*."""
    height, width, _ = values.shape
    rows = values.astype(">u2").view(np.uint8).reshape(height, -1)
    lines = [b"\x00" + rows[0].tobytes()]
    for y in range(1, height):
        up = y % 2
        line = rows[y] - rows[y - 1] if up else rows[y]
        lines.append(bytes([2 if up else 0]) + line.tobytes())
    ihdr = struct.pack(">IIBBBBB", width, height, 16, colour_type, 0, 0, 0)
    idat = zlib.compress(b"".join(lines))
    body = chunk(b"IHDR", ihdr) + extra + chunk(b"IDAT", idat) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body
