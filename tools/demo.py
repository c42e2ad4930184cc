"""Cut photos out in a real browser: ``python -m tools.demo --site build/site --out build/demo``.

The static site is served from loopback, a headless Chromium opens its page, and each photo goes
the way that a person's would: chosen, cut out, downloaded. Beside the PNGs come ``report.json``
and ``page.png``, the page as it looks in the end. Without photos, samples are taken, and one of 12
megapixels.
"""

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps
from selenium.common.exceptions import WebDriverException

from tools.browser import BrowserMissingError, Memory, MemoryWatch, chromium
from tools.page import Outcome, Page, PageError
from tools.samples import large_photo, sample_photos
from tools.serve import SiteServer
from wasmatte.files import replace_file

__all__ = ["main"]

TIMEOUT = 600.0  # seconds for one photo; the first one fetches everything


class DemoError(RuntimeError):
    """A photo was not cut out, or not rightly."""


@dataclass(frozen=True)
class Success:
    """A photo that was cut out, how, and with what memory at most."""

    photo: Path
    png: Path
    outcome: Outcome
    memory: Memory

    def report(self) -> dict[str, Any]:
        """Give the photo's entry in the report."""
        return {
            "photo": str(self.photo),
            "photo_bytes": self.photo.stat().st_size,
            "png": self.png.name,
            "png_bytes": self.png.stat().st_size,
            "size": [self.outcome.width, self.outcome.height],
            "model": self.outcome.model,
            "provider": self.outcome.provider,
            "threads": self.outcome.threads,
            "seconds": self.outcome.seconds,
            "total_seconds": self.outcome.total,
            "peak_memory_bytes": {"tab": self.memory.tab, "browser": self.memory.browser},
        }


@dataclass(frozen=True)
class Failure:
    """A photo that was not cut out, and why."""

    photo: Path
    error: str

    def report(self) -> dict[str, Any]:
        """Give the photo's entry in the report."""
        return {"photo": str(self.photo), "error": self.error}


def run(
    site: Path, out: Path, photos: list[Path], model: str | None
) -> tuple[list[Success], list[Failure]]:
    """Cut photos out, one after another, and write everything into a folder."""
    out.mkdir(parents=True, exist_ok=True)
    successes: list[Success] = []
    failures: list[Failure] = []
    with (
        tempfile.TemporaryDirectory(dir=out, prefix=".download-") as downloads,
        SiteServer(site) as server,
        chromium(downloads=Path(downloads)) as driver,
    ):
        page = Page(driver, server.url)
        if model is not None:
            page.choose_model(model)
        facts = _facts(page)
        for photo, name in zip(photos, _unique_names(photos), strict=True):
            print(f"{photo.name}:", end=" ", flush=True)
            try:
                successes.append(_cut_out(page, photo, Path(downloads), out / name))
                print(f"done -> {out / name}", flush=True)
            except (DemoError, PageError, OSError) as error:
                failures.append(Failure(photo, str(error)))
                print("failed", flush=True)
        entries = [each.report() for each in successes] + [each.report() for each in failures]
        report = json.dumps({**facts, "photos": entries}, indent=2)
        replace_file(out / "report.json", f"{report}\n".encode())
        driver.execute_script("window.scrollTo(0, 0)")
        replace_file(out / "page.png", driver.get_screenshot_as_png())
    return successes, failures


