"""Tests of the models that the registry names, on sample photos; ``make models`` fetches them."""

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from PIL import Image

import wasmatte
from wasmatte import Matter, models
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


def png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def test_the_subject_is_kept_and_the_background_goes(
    loaded: Matter, astronaut: Image.Image
) -> None:
    """The astronaut's face and suit stay; the flag and the shuttle behind her go."""
    cutout = loaded.cut_out(png(astronaut))
    alpha = cutout.alpha
    assert alpha[80:140, 190:250].min() > 250  # face
    assert alpha[400:500, 150:350].mean() > 250  # suit
    assert alpha[20:200, 5:60].max() < 5  # flag
    assert alpha[20:200, 440:500].max() < 5  # shuttle
    seen = alpha > 0
    assert (cutout.rgba[seen, :3] == np.asarray(astronaut)[seen]).all()


def test_the_matte_is_that_of_a_plain_session(
    loaded: Matter, astronaut: Image.Image, models_source: str, tmp_path: Path
) -> None:
    """Written down a second time, by the publisher's recipe, with float64 around the model."""
    row = model(loaded.model.name)
    photo = astronaut.resize((row.input_size, row.input_size))  # so that nothing is resized
    run(ModelStore(models_source).load(row, tmp_path / "model.onnx"))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # more wait for each other on a busy machine
    session = onnxruntime.InferenceSession(
        tmp_path / "model.onnx", options, providers=["CPUExecutionProvider"]
    )
    values = (np.asarray(photo, np.float64).transpose(2, 0, 1)[np.newaxis] - 128) / 256
    matte = session.run(None, {"input": values.astype(np.float32)})[0][0, 0]
    expected = np.clip(matte.astype(np.float64), 0, 1) * 255
    # rounding to 8 bits gives 0.5; the rest is for sums in another order by another thread count
    assert np.abs(loaded.cut_out(png(photo)).alpha - expected).max() <= 0.6


def test_one_call_does_it_all(astronaut: Image.Image, models_source: str) -> None:
    """The default model, a PNG out, every step reported in order."""
    events: list[wasmatte.Progress] = []
    data = wasmatte.remove_background(png(astronaut), source=models_source, progress=events.append)
    image = Image.open(io.BytesIO(data))
    assert (image.mode, image.size) == ("RGBA", astronaut.size)
    assert [*dict.fromkeys(event.step for event in events)] == [*wasmatte.STEPS[1:]]
    last = {event.step: event for event in events}
    assert all(event.done == event.total for event in last.values())
