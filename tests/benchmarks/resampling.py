"""Which filters give the best matte: for the photo on its way in, for the matte on its way out.

Run by ``make resampling``.

Composites with known alpha (a soft body with hair) over blurred sample photos go through the whole
way: filter in, model, filter out; and the alpha alone goes through filter in and filter out. Where
the model misses the subject, filters do not matter: such composites are left out of the second
table. Errors are those of Rhemann et al., "A Perceptually Motivated Online Benchmark for Image
Matting", CVPR 2009, within 20 pixels of partial alpha:

- SAD: the sum of absolute differences of alpha, / 1000;
- MSE: the mean of squared differences, * 1000;
- gradient: the sum of squared differences between the magnitudes of alpha's gradients, taken with
  first derivatives of a Gaussian of sigma 1.4, / 1000.
"""

import argparse
import asyncio
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter
from scipy.ndimage import gaussian_filter, maximum_filter
from skimage import data as skimage_data
from sklearn.datasets import load_sample_images

from wasmatte.models import model as registered
from wasmatte.session import Session
from wasmatte.store import ModelStore

WIDTH, HEIGHT = 2400, 1800
MARGIN = 20  # pixels
MISSED = 0.8  # the intersection over union below which the subject was not found
FILTERS_IN = ("BOX", "BILINEAR", "HAMMING", "BICUBIC", "LANCZOS")
FILTERS_OUT = ("BILINEAR", "HAMMING", "BICUBIC", "LANCZOS")

Alpha = NDArray[np.float32]
Errors = tuple[float, float, float]


def truth(seed: int) -> Alpha:
    """Draw the alpha of a body with a soft outline and hair of 1 to 4 pixels' width."""
    random = np.random.default_rng(seed)
    scale = 2  # drawn twice as large, for smooth edges
    image = Image.new("L", (WIDTH * scale, HEIGHT * scale))
    draw = ImageDraw.Draw(image)
    centre = np.array([WIDTH * random.uniform(0.42, 0.58), HEIGHT * 0.42])
    radius = np.array([WIDTH * 0.14, HEIGHT * 0.26])
    box = [*(centre - radius) * scale, *(centre + radius) * scale]
    draw.ellipse(box, fill=255)
    shoulders = [centre[0] - WIDTH * 0.26, HEIGHT * 0.6, centre[0] + WIDTH * 0.26, HEIGHT * 1.5]
    draw.ellipse([v * scale for v in shoulders], fill=255)
    image = image.filter(ImageFilter.GaussianBlur(1.5 * scale))
    draw = ImageDraw.Draw(image)
    for _ in range(420):
        angle = random.uniform(-np.pi, 0.0)
        start = centre + radius * np.array([np.cos(angle), np.sin(angle)]) * 0.97
        bend = angle + random.uniform(-0.9, 0.9)
        length = random.uniform(40, 220)
        t = np.linspace(0.0, 1.0, 24)[:, np.newaxis]
        ahead = np.array([np.cos(angle), np.sin(angle)]) * length
        aside = np.array([np.cos(bend), np.sin(bend)]) * length
        points = (start + ahead * t * (1 - t) + aside * t * t) * scale
        width = int(random.integers(1, 4 * scale))
        draw.line([tuple(point) for point in points], fill=255, width=width, joint="curve")
    small = image.resize((WIDTH, HEIGHT), Image.Resampling.BOX)
    return np.asarray(small, np.float32) / np.float32(255)


def photos() -> list[Image.Image]:
    """Give sample photos in the benchmark's size."""
    samples = [*load_sample_images().images, skimage_data.coffee(), skimage_data.chelsea()]
    size = (WIDTH, HEIGHT)
    large = [Image.fromarray(s).resize(size, Image.Resampling.BICUBIC) for s in samples]
    return [photo.filter(ImageFilter.GaussianBlur(10)) for photo in large]


