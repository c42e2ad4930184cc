"""Where tensors lie in one block, against what it means that they do."""

import random
from collections.abc import Iterator
from itertools import combinations

import pytest

from .check import Check, open_check

Tensor = tuple[int, int, int]  # its size, and the first and the last step that it lives at


@pytest.fixture(scope="module")
def check() -> Iterator[Check]:
    """Start it."""
    with open_check("placement", "memory/placement.cc") as check:
        yield check


def place(check: Check, *tensors: Tensor) -> tuple[int, list[int]]:
    """Place tensors, none in another's way, and give the size of the block and their offsets."""
    block, *offsets = map(int, check(*(number for each in tensors for number in each)))
    assert len(offsets) == len(tensors)
    ends = [offset + size for offset, (size, _, _) in zip(offsets, tensors, strict=True)]
    assert max(ends, default=0) == block
    for i, j in combinations(range(len(tensors)), 2):
        (_, first, last), (_, other_first, other_last) = tensors[i], tensors[j]
        if first <= other_last and other_first <= last:
            assert ends[i] <= offsets[j] or ends[j] <= offsets[i], (tensors[i], tensors[j])
    return block, offsets


def most(*tensors: Tensor) -> int:
    """Add up what lives at the step at which it is most: no block can be smaller."""
    return max(
        sum(size for size, first, last in tensors if first <= step <= last)
        for _, step, _ in tensors
    )


def test_nothing(check: Check) -> None:
    """No tensors need no memory."""
    assert place(check) == (0, [])


def test_one_after_the_other(check: Check) -> None:
    """What does not live at the same time shares its place; at the same step is the same time."""
    assert place(check, (4, 1, 2), (4, 3, 4), (2, 5, 9)) == (4, [0, 0, 0])
    assert place(check, (4, 1, 2), (4, 2, 4))[0] == 8


def test_what_comes_later_is_foreseen(check: Check) -> None:
    """A small tensor keeps out of the way of a large one to come."""
    tensors = ((16, 1, 2), (16, 2, 9), (4, 3, 9), (16, 4, 9))
    block, _ = place(check, *tensors)
    assert block == most(*tensors) == 36  # one by one, each in the lowest gap, they take 48


def test_smallest_gap(check: Check) -> None:
    """A tensor takes the smallest gap that has room."""
    tensors = ((50, 1, 9), (40, 1, 1), (30, 1, 9), (20, 1, 1), (10, 1, 9), (9, 2, 9))
    block, offsets = place(check, *tensors)
    assert block == 150
    assert offsets[-1] == offsets[3]  # the gap of 20, and not that of 40


def test_more_than_an_address_can_be(check: Check) -> None:
    """What does not fit into 32 bits is not taken for less: whoever asks must see that."""
    large = 3 << 29
    assert place(check, *[(large, 1, 2)] * 3)[0] == 3 * large


@pytest.mark.parametrize("seed", range(10))
def test_any(check: Check, seed: int) -> None:
    """Of any tensors none is in another's way, and the block is near what lives at once."""
    values = random.Random(seed)
    tensors = []
    for step in range(1, 60):
        last = min(59, step + int(values.expovariate(0.3)))
        tensors.append((values.choice([1, 2, 3, 8, 8, 32]) * 256, step, last))
    block, _ = place(check, *tensors)
    assert most(*tensors) <= block <= 1.25 * most(*tensors)
