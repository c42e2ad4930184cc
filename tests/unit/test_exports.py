"""Tests of the public names."""

import importlib
import pkgutil

import pytest

import wasmatte

MODULES = [
    name
    for _, name, _ in pkgutil.walk_packages(wasmatte.__path__, "wasmatte.")
    if name != "wasmatte.__main__"
]


@pytest.mark.parametrize("name", ["wasmatte", *MODULES])
def test_all_names_exist_and_are_sorted(name: str) -> None:
    """``__all__`` is there, is in order (constants, classes, functions) and lies about nothing."""
    module = importlib.import_module(name)
    kinds = [(not n.isupper(), not n[:1].isupper(), n) for n in module.__all__]
    assert kinds == sorted(kinds)
    assert [n for n in module.__all__ if not hasattr(module, n)] == []


def test_the_package_shows_its_public_names_only() -> None:
    """What is imported into the package without being listed is a module."""
    extra = {n for n in vars(wasmatte) if not n.startswith("_")} - {*wasmatte.__all__}
    modules = {name.split(".")[1] for name in MODULES}
    assert extra - modules == set()
