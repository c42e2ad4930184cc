"""Photos that people have: good, odd and broken ones, written to a folder."""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageSequence

from tools.samples import sample_photos

__all__ = ["BROKEN", "ODD", "colours", "sample", "write"]

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><path d="M0 0h8v8z"/></svg>'


def sample(stem: str) -> Path:
    """Return the path of a sample photo."""
    [path] = [path for path in sample_photos() if path.stem == stem]
    return path


def write(name: str, folder: Path) -> Path:
    """Write the odd or broken photo of that name."""
    path = folder / name
    path.write_bytes({**ODD, **BROKEN}[name]())
    return path


def colours(path: Path) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    """Return a photo's RGB: uint8 (H, W, 3), of an animation the first frame."""
    with Image.open(path) as photo:
        return np.asarray(next(ImageSequence.Iterator(photo)).convert("RGB"))


def _encoded(kind: str, **options: object) -> Callable[[Image.Image], bytes]:
    def encode(image: Image.Image) -> bytes:
        data = io.BytesIO()
        image.save(data, kind, **options)
        return data.getvalue()

    return encode


def _sample(size: tuple[int, int] | None = None) -> Image.Image:
    with Image.open(sample("chelsea")) as photo:
        return photo.resize(size) if size else photo.convert("RGB")


def _gif() -> bytes:
    frames = [_sample((96, 64)), _sample((96, 64)).rotate(180)]
    return _encoded("GIF", save_all=True, append_images=frames[1:])(frames[0])


ODD: dict[str, Callable[[], bytes]] = {
    "1x1.png": lambda: _encoded("PNG")(Image.new("RGB", (1, 1), (200, 30, 90))),
    "1x8000.png": lambda: _encoded("PNG")(_sample((1, 8000))),
    "30-megapixels.jpg": lambda: _encoded("JPEG", quality=85)(_sample((6700, 4500))),
    "animated.gif": _gif,
    "photo.avif": lambda: _encoded("AVIF", quality=80)(_sample()),
}
"""Photos that are cut out like any other."""

BROKEN: dict[str, Callable[[], bytes]] = {
    "empty.jpg": lambda: b"",
    "text.jpg": lambda: b"This is not a photo.\n",
    "truncated.jpg": lambda: sample("china").read_bytes()[:40_000],
    "drawing.svg": lambda: SVG,
}
"""Files that are refused."""
