"""Tests of the composite."""

import numpy as np
import pytest

from wasmatte.composite import apply_alpha, multiply, over


def test_multiply_is_exact_for_all_pairs() -> None:
    """All 65536 products are the float64 quotients, rounded; 255 is odd: there are no ties."""
    a, b = np.meshgrid(np.arange(256), np.arange(256))
    expected = np.rint(a.astype(np.float64) * b / 255)
    assert (multiply(a.astype(np.uint8), b.astype(np.uint8)) == expected).all()


def test_colours_stay_wherever_anything_is_seen() -> None:
    """Alpha changes, colours do not; where nothing is left, no colour is left either."""
    random = np.random.default_rng(0)
    rgba = random.integers(0, 256, (5, 7, 4), np.uint8)
    alpha = random.integers(1, 256, (5, 7), np.uint8)
    alpha[0] = 0
    before = rgba.copy()
    apply_alpha(rgba, alpha, opaque=True)
    assert (rgba[1:, :, :3] == before[1:, :, :3]).all()
    assert (rgba[..., 3] == alpha).all()
    assert not rgba[0].any()


@pytest.mark.parametrize(("own", "expected"), [(0, 0), (255, 200), (128, 100)])
def test_the_photos_own_alpha_is_respected(own: int, expected: int) -> None:
    """The result covers what both cover: 200 * 128 / 255 is 100.4."""
    rgba = np.full((1, 1, 4), own, np.uint8)
    apply_alpha(rgba, np.full((1, 1), 200, np.uint8), opaque=False)
    assert rgba[0, 0].tolist() == [own, own, own, expected]


@pytest.mark.parametrize("rows", [1, 300])
@pytest.mark.parametrize("picture", [False, True], ids=["colour", "picture"])
def test_over_is_porter_and_duffs_rounded(rows: int, *, picture: bool) -> None:
    """As computed in float64; also where the work is done in several strips."""
    random = np.random.default_rng(2)
    rgba = random.integers(0, 256, (rows, 5, 4), np.uint8)
    under = random.integers(0, 256, (rows, 5, 3) if picture else (3,), np.uint8)
    alpha = rgba[..., 3:] / 255.0
    expected = np.rint(rgba[..., :3] * alpha + under * (1 - alpha))
    assert (over(rgba, under) == expected).all()
