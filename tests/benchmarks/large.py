"""Composites of 12 megapixels with known alpha and colours, and mattes as a network gives them.

The subject has sharp edges, edges that are out of focus, strands of 2 to 12 pixels' width and hair
of 0.5 to 5. Its colours and those of the background are sample photos, enlarged, under textures in
their own size, with a camera's blur and noise; the fourth composite has one photo for both.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter
from scipy.ndimage import gaussian_filter, minimum_filter, shift
from skimage import data as skimage_data
from sklearn.datasets import load_sample_images

WIDTH, HEIGHT = 4000, 3000
SCALE = 2  # drawn twice as large, for smooth edges
NETWORK = 1024  # pixels of its matte, across and down
NOISE = 3.0  # standard deviation, in levels of 255
PSF = 0.7  # the camera's blur: a Gaussian's standard deviation, in pixels
LAYERS = ((2, 0, 0, 1), (3, 1, 1, 0), (1, 0, 2, 1), (0, 0, 0, 0), (2, 3, 1, 2))
"""Of each composite: the photos of subject and background, and their textures."""

Alpha = NDArray[np.float32]
Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Composite:
    """A photo of which all is known.

    Attributes
    ----------
    photo : uint8, shape (H, W, 3)
    alpha : float32, shape (H, W)
    subject : uint8, shape (H, W, 3)
        The subject's own colours.
    """

    photo: Pixels
    alpha: Alpha
    subject: Pixels


def composites(count: int) -> Iterator[Composite]:
    """Yield up to five composites."""
    photos = [*load_sample_images().images, skimage_data.coffee(), skimage_data.chelsea()]
    textures = [skimage_data.gravel(), skimage_data.grass(), skimage_data.brick()]
    for seed, (front, back, front_texture, back_texture) in enumerate(LAYERS[:count]):
        alpha = truth(seed)
        subject = enlarged(photos[front]) * (0.5 + 0.5 * tiled(textures[front_texture]))
        background = enlarged(photos[back][::-1, ::-1])
        if seed % 2:  # out of focus
            background = gaussian_filter(background, (6, 6, 0))
        background = (background * (0.6 + 0.4 * tiled(textures[back_texture]))).clip(0, 255)
        subject = subject.clip(0, 255)
        share = alpha[..., np.newaxis]
        mixed = share * subject + (1 - share) * background
        mixed += np.random.default_rng(50 + seed).normal(0, NOISE, mixed.shape)
        photo = np.rint(mixed).clip(0, 255).astype(np.uint8)
        yield Composite(photo, alpha, subject.astype(np.uint8))


def truth(seed: int) -> Alpha:
    """Draw a body, sharp on the left and soft on the lower right, shards, strands and hair."""
    random = np.random.default_rng(seed)
    centre = np.array([WIDTH * random.uniform(0.42, 0.58), HEIGHT * 0.42])
    radius = np.array([WIDTH * 0.14, HEIGHT * 0.26])
    body, draw = canvas()
    draw.ellipse([*(centre - radius) * SCALE, *(centre + radius) * SCALE], fill=255)
    shoulders = (centre[0] - WIDTH * 0.3, HEIGHT * 0.62, centre[0] + WIDTH * 0.3, HEIGHT * 1.5)
    draw.ellipse([edge * SCALE for edge in shoulders], fill=255)
    body = body.resize((WIDTH, HEIGHT), Image.Resampling.BOX)
    soft = np.broadcast_to(np.linspace(-2, 3, WIDTH).clip(0, 1), (HEIGHT, WIDTH)).copy()
    soft[: HEIGHT * 2 // 3] = 0
    where = Image.fromarray(np.rint(255 * soft).astype(np.uint8))
    blurred = body.filter(ImageFilter.GaussianBlur(9))
    body = Image.composite(blurred, body, where.filter(ImageFilter.GaussianBlur(20)))

    rest, draw = canvas()
    for _ in range(6):
        middle = np.array([random.uniform(0.08, 0.92) * WIDTH, random.uniform(0.1, 0.6) * HEIGHT])
        corners = int(random.integers(5, 11))
        angles = np.sort(random.uniform(0, 2 * np.pi, corners))
        ways = np.stack([np.cos(angles), np.sin(angles)], axis=1)
        shard = middle + ways * random.uniform(60, 260, (corners, 1))
        draw.polygon([tuple(corner) for corner in shard * SCALE], fill=255)
    for _ in range(40):
        start = np.array([random.uniform(0.05, 0.95) * WIDTH, random.uniform(0.05, 0.95) * HEIGHT])
        bend, end = random.normal(0, 300, (2, 2))
        curve(draw, start, 2 * bend, end, random.choice([2, 3, 5, 8, 12]))
    for _ in range(700):
        angle = random.uniform(-np.pi, 0)
        turned = angle + random.uniform(-0.9, 0.9)
        ahead, aside = (np.array([np.cos(way), np.sin(way)]) for way in (angle, turned))
        length = random.uniform(60, 380)
        start = centre + radius * ahead * 0.97
        curve(draw, start, ahead * length, aside * length, random.uniform(0.5, 5))
    rest = rest.resize((WIDTH, HEIGHT), Image.Resampling.BOX)
    alpha = np.maximum(np.asarray(body), np.asarray(rest)) / np.float32(255)
    alpha = gaussian_filter(alpha, PSF)
    alpha[alpha < 1 / 512] = 0
    alpha[alpha > 1 - 1 / 512] = 1
    return alpha


def canvas() -> tuple[Image.Image, ImageDraw.ImageDraw]:
    """Give an empty drawing."""
    image = Image.new("L", (WIDTH * SCALE, HEIGHT * SCALE))
    return image, ImageDraw.Draw(image)


def curve(
    draw: ImageDraw.ImageDraw,
    start: NDArray[np.float64],
    bend: NDArray[np.float64],
    end: NDArray[np.float64],
    width: float,
) -> None:
    """Draw one bent strand."""
    t = np.linspace(0, 1, 32)[:, np.newaxis]
    points = (start + bend * t * (1 - t) + end * t * t) * SCALE
    thick = max(1, round(width * SCALE))
    draw.line([tuple(point) for point in points], fill=255, width=thick, joint="curve")


def enlarged(photo: Pixels) -> NDArray[np.float32]:
    """Give a photo in the composites' size."""
    image = Image.fromarray(np.ascontiguousarray(photo))
    return np.asarray(image.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC), np.float32)


