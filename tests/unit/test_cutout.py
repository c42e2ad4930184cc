"""Tests of the cut-out: what becomes of a photo and a matte that are known."""

import io

import numpy as np
import pytest
from PIL import Image

from wasmatte import OptionError, Output, apply_mask

HEIGHT, WIDTH = 24, 32


@pytest.fixture
def photo() -> np.ndarray:
    return np.random.default_rng(5).integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8)


@pytest.fixture
def mask() -> np.ndarray:
    """Cover columns 8 to 24 of rows 6 to 18, half of the first of them by half."""
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    mask[6:18, 8:24] = 255
    mask[6:18, 8] = 128
    return mask


def decoded(data: bytes) -> tuple[str, np.ndarray]:
    image = Image.open(io.BytesIO(data))
    return str(image.format), np.asarray(image)


def encoded(pixels: np.ndarray, mode: str) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).convert(mode).save(file, "PNG")
    return file.getvalue()


def test_a_photo_is_cut_out_along_a_mask(photo: np.ndarray, mask: np.ndarray) -> None:
    """Colours are the photo's wherever anything is seen, alpha is the mask."""
    cutout = apply_mask(photo, mask)
    kind, pixels = decoded(cutout.encode())
    assert kind == "PNG"
    assert (pixels[..., 3] == mask).all()
    assert (pixels[mask > 0, :3] == photo[mask > 0]).all()
    assert (cutout.rgba == pixels).all()
    assert list(cutout.seconds) == ["decode", "composite", "encode"]


def test_the_background_is_what_the_cut_out_leaves(photo: np.ndarray, mask: np.ndarray) -> None:
    """Alpha is inverted; the subject is gone, and not merely hidden."""
    _, pixels = decoded(apply_mask(photo, mask, output=Output(kind="background")).encode())
    assert (pixels[..., 3] == 255 - mask).all()
    assert not pixels[mask == 255].any()
    assert (pixels[mask < 255, :3] == photo[mask < 255]).all()


@pytest.mark.parametrize("kind", ["png", "webp", "jpeg"])
def test_the_matte_comes_in_every_format(photo: np.ndarray, mask: np.ndarray, kind: str) -> None:
    """PNG exactly; the others as well as they can."""
    data = apply_mask(photo, mask, output=Output(kind="matte", format=kind, quality=95)).encode()
    name, pixels = decoded(data)
    assert name == kind.upper()
    grey = pixels if pixels.ndim == 2 else pixels[..., 1]
    error = np.abs(grey.astype(int) - mask).mean()
    assert error == 0 if kind == "png" else error < 4


def test_any_picture_is_a_mask(photo: np.ndarray, mask: np.ndarray) -> None:
    """A grey file, a cut-out whose alpha counts, and one of half the size."""
    expected = apply_mask(photo, mask)
    cut_out = apply_mask(np.zeros_like(photo), mask).png()
    for given in (encoded(mask, "L"), encoded(mask, "RGB"), cut_out):
        assert (apply_mask(photo, given).rgba == expected.rgba).all()
    half = apply_mask(photo, mask[::2, ::2])
    assert half.alpha.shape == mask.shape
    assert np.abs(half.alpha.astype(int) - mask).mean() < 12


@pytest.mark.parametrize("kind", ["png", "webp", "jpeg"])
def test_a_background_lies_under_the_subject(
    photo: np.ndarray, mask: np.ndarray, kind: str
) -> None:
    """The result is opaque; outside of the subject there is nothing else."""
    photo[:] = (200, 40, 90)
    output = Output(format=kind, quality=95, background="#102030")
    name, pixels = decoded(apply_mask(photo, mask, output=output).encode())
    assert (name, pixels.shape) == (kind.upper(), (HEIGHT, WIDTH, 3))
    near = 0 if kind == "png" else 8
    assert np.abs(pixels[0, 0].astype(int) - (0x10, 0x20, 0x30)).max() <= near
    assert np.abs(pixels[12, 16].astype(int) - (200, 40, 90)).max() <= near


@pytest.mark.parametrize("kind", ["png", "jpeg"])
def test_the_photos_own_background_is_blurred(
    photo: np.ndarray, mask: np.ndarray, kind: str
) -> None:
    """The subject stays as it is, on a background that has lost its noise and not its colour."""
    photo[mask > 0] = (250, 10, 10)
    cutout = apply_mask(photo, mask, output=Output(background_blur=0.2, format=kind, quality=95))
    name, pixels = decoded(cutout.encode())
    assert (name, pixels.shape) == (kind.upper(), (HEIGHT, WIDTH, 3))
    near = 0 if kind == "png" else 24
    assert np.abs(pixels[8:16, 12:20].astype(int) - (250, 10, 10)).max() <= near
    background = pixels[mask == 0]
    assert np.abs(background.mean(axis=0) - photo[mask == 0].mean(axis=0)).max() < 8
    assert background[:, 1].std() < photo[mask == 0, 1].std() / 4
    assert "composite" in cutout.seconds


