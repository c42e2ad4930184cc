"""The tab's mattes, against native ONNX Runtime's on the same model and the same tensor.

On the shared page, which the first photo of test_app.py needs cold, and finds so: it comes before.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tools.page import Page
from tools.samples import sample_photos
from wasmatte import Matter

TIMEOUT = 120.0
# The tab's integer arithmetic is native's, but float32 sums are in another order, and dynamic
# quantisation turns that into steps of the activations.
MEAN_ABSOLUTE = 0.002
INTERSECTION_OVER_UNION = 0.995


@pytest.fixture(scope="module")
def native(pytestconfig: pytest.Config) -> Any:
    """Open the default model natively; more threads would wait for each other when it is busy."""
    source = str(pytestconfig.rootpath / "build" / "models")
    with Matter.open(source=source, threads=1) as matter:
        yield matter


@pytest.mark.parametrize("photo", sample_photos(), ids=lambda photo: photo.stem)
def test_mattes_agree_with_native(page: Page, native: Matter, photo: Path, downloads: Path) -> None:
    """Mean absolute difference at most 0.002, intersection over union at 0.5 at least 0.995."""
    page.choose(photo)
    page.wait(TIMEOUT)
    [card] = page.cards
    with Image.open(page.download(card, downloads)) as png:
        ours = fraction(np.asarray(png)[..., 3])
    theirs = fraction(native.cut_out(photo).alpha)
    assert np.abs(ours - theirs).mean() <= MEAN_ABSOLUTE
    intersection = np.count_nonzero((ours >= 0.5) & (theirs >= 0.5))
    union = np.count_nonzero((ours >= 0.5) | (theirs >= 0.5))
    assert intersection >= INTERSECTION_OVER_UNION * union


def fraction(alpha: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Give coverage in [0, 1]."""
    return alpha / 255.0
