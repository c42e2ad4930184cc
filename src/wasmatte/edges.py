"""Edges that follow the photo: a matte refined at the photo's own size.

A network's matte is smaller than most photos, so its edges are blurred, and a pixel or two off.
The photo is a mixture ``alpha * F + (1 - alpha) * B``, whose colours know better. Of what is near,
F and B have the mean and the covariance of what is surely seen and of what surely is not. Along
``d = F - B`` the photo says ``alpha = (I - B) . d / |d|^2``, with the variance ``V / |d|^2``, where
V is that of the colours along d. The matte says ``a``, with the variance ``a * (1 - a)``, as it is
where a hard edge was blurred. The mean of both, weighted with the inverse of their variances, is::

    (a * (1 - a) * (I - B) . d + a * V) / (a * (1 - a) * |d|^2 + V)

So where both layers look alike, or are motley, the matte stays what it was; and so it does where
one of them is hardly to be found near, as in haze.

On known alpha that was reduced to 1024 x 1024, and blurred, shifted or eroded there, of photos of
12 megapixels, ``make refining`` finds the sum of absolute differences to fall by 41 %, the gradient
error by 61 %, and on none of the photos does any of the errors grow. Of ISNet's own mattes, of 4
megapixels, they fall by 43 and 51 %.

References
----------
Chuang, Curless, Salesin and Szeliski, "A Bayesian Approach to Digital Matting", CVPR 2001: layers
as Gaussians. There F, B and alpha are sought together, pixel by pixel, without a matte to begin
with.
"""

from math import sqrt

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from .blur import convolved, gaussian

__all__ = ["refine_alpha"]

NEAR = 0.003  # the Gaussian's standard deviation, as a share of the longer side: 3 pixels of 1024
NARROWEST = 2.0  # the least standard deviation, in pixels
SHARPEST = 4  # samples that a standard deviation has, where the photo has as many pixels
CELL = 3  # samples, across and down, that are summed up before the Gaussian
SCARCE = 0.005  # the mean weight at which a layer is trusted by half
NOISE = 3 / 255  # a camera's, if the photo shows less
FAINT = np.float32(1e-6)
PAIRS = ((0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2))  # of channels, for covariances
ROWS = 16  # of cells, summed up at a time
TILE = 128  # pixels, across and down, worked on at a time

Box = tuple[float, float, float, float]
Floats = NDArray[np.float32]


def refine_alpha(rgba: NDArray[np.uint8], alpha: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Give a matte whose edges follow the photo's.

    Where alpha is 0 or 255 nothing changes. The photo's own alpha does not count.

    Parameters
    ----------
    rgba : uint8, shape (H, W, 4)
        The photo.
    alpha : uint8, shape (H, W)
        Coverage times 255, enlarged from a smaller matte.

    Returns
    -------
    uint8, shape (H, W)
        A new array.

    Raises
    ------
    ValueError
        If the shapes do not go together.
    """
    if alpha.shape != rgba.shape[:2]:
        raise ValueError(f"alpha must have the photo's shape {rgba.shape[:2]}; got {alpha.shape}")
    height, width = alpha.shape
    sigma = max(NEAR * max(height, width), NARROWEST)
    step = max(1, int(sigma / SHARPEST))
    layers = [Image.fromarray(plane) for plane in _layers(_moments(rgba, alpha, step, sigma))]
    refined = alpha.copy()
    cell = CELL * step
    for top in range(0, height, TILE):
        for left in range(0, width, TILE):
            bottom, right = min(top + TILE, height), min(left + TILE, width)
            tile = refined[top:bottom, left:right]
            partial = (tile > 0) & (tile < 255)
            if partial.any():
                box = left / cell, top / cell, right / cell, bottom / cell
                near = [_part(layer, (right - left, bottom - top), box) for layer in layers]
                found = _mean(rgba[top:bottom, left:right], tile, near)
                np.copyto(tile, found, where=partial)
    return refined


def _mean(
    rgba: NDArray[np.uint8], alpha: NDArray[np.uint8], near: list[Floats]
) -> NDArray[np.uint8]:
    """Weigh what photo and matte say of each pixel."""
    *difference, offset, seen, hidden, trust = near
    share = alpha / np.float32(255)
    projected, length = -offset, np.zeros_like(offset)
    for band, d in enumerate(difference):
        projected += d * (rgba[..., band] / np.float32(255))
        length += d * d
    colours = hidden + share * (seen - hidden) + np.float32(NOISE**2)
    matte = trust * share * (1 - share)
    found = (matte * projected + share * colours) / (matte * length + colours)
    return (found.clip(0, 1) * 255 + np.float32(0.5)).astype(np.uint8)


def _part(layer: Image.Image, size: tuple[int, int], box: Box) -> Floats:
    return np.asarray(layer.resize(size, Image.Resampling.BILINEAR, box))


def _moments(rgba: NDArray[np.uint8], alpha: NDArray[np.uint8], step: int, sigma: float) -> Floats:
    """Sum up both layers near each cell, under the Gaussian.

    One of ``step`` pixels, across and down, is a sample: averages of pixels would vary less.

    Returns
    -------
    float32, shape (h, w, 20)
        What is seen, then what is hidden: means of the weight, and of the weight times three
        colours, and six products of two colours.
    """
    strips = []
    for top in range(0, len(alpha), ROWS * CELL * step):
        rows = slice(top, top + ROWS * CELL * step, step)
        bands = [rgba[rows, ::step, band] / np.float32(255) for band in range(3)]
        share = alpha[rows, ::step] / np.float32(255)
        colours = [*bands, *(bands[i] * bands[j] for i, j in PAIRS)]
        planes = []
        for root in (share * share, np.square(1 - share)):
            weight = root * root  # what a level of alpha weighs: its fourth power
            planes += [weight, *(weight * colour for colour in colours)]
        reduced = [np.asarray(Image.fromarray(plane).reduce(CELL)) for plane in planes]
        strips.append(np.stack(reduced, axis=-1))
    # Averaging over a cell has blurred already.
    blurred = step**2 * (CELL**2 - 1) / 12
    kernel = gaussian(sqrt(max(sigma**2 - blurred, 0.0)) / (CELL * step))
    across = convolved(np.concatenate(strips), kernel).transpose(1, 0, 2)
    return convolved(across, kernel).transpose(1, 0, 2)


def _layers(moments: Floats) -> list[Floats]:
    """Give what `_mean` needs to know of both layers.

    Returns
    -------
    list of float32, shape (h, w), contiguous
        d, three of them; B . d; variances of F and B along d; and how far both are trusted.
    """
    moments = np.ascontiguousarray(moments.transpose(2, 0, 1))
    weights, means, covariances = [], [], []
    for weight, *sums in (moments[:10], moments[10:]):
        mean, square = np.split(np.array(sums) / (weight + FAINT), [3])
        weights.append(weight)
        means.append(mean)
        covariances.append([square[k] - mean[i] * mean[j] for k, (i, j) in enumerate(PAIRS)])
    d = means[0] - means[1]
    length = (d * d).sum(axis=0) + FAINT
    along = [d[i] * d[j] * (1 if i == j else 2) / length for i, j in PAIRS]
    variances = [
        np.maximum(sum(a * c for a, c in zip(along, covariance, strict=True)), 0)
        for covariance in covariances
    ]
    trust = np.prod([weight / (weight + np.float32(SCARCE)) for weight in weights], axis=0)
    return [*d, (d * means[1]).sum(axis=0), *variances, trust]
