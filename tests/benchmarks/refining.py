"""What refining does to the colours at partial alpha, and how long it takes.

Run by ``make refining``.

Composites of `resampling` are cut out along their own alpha. The error is the mean of absolute
differences from the subject's own colours where alpha is partial, times alpha, in levels of 255:
how much of the old background is seen over a new one.
"""

import argparse
import time

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.resampling import composites
from wasmatte.refine import refine_colours


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=4)
    found = []
    for photo, share, colour in composites(parser.parse_args().count):
        alpha = np.rint(share * 255).astype(np.uint8)
        rgba = np.dstack([np.asarray(photo), np.full_like(alpha, 255)])
        before = error(rgba, alpha, colour)
        start = time.process_time()
        refine_colours(rgba, alpha)
        found.append((before, error(rgba, alpha, colour), time.process_time() - start))
    before, after, seconds = np.mean(found, axis=0)
    megapixels = alpha.size / 1e6
    print(f"{len(found)} composites of {megapixels:.1f} megapixels: error of colours at partial")
    print(f"alpha {before:.2f} as they are, {after:.2f} refined, in {seconds:.2f} s of CPU")


def error(rgba: NDArray[np.uint8], alpha: NDArray[np.uint8], colour: NDArray[np.float32]) -> float:
    """Give the mean error of colours at partial alpha, as far as they are seen."""
    partial = (alpha > 0) & (alpha < 255)
    differences = np.abs(rgba[..., :3] - colour).mean(axis=2) * (alpha / 255)
    return float(differences[partial].mean())


if __name__ == "__main__":
    main()
