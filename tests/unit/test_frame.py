"""Tests of the frame: bounding box and size."""

import numpy as np
import pytest

from wasmatte.frame import bounding_box, cover, fit, resize


def alpha(*box: int) -> np.ndarray:
    """Give 40 x 30 pixels of haze with a subject: left, top, right, bottom."""
    levels = np.full((30, 40), 12, np.uint8)
    left, top, right, bottom = box
    levels[top:bottom, left:right] = 255
    return levels


def test_the_box_holds_the_subject_and_no_haze() -> None:
    """Below 5 % counts as nothing."""
    assert bounding_box(alpha(7, 3, 20, 9)) == (7, 3, 20, 9)


@pytest.mark.parametrize(
    ("margin", "expected"), [(0.1, (8, 8, 22, 20)), (0.5, (3, 3, 27, 25)), (1.0, (0, 0, 33, 30))]
)
def test_the_margin_is_a_share_of_the_longer_side(
    margin: float, expected: tuple[int, int, int, int]
) -> None:
    """Here 12 pixels, on all sides, up to the picture's edges; 10 % of it are rounded to 1."""
    levels = alpha(9, 9, 21, 19)
    assert bounding_box(levels, margin) == expected


def test_an_empty_picture_is_kept_whole() -> None:
    """There is nothing to crop to."""
    assert bounding_box(np.zeros((3, 5), np.uint8)) == (0, 0, 5, 3)


@pytest.mark.parametrize(
    ("size", "most", "expected"),
    [
        ((400, 300), (None, None), (400, 300)),
        ((400, 300), (200, None), (200, 150)),
        ((400, 300), (200, 30), (40, 30)),
        ((400, 300), (800, 800), (400, 300)),
        ((8000, 1), (100, None), (100, 1)),
    ],
)
def test_a_picture_is_reduced_in_proportion(
    size: tuple[int, int], most: tuple[int | None, int | None], expected: tuple[int, int]
) -> None:
    """Never enlarged, and never to nothing."""
    assert fit(size, *most) == expected


def test_hidden_colours_do_not_bleed() -> None:
    """Where alpha is 0 the colour does not count."""
    rgba = np.zeros((8, 8, 4), np.uint8)
    rgba[:, :4] = (200, 100, 50, 255)
    rgba[:, 4:, 1] = 255  # green, and not to be seen
    small = resize(rgba, (4, 4))
    seen = small[small[..., 3] > 32]
    assert np.abs(seen[:, :3].astype(int) - (200, 100, 50)).max() <= 3  # rounded, premultiplied


def test_what_fits_is_not_touched() -> None:
    """Not even copied."""
    rgba = np.zeros((2, 3, 4), np.uint8)
    assert resize(rgba, (3, 2)) is rgba


def test_a_background_covers_from_its_centre() -> None:
    """A wide picture loses both its ends."""
    wide = np.zeros((2, 12, 3), np.uint8)
    wide[:, 5:7] = 255
    covered = cover(wide, (2, 2))
    assert covered.shape == (2, 2, 3)
    assert covered.min() > 200
