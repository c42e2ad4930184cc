"""Tests of the models that the registry names, on sample photos; ``make models`` fetches them."""

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from PIL import Image

import wasmatte
from wasmatte import CutOut, Matter, models
from wasmatte.models import model
from wasmatte.place.desktop import run
from wasmatte.store import ModelStore

pytestmark = [pytest.mark.desktop, pytest.mark.model]


@pytest.fixture(scope="module", params=[row.name for row in models()])
def loaded(request: pytest.FixtureRequest, models_source: str) -> Iterator[Matter]:
    """Load each model once; on one thread, as more wait for each other on a busy machine."""
    with Matter.open(request.param, source=models_source, threads=1) as matter:
        yield matter


@pytest.fixture(scope="module")
def astronaut() -> Image.Image:
    data = pytest.importorskip("skimage.data", reason="scikit-image has the sample photos")
    return Image.fromarray(data.astronaut())


@pytest.fixture(scope="module")
def large(astronaut: Image.Image) -> Image.Image:
    """Give the photo in the models' own size, so that nothing is resized."""
    return astronaut.resize((1024, 1024))


@pytest.fixture(scope="module")
def cut_out(loaded: Matter, large: Image.Image) -> CutOut:
    return loaded.cut_out(png(large))


def png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def test_the_subject_is_kept_and_the_background_goes(cut_out: CutOut, large: Image.Image) -> None:
    """The astronaut's face and suit stay; the flag and the shuttle behind her go."""
    alpha = cut_out.alpha
    assert alpha[160:280, 380:500].min() > 250  # face
    assert alpha[800:1000, 300:700].mean() > 250  # suit
    assert alpha[40:400, 10:120].max() < 5  # flag
    assert alpha[40:400, 880:1000].max() < 5  # shuttle
    seen = alpha > 0
    assert (cut_out.rgba[seen, :3] == np.asarray(large)[seen]).all()


def test_the_matte_is_that_of_a_plain_session(
    loaded: Matter, cut_out: CutOut, large: Image.Image, models_source: str, tmp_path: Path
) -> None:
    """Written down a second time, by the publisher's recipe, with float64 around the model."""
    row = model(loaded.model.name)
    assert large.size == (row.input_size, row.input_size)
    run(ModelStore(models_source).load(row, tmp_path / "model.onnx"))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # more wait for each other on a busy machine
    session = onnxruntime.InferenceSession(
        tmp_path / "model.onnx", options, providers=["CPUExecutionProvider"]
    )
    values = (np.asarray(large, np.float64).transpose(2, 0, 1)[np.newaxis] - 128) / 256
    matte = session.run(None, {"input": values.astype(np.float32)})[0][0, 0]
    expected = np.clip(matte.astype(np.float64), 0, 1) * 255
    # rounding to 8 bits gives 0.5; the rest is for sums in another order by another thread count
    assert np.abs(cut_out.alpha - expected).max() <= 0.6


def test_one_call_does_it_all(astronaut: Image.Image, models_source: str) -> None:
    """The default model, a PNG of the photo's own size out, every step reported in order."""
    events: list[wasmatte.Progress] = []
    data = wasmatte.remove_background(
        png(astronaut), source=models_source, threads=1, progress=events.append
    )
    image = Image.open(io.BytesIO(data))
    assert (image.mode, image.size) == ("RGBA", astronaut.size)
    pixels = np.asarray(image)
    assert pixels[80:140, 190:250, 3].min() > 250  # face
    assert pixels[20:200, 5:60, 3].max() < 5  # flag
    seen = pixels[..., 3] > 0
    assert (pixels[seen, :3] == np.asarray(astronaut)[seen]).all()
    assert [*dict.fromkeys(event.step for event in events)] == [*wasmatte.STEPS[1:]]
    last = {event.step: event for event in events}
    assert all(event.done == event.total for event in last.values())
