"""Tests of decoded pixels."""

import numpy as np
import pytest

from wasmatte import EmptyPhotoError, UnsupportedPhotoError
from wasmatte.photo import from_pixels


def test_rgb_becomes_opaque_rgba() -> None:
    """Three channels get a fourth."""
    rgb = np.random.default_rng(0).integers(0, 256, (4, 5, 3), np.uint8)
    photo = from_pixels(rgb)
    assert photo.opaque
    assert (photo.rgba[..., :3] == rgb).all()
    assert (photo.rgba[..., 3] == 255).all()


@pytest.mark.parametrize(("alpha", "opaque"), [(255, True), (254, False)])
def test_rgba_is_copied(alpha: int, opaque: bool) -> None:
    """The caller's array is not ours to write into, and may have any strides."""
    rgba = np.full((4, 5, 4), alpha, np.uint8)[::2, ::-1]
    photo = from_pixels(rgba)
    assert photo.opaque == opaque
    assert (photo.rgba == rgba).all()
    assert not np.shares_memory(photo.rgba, rgba)
    assert photo.rgba.flags.c_contiguous


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((4, 5), np.uint8),
        np.zeros((4, 5, 2), np.uint8),
        np.zeros((4, 5, 3), np.float32),
        np.zeros((1, 4, 5, 3), np.uint8),
    ],
    ids=lambda pixels: f"{pixels.dtype}{pixels.shape}",
)
def test_other_arrays_are_refused(pixels: np.ndarray) -> None:
    """The message names what came."""
    expected = rf"must be uint8 \(H, W, 3\).*got {pixels.dtype} "
    with pytest.raises(UnsupportedPhotoError, match=expected):
        from_pixels(pixels)


@pytest.mark.parametrize("shape", [(0, 5, 3), (5, 0, 4)])
def test_no_pixels_are_refused(shape: tuple[int, ...]) -> None:
    """An array may be empty; a photo may not."""
    with pytest.raises(EmptyPhotoError, match="no pixels"):
        from_pixels(np.zeros(shape, np.uint8))
