"""Tests of colour: profiles made here, and what the ICC says they mean."""

import struct

import numpy as np
import pytest
from PIL import Image, ImageCms

from wasmatte.colour import to_srgb

# Colorants of Adobe RGB (1998) and of Display P3, adapted to the ICC's D50, columns R, G, B.
ADOBE = np.array(
    [[0.60974, 0.20528, 0.14919], [0.31111, 0.62567, 0.06322], [0.01947, 0.06087, 0.74457]]
)
P3 = np.array(
    [[0.51512, 0.29198, 0.15710], [0.24120, 0.69225, 0.06657], [-0.00105, 0.04189, 0.78407]]
)
SRGB = np.array(
    [[0.43607, 0.38515, 0.14307], [0.22249, 0.71687, 0.06061], [0.01392, 0.09708, 0.71410]]
)
GAMMA = 563 / 256


def matrix_profile(colorants: np.ndarray, gamma: float = GAMMA) -> bytes:
    """Write an ICC v2 profile of a display with three primaries and a gamma (ICC.1:2001-04)."""

    def s15(*values: float) -> bytes:
        return b"".join(struct.pack(">i", round(value * 65536)) for value in values)

    white = (0.96420, 1.0, 0.82491)
    curve = b"curv" + bytes(4) + struct.pack(">IH", 1, round(gamma * 256)) + bytes(2)
    tags = {b"wtpt": b"XYZ " + bytes(4) + s15(*white)}
    for band, column in zip((b"r", b"g", b"b"), colorants.T, strict=True):
        tags[band + b"XYZ"] = b"XYZ " + bytes(4) + s15(*column)
        tags[band + b"TRC"] = curve
    return profile(b"RGB ", tags)


def grey_profile(gamma: float) -> bytes:
    """Write an ICC v2 profile of a grey display."""
    curve = b"curv" + bytes(4) + struct.pack(">IH", 1, round(gamma * 256)) + bytes(2)
    white = b"XYZ " + bytes(4) + struct.pack(">iii", 63190, 65536, 54061)
    return profile(b"GRAY", {b"wtpt": white, b"kTRC": curve})


def profile(space: bytes, tags: dict[bytes, bytes]) -> bytes:
    description = b"test\x00"
    tags[b"desc"] = (
        b"desc" + bytes(4) + struct.pack(">I", len(description)) + description + bytes(78)
    )
    tags[b"cprt"] = b"text" + bytes(4) + b"none\x00"
    table, body = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for name, data in tags.items():
        table += name + struct.pack(">II", start + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    head = struct.pack(">I4sI", 0, b"lcms", 0x02400000) + b"mntr" + space + b"XYZ "
    head += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(28)
    head += struct.pack(">iii", 63190, 65536, 54061)
    head += bytes(128 - len(head))
    whole = head + table + body
    return struct.pack(">I", len(whole)) + whole[4:]


def noise(mode: str = "RGB") -> Image.Image:
    bands = len(Image.new(mode, (1, 1)).getbands())
    data = np.random.default_rng(1).integers(40, 216, (20, 30, bands), np.uint8)
    return Image.frombytes(mode, (30, 20), data.tobytes())


def converted(rgb: np.ndarray, colorants: np.ndarray) -> np.ndarray:
    """Convert to sRGB in float64 by the definition: linearise, change primaries, encode."""
    linear = (rgb / 255.0) ** GAMMA @ (np.linalg.inv(SRGB) @ colorants).T
    linear = np.clip(linear, 0, 1)
    coded = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    return coded * 255


@pytest.mark.parametrize("colorants", [ADOBE, P3], ids=["Adobe RGB", "Display P3"])
def test_a_wide_profile_is_converted(colorants: np.ndarray) -> None:
    """Within one level of the definition (8-bit arithmetic), and far from doing nothing."""
    image = noise()
    found = np.asarray(to_srgb(image, matrix_profile(colorants)), np.float64)
    assert np.abs(found - converted(np.asarray(image), colorants)).max() <= 1.5
    assert np.abs(found - np.asarray(image)).max() > 5


def test_alpha_is_not_converted() -> None:
    """Alpha passes as it is; colours do not depend on it."""
    image = noise("RGBA")
    found = to_srgb(image, matrix_profile(ADOBE))
    assert found.mode == "RGBA"
    assert found.getchannel("A").tobytes() == image.getchannel("A").tobytes()
    plain = to_srgb(image.convert("RGB"), matrix_profile(ADOBE))
    assert found.convert("RGB").tobytes() == plain.tobytes()


@pytest.mark.parametrize("mode", ["L", "LA"])
def test_a_grey_profile_is_converted(mode: str) -> None:
    """Grey of gamma 1 is linear light: its sRGB values follow from the encoding alone."""
    image = noise(mode)
    found = np.asarray(to_srgb(image, grey_profile(1.0)), np.float64)
    linear = np.asarray(image)[..., 0] / 255 if mode == "LA" else np.asarray(image) / 255
    expected = (1.055 * linear ** (1 / 2.4) - 0.055) * 255
    assert np.abs(found[..., :3] - expected[..., np.newaxis]).max() <= 1.5
    assert found.shape[2] == (4 if mode == "LA" else 3)


def test_an_srgb_profile_is_passed_over_by_what_it_does() -> None:
    """Not a name but the effect decides: here a profile without sRGB's name, within one level."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    image = noise()
    assert to_srgb(image, srgb.replace(b"s\x00R\x00G\x00B", b"n\x00o\x00n\x00e")) is image


@pytest.mark.parametrize("damaged", [b"rubbish", matrix_profile(ADOBE)[:200], bytes(500)])
def test_a_damaged_profile_is_passed_over(damaged: bytes) -> None:
    """The colours are then taken for sRGB."""
    image = noise()
    assert to_srgb(image, damaged) is image


def test_a_profile_of_another_kind_of_photo_is_passed_over() -> None:
    """A grey profile says nothing about an RGB photo."""
    image = noise()
    assert to_srgb(image, grey_profile(1.0)) is image


@pytest.mark.parametrize(
    ("mode", "expected"),
    [("L", "RGB"), ("LA", "RGBA"), ("RGB", "RGB"), ("RGBA", "RGBA"), ("CMYK", "RGB")],
)
def test_without_a_profile_only_the_mode_changes(mode: str, expected: str) -> None:
    """What has no profile is taken for sRGB, or converted plainly."""
    image = noise(mode)
    found = to_srgb(image, None)
    assert found.mode == expected
    assert found.tobytes() == image.convert(expected).tobytes()
