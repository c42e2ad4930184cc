"""Tests of refined mattes, against sums that are written out and edges that are known."""

import numpy as np
import pytest
from PIL import Image

from wasmatte import Output, apply_mask, matte
from wasmatte.edges import refine_alpha
from wasmatte.refine import refine_colours

SIGMA = 2.0  # pixels; of photos of up to 666
PAIRS = [(i, j) for i in range(3) for j in range(3)]


def gaussian(length: int) -> np.ndarray:
    x = np.arange(length)
    weights = np.exp(-0.5 * ((x[:, np.newaxis] - x) / SIGMA) ** 2)
    return weights / weights[length // 2].sum()


def reference(rgba: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """Find layers by sums over all pairs of pixels, and solve pixel by pixel, in float64."""
    image, share = rgba[..., :3] / 255, alpha / 255
    down, across = (gaussian(length) for length in alpha.shape)
    layers = []
    for weight in (share**4, (1 - share) ** 4):
        total = down @ weight @ across
        mean = [down @ (weight * image[..., i]) @ across / (total + 1e-6) for i in range(3)]
        square = [
            down @ (weight * image[..., i] * image[..., j]) @ across / (total + 1e-6)
            - mean[i] * mean[j]
            for i, j in PAIRS
        ]
        layers.append((total, np.stack(mean, -1), np.stack(square, -1).reshape(*alpha.shape, 3, 3)))
    (seen, front, front_covariance), (hidden, back, back_covariance) = layers
    result = np.empty(alpha.shape)
    for at in np.ndindex(alpha.shape):
        a, d = share[at], front[at] - back[at]
        length = d @ d
        unit = d / np.sqrt(length + 1e-6)
        variance = a * (unit @ front_covariance[at] @ unit)
        variance += (1 - a) * (unit @ back_covariance[at] @ unit) + (3 / 255) ** 2
        trust = seen[at] / (seen[at] + 0.005) * hidden[at] / (hidden[at] + 0.005)
        prior = trust * a * (1 - a)
        found = (prior * ((image[at] - back[at]) @ d) + a * variance) / (prior * length + variance)
        result[at] = found.clip(0, 1) if 0 < a < 1 else a
    return result * 255


def disc(side: int = 480) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give a grained photo of a disc, its own alpha, and that from a third of the size."""
    random = np.random.default_rng(8)
    y, x = np.mgrid[:side, :side] - side / 2
    share = (side / 3 - np.hypot(x, y) + 0.5).clip(0, 1)
    share[:, side // 2 : side // 2 + 3] = 1  # a strand
    colours = np.array([200, 60, 40]), np.array([20, 120, 90])
    mixed = share[..., np.newaxis] * colours[0] + (1 - share[..., np.newaxis]) * colours[1]
    mixed += random.normal(0, 8, mixed.shape)
    rgba = np.full((side, side, 4), 255, np.uint8)
    rgba[..., :3] = np.rint(mixed).clip(0, 255)
    image = Image.fromarray(share.astype(np.float32))
    small = np.asarray(image.resize((side // 3, side // 3), Image.Resampling.BOX))
    return rgba, share * 255, matte.resize(small, share.shape)


def test_alpha_is_that_of_the_definition() -> None:
    """Sums are taken over cells of nine pixels, and layers are interpolated between them."""
    rgba, _, alpha = disc(150)
    refined = refine_alpha(rgba, alpha)
    assert refined.dtype == np.uint8
    partial = (alpha > 0) & (alpha < 255)
    error = np.abs(refined - reference(rgba, alpha))[partial]
    assert partial.sum() > 1000
    assert error.mean() <= 0.7
    assert error.max() <= 8


def test_edges_and_strands_become_the_photo_s() -> None:
    """Of a matte from a third of the size."""
    rgba, expected, alpha = disc()
    before = np.abs(alpha - expected).sum()
    after = np.abs(refine_alpha(rgba, alpha) - expected).sum()
    assert after < before / 5


def test_whole_pixels_stay_as_they_are() -> None:
    """Alpha of 0 and 255 stays, and both arrays of the caller's; the photo's alpha is not read."""
    rgba, _, alpha = disc()
    given = rgba.copy(), alpha.copy()
    refined = refine_alpha(rgba, alpha)
    whole = (alpha == 0) | (alpha == 255)
    assert (refined[whole] == alpha[whole]).all()
    assert (refined[~whole] != alpha[~whole]).mean() > 0.5
    assert (rgba == given[0]).all()
    assert (alpha == given[1]).all()
    rgba[..., 3] = 7
    assert (refine_alpha(rgba, alpha) == refined).all()


@pytest.mark.parametrize("shape", [(1, 1), (1, 700), (700, 1), (7, 9), (257, 300)])
def test_where_the_photo_says_nothing_the_matte_stays(shape: tuple[int, int]) -> None:
    """A photo of one colour, and a matte that is sure of nothing or of all."""
    random = np.random.default_rng(1)
    flat = np.full((*shape, 4), 80, np.uint8)
    alpha = random.integers(0, 256, shape, np.uint8)
    assert (refine_alpha(flat, alpha) == alpha).all()
    grained = random.integers(0, 256, (*shape, 4), np.uint8)
    for level in (0, 128, 255):
        alpha = np.full(shape, level, np.uint8)
        assert np.abs(refine_alpha(grained, alpha).astype(int) - level).max() <= 1


def test_layers_that_look_alike_leave_the_matte() -> None:
    """Grain of the same colours on both sides of an edge moves alpha by little."""
    random = np.random.default_rng(2)
    alpha = np.tile((np.linspace(20, -19, 400).clip(0, 1) * 255).astype(np.uint8), (100, 1))
    rgba = random.integers(0, 256, (100, 400, 4), np.uint8)
    assert np.abs(refine_alpha(rgba, alpha).astype(int) - alpha).mean() < 1


def test_shapes_must_go_together() -> None:
    with pytest.raises(ValueError, match=r"the photo's shape \(4, 5\); got \(5, 4\)"):
        refine_alpha(np.zeros((4, 5, 4), np.uint8), np.zeros((5, 4), np.uint8))


def test_refining_is_an_option_of_all_kinds() -> None:
    """The matte comes first, and colours are refined along it; without it nothing changes."""
    rgba, _, alpha = disc()
    refined = refine_alpha(rgba, alpha)
    plain = apply_mask(rgba, alpha)
    assert (plain.matte == alpha).all()
    assert (plain.rgba[alpha > 0, :3] == rgba[alpha > 0, :3]).all()
    for kind, seen in (("cut-out", refined), ("background", 255 - refined), ("matte", refined)):
        cut = apply_mask(rgba, alpha, output=Output(kind=kind, refine=True))
        assert (cut.matte == refined).all()
        if kind != "matte":
            expected = rgba.copy()
            refine_colours(expected, seen)
            assert (cut.alpha == seen).all()
            assert (cut.rgba[seen > 0, :3] == expected[seen > 0, :3]).all()