def tiled(texture: Pixels) -> NDArray[np.float32]:
    """Repeat a grey texture, mirrored, with a mean of 1: shape (H, W, 1)."""
    grey = texture.astype(np.float32) / np.float32(texture.mean())
    height, width = grey.shape
    around = ((0, HEIGHT - height), (0, WIDTH - width))
    return np.pad(grey, around, mode="symmetric")[..., np.newaxis]


def exact(alpha: Alpha) -> Alpha:
    """Only reduce it."""
    image = Image.fromarray(alpha).resize((NETWORK, NETWORK), Image.Resampling.BICUBIC)
    return np.asarray(image).clip(0, 1)


def soft(alpha: Alpha) -> Alpha:
    """Reduce and blur it, by a pixel of the network's."""
    return gaussian_filter(exact(alpha), 1.0)


def shifted(alpha: Alpha) -> Alpha:
    """Reduce it, blur it less, and shift it by half a pixel down and to the left."""
    moved = shift(gaussian_filter(exact(alpha), 0.7), (0.5, -0.5), order=1, mode="nearest")
    return moved.clip(0, 1)


def eroded(alpha: Alpha) -> Alpha:
    """Reduce it, take half of the outermost pixel away, and blur it less."""
    small = exact(alpha)
    return gaussian_filter((small + minimum_filter(small, 3)) / 2, 0.7)


IMPERFECTIONS = {"exact": exact, "soft": soft, "shifted": shifted, "eroded": eroded}
"""What a network's matte may be like."""
