"""Tests of the blurred background, against a normalised convolution that is written out."""

import numpy as np
import pytest

from wasmatte.blur import blurred_background


def reference(rgba: np.ndarray, matte: np.ndarray, sigma: float) -> np.ndarray:
    """Sum over all pairs of pixels, in float64: nothing is cut off, reduced or rounded."""
    weight = 1 - matte / 255.0
    down, across = (gaussian(length, sigma) for length in matte.shape)
    total = down @ weight @ across
    colours = rgba[..., :3].astype(np.float64)
    sums = [down @ (weight * colours[..., band]) @ across for band in range(3)]
    return np.stack(sums, axis=-1) / total[..., np.newaxis]


def gaussian(length: int, sigma: float) -> np.ndarray:
    x = np.arange(length)
    return np.exp(-0.5 * ((x[:, np.newaxis] - x) / sigma) ** 2)


def scene(height: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    """Give noise on a ramp, and a subject with a soft edge in its middle."""
    random = np.random.default_rng(3)
    y, x = np.mgrid[0:height, 0:width]
    ramp = 120 + 60 * np.stack([x / width, y / height, (x + y) / (width + height)], axis=-1)
    colours = np.rint(ramp + random.normal(0, 20, ramp.shape)).clip(0, 255)
    distance = np.hypot((y - height / 2) / height, (x - width / 2) / width)
    matte = np.rint((1.25 - distance * 5).clip(0, 1) * 255).astype(np.uint8)
    alpha = np.full((height, width, 1), 255)
    return np.concatenate([colours, alpha], axis=2).astype(np.uint8), matte


@pytest.mark.parametrize("sigma", [0.7, 2.0, 6.0])
def test_each_pixel_is_the_weighted_mean(sigma: float) -> None:
    """As far as it is seen; both rounding and weighing in 8 bits cost half a level."""
    rgba, matte = scene(33, 47)
    found = blurred_background(rgba, matte, sigma)
    expected = reference(rgba, matte, sigma)
    seen = 1 - matte[..., np.newaxis] / 255.0
    assert found.step == 1
    assert (np.abs(found.pixels - expected) * seen).max() <= 1


@pytest.mark.parametrize("sigma", [8.5, 20.0, 61.0])
def test_the_reduced_copy_is_as_good(sigma: float) -> None:
    """Sizes that the steps 2, 5 and 15 do not divide; three levels at the photo's edges."""
    rgba, matte = scene(331, 403)
    blurred = blurred_background(rgba, matte, sigma)
    found = blurred.part((0, 0, 403, 331), (403, 331))
    error = np.abs(found - reference(rgba, matte, sigma))[matte < 255]
    assert blurred.step == int(sigma / 4)
    assert error.max() <= 3
    assert error.mean() <= 0.5


def test_a_photo_of_many_pixels_is_reduced_whatever_sigma() -> None:
    """So that memory is bounded; two pixels are still blurred by no more than about two."""
    rgba = np.zeros((1200, 2400, 4), np.uint8)
    rgba[:, 1200:] = 200
    blurred = blurred_background(rgba, np.zeros((1200, 2400), np.uint8), 2.0)
    assert blurred.step == 2
    row = blurred.part((0, 600, 2400, 601), (2400, 1))[0, :, 0].astype(int)
    assert (row[:1192] == 0).all()
    assert (row[1208:] == 200).all()


def test_the_subjects_colour_does_not_bleed() -> None:
    """A red subject on grey leaves a grey background, also under itself."""
    rgba = np.full((120, 160, 4), 90, np.uint8)
    matte = np.zeros((120, 160), np.uint8)
    matte[20:100, 30:130] = 255
    rgba[20:100, 30:130, :3] = (255, 0, 0)
    for sigma in (1.0, 10.0, 160.0):
        found = blurred_background(rgba, matte, sigma).pixels
        assert np.abs(found.astype(int) - 90).max() <= 1


@pytest.mark.parametrize("shape", [(1, 1), (1, 800), (800, 1)])
def test_any_shape_and_a_matte_that_covers_all(shape: tuple[int, int]) -> None:
    """Nothing is divided by zero; a constant stays what it is."""
    rgba = np.full((*shape, 4), 77, np.uint8)
    for level in (0, 255):
        blurred = blurred_background(rgba, np.full(shape, level, np.uint8), 30.0)
        found = blurred.part((0, 0, shape[1], shape[0]), (shape[1], shape[0]))
        assert found.shape == (*shape, 3)
        assert (found == (77 if level == 0 else 0)).all()


def test_a_part_lies_where_it_was() -> None:
    """Cropped and reduced it is what the whole is, cropped and reduced."""
    rgba, matte = scene(200, 300)
    blurred = blurred_background(rgba, matte, 16.0)
    whole = blurred.part((0, 0, 300, 200), (300, 200)).astype(int)
    part = blurred.part((35, 20, 135, 120), (100, 100))
    assert np.abs(part - whole[20:120, 35:135]).max() <= 2
    half = blurred.part((35, 20, 135, 120), (50, 50))
    pairs = whole[20:120, 35:135].reshape(50, 2, 50, 2, 3).mean(axis=(1, 3))
    assert np.abs(half - pairs).max() <= 2


def test_nothing_given_is_modified() -> None:
    """Photo and matte stay the caller's."""
    rgba, matte = scene(20, 30)
    before = rgba.copy(), matte.copy()
    blurred_background(rgba, matte, 9.0)
    assert (rgba == before[0]).all()
    assert (matte == before[1]).all()
