"""The photo that benchmarks of speed use."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from skimage import data as skimage_data
from sklearn.datasets import load_sample_images

__all__ = ["jpeg", "large_photo", "round_matte"]


def large_photo(width: int = 4000, height: int = 3000) -> Image.Image:
    """Give two enlarged sample photos side by side, with a sensor's noise."""
    photos = [skimage_data.astronaut(), load_sample_images().images[0]]
    photo = Image.new("RGB", (width, height))
    half = width // len(photos)
    for index, pixels in enumerate(photos):
        enlarged = Image.fromarray(pixels).resize((half, height), Image.Resampling.BICUBIC)
        photo.paste(enlarged, (index * half, 0))
    noise = np.random.default_rng(0).normal(0.0, 2.0, (height, width, 3))
    return Image.fromarray(np.clip(np.asarray(photo) + noise, 0, 255).astype(np.uint8))


def jpeg(photo: Image.Image) -> bytes:
    """Encode a photo as a camera would."""
    file = io.BytesIO()
    photo.save(file, "JPEG", quality=92)
    return file.getvalue()


def round_matte(size: int = 1024) -> NDArray[np.float32]:
    """Give a matte with a soft and slightly ragged edge, which covers 60 %."""
    y, x = np.mgrid[0:size, 0:size].astype(np.float32)
    distance = np.hypot(y - size / 2, x - size / 2) / (0.29 * size)
    return np.clip(1.6 - distance + 0.1 * np.sin(x / 3), 0, 1).astype(np.float32)
