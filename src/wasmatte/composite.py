"""The composite: the photo's own pixels under the matte."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["apply_alpha", "multiply", "over"]

STRIP = 256  # rows worked on at a time: what lies between takes twice the bytes


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
    for top in range(0, len(rgba), STRIP):
        strip = rgba[top : top + STRIP]
        matte = alpha[top : top + STRIP]
        strip[..., 3] = matte if opaque else multiply(matte, strip[..., 3])
        np.copyto(strip.view(np.uint32)[..., 0], 0, where=strip[..., 3] == 0)


def multiply(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Give ``round(a * b / 255)``, exactly."""
    return _divided(np.multiply(a, b, dtype=np.uint16))


def over(rgba: NDArray[np.uint8], background: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Composite a picture over an opaque background.

    Computes ``alpha * F + (1 - alpha) * B`` on sRGB's own values, as browsers and image editors do,
    so that the result looks like the picture on a page of that background.

    Parameters
    ----------
    rgba : uint8, shape (H, W, 4)
        The picture with straight alpha.
    background : uint8, shape (3,) or (H, W, 3)
        A colour or pixels.

    Returns
    -------
    uint8, shape (H, W, 3)
        A new array, each value rounded.

    References
    ----------
    Porter and Duff, "Compositing Digital Images", SIGGRAPH 1984, operator *over*.
    """
    result = np.empty((*rgba.shape[:2], 3), np.uint8)
    for top in range(0, len(rgba), STRIP):
        strip = rgba[top : top + STRIP]
        under = background if background.ndim == 1 else background[top : top + STRIP]
        alpha = strip[..., 3:].astype(np.uint16)
        total = strip[..., :3] * alpha
        total += under * (255 - alpha)
        result[top : top + STRIP] = _divided(total)
    return result


def _divided(product: NDArray[np.uint16]) -> NDArray[np.uint8]:
    """Give ``round(product / 255)``, exactly, of at most 255 * 255; the product is overwritten.

    References
    ----------
    Blinn, "Three Wrongs Make a Right", IEEE Computer Graphics and Applications 15(6), 1995.
    """
    product += 128
    product += product >> 8
    product >>= 8
    return product.astype(np.uint8)
