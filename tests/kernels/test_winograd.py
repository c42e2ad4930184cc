"""The Winograd kernel against the definition of a convolution, compiled as in the wheel."""

import subprocess
from pathlib import Path

import pytest

from tools.cache import artefact, tree_digest
from tools.toolchain import prepare

REPOSITORY = Path(__file__).parents[2]
KERNELS = REPOSITORY / "wasm" / "kernels"
COMMAND = (
    "em++ -O3 -std=c++20 -msimd128 -fwasm-exceptions -sALLOW_MEMORY_GROWTH -sENVIRONMENT=node "
    "-I/project/wasm /project/tests/kernels/winograd_check.cc /project/wasm/kernels/winograd.cc "
    "-o /made/check.js"
)
# C, H, W, pad top, pad left, M, output height, output width
SHAPES = {
    "one value": (1, 1, 1, 1, 1, 1, 1, 1),
    "less than a tile": (3, 3, 2, 1, 1, 2, 3, 2),
    "a tile": (5, 4, 4, 1, 1, 4, 4, 4),
    "odd": (7, 13, 17, 1, 1, 9, 13, 17),
    "a group of tiles": (16, 16, 16, 1, 1, 16, 16, 16),
    "a group and a column": (4, 9, 65, 1, 1, 5, 9, 65),
    "no padding": (7, 32, 33, 0, 0, 8, 30, 31),
    "padding of one side": (6, 20, 21, 2, 0, 10, 20, 19),
    "wide padding": (2, 5, 6, 5, 6, 3, 13, 16),
    "many channels": (130, 12, 20, 1, 1, 70, 12, 20),
    "ISNet's deepest": (512, 32, 32, 1, 1, 20, 32, 32),
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


def compare(program: Path, *arguments: int) -> None:
    """Run the comparison of one shape."""
    command = ["node", str(program), *map(str, arguments)]
    run = subprocess.run(command, check=False, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr or "memory beside the output was written"
    worst, largest = map(float, run.stdout.split())
    # Lavin and Gray, table 2, give 2e-5 for F(4x4) in float32 on VGG's layers.
    assert worst <= 2e-5 * largest


@pytest.mark.parametrize("relu", [0, 1], ids=["linear", "relu"])
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_shapes(program: Path, shape: tuple[int, ...], relu: int) -> None:
    """Sizes around those that the kernel works in, and the network's own."""
    compare(program, *shape, relu, 1, 0)


@pytest.mark.parametrize("offset", [1, 2, 3])
def test_misaligned_pointers(program: Path, offset: int) -> None:
    """Inputs and outputs need not be aligned to vectors."""
    compare(program, *SHAPES["odd"], 1, 1, offset)


@pytest.mark.parametrize("threads", [2, 3, 8])
def test_threads(program: Path, threads: int) -> None:
    """Any number of threads, more than there is work for too."""
    compare(program, *SHAPES["odd"], 1, threads, 0)
