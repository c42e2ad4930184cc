"""The kernel for bilinear resizing against its definition."""

from pathlib import Path

import pytest

from .check import compile_check, run_check

# height, width, output height, output width
SIZES = {
    "one value": (1, 1, 1, 1),
    "one value made larger": (1, 1, 5, 7),
    "twice": (8, 9, 16, 18),
    "half": (16, 18, 8, 9),
    "odd": (7, 13, 11, 5),
    "rows only": (6, 8, 17, 8),
    "much smaller": (50, 60, 2, 3),
}


@pytest.fixture(scope="module")
def program() -> Path:
    """Compile the comparison."""
    return compile_check("resize", "kernels/resize.cc")


@pytest.mark.parametrize("offset", [0, 1, 3])
@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES.keys())
def test_sizes(program: Path, size: tuple[int, ...], offset: int) -> None:
    """Larger, smaller, and both at once, on and off alignment."""
    assert run_check(program, *size, offset) == [0]
