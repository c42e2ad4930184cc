"""The kernel for bilinear resizing against its definition."""

from collections.abc import Iterator

import pytest

from .check import Check, open_check

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
def check() -> Iterator[Check]:
    """Start the comparison."""
    with open_check("resize", "kernels/resize.cc") as check:
        yield check


@pytest.mark.parametrize("offset", [0, 1, 3])
@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES.keys())
def test_sizes(check: Check, size: tuple[int, ...], offset: int) -> None:
    """Larger, smaller, and both at once, on and off alignment."""
    assert check(*size, offset) == [0]
