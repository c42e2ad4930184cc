"""Sample photos: those that scikit-image and scikit-learn bring along, and a large one."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

__all__ = ["large_photo", "sample_photos"]

SAMPLES = {
    "skimage": ("data/astronaut.png", "data/chelsea.png", "data/coffee.png"),
    "sklearn": ("datasets/images/china.jpg", "datasets/images/flower.jpg"),
}
LARGE = (4000, 3000)  # 12 megapixels
GRAIN = 3.0  # levels; about that of a sensor at ISO 400, so that the file is as hard to encode
QUALITY = 92


def sample_photos() -> list[Path]:
    """Return the paths of the sample photos, in the packages that they belong to.

    Raises
    ------
    FileNotFoundError
        If one of the packages is not installed.
    """
    return [_folder(package) / name for package, names in SAMPLES.items() for name in names]


def large_photo(path: Path) -> Path:
    """Write a 12-megapixel JPEG, made from a sample photo, and return its path.

    The same bytes come every time.
    """
    with Image.open(_folder("skimage") / "data/chelsea.png") as sample:
        photo = ImageOps.fit(sample.convert("RGB"), LARGE, Image.Resampling.LANCZOS)
    grain = np.random.default_rng(12).normal(0, GRAIN, (LARGE[1], LARGE[0], 1))
    pixels = np.clip(np.asarray(photo) + grain, 0, 255).astype(np.uint8)
    Image.fromarray(pixels).save(path, quality=QUALITY)
    return path


def _folder(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise FileNotFoundError(f"no sample photos: the Python package {package} is not installed")
    return Path(spec.origin).parent