def main() -> None:
    """Cut photos out in a headless Chromium, through the real page."""
    parser = argparse.ArgumentParser(prog="python -m tools.demo", description=main.__doc__)
    parser.add_argument("photos", metavar="PHOTO", nargs="*", type=Path, help="default: samples")
    parser.add_argument("--site", type=Path, default=Path("build/site"), help="(%(default)s)")
    parser.add_argument("--out", type=Path, default=Path("build/demo"), help="(%(default)s)")
    parser.add_argument("--model", help="a name of the model registry; default: the page's")
    arguments = parser.parse_args()
    if not (arguments.site / "index.html").is_file():
        parser.exit(1, f"there is no site in {arguments.site}: type `make site`\n")
    with tempfile.TemporaryDirectory() as folder:
        photos = arguments.photos or [
            *sample_photos(),
            large_photo(Path(folder) / "12-megapixels.jpg"),
        ]
        try:
            successes, failures = run(arguments.site, arguments.out, photos, arguments.model)
        except (BrowserMissingError, PageError) as error:
            parser.exit(1, f"\n{error}\n")
        except WebDriverException as error:
            parser.exit(1, f"\nthe browser failed: {error.msg}\n")
    print("", *_table(successes), sep="\n")
    for failure in failures:
        print(f"{failure.photo}: {failure.error}")
    sys.exit(1 if failures else 0)


def _cut_out(page: Page, photo: Path, downloads: Path, png: Path) -> Success:
    """Take one photo through the page."""
    if not photo.is_file():
        raise DemoError(f"there is no file {photo}")
    for card in page.cards:
        page.remove(card)
    with MemoryWatch(page.driver) as watch:
        page.choose(photo)
        page.wait(TIMEOUT, lambda step: print(step, end=" ", flush=True))
    card = page.cards[0]
    outcome = page.read(card)
    if outcome.state != "done":
        raise DemoError(f"{outcome.error}: {outcome.message}")
    download = page.download(card, downloads)
    _check(download, photo, outcome)
    download.replace(png)
    return Success(photo, png, outcome, watch.peak)


def _check(png: Path, photo: Path, outcome: Outcome) -> None:
    """Check that the PNG opens and is as large as the page and the photo say."""
    with Image.open(png) as cut_out:
        cut_out.load()
        if cut_out.format != "PNG" or cut_out.mode != "RGBA":
            raise DemoError(f"the download is {cut_out.format} {cut_out.mode}, expected PNG RGBA")
        size = cut_out.size
    if size != (outcome.width, outcome.height):
        raise DemoError(f"the PNG has {size} pixels, the page says {outcome.width, outcome.height}")
    with Image.open(photo) as original:
        upright = ImageOps.exif_transpose(original).size
    if size != upright:
        raise DemoError(f"the PNG has {size} pixels, the photo has {upright}")


def _facts(page: Page) -> dict[str, Any]:
    """Say when, where and in what everything ran."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "browser": f"Chromium {page.driver.capabilities['browserVersion']}",
        "system": platform.platform(),
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "isolated": page.driver.execute_script("return crossOriginIsolated"),
    }


def _cpu() -> str:
    """Name the machine's processor."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = (line.partition(": ")[2] for line in lines if line.startswith("model name"))
    return next(names, platform.processor())


def _unique_names(photos: Iterable[Path]) -> list[str]:
    """Name each photo's PNG after it; a number tells photos of the same name apart."""
    names: list[str] = []
    for photo in photos:
        name, number = f"{photo.stem}.png", 2
        while name in (*names, "page.png"):
            name, number = f"{photo.stem}-{number}.png", number + 1
        names.append(name)
    return names


def _table(results: list[Success]) -> list[str]:
    """Lay results out in lines: seconds of each step, peak memory in MiB."""
    steps = list(dict.fromkeys(step for result in results for step in result.outcome.seconds))
    rows = [["photo", "pixels", "total s", *steps, "tab MiB", "browser MiB"]]
    for result in results:
        seconds = result.outcome.seconds
        rows.append(
            [
                result.photo.name,
                f"{result.outcome.width} x {result.outcome.height}",
                f"{result.outcome.total:.2f}",
                *(f"{seconds[step]:.2f}" if step in seconds else "-" for step in steps),
                f"{result.memory.tab / 2**20:.0f}",
                f"{result.memory.browser / 2**20:.0f}",
            ]
        )
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    ]


if __name__ == "__main__":
    main()
