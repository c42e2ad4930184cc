"""The tab's mattes, against native ONNX Runtime's on the same model and the same tensor.

On the shared page, which the first photo of test_app.py needs cold, and finds so: it comes before.
"""

import platform
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tools.cache import artefact, tree_digest
from tools.page import Page
from tools.samples import sample_photos
from wasmatte import Matter
from wasmatte.models import DEFAULT_MODEL, model

TIMEOUT = 120.0
# The tab's integer arithmetic is native's, but float32 sums are in another order, and dynamic
# quantisation turns that into steps of the activations.
MEAN_ABSOLUTE = 0.002
INTERSECTION_OVER_UNION = 0.995


@pytest.fixture(scope="module")
def native(pytestconfig: pytest.Config) -> Path:
    """Give the folder of the sample photos' native mattes, which the artefact cache keeps.

    Made on one thread: more wait for each other when the machine is busy.
    """
    source = pytestconfig.rootpath / "build" / "models"

    def write(folder: Path) -> None:
        with Matter.open(source=str(source), threads=1) as matter:
            for photo in sample_photos():
                alpha = matter.cut_out(photo).alpha
                Image.fromarray(alpha).save(folder / f"{photo.stem}.png")

    inputs = {
        "program": tree_digest(pytestconfig.rootpath / "src" / "wasmatte"),
        "these lines": tree_digest(Path(__file__)),
        "machine": platform.machine(),
        "python": platform.python_version(),
        "packages": {name: version(name) for name in ("numpy", "onnxruntime", "pillow")},
        "model": model(DEFAULT_MODEL).sha256,
        "photos": {photo.stem: tree_digest(photo) for photo in sample_photos()},
    }
    return artefact("native-mattes", inputs, write)


@pytest.mark.parametrize("photo", sample_photos(), ids=lambda photo: photo.stem)
def test_mattes_agree_with_native(page: Page, native: Path, photo: Path, downloads: Path) -> None:
    """Mean absolute difference at most 0.002, intersection over union at 0.5 at least 0.995."""
    page.choose(photo)
    page.wait(TIMEOUT)
    [card] = page.cards
    with Image.open(page.download(card, downloads)) as png:
        ours = fraction(np.asarray(png)[..., 3])
    with Image.open(native / f"{photo.stem}.png") as png:
        theirs = fraction(np.asarray(png))
    assert np.abs(ours - theirs).mean() <= MEAN_ABSOLUTE
    intersection = np.count_nonzero((ours >= 0.5) & (theirs >= 0.5))
    union = np.count_nonzero((ours >= 0.5) | (theirs >= 0.5))
    assert intersection >= INTERSECTION_OVER_UNION * union


def fraction(alpha: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Give coverage in [0, 1]."""
    return alpha / 255.0
