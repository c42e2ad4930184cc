"""Tests of refined colours, against sums that are written out and composites that are known."""

import numpy as np

from wasmatte.refine import refine_colours


def reference(rgba: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """Guess both layers by sums over all pairs of pixels, and fuse them, in float64."""
    image = rgba[..., :3].astype(np.float64)
    share = alpha / 255.0
    down, across = (gaussian(length, 0.01 * max(alpha.shape)) for length in alpha.shape)

    def mean(weight: np.ndarray) -> np.ndarray:
        total = down @ weight @ across
        sums = [down @ (weight * image[..., band]) @ across for band in range(3)]
        return np.stack(sums, axis=-1) / np.maximum(total, 1e-290)[..., np.newaxis]

    seen, hidden, share = mean(share**4), mean((1 - share) ** 4), share[..., np.newaxis]
    return np.clip(seen + share * (image - share * seen - (1 - share) * hidden), 0, 255)


def gaussian(length: int, sigma: float) -> np.ndarray:
    x = np.arange(length)
    return np.exp(-0.5 * ((x[:, np.newaxis] - x) / sigma) ** 2)


def composite(height: int = 150, width: int = 800) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mix a grained subject and a grained background along a soft edge; give its colours too."""
    random = np.random.default_rng(8)
    ramp = np.linspace(20, -19, width).clip(0, 1)[np.newaxis]
    share = ramp ** np.linspace(0.5, 2, height)[:, np.newaxis]
    alpha = np.rint(share * 255).astype(np.uint8)
    grain = random.normal(0, 6, (height, width, 1))
    subject = np.array([200, 60, 40]) + grain
    share = alpha[..., np.newaxis] / 255
    mixed = share * subject + (1 - share) * (np.array([20, 190, 60]) + grain[::-1])
    rgba = np.full((height, width, 4), 255, np.uint8)
    rgba[..., :3] = np.rint(mixed).clip(0, 255)
    return rgba, alpha, subject


def test_colours_are_those_of_the_definition() -> None:
    """As far as they are seen; weights have 8 bits, and so have the guesses."""
    rgba, alpha, _ = composite()
    expected = reference(rgba, alpha)
    refine_colours(rgba, alpha)
    near = (alpha > 0) & (alpha < 255)
    error = np.abs(rgba[..., :3] - expected) * (alpha[..., np.newaxis] / 255)
    assert near.sum() > 2000
    assert error[near].max() <= 3
    assert error[near].mean() <= 0.7


def test_the_old_background_goes_from_a_soft_edge() -> None:
    """What is seen of a wrong colour falls to a third or less."""
    rgba, alpha, subject = composite()
    near = (alpha > 0) & (alpha < 255)
    before = (np.abs(rgba[..., :3] - subject) * (alpha[..., np.newaxis] / 255))[near].mean()
    refine_colours(rgba, alpha)
    after = (np.abs(rgba[..., :3] - subject) * (alpha[..., np.newaxis] / 255))[near].mean()
    assert after < before / 3


def test_whole_pixels_stay_as_they_are() -> None:
    """Colours where alpha is 0 or 255, and the photo's alpha everywhere."""
    rgba, alpha, _ = composite()
    rgba[..., 3] = np.arange(800) % 256
    before = rgba.copy()
    refine_colours(rgba, alpha)
    whole = (alpha == 0) | (alpha == 255)
    assert (rgba[whole] == before[whole]).all()
    assert (rgba[..., 3] == before[..., 3]).all()


def test_a_matte_without_subject_or_without_background_changes_nothing() -> None:
    """Nor does a single pixel: nothing is divided by zero. What weighs little is rounded more."""
    for shape in [(1, 1), (7, 9)]:
        for level, most in ((0, 0), (100, 5), (255, 0)):
            rgba = np.full((*shape, 4), 80, np.uint8)
            refine_colours(rgba, np.full(shape, level, np.uint8))
            assert np.abs(rgba.astype(int) - 80).max() <= most
