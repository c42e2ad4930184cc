"""Refined edges: the subject's own colours where the old background shines through.

Where alpha is partial, a photo's colour is a mixture ``alpha * F + (1 - alpha) * B``, and drags the
old background along. F and B are first guessed as weighted means of what is near: F of what is
surely seen, B of what surely is not. Then what the guess does not explain of the mixture is given
to F, as far as alpha lets it be seen: so details of the photo stay.

On composites with known colours and alpha, ``make refining`` finds the mean error of the colours at
partial alpha, as far as they are seen, to fall from 15.9 of 255 levels to 2.6. Where a pixel's
weight was alpha itself, as in the paper, almost twice as much was left. An edge that is softer than
the Gaussian, 2 % of the longer side across, gains little.

References
----------
Forte, "Approximate Fast Foreground Colour Estimation", ICIP 2021.
"""

import numpy as np
from numpy.typing import NDArray

from .blur import blurred_background

__all__ = ["refine_colours"]

NEAR = 0.01  # the Gaussian's standard deviation, as a share of the longer side
SURE = np.rint(255 * np.linspace(0, 1, 256) ** 4).astype(np.uint8)  # what a level of alpha weighs
STRIP = 128  # rows worked on at a time


def refine_colours(rgba: NDArray[np.uint8], alpha: NDArray[np.uint8]) -> None:
    """Estimate the colours of what is seen where alpha is partial, in place.

    Where alpha is 0 or 255 nothing changes, nor does the photo's own alpha count.

    Parameters
    ----------
    rgba : uint8, shape (H, W, 4)
        The photo.
    alpha : uint8, shape (H, W)
        Coverage by what shall be seen, times 255.
    """
    height, width = alpha.shape
    sigma = NEAR * max(height, width)
    seen = blurred_background(rgba, 255 - SURE[alpha], sigma)
    hidden = blurred_background(rgba, 255 - SURE[255 - alpha], sigma)
    for top in range(0, height, STRIP):
        bottom = min(top + STRIP, height)
        levels = alpha[top:bottom]
        where = np.nonzero((levels > 0) & (levels < 255))
        if where[0].size == 0:
            continue
        box, size = (0, top, width, bottom), (width, bottom - top)
        strip = rgba[top:bottom, :, :3]
        share = levels[where][:, np.newaxis] / np.float32(255)
        guess = seen.part(box, size)[where].astype(np.float32)
        mixture = share * guess + (1 - share) * hidden.part(box, size)[where]
        colours = guess + share * (strip[where] - mixture)
        strip[where] = np.rint(colours).clip(0, 255).astype(np.uint8)
