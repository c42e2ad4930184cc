"""Tests of PNG files out."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from wasmatte import png
from wasmatte.png import encode


def noise(*shape: int) -> np.ndarray:
    return np.random.default_rng(3).integers(0, 256, shape, np.uint8)


def chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    """Take a PNG file apart, checking its signature and checksums."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    found, at = [], 8
    while at < len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + length]
        (checksum,) = struct.unpack_from(">I", data, at + 8 + length)
        assert checksum == zlib.crc32(kind + body)
        found.append((kind, body))
        at += 12 + length
    return found


@pytest.mark.parametrize("shape", [(1, 1), (1, 8000), (8000, 1), (33, 47)])
@pytest.mark.parametrize("bands", [(), (3,), (4,)], ids=["grey", "RGB", "RGBA"])
def test_pillow_reads_what_was_written(shape: tuple[int, int], bands: tuple[int, ...]) -> None:
    """Every byte comes back, under partial alpha and under none too."""
    pixels = noise(*shape, *bands)
    image = Image.open(io.BytesIO(encode(pixels)))
    assert image.mode == {(): "L", (3,): "RGB", (4,): "RGBA"}[bands]
    assert (np.asarray(image) == pixels).all()


def test_strips_join_seamlessly(monkeypatch: pytest.MonkeyPatch) -> None:
    """A row is filtered against the one above it, in another strip too."""
    monkeypatch.setattr(png, "STRIP", 300)
    pixels = noise(50, 20, 4)
    assert (np.asarray(Image.open(io.BytesIO(encode(pixels)))) == pixels).all()


def test_rows_wider_than_a_strip_are_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """A strip is at least one row."""
    monkeypatch.setattr(png, "STRIP", 8)
    pixels = noise(5, 20, 4)
    assert (np.asarray(Image.open(io.BytesIO(encode(pixels)))) == pixels).all()


def test_the_file_is_well_formed() -> None:
    """Header, colour space, data and end, as section 5 of the specification orders them."""
    found = chunks(encode(noise(3, 5, 4)))
    assert [kind for kind, _ in found] == [b"IHDR", b"sRGB", b"IDAT", b"IEND"]
    assert struct.unpack(">IIBBBBB", found[0][1]) == (5, 3, 8, 6, 0, 0, 0)
    assert len(zlib.decompress(found[2][1])) == 3 * (1 + 5 * 4)


def test_a_large_file_comes_in_pieces() -> None:
    """Each has a chunk of its own; together they are the file."""
    pixels = noise(700, 700, 4)
    found = list(png.pieces(pixels))
    assert max(map(len, found)) < 1_500_000
    assert sum(piece[4:8] == b"IDAT" for piece in found) > 1
    assert b"".join(found) == encode(pixels)
    assert (np.asarray(Image.open(io.BytesIO(encode(pixels)))) == pixels).all()


def test_strided_pixels_are_written() -> None:
    """A view, such as the alpha channel of a cut-out, is as good as an array."""
    pixels = noise(6, 9, 4)
    assert (np.asarray(Image.open(io.BytesIO(encode(pixels[..., 3])))) == pixels[..., 3]).all()


def test_the_same_pixels_give_the_same_file() -> None:
    """There is no date in it."""
    assert encode(noise(8, 8, 4)) == encode(noise(8, 8, 4))
