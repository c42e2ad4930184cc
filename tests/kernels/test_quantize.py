"""The quantisation kernel against its definition."""

from collections.abc import Iterator

import pytest

from .check import Check, open_check


@pytest.fixture(scope="module")
def check() -> Iterator[Check]:
    """Start the comparison."""
    with open_check("quantize", "kernels/quantize.cc") as check:
        yield check


@pytest.mark.parametrize("offset", [0, 1, 3])
@pytest.mark.parametrize("size", [0, 1, 15, 16, 17, 100, 4099])
def test_sizes(check: Check, size: int, offset: int) -> None:
    """Sizes around those that the kernel works in, on and off alignment."""
    assert check(size, offset) == [0]
