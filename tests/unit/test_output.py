"""Tests of the output's options."""

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from wasmatte import OptionError, Output, UnsupportedPhotoError, WasmatteError

BAD: list[tuple[str, Any, str]] = [
    ("kind", "mask", "kind must be one of cut-out, matte, background; got 'mask'"),
    ("format", "gif", "format must be one of png, webp, jpeg; got 'gif'"),
    ("quality", 0.8, "quality must be a whole number from 1 to 100; got 0.8"),
    ("quality", 101, "quality must be a whole number from 1 to 100; got 101"),
    ("quality", True, "quality must be a whole number from 1 to 100; got True"),
    ("max_width", 0, "max_width must be a whole number of at least 1; got 0"),
    ("max_height", "9", "max_height must be a whole number of at least 1; got '9'"),
    ("crop", 1, "crop must be true, false, or a rectangle of four whole numbers .*; got 1"),
    ("crop", (1, 2, 3), r"crop must be true, false, or .*; got \(1, 2, 3\)"),
    ("crop", (1, 2, 3.5, 4), r"crop must be true, false, or .*; got \(1, 2, 3.5, 4\)"),
    ("crop", (1, 2, 0, 4), r"crop must be true, .* the last two at least 1; got \(1, 2, 0, 4\)"),
    ("crop", "1 2 3 4", "crop must be true, false, or .*; got '1 2 3 4'"),
    ("margin", -0.1, "margin must be a number from 0 to 1; got -0.1"),
    ("margin", float("nan"), "margin must be a number from 0 to 1; got nan"),
    ("refine", 1, "refine must be true or false; got 1"),
    ("background_blur", 0, "background_blur must be a number above 0 and at most 1, .*; got 0"),
    ("background_blur", 1.5, "background_blur must be a number above 0 and at most 1, .*; got 1.5"),
    (
        "background_blur",
        float("nan"),
        "background_blur must be a number above 0 and at most 1, .*; got nan",
    ),
    (
        "background_blur",
        True,
        "background_blur must be a number above 0 and at most 1, .*; got True",
    ),
    (
        "background_blur",
        "2%",
        "background_blur must be a number above 0 and at most 1, .*; got '2%'",
    ),
    ("background", "nothing", "background must be a colour such as .*; got 'nothing'"),
    ("background", 7, "background must be a colour or a picture; got 7"),
]


@pytest.mark.parametrize(("name", "value", "message"), BAD)
def test_a_value_that_is_not_allowed_is_named(name: str, value: object, message: str) -> None:
    """With what is allowed; it is one of ours, and a ValueError."""
    with pytest.raises(OptionError, match=message) as caught:
        Output(**{name: value})
    assert isinstance(caught.value, WasmatteError)
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize("colour", ["#fa0", "#ffaa00", "rgb(255,170,0)", "hsl(40,100%,50%)"])
def test_a_colour_is_written_as_in_css(colour: str) -> None:
    """In any of its ways."""
    under = Output(background=colour).under
    assert under is not None
    assert under.tolist() == [255, 170, 0]


def test_jpeg_alone_takes_white() -> None:
    """It has no transparency; a matte needs nothing under it."""
    white = Output(format="jpeg").under
    assert white is not None
    assert white.tolist() == [255, 255, 255]
    assert Output(format="jpeg", kind="matte").under is None
    assert Output(format="webp").under is None


def test_a_picture_is_decoded_at_once() -> None:
    """So that a bad one is refused before anything is done."""
    file = io.BytesIO()
    Image.new("RGB", (3, 2), (1, 2, 3)).save(file, "PNG")
    under = Output(background=file.getvalue()).under
    assert under is not None
    assert (under == np.full((2, 3, 3), (1, 2, 3))).all()
    with pytest.raises(UnsupportedPhotoError):
        Output(background=b"rubbish")


def test_blur_and_another_background_exclude_each_other() -> None:
    """Either would be passed over silently."""
    with pytest.raises(OptionError, match="leave one of them away"):
        Output(background_blur=0.02, background="red")
    for kind in ("matte", "background"):
        with pytest.raises(
            OptionError, match=f"background_blur goes with the kind cut-out; got '{kind}'"
        ):
            Output(background_blur=0.02, kind=kind)
    assert Output(background_blur=0.02, format="jpeg").under is None


def test_a_rectangle_has_no_margin() -> None:
    """That goes round the subject."""
    with pytest.raises(OptionError, match=r"leave margin away; got 0\.1"):
        Output(crop=(0, 0, 9, 9), margin=0.1)


def test_a_matte_has_no_background() -> None:
    """It would be passed over silently."""
    with pytest.raises(OptionError, match="a matte has no background"):
        Output(kind="matte", background="red")
