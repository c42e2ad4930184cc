"""Tests of the command line."""

import io
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import wasmatte
from wasmatte import Model, cli
from wasmatte import models as registry

from .tiny import pieces

pytestmark = pytest.mark.desktop


@pytest.fixture
def source(tiny: tuple[Model, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Register the tiny model, and give the options that choose it."""
    row, data = tiny
    monkeypatch.setattr(sys.modules["wasmatte.models"], "_MODELS", (*registry(), row))
    folder = tmp_path / "models" / row.name
    folder.mkdir(parents=True)
    for name, piece in pieces(row, data).items():
        (folder / name).write_bytes(piece)
    return ["--model", "tiny", "--models-url", str(folder.parent)]


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.png"
    Image.new("RGB", (12, 7), (64, 128, 192)).save(path)
    return path


def test_the_cut_out_lies_beside_the_photo(source: list[str], photo: Path) -> None:
    """NAME-cutout.png; the photo stays as it was; nothing else is left."""
    before = photo.read_bytes()
    assert cli.main([*source, str(photo)]) == 0
    image = Image.open(photo.with_name("photo-cutout.png"))
    # brightness is 128, alpha 128 / 256 * 255 = 127.5, rounded up
    assert (np.asarray(image) == (64, 128, 192, 128)).all()
    assert photo.read_bytes() == before
    assert {p.name for p in photo.parent.iterdir()} == {"photo.png", "photo-cutout.png", "models"}


def test_the_matte_alone(source: list[str], photo: Path, tmp_path: Path) -> None:
    """--kind matte writes a grey picture."""
    out = tmp_path / "matte.png"
    assert cli.main([*source, "--kind", "matte", str(photo), "-o", str(out)]) == 0
    image = Image.open(out)
    assert image.mode == "L"
    assert (np.asarray(image) == 128).all()


@pytest.mark.parametrize(
    ("arguments", "name", "kind"),
    [
        (["--kind", "background", "--format", "webp"], "photo-background.webp", "WEBP"),
        (["--format", "jpeg"], "photo-cutout.jpg", "JPEG"),
    ],
)
def test_a_result_is_named_after_its_kind_and_format(
    source: list[str], photo: Path, arguments: list[str], name: str, kind: str
) -> None:
    """Beside the photo."""
    assert cli.main([*source, *arguments, str(photo)]) == 0
    with Image.open(photo.with_name(name)) as image:
        assert image.format == kind


def test_the_format_is_that_of_the_name(source: list[str], photo: Path, tmp_path: Path) -> None:
    """A JPEG has a background: white, or the one that is asked for."""
    out = tmp_path / "out.JPEG"
    assert cli.main([*source, str(photo), "-o", str(out), "--background", "#000"]) == 0
    with Image.open(out) as image:
        assert (image.format, image.size) == ("JPEG", (12, 7))
        # half of (64, 128, 192) over black
        assert np.abs(np.asarray(image)[3, 6].astype(int) - (32, 64, 96)).max() <= 3


def test_a_picture_as_background(source: list[str], photo: Path, tmp_path: Path) -> None:
    """It is scaled to cover the cut-out."""
    under, out = tmp_path / "under.png", tmp_path / "out.png"
    Image.new("RGB", (3, 3), (255, 255, 255)).save(under)
    assert cli.main([*source, str(photo), "-o", str(out), "--background", str(under)]) == 0
    with Image.open(out) as image:
        assert (image.mode, image.getpixel((0, 0))) == ("RGB", (159, 191, 223))


def test_a_blurred_background(source: list[str], photo: Path, tmp_path: Path) -> None:
    """--background-blur keeps the photo's own; of one colour it looks like the photo."""
    out = tmp_path / "out.png"
    assert cli.main([*source, str(photo), "-o", str(out), "--background-blur", "0.1"]) == 0
    with Image.open(out) as image:
        assert image.mode == "RGB"
        assert np.abs(np.asarray(image).astype(int) - (64, 128, 192)).max() <= 1


def test_refining(photo: Path, tmp_path: Path) -> None:
    """--refine takes the old background's colour out of a soft edge."""
    pixels = np.zeros((40, 400, 3), np.uint8)
    grey = np.rint(np.linspace(20, -19, 400).clip(0, 1) * 255).astype(np.uint8)
    pixels[:, :, 0], pixels[:, :, 1] = grey, 255 - grey  # red before green
    mask, out = tmp_path / "mask.png", tmp_path / "out.png"
    Image.fromarray(np.tile(grey, (40, 1))).save(mask)
    Image.fromarray(pixels).save(photo)
    assert cli.main(["--mask", str(mask), "--refine", str(photo), "-o", str(out)]) == 0
    with Image.open(out) as image:
        seen = np.asarray(image)[grey[np.newaxis, :].repeat(40, 0) > 128]
        assert seen[:, 1].max() < 32


def test_a_mask_needs_no_model(photo: Path, tmp_path: Path) -> None:
    """--mask cuts out along a picture, and --crop cuts the rest off."""
    mask, out = tmp_path / "mask.png", tmp_path / "out.png"
    grey = Image.new("L", (12, 7))
    grey.paste(255, (2, 1, 5, 4))
    grey.save(mask)
    assert cli.main(["--mask", str(mask), "--crop", str(photo), "-o", str(out)]) == 0
    with Image.open(out) as image:
        assert (np.asarray(image) == (64, 128, 192, 255)).all()
        assert image.size == (3, 3)


@pytest.mark.parametrize("arguments", [["--crop", "2,1,5,3"], ["--crop=2,1,5,3"]])
def test_a_rectangle_is_kept(photo: Path, tmp_path: Path, arguments: list[str]) -> None:
    """Left, top, width and height."""
    mask, out = tmp_path / "mask.png", tmp_path / "out.png"
    Image.new("L", (12, 7), 255).save(mask)
    assert cli.main(["--mask", str(mask), *arguments, str(photo), "-o", str(out)]) == 0
    with Image.open(out) as image:
        assert image.size == (5, 3)


@pytest.mark.parametrize("value", ["5,3,0,1", "-5,3,1", "5.5,3,1,1"])
def test_a_wrong_rectangle_is_wrong_usage(
    photo: Path, value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its error says what a rectangle is."""
    with pytest.raises(SystemExit) as caught:
        cli.main([str(photo), f"--crop={value}"])
    assert caught.value.code == 2
    assert "rectangle" in capsys.readouterr().err


def test_a_rectangle_outside_is_named(
    photo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the photo's name and size."""
    mask = tmp_path / "mask.png"
    Image.new("L", (12, 7), 255).save(mask)
    assert cli.main(["--mask", str(mask), str(photo), "--crop", "9,1,5,3"]) == 1
    error = capsys.readouterr().err
    assert error.startswith(f"wasmatte: {photo}: crop must lie inside the photo, which is 12 x 7")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--quality", "0"],
        ["--max-width", "0"],
        ["--margin", "2"],
        ["--background-blur", "0"],
        ["--background", "?"],
    ],
)
def test_values_that_are_not_allowed_are_named(
    photo: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """As wrong usage, before anything is loaded."""
    with pytest.raises(SystemExit) as caught:
        cli.main([*arguments, str(photo)])
    assert caught.value.code == 2
    assert f"got {arguments[1]}" in capsys.readouterr().err.replace("'", "").replace(".0", "")


def test_several_photos_go_into_a_folder(source: list[str], photo: Path, tmp_path: Path) -> None:
    """The folder is made."""
    other = tmp_path / "other.png"
    other.write_bytes(photo.read_bytes())
    out = tmp_path / "new" / "folder"
    assert cli.main([*source, str(photo), str(other), "-o", str(out)]) == 0
    assert {path.name for path in out.iterdir()} == {"photo-cutout.png", "other-cutout.png"}


def test_one_bad_photo_does_not_stop_the_others(
    source: list[str], photo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line for each that fails, and exit code 1."""
    bad = tmp_path / "bad.jpg"
    bad.write_text("not a photo")
    missing = tmp_path / "missing.jpg"
    assert cli.main([*source, str(bad), str(missing), str(photo)]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith(f"wasmatte: {bad}: the file is no photo")
    assert lines[1] == f"wasmatte: {missing}: No such file or directory"
    assert photo.with_name("photo-cutout.png").exists()


@pytest.mark.parametrize("same", ["photo.png", "./photo.png", "link.png"])
def test_a_photo_is_never_overwritten(
    source: list[str], photo: Path, monkeypatch: pytest.MonkeyPatch, same: str
) -> None:
    """By whatever name."""
    monkeypatch.chdir(photo.parent)
    before = photo.read_bytes()
    (photo.parent / "link.png").symlink_to(photo)
    with pytest.raises(SystemExit) as caught:
        cli.main([*source, str(photo), "-o", same])
    assert caught.value.code == 2
    assert photo.read_bytes() == before


def test_two_photos_are_not_written_to_one_place(
    source: list[str], photo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Same names from two folders would be."""
    other = tmp_path / "elsewhere" / "photo.png"
    other.parent.mkdir()
    other.write_bytes(photo.read_bytes())
    with pytest.raises(SystemExit) as caught:
        cli.main([*source, str(photo), str(other), "-o", str(tmp_path / "out")])
    assert caught.value.code == 2
    assert "more than once" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [[], ["--model", "u2net", "a.jpg"], ["--threads", "0", "a.jpg"], ["--nonsense"]]
)
def test_wrong_usage_exits_with_2(arguments: list[str]) -> None:
    """As argparse does."""
    with pytest.raises(SystemExit) as caught:
        cli.main(arguments)
    assert caught.value.code == 2


def test_a_model_that_is_not_there(
    photo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line, exit code 1."""
    assert cli.main(["--models-url", str(tmp_path), str(photo)]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_a_photo_goes_through_a_pipe(
    source: list[str], photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From standard input to standard output."""
    stdin, stdout = io.TextIOWrapper(io.BytesIO(photo.read_bytes())), io.TextIOWrapper(io.BytesIO())
    monkeypatch.setattr(sys, "stdin", stdin)
    monkeypatch.setattr(sys, "stdout", stdout)
    assert cli.main([*source, "-"]) == 0
    assert isinstance(stdout.buffer, io.BytesIO)
    image = Image.open(io.BytesIO(stdout.buffer.getvalue()))
    assert (np.asarray(image) == (64, 128, 192, 128)).all()


def test_models_are_listed_with_their_licence(capsys: pytest.CaptureFixture[str]) -> None:
    """Name, title, size, licence, origin; the default one is marked."""
    assert cli.main(["--list-models"]) == 0
    out = capsys.readouterr().out
    assert "isnet_quint8 (default): ISNet, 8-bit weights, 44.3 MB, AGPL-3.0-only" in out
    assert "isnet_fp16: ISNet, 16-bit weights, 88.2 MB, AGPL-3.0-only" in out


def test_progress_on_a_terminal() -> None:
    """One line that is overwritten, and empty at the end."""
    terminal = io.StringIO()
    line = cli._Line(terminal)
    line.show(wasmatte.Progress("model", 1_000_000, 44_342_436, "bytes"))
    line.show(wasmatte.Progress("infer", 0, 1, "steps"))
    line.show(wasmatte.Progress("infer", 1, 1, "steps"))
    assert terminal.getvalue().split("\r\x1b[K") == ["", "model 1.0 of 44.3 MB", "infer ...", ""]


def test_the_module_runs_as_a_program() -> None:
    """``python -m wasmatte`` is the command line."""
    command = [sys.executable, "-m", "wasmatte", "--version"]
    environment = {**os.environ, "PYTHONPATH": str(Path(wasmatte.__file__).parents[1])}
    ran = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert ran.stdout == f"wasmatte {wasmatte.__version__}\n"
