"""Tests of the tensor."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from wasmatte import Model, models
from wasmatte.tensor import prepare


@pytest.fixture
def small() -> Model:
    """Give a row with an input that a scalar loop gets through quickly."""
    return replace(models()[0], input_size=16)


def noise(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(7).integers(0, 256, (height, width, 4), np.uint8)


@pytest.mark.parametrize("shape", [(1, 1), (1, 8000), (300, 200), (16, 16)])
def test_the_tensor_is_what_the_model_takes(shape: tuple[int, int]) -> None:
    """Whatever the photo's shape: float32, (1, 3, 1024, 1024), C-contiguous."""
    tensor = prepare(noise(*shape), models()[0])
    assert tensor.shape == (1, 3, 1024, 1024)
    assert tensor.dtype == np.float32
    assert tensor.flags.c_contiguous


def test_values_are_normalised_channel_by_channel(small: Model) -> None:
    """Without resizing, a scalar loop over the definition gives the same numbers, bit for bit."""
    rgba = noise(16, 16)
    tensor = prepare(rgba, small)
    for channel in range(3):
        for y in range(16):
            for x in range(16):
                expected = (float(rgba[y, x, channel]) - 128.0) / 256.0
                assert tensor[0, channel, y, x] == expected


def test_a_flat_photo_gives_a_flat_tensor(small: Model) -> None:
    """Resizing keeps constants: (200 - 128) / 256 is 0.28125."""
    rgba = np.full((40, 60, 4), (200, 128, 0, 255), np.uint8)
    for channel, value in enumerate((0.28125, 0.0, -0.5)):
        assert (prepare(rgba, small)[0, channel] == value).all()


def test_the_photo_is_resized_without_its_aspect_ratio(small: Model) -> None:
    """Left is black, right is white, above a seam that stays in the middle."""
    rgba = np.zeros((64, 320, 4), np.uint8)
    rgba[:, 160:] = 255
    plane = prepare(rgba, small)[0, 0]
    assert (plane[:, :7] == -0.5).all()
    assert (plane[:, 9:] == (255 - 128) / 256).all()


def test_resizing_averages_all_pixels(small: Model) -> None:
    """A checkerboard of single pixels becomes grey: nothing aliases."""
    y, x = np.mgrid[0:128, 0:128]
    rgba = np.repeat(((y + x) % 2 * 255).astype(np.uint8)[..., np.newaxis], 4, axis=2)
    assert np.abs(prepare(rgba, small)[:, :, 1:-1, 1:-1]).max() <= 1 / 256


def test_alpha_does_not_weigh_colours(small: Model) -> None:
    """What lies under the photo's own alpha is seen as it is stored."""
    rgba = noise(50, 40)
    opaque = rgba.copy()
    opaque[..., 3] = 255
    assert (prepare(rgba, small) == prepare(opaque, small)).all()


def test_resizing_is_pillows(small: Model) -> None:
    """The photo is seen through the filter that was measured to be the best."""
    rgba = noise(90, 70)
    image = Image.fromarray(np.ascontiguousarray(rgba[..., :3]))
    resized = np.asarray(image.resize((16, 16), Image.Resampling.BICUBIC), np.float64)
    expected = ((resized - 128) / 256).transpose(2, 0, 1)[np.newaxis]
    assert (prepare(rgba, small) == expected).all()


def test_the_photo_is_not_modified(small: Model) -> None:
    """The caller's array stays as it was."""
    rgba = noise(20, 20)
    before = rgba.copy()
    prepare(rgba, small)
    assert (rgba == before).all()
