"""The Winograd kernels against the definition of a convolution, compiled as in the wheel."""

import subprocess
from pathlib import Path

import pytest

from tools.cache import artefact, tree_digest
from tools.toolchain import prepare

REPOSITORY = Path(__file__).parents[2]
KERNELS = REPOSITORY / "wasm" / "kernels"
COMMAND = (
    "em++ -O3 -std=c++17 -msimd128 -fwasm-exceptions -sALLOW_MEMORY_GROWTH -sENVIRONMENT=node "
    "-I/project/wasm /project/tests/kernels/winograd_check.cc "
    "/project/wasm/kernels/winograd_float.cc /project/wasm/kernels/winograd_integer.cc "
    "-o /made/check.js"
)
# Largest difference, as a part of the largest value. Lavin and Gray, table 2, give 2e-5 for F(4x4)
# in float32 on VGG's layers; sums of integers are exact, and so is every rounding after them.
TOLERANCES = {"float": 2e-5, "uint8": 0.0}
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
    "many channels": (130, 12, 20, 1, 1, 70, 12, 20, 1),
    "ISNet's deepest": (512, 32, 32, 1, 1, 20, 32, 32, 1),
    "dilation 2": (16, 21, 30, 2, 2, 8, 21, 30, 2),
    "dilation 3, no padding": (5, 23, 19, 0, 0, 6, 17, 13, 3),
    "dilation 8": (18, 16, 33, 8, 8, 4, 16, 33, 8),
    "dilation larger than the image": (4, 3, 5, 9, 9, 4, 3, 5, 9),
}


@pytest.fixture(scope="module")
def program() -> Path:
    """Compile the comparison."""
    toolchain = prepare()

    def build(folder: Path) -> None:
        mounts = {REPOSITORY: "/project", folder: "/made"}
        toolchain.run(["bash", "-c", COMMAND], mounts=mounts)

    inputs = {
        "kernels": tree_digest(KERNELS),
        "check": tree_digest(Path(__file__).with_name("winograd_check.cc")),
        "command": COMMAND,
        "toolchain": toolchain.identity,
    }
    return artefact("winograd-check", inputs, build) / "check.js"


def compare(program: Path, numbers: str, *arguments: int) -> bool:
    """Run the comparison of one shape, and give whether its sums are sure to fit."""
    command = ["node", str(program), numbers, *map(str, arguments)]
    run = subprocess.run(command, check=False, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr or "memory beside the output was written"
    worst, largest, fits = map(float, run.stdout.split())
    assert largest > 0
    assert worst <= TOLERANCES.get(numbers, 0.0) * largest
    return bool(fits)


@pytest.mark.parametrize("relu", [0, 1], ids=["linear", "relu"])
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
@pytest.mark.parametrize("numbers", TOLERANCES)
def test_shapes(program: Path, numbers: str, shape: tuple[int, ...], relu: int) -> None:
    """Sizes around those that the kernel works in, and the network's own."""
    compare(program, numbers, *shape, relu, 1, 0)


@pytest.mark.parametrize("offset", [1, 2, 3])
@pytest.mark.parametrize("numbers", TOLERANCES)
def test_misaligned_pointers(program: Path, numbers: str, offset: int) -> None:
    """Inputs and outputs need not be aligned to vectors."""
    compare(program, numbers, *SHAPES["odd"], 1, 1, offset)


@pytest.mark.parametrize("threads", [2, 3, 8])
@pytest.mark.parametrize("numbers", TOLERANCES)
def test_threads(program: Path, numbers: str, threads: int) -> None:
    """Any number of threads, more than there is work for too."""
    compare(program, numbers, *SHAPES["odd"], 1, threads, 0)


def test_largest_sums(program: Path) -> None:
    """Quantised values whose sums are just below 2^25, all alike; one more channel is too much."""
    assert 57 * 9 * 255 * 255 < 2**25 < 58 * 9 * 255 * 255
    assert compare(program, "extreme", 57, 6, 7, 1, 1, 4, 6, 7, 1, 0, 1, 0)
    assert not compare(program, "extreme", 58, 1, 1, 1, 1, 4, 1, 1, 1, 0, 1, 0)  # mostly padding
