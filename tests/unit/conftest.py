"""Fixtures of the unit tests."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from wasmatte import Matter, Model, models
from wasmatte.session import Session

from .tiny import tiny_model

BUILT_MODELS = Path(__file__).parents[2] / "build" / "models"


@pytest.fixture
def tiny() -> tuple[Model, bytes]:
    """Give a tiny model: its row and its file."""
    return tiny_model()


@pytest.fixture
def matter(tiny: tuple[Model, bytes]) -> Iterator[Matter]:
    """Give a matter whose matte is the photo's brightness."""
    row, data = tiny
    with Matter(Session(row, data), {}) as matter:
        yield matter


@pytest.fixture(scope="session")
def models_source() -> str:
    """Say where the real models are: $WASMATTE_MODELS_URL, or what ``make models`` leaves."""
    source = os.environ.get("WASMATTE_MODELS_URL")
    if source is None and not all((BUILT_MODELS / row.name).is_dir() for row in models()):
        pytest.fail(f"{BUILT_MODELS} holds no models; type `make models`")
    return source or str(BUILT_MODELS)
