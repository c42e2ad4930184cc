"""Tests of the matter: the whole way, with a tiny model whose matte is the photo's brightness."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from wasmatte import (
    BrokenPhotoError,
    CutOut,
    Matter,
    Model,
    Output,
    PhotoError,
    Progress,
    SessionError,
    UnsupportedPhotoError,
    apply_mask,
)
from wasmatte import source as module
from wasmatte.session import Session

from .places import finish
from .tiny import SIZE


def photo(mode: str = "RGB") -> Image.Image:
    """Make a photo of the model's own size, so that nothing is resized."""
    data = np.random.default_rng(9).integers(0, 256, (SIZE, SIZE, len(mode)), np.uint8)
    return Image.frombytes(mode, (SIZE, SIZE), data.tobytes())


def png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def brightness(image: Image.Image) -> np.ndarray:
    """Compute alpha in float64: the mean of R, G and B, / 256, in 255 levels."""
    rgb = np.asarray(image.convert("RGB"), np.float64)
    return np.asarray(rgb.mean(axis=2) / 256 * 255)


def test_the_cut_out_is_the_photo_under_the_matte(matter: Matter) -> None:
    """Colours are the photo's, alpha is the model's."""
    cutout = matter.cut_out(png(photo()))
    assert (cutout.rgba[..., :3] == np.asarray(photo())).all()
    assert np.abs(cutout.alpha - brightness(photo())).max() <= 0.5 + 1e-3  # rounded


def test_the_photos_own_alpha_is_multiplied(matter: Matter) -> None:
    """What the photo does not cover, the cut-out does not either."""
    image = photo("RGBA")
    cutout = matter.cut_out(png(image))
    expected = np.rint(brightness(image)) * np.asarray(image)[..., 3] / 255
    assert np.abs(cutout.alpha - expected).max() <= 1  # rounded twice
    assert (cutout.rgba[..., :3] == np.asarray(image)[..., :3]).all()


def test_a_path_is_as_good_as_its_bytes(matter: Matter, tmp_path: Path) -> None:
    """Paths, bytes, memoryviews and arrays give the same cut-out."""
    path = tmp_path / "photo.png"
    path.write_bytes(png(photo()))
    pixels = np.asarray(photo())
    for source in (path, str(path), path.read_bytes(), memoryview(path.read_bytes()), pixels):
        assert (matter.cut_out(source).rgba == matter.cut_out(pixels).rgba).all()


def test_an_array_is_not_modified(matter: Matter) -> None:
    """The cut-out has pixels of its own."""
    pixels = np.array(photo("RGBA"))
    matter.cut_out(pixels)
    assert (pixels == np.asarray(photo("RGBA"))).all()


def test_the_png_holds_the_cut_out(matter: Matter) -> None:
    """Every channel of every pixel."""
    cutout = matter.cut_out(png(photo()))
    assert (np.asarray(Image.open(io.BytesIO(cutout.png()))) == cutout.rgba).all()


def test_the_output_says_what_is_made(matter: Matter) -> None:
    """Its kind, its format and its size; `png` stays whole and lossless."""
    cutout = matter.cut_out(png(photo()), output=Output(kind="background", max_width=4))
    image = Image.open(io.BytesIO(cutout.encode()))
    assert (image.format, image.size) == ("PNG", (4, 4))
    assert np.abs(255 - cutout.alpha - brightness(photo())).max() <= 0.5 + 1e-3
    assert Image.open(io.BytesIO(cutout.png())).size == (SIZE, SIZE)


def test_segmenting_gives_the_matte_alone(matter: Matter) -> None:
    """The model's, without the photo's own alpha; a mask of it gives the same cut-out."""
    data = png(photo("RGBA"))
    mask = matter.segment_foreground(data)
    assert np.abs(mask - brightness(photo("RGBA"))).max() <= 0.5 + 1e-3
    assert (apply_mask(data, mask).rgba == matter.cut_out(data).rgba).all()


def test_steps_are_reported_and_timed_in_order(matter: Matter) -> None:
    """Each step starts at 0 and ends at 1 of 1; the inference counts nodes, where it can."""
    events: list[Progress] = []
    cutout = matter.cut_out(png(photo()), progress=events.append)
    cutout.png(progress=events.append)
    steps = ["decode", "prepare", "infer", "composite", "encode"]
    assert [(e.step, e.done, e.total, e.unit) for e in events if e.step != "infer"] == [
        (step, done, 1, "steps") for step in steps if step != "infer" for done in (0, 1)
    ]
    infer = [e for e in events if e.step == "infer"]
    assert {e.unit for e in infer} == {"nodes"}
    assert (infer[0].done, infer[0].total) == (0, None)
    assert infer[-1].done == infer[-1].total
    assert [e.step for e in events] == sorted((e.step for e in events), key=steps.index)
    assert [*cutout.seconds] == steps


def test_the_size_of_the_photo_is_kept(matter: Matter) -> None:
    """Whatever the model's input is."""
    for size in ((1, 1), (1, 8000), (120, 31)):
        assert matter.cut_out(png(Image.new("RGB", size))).alpha.shape == size[::-1]


def test_a_broken_photo_does_not_break_the_matter(matter: Matter) -> None:
    """The next photo is cut out as ever."""
    with pytest.raises(BrokenPhotoError):
        matter.cut_out(png(photo())[:60])
    assert isinstance(matter.cut_out(png(photo())), CutOut)


def test_a_closed_matter_says_so(tiny: tuple[Model, bytes]) -> None:
    """Leaving the context closes."""
    with Matter(Session(*tiny), {}) as matter:
        pass
    with pytest.raises(SessionError, match="closed"):
        matter.cut_out(png(photo()))


def test_bad_threads_are_refused_before_the_model_is_fetched(tmp_path: Path) -> None:
    """There is none to fetch."""
    with pytest.raises(SessionError, match="at least 1; got 0"):
        finish(Matter.load(source=str(tmp_path), threads=0))


class Elsewhere:
    """A place with a decoder."""

    def __init__(self, pixels: np.ndarray | None) -> None:
        self.pixels = pixels

    async def decode(self, data: bytes) -> np.ndarray | None:
        return self.pixels


def test_what_pillow_does_not_know_the_place_decodes(
    matter: Matter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the place knows better, its pixels are cut out."""
    pixels = np.array(photo("RGBA"))
    monkeypatch.setattr(module, "here", Elsewhere(pixels))
    cutout = finish(matter.cut_out_async(b"something else"))
    assert (cutout.rgba == matter.cut_out(pixels).rgba).all()


def test_what_nobody_knows_is_an_error(matter: Matter, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pillow's answer stands."""
    monkeypatch.setattr(module, "here", Elsewhere(None))
    with pytest.raises(UnsupportedPhotoError, match="no photo"):
        finish(matter.cut_out_async(b"something else"))


def test_a_broken_photo_is_not_tried_elsewhere(
    matter: Matter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A browser would show half of it."""
    monkeypatch.setattr(module, "here", Elsewhere(np.array(photo("RGBA"))))
    with pytest.raises(PhotoError):
        finish(matter.cut_out_async(png(photo())[:60]))


def test_both_ways_give_the_same(matter: Matter) -> None:
    """A photo that Pillow knows takes the same way, awaited or not."""
    data = png(photo())
    assert (finish(matter.cut_out_async(data)).rgba == matter.cut_out(data).rgba).all()
