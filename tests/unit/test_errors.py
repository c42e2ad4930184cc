"""Tests of the tree of errors."""

import inspect
import re

import pytest

import wasmatte
from wasmatte import errors


def test_the_drawn_tree_is_the_real_one() -> None:
    """The docstring draws every error once, below its base."""
    drawn = {}
    path: list[str] = []
    for indent, name in re.findall(
        r"^ {4}([ │├└─]*)(\w+Error)", errors.__doc__ or "", re.MULTILINE
    ):
        del path[len(indent) // 4 :]
        drawn[name] = path[-1] if path else "Exception"
        path.append(name)
    classes = {name: kind for name, kind in vars(errors).items() if inspect.isclass(kind)}
    assert drawn == {name: kind.__base__.__name__ for name, kind in classes.items()}


@pytest.mark.parametrize("name", errors.__all__)
def test_every_error_is_public(name: str) -> None:
    """A program catches any of them by its name in the package."""
    assert getattr(wasmatte, name) is getattr(errors, name)