def test_a_blurred_background_is_cropped_with_the_photo(
    photo: np.ndarray, mask: np.ndarray
) -> None:
    """What lies outside of the frame blurs into it all the same."""
    whole = apply_mask(photo, mask, output=Output(background_blur=0.1)).picture()
    part = apply_mask(
        photo, mask, output=Output(background_blur=0.1, crop=True, margin=0.1)
    ).picture()
    assert (part == whole[4:20, 6:26]).all()


def test_a_transparent_photo_is_put_on_white_before_it_is_blurred(mask: np.ndarray) -> None:
    """The result is opaque."""
    clear = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
    assert (apply_mask(clear, mask, output=Output(background_blur=0.1)).picture() == 255).all()


def test_cropping_size_and_matte_go_together(photo: np.ndarray, mask: np.ndarray) -> None:
    """The matte's file fits the picture's, pixel by pixel."""
    cutout = apply_mask(photo, mask, output=Output(crop=True, margin=0.125, max_width=10))
    _, picture = decoded(cutout.encode())
    _, matte = decoded(cutout.matte_png())
    # 16 x 12 pixels and 2 more on each side are 20 x 16, halved
    assert cutout.size == (10, 8)
    assert (picture.shape[:2], matte.shape) == ((8, 10), (8, 10))
    assert np.abs(picture[..., 3].astype(int) - matte).max() <= 1


@pytest.mark.parametrize("kind", ["cut-out", "matte", "background"])
def test_a_rectangle_is_kept(photo: np.ndarray, mask: np.ndarray, kind: str) -> None:
    """Left, top, width, height, of the picture and of the matte, wherever the subject is."""
    cutout = apply_mask(photo, mask, output=Output(kind=kind, crop=(3, 2, 12, 9)))
    whole = apply_mask(photo, mask, output=Output(kind=kind)).picture()
    assert cutout.size == (12, 9)
    assert (cutout.picture() == whole[2:11, 3:15]).all()
    assert (decoded(cutout.matte_png())[1] == mask[2:11, 3:15]).all()


def test_a_rectangle_may_be_all_and_is_reduced_like_anything(
    photo: np.ndarray, mask: np.ndarray
) -> None:
    """Its edges count as inside."""
    all_of_it = Output(crop=(0, 0, WIDTH, HEIGHT), max_width=16)
    assert apply_mask(photo, mask, output=all_of_it).picture().shape == (12, 16, 4)


@pytest.mark.parametrize(
    "crop", [(-1, 0, 5, 5), (0, -1, 5, 5), (28, 0, 5, 5), (0, 20, 5, 5), (40, 40, 1, 1)]
)
def test_a_rectangle_lies_inside_the_photo(
    photo: np.ndarray, mask: np.ndarray, crop: tuple[int, int, int, int]
) -> None:
    """The error names it, and the photo's size, before anything is encoded."""
    left, top, width, height = crop
    words = f"is 32 x 24 pixels; got left {left}, top {top}, width {width}, height {height}"
    with pytest.raises(OptionError, match=words):
        apply_mask(photo, mask, output=Output(crop=crop))


def test_webp_keeps_alpha_exactly(photo: np.ndarray, mask: np.ndarray) -> None:
    """Colours are lossy, transparency is not."""
    _, pixels = decoded(apply_mask(photo, mask, output=Output(format="webp", quality=50)).encode())
    assert (pixels[..., 3] == mask).all()


def test_quality_costs_bytes(photo: np.ndarray, mask: np.ndarray) -> None:
    """Of both lossy formats."""
    for kind in ("webp", "jpeg"):
        low, high = (
            len(apply_mask(photo, mask, output=Output(format=kind, quality=quality)).encode())
            for quality in (20, 95)
        )
        assert low < high


def test_what_a_format_cannot_hold_is_said() -> None:
    """WebP ends at 16383 pixels a side."""
    long = np.zeros((1, 16384, 3), np.uint8)
    grey = long[..., 0]
    with pytest.raises(OptionError, match="webp holds at most 16383 x 16383 pixels; got 16384 x 1"):
        apply_mask(long, grey, output=Output(format="webp")).encode()
    smaller = apply_mask(long, grey, output=Output(format="webp", max_width=16383))
    assert decoded(smaller.encode())[0] == "WEBP"
