"""The composite: the photo's own pixels under the matte."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["apply_alpha", "multiply"]


def apply_alpha(rgba: NDArray[np.uint8], alpha: NDArray[np.uint8], *, opaque: bool) -> None:
    """Write the matte into a photo's alpha channel, in place.

    Colours stay as they are, bit for bit, wherever anything is left to be seen. Where alpha is 0
    they become black: the background is removed and not merely hidden, and the PNG is smaller.

    Where the photo has an alpha of its own, the result's is the product of both: the coverage by
    the subject of what the photo covers.

    Parameters
    ----------
    rgba : uint8, shape (H, W, 4)
        The photo with straight alpha.
    alpha : uint8, shape (H, W)
        The matte.
    opaque : bool
        Whether the photo's own alpha is 255 everywhere, and so need not be read.
    """
    rgba[..., 3] = alpha if opaque else multiply(alpha, rgba[..., 3])
    pixels = rgba.view(np.uint32)[..., 0]
    np.copyto(pixels, 0, where=rgba[..., 3] == 0)


def multiply(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Give ``round(a * b / 255)``, exactly.

    References
    ----------
    Blinn, "Three Wrongs Make a Right", IEEE Computer Graphics and Applications 15(6), 1995.
    """
    product = np.multiply(a, b, dtype=np.uint16)
    product += 128
    product += product >> 8
    product >>= 8
    return product.astype(np.uint8)
