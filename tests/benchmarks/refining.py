"""What refining does to edges, and to the colours at them, and how long it takes.

Run by ``make refining``.

Edges: mattes of `large`, enlarged as wasmatte does, before and after. Errors are those of
`resampling`, and that of the cut-out over a new background, its colours refined in both cases: the
mean of absolute differences within 20 pixels of partial alpha, in levels of 255.

Model: composites of `resampling`, their mattes as a model gives them, before and after; those where
it misses the subject are left out.

Colours: composites of `resampling` are cut out along their own alpha. The error is the mean of
absolute differences from the subject's own colours where alpha is partial, times alpha, in levels
of 255: how much of the old background is seen over a new one.
"""

import argparse
import time

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter

from tests.benchmarks import large, resampling
from wasmatte import Matter, matte
from wasmatte.composite import over
from wasmatte.edges import refine_alpha
from wasmatte.refine import refine_colours

NEW = np.array((40, 90, 160), np.uint8)  # the new background


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", default="build/models")
    parser.add_argument("--model", default="isnet_fp16")
    parser.add_argument("--count", type=int, default=4)
    options = parser.parse_args()
    edges(options.count)
    with Matter.open(options.model, source=options.models) as matter:
        predicted(matter, options.count)
    colours(options.count)


def edges(count: int) -> None:
    """Compare mattes before and after."""
    before: dict[str, list[tuple[float, ...]]] = {name: [] for name in large.IMPERFECTIONS}
    after: dict[str, list[tuple[float, ...]]] = {name: [] for name in large.IMPERFECTIONS}
    seconds = []
    for composite in large.composites(count):
        rgba = np.dstack([composite.photo, np.full(composite.alpha.shape, 255, np.uint8)])
        for name, imperfect in large.IMPERFECTIONS.items():
            alpha = matte.resize(imperfect(composite.alpha), composite.alpha.shape)
            start = time.process_time()
            refined = refine_alpha(rgba, alpha)
            seconds.append(time.process_time() - start)
            before[name].append(edge_errors(composite, rgba, alpha))
            after[name].append(edge_errors(composite, rgba, refined))
    ratios = np.divide(list(after.values()), list(before.values()))
    heads = ("SAD", "MSE", "gradient", "composite")
    print(f"{count} composites of {alpha.size / 1e6:.1f} megapixels: errors as they are > refined")
    print(f"{'matte':10}" + "".join(f"{head:>18}" for head in heads))
    for name in large.IMPERFECTIONS:
        pairs = zip(np.mean(before[name], axis=0), np.mean(after[name], axis=0), strict=True)
        print(f"{name:10}" + "".join(f"{a:9.2f} >{b:7.2f}" for a, b in pairs))
    worst = ratios.max(axis=(0, 1))
    print(
        "worst ratio of all " + ", ".join(f"{h} {r:.2f}" for h, r in zip(heads, worst, strict=True))
    )
    print(f"{np.mean(seconds):.2f} s of CPU each, {max(seconds):.2f} at most")


def edge_errors(
    composite: large.Composite, rgba: NDArray[np.uint8], alpha: NDArray[np.uint8]
) -> tuple[float, ...]:
    """Give the errors of a matte, and of what is cut out along it over a new background."""
    partial = ((composite.alpha > 0) & (composite.alpha < 1)).astype(np.uint8)
    near = maximum_filter(partial, 2 * resampling.MARGIN + 1) > 0
    share = composite.alpha[near][:, np.newaxis]
    expected = share * composite.subject[near] + (1 - share) * NEW
    cut = rgba.copy()
    refine_colours(cut, alpha)
    cut[..., 3] = alpha
    seen = np.abs(over(cut, NEW)[near] - expected).mean()
    return *resampling.errors(alpha / np.float32(255), composite.alpha), float(seen)


def predicted(matter: Matter, count: int) -> None:
    """Compare a model's mattes before and after."""
    before, after = [], []
    for photo, expected, _ in resampling.composites(count):
        pixels = np.asarray(photo)
        rgba = np.dstack([pixels, np.full(expected.shape, 255, np.uint8)])
        found = matter.segment_foreground(pixels)
        refined = refine_alpha(rgba, found)
        if resampling.overlap(found / np.float32(255), expected) >= resampling.MISSED:
            before.append(resampling.errors(found / np.float32(255), expected))
            after.append(resampling.errors(refined / np.float32(255), expected))
    pairs = zip(np.mean(before, axis=0), np.mean(after, axis=0), strict=True)
    print(f"{len(before)} composites of {expected.size / 1e6:.1f} megapixels, {matter.model.name}:")
    print(f"{'':10}" + "".join(f"{a:9.2f} >{b:7.2f}" for a, b in pairs))


def colours(count: int) -> None:
    """Compare colours before and after."""
    found = []
    for photo, share, colour in resampling.composites(count):
        alpha = np.rint(share * 255).astype(np.uint8)
        rgba = np.dstack([np.asarray(photo), np.full_like(alpha, 255)])
        before = colour_error(rgba, alpha, colour)
        start = time.process_time()
        refine_colours(rgba, alpha)
        seconds = time.process_time() - start
        found.append((before, colour_error(rgba, alpha, colour), seconds))
    before, after, seconds = np.mean(found, axis=0)
    megapixels = alpha.size / 1e6
    print(f"{len(found)} composites of {megapixels:.1f} megapixels: error of colours at partial")
    print(f"alpha {before:.2f} as they are, {after:.2f} refined, in {seconds:.2f} s of CPU")


def colour_error(
    rgba: NDArray[np.uint8], alpha: NDArray[np.uint8], colour: NDArray[np.float32]
) -> float:
    """Give the mean error of colours at partial alpha, as far as they are seen."""
    partial = (alpha > 0) & (alpha < 255)
    differences = np.abs(rgba[..., :3] - colour).mean(axis=2) * (alpha / 255)
    return float(differences[partial].mean())


if __name__ == "__main__":
    main()
