"""Tests of the registry."""

import re

import pytest

from wasmatte import DEFAULT_MODEL, Model, UnknownModelError, models
from wasmatte.models import model


def test_the_default_model_comes_first() -> None:
    """A list of models starts with the one that is used when none is named."""
    assert models()[0].name == DEFAULT_MODEL == "isnet_quint8"


def test_names_are_unique() -> None:
    """A name is enough to find a row."""
    assert [model(row.name) for row in models()] == [*models()]


@pytest.mark.parametrize("row", models(), ids=lambda row: row.name)
def test_chunks_make_up_the_file(row: Model) -> None:
    """Sizes add up, digests are sha256 in lower case, none twice."""
    assert sum(chunk.size for chunk in row.chunks) == row.size
    assert all(0 < chunk.size <= 4 * 1024 * 1024 for chunk in row.chunks)
    digests = [row.sha256, *(chunk.sha256 for chunk in row.chunks)]
    assert all(re.fullmatch("[0-9a-f]{64}", digest) for digest in digests)
    assert len({*digests}) == len(digests)


@pytest.mark.parametrize("row", models(), ids=lambda row: row.name)
def test_licence_and_origin_are_named(row: Model) -> None:
    """Nobody has to look for the terms of the weights."""
    assert row.licence == "AGPL-3.0-only"
    assert "@imgly/background-removal-data 1.4.5" in row.origin
    assert row.home.startswith("https://")
    assert row.home.endswith("/")


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    """The message names the value and the remedy."""
    with pytest.raises(UnknownModelError, match="'u2net'; the models are isnet_quint8, isnet_fp16"):
        model("u2net")
