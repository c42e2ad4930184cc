"""Tests of the matte."""

import numpy as np
import pytest
from PIL import Image

from wasmatte.matte import resize


def test_the_same_size_only_rounds() -> None:
    """Without resizing, alpha is coverage times 255, rounded."""
    predicted = np.linspace(0, 1, 64 * 64, dtype=np.float32).reshape(64, 64)
    expected = np.floor(predicted.astype(np.float64) * 255 + 0.5)
    assert np.abs(resize(predicted, (64, 64)) - expected).max() == 0


@pytest.mark.parametrize("value", [0.0, 0.2, 0.5, 0.9, 1.0])
@pytest.mark.parametrize("shape", [(1, 1), (1, 8000), (8000, 1), (37, 53), (16, 16)])
def test_a_constant_stays_constant(value: float, shape: tuple[int, int]) -> None:
    """No stretching, no ringing, at any size."""
    alpha = resize(np.full((16, 16), value, np.float32), shape)
    assert alpha.shape == shape
    assert alpha.dtype == np.uint8
    assert {*np.unique(alpha)} == {int(value * 255 + 0.5)}


@pytest.mark.parametrize(
    ("value", "expected"), [(-0.1, 0), (1.1, 255), (np.nan, 0), (np.inf, 255), (-np.inf, 0)]
)
def test_values_outside_are_clipped(value: float, expected: int) -> None:
    """A model's excess is clipped, and what is no number covers nothing."""
    assert (resize(np.full((4, 4), value, np.float32), (4, 4)) == expected).all()


def test_an_overshoot_is_clipped() -> None:
    """The filter's negative lobes neither wrap round nor leave a halo outside [0, 255]."""
    predicted = np.zeros((16, 16), np.float32)
    predicted[:, 8:] = 1
    alpha = resize(predicted, (160, 160)).astype(int)
    assert (alpha[:, :60] == 0).all()
    assert (alpha[:, 100:] == 255).all()
    assert (np.diff(alpha, axis=1) >= 0).all()


def test_a_ramp_stays_a_ramp() -> None:
    """A linear matte stays linear, pixel centre on pixel centre; the border is left out."""
    predicted = np.tile(np.linspace(0.1, 0.9, 32, dtype=np.float32), (32, 1))
    alpha = resize(predicted, (96, 128))
    x = (np.arange(128) + 0.5) * 32 / 128 - 0.5
    expected = (0.1 + 0.8 * x / 31) * 255
    assert np.abs(alpha[:, 12:-12] - expected[12:-12]).max() <= 0.5 + 1e-3


def test_strips_do_not_show() -> None:
    """A matte that is enlarged in several strips is what one go gives, to the last rounding."""
    predicted = np.random.default_rng(5).random((64, 64), np.float32)
    levels = Image.fromarray(predicted * np.float32(255))
    whole = np.asarray(levels.resize((90, 1000), Image.Resampling.BICUBIC))
    difference = resize(predicted, (1000, 90)) - np.clip(whole, 0, 255)
    assert np.abs(difference).max() <= 0.5 + 1e-3


def test_the_input_is_not_modified() -> None:
    """The caller's array stays as it was."""
    predicted = np.full((4, 4), 2.0, np.float32)
    resize(predicted, (8, 8))
    assert (predicted == 2.0).all()
