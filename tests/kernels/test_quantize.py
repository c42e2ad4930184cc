"""The quantisation kernel against its definition."""

from pathlib import Path

import pytest

from .check import compile_check, run_check


@pytest.fixture(scope="module")
def program() -> Path:
    """Compile the comparison."""
    return compile_check("quantize", "kernels/quantize.cc")


@pytest.mark.parametrize("offset", [0, 1, 3])
@pytest.mark.parametrize("size", [0, 1, 15, 16, 17, 100, 4099])
def test_sizes(program: Path, size: int, offset: int) -> None:
    """Sizes around those that the kernel works in, on and off alignment."""
    assert run_check(program, size, offset) == [0]
