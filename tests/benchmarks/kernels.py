"""The kernels on the shapes of real networks, on one thread, under node.

``python -m tests.benchmarks.kernels`` prints a line for each shape: the median time, and the
multiplications of the definition that it stands for: a kernel may need fewer. All are convolutions
by 3 x 3 with stride 1, which is what the Winograd kernels take; MobileNet has none of these.
"""

import argparse

from tests.kernels.check import compile_program, run_program
from tools.errors import reported

__all__ = ["main"]

# C, size of the square images, M, dilation
SHAPES = {
    "ISNet stage 1, first": (64, 512, 32, 1),
    "ISNet stage 1, inner": (32, 256, 32, 1),
    "ISNet stage 2": (64, 256, 64, 1),
    "ISNet stage 3": (128, 128, 128, 1),
    "ISNet stage 5, dilated": (256, 32, 256, 4),
    "ISNet stage 6": (512, 16, 512, 1),
    "ISNet side": (64, 512, 1, 1),
    "U2-Net stage 1": (64, 320, 32, 1),
    "U2-Net stage 2": (32, 160, 32, 1),
    "U2-Net stage 4": (256, 40, 128, 1),
    "U2-Net stage 5, dilated": (256, 20, 256, 4),
    "ResNet-50 stage 1": (64, 56, 64, 1),
    "ResNet-50 stage 2": (128, 28, 128, 1),
    "ResNet-50 stage 3": (256, 14, 256, 1),
    "ResNet-50 stage 4": (512, 7, 512, 1),
}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.kernels", description=__doc__)
    parser.add_argument("--runs", type=int, default=7, help="of each shape (default: 7)")
    arguments = parser.parse_args()
    program = compile_program(
        "tests/benchmarks/kernels.cc",
        *(
            f"kernels/{name}.cc"
            for name in (
                "winograd",
                "winograd_float",
                "winograd_integer",
                "winograd_multiply_relaxed",
            )
        ),
    )
    print(f"{'':24} {'shape':>20}   {'float32':>18}   {'relaxed float32':>18}   {'integers':>18}")
    for name, (channels, size, outputs, dilation) in SHAPES.items():
        *times, pays = run_program(program, arguments.runs, channels, size, outputs, dilation)
        products = 9e-6 * channels * outputs * size * size  # millions
        cells = (f"{time:7.2f} ms {products / time:6.1f} G/s" for time in times)
        shape = f"{channels} x {size}^2 -> {outputs}"
        print(f"{name:24} {shape:>20}   {'   '.join(cells)}   {'' if pays else 'not taken'}")


if __name__ == "__main__":
    with reported():
        main()
