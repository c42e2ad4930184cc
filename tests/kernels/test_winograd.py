"""The Winograd kernels against the definition of a convolution."""

from collections.abc import Iterator

import pytest

from .check import Check, open_check

NUMBERS = ["float", "uint8"]
# Largest difference in float32, as a part of the largest value: measured (1.9e-5, 512 channels)
# and a margin. Sums of integers are exact, and so is every rounding after them.
TOLERANCE = 3e-5
# C, H, W, pad top, pad left, M, output height, output width, dilation
SHAPES = {
    "one value": (1, 1, 1, 1, 1, 1, 1, 1, 1),
    "less than a tile": (3, 3, 2, 1, 1, 2, 3, 2, 1),
    "a tile": (5, 4, 4, 1, 1, 4, 4, 4, 1),
    "odd": (7, 13, 17, 1, 1, 9, 13, 17, 1),
    "a group of tiles": (16, 16, 16, 1, 1, 16, 16, 16, 1),
    "a group and a column": (4, 9, 65, 1, 1, 5, 9, 65, 1),
    "no padding": (7, 32, 33, 0, 0, 8, 30, 31, 1),
    "padding of one side": (6, 20, 21, 2, 0, 10, 20, 19, 1),
    "wide padding": (2, 5, 6, 5, 6, 3, 13, 16, 1),
    "wider padding above": (16, 9, 8, 7, 1, 16, 15, 8, 1),
    "wider padding beside": (16, 9, 8, 1, 19, 16, 9, 46, 1),
    "very wide padding": (3, 4, 5, 40, 40, 4, 82, 83, 1),
    "several blocks": (32, 64, 64, 1, 1, 32, 64, 64, 1),
    "many channels": (130, 12, 20, 1, 1, 70, 12, 20, 1),
    "ISNet's deepest": (512, 32, 32, 1, 1, 20, 32, 32, 1),
    "more weights than inputs": (48, 12, 20, 1, 1, 70, 12, 20, 1),
    "several slices of weights": (400, 14, 14, 1, 1, 41, 14, 14, 1),
    "an odd number of groups": (200, 10, 12, 1, 1, 37, 10, 12, 1),
    "slices, dilation 2": (200, 10, 12, 2, 2, 37, 10, 12, 2),
    "dilation 2": (16, 21, 30, 2, 2, 8, 21, 30, 2),
    "dilation 3, no padding": (5, 23, 19, 0, 0, 6, 17, 13, 3),
    "dilation 8": (18, 16, 33, 8, 8, 4, 16, 33, 8),
    "dilation larger than the image": (4, 3, 5, 9, 9, 4, 3, 5, 9),
}


@pytest.fixture(scope="module")
def check() -> Iterator[Check]:
    """Start the comparison."""
    parts = ("float", "integer", "multiply_relaxed")
    with open_check("winograd", *(f"kernels/winograd_{part}.cc" for part in parts)) as check:
        yield check


def compare(check: Check, numbers: str, *arguments: int) -> bool:
    """Run the comparison of one shape, and give whether its sums are sure to fit."""
    worst, largest, fits = check(numbers, *arguments)
    assert largest > 0
    assert (
        worst <= (TOLERANCE if numbers.startswith(("float", "doubled", "relaxed")) else 0) * largest
    )
    return bool(fits)


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
@pytest.mark.parametrize("numbers", [*NUMBERS, "relaxed"])
def test_shapes(check: Check, numbers: str, shape: tuple[int, ...]) -> None:
    """Sizes around those that the kernel works in, and the network's own, with all it can do."""
    compare(check, numbers, *shape, 2, 1, 0)


@pytest.mark.parametrize("relu", [0, 1], ids=["linear", "relu"])
@pytest.mark.parametrize(
    "shape", ["odd", "several blocks", "several slices of weights", "dilation 2"]
)
@pytest.mark.parametrize("numbers", NUMBERS)
def test_activations(check: Check, numbers: str, shape: str, relu: int) -> None:
    """Without a residual, and without relu."""
    compare(check, numbers, *SHAPES[shape], relu, 1, 0)


def test_several_blocks_of_inputs(check: Check) -> None:
    """So many weights and inputs that the weights are transformed again for each block."""
    compare(check, "uint8", 8192, 8, 48, 1, 1, 24, 8, 48, 1, 1, 2, 0)


@pytest.mark.parametrize(
    "shape", ["odd", "several blocks", "several slices of weights", "dilation 2"]
)
@pytest.mark.parametrize("numbers", NUMBERS)
def test_residual_in_place(check: Check, numbers: str, shape: str) -> None:
    """The result may be where the residual is."""
    compare(check, numbers, *SHAPES[shape], 3, 2, 1)


@pytest.mark.parametrize("offset", [0, 1])
@pytest.mark.parametrize("shape", ["one value", "less than a tile", "odd", "many channels"])
def test_float16_weights(check: Check, shape: str, offset: int) -> None:
    """Weights may be in IEEE 754's binary16, below its smallest normal number too."""
    compare(check, "float16", *SHAPES[shape], 1, 1, offset)


@pytest.mark.parametrize("pads", [(0, 0), (1, 1), (2, 1), (1, 2), (5, 6)])
@pytest.mark.parametrize("size", [(2, 2), (4, 6), (10, 34), (48, 64)])
def test_doubled_channels(check: Check, size: tuple[int, int], pads: tuple[int, int]) -> None:
    """Channels may be of half the height and width, and are then doubled as by Resize."""
    (height, width), (top, left) = size, pads
    shape = (7, height, width, top, left, 4, height + top + 1, width + left + 1, 1)
    compare(check, "doubled", *shape, 2, 2, 1)


@pytest.mark.parametrize("offset", [1, 2, 3])
@pytest.mark.parametrize("numbers", NUMBERS)
def test_misaligned_pointers(check: Check, numbers: str, offset: int) -> None:
    """Inputs and outputs need not be aligned to vectors."""
    compare(check, numbers, *SHAPES["odd"], 2, 1, offset)


@pytest.mark.parametrize("threads", [2, 3, 8])
@pytest.mark.parametrize("numbers", NUMBERS)
def test_threads(check: Check, numbers: str, threads: int) -> None:
    """Any number of threads, more than there is work for too."""
    compare(check, numbers, *SHAPES["several blocks"], 1, threads, 0)
    compare(check, numbers, *SHAPES["several slices of weights"], 1, threads, 0)


@pytest.mark.parametrize("shape", ["odd", "wide padding", "dilation 2", "several blocks"])
@pytest.mark.parametrize("numbers", ["low", "high"])
def test_zero_points(check: Check, numbers: str, shape: str) -> None:
    """Values as far from the zero points as they can be, on either side."""
    assert compare(check, numbers, *SHAPES[shape], 0, 1, 0)


@pytest.mark.parametrize("numbers", ["largest", "smallest"])
def test_largest_sums(check: Check, numbers: str) -> None:
    """Quantised values whose sums are just within 2^25, all alike; one more channel is too much."""
    assert 57 * 9 * 255 * 255 < 2**25 < 58 * 9 * 255 * 255
    assert compare(check, numbers, 57, 6, 7, 1, 1, 4, 6, 7, 1, 0, 1, 0)
    assert not compare(check, numbers, 58, 1, 1, 1, 1, 4, 1, 1, 1, 0, 1, 0)  # mostly padding