def composites(count: int) -> Iterator[tuple[Image.Image, Alpha, NDArray[np.float32]]]:
    """Yield photos with known alpha and colours: skin and hair before a sample photo."""
    backgrounds = photos()
    for seed in range(count):
        random = np.random.default_rng(1000 + seed)
        alpha = truth(seed)
        grain = gaussian_filter(random.normal(0, 30, (HEIGHT, WIDTH)), 3.0)[..., np.newaxis] * 4
        rows = np.linspace(0, 1, HEIGHT)[:, np.newaxis, np.newaxis]
        hair, cloth = random.uniform(10, 70, 3), random.uniform(30, 200, 3)
        colour = np.clip(hair * (1 - rows) + cloth * rows + grain, 0, 255).astype(np.float32)
        background = np.asarray(backgrounds[seed % len(backgrounds)], np.float32)
        mixed = alpha[..., np.newaxis] * colour + (1 - alpha[..., np.newaxis]) * background
        yield Image.fromarray(np.clip(np.rint(mixed), 0, 255).astype(np.uint8)), alpha, colour


def errors(found: Alpha, expected: Alpha) -> Errors:
    """Give SAD, MSE and gradient error near partial alpha."""
    partial = ((expected > 0) & (expected < 1)).astype(np.uint8)
    near = maximum_filter(partial, 2 * MARGIN + 1) > 0
    difference = (found - expected)[near]
    gradients = (gradient(found) - gradient(expected))[near]
    return (
        float(np.abs(difference).sum() / 1e3),
        float(np.square(difference).mean() * 1e3),
        float(np.square(gradients).sum() / 1e3),
    )


def overlap(found: Alpha, expected: Alpha) -> float:
    """Give the intersection over union of both mattes, cut at a half."""
    a, b = found > 0.5, expected > 0.5
    return float((a & b).sum() / (a | b).sum())


def gradient(alpha: Alpha) -> NDArray[np.float32]:
    """Give the magnitude of alpha's gradient."""
    down = gaussian_filter(alpha, 1.4, order=(1, 0))
    right = gaussian_filter(alpha, 1.4, order=(0, 1))
    return np.hypot(down, right)


def enlarged(matte: Alpha, name: str) -> Alpha:
    """Resize a matte to the photo's size."""
    image = Image.fromarray(matte).resize((WIDTH, HEIGHT), Image.Resampling[name])
    return np.rint(np.clip(np.asarray(image), 0, 1) * 255).astype(np.float32) / 255


def table(title: str, rows: dict[tuple[str, str], list[Errors]]) -> None:
    """Print the mean errors of all pairs of filters."""
    count = min((len(found) for found in rows.values()), default=0)
    print(f"\n{title}, {count} composites\n{'in':10}{'out':10}{'SAD':>9}{'MSE':>9}{'gradient':>10}")
    for (filter_in, filter_out), found in rows.items():
        sad, mse, grad = np.mean(found, axis=0)
        print(f"{filter_in:10}{filter_out:10}{sad:9.2f}{mse:9.3f}{grad:10.3f}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", default="build/models")
    parser.add_argument("--model", default="isnet_fp16")
    parser.add_argument("--count", type=int, default=4)
    options = parser.parse_args()
    row = registered(options.model)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "model.onnx"
        asyncio.run(ModelStore(options.models).load(row, file))
        session = Session(row, file, threads=1)
    size = (row.input_size, row.input_size)
    alone: dict[tuple[str, str], list[Errors]] = {}
    whole: dict[tuple[str, str], list[Errors]] = {}
    for photo, alpha, _ in composites(options.count):
        for filter_in in FILTERS_IN:
            resample = Image.Resampling[filter_in]
            small = np.asarray(photo.resize(size, resample), np.float32)
            tensor = ((small - row.mean) / row.scale).transpose(2, 0, 1)[np.newaxis]
            predicted = np.clip(session.run(np.ascontiguousarray(tensor, np.float32)), 0, 1)
            shrunk = np.clip(np.asarray(Image.fromarray(alpha).resize(size, resample)), 0, 1)
            for filter_out in FILTERS_OUT:
                pair = filter_in, filter_out
                alone.setdefault(pair, []).append(errors(enlarged(shrunk, filter_out), alpha))
                matte = enlarged(predicted, filter_out)
                if overlap(matte, alpha) >= MISSED:
                    whole.setdefault(pair, []).append(errors(matte, alpha))
    print(f"{WIDTH} x {HEIGHT}, {row.name}")
    table("alpha alone: filter in, filter out", alone)
    table("photo: filter in, model, filter out", whole)


if __name__ == "__main__":
    main()
