"""Fifty photos in a row take no more memory than five: `make endurance` runs it (minutes)."""

import time
from pathlib import Path

from PIL import Image, ImageEnhance

from tests.browser.photos import sample
from tools.browser import Memory, MemoryWatch, chromium
from tools.page import Page
from tools.serve import SiteServer

COUNT = 50
FEW = 5
SIZE = (1600, 1067)
TIMEOUT = 1800.0
SETTLE = 10.0  # seconds in which the browser lets go of what nobody needs


def different(folder: Path, count: int) -> list[Path]:
    """Make photos of which no two are the same."""
    with Image.open(sample("coffee")) as image:
        large = image.convert("RGB").resize(SIZE)
    paths = [folder / f"photo {number + 1}.jpg" for number in range(count)]
    for number, path in enumerate(paths):
        ImageEnhance.Brightness(large).enhance(0.8 + 0.4 * number / count).save(path)
    return paths


def test_memory_stays(site: Path, tmp_path: Path) -> None:
    """What the tab's process holds after the fiftieth, within 10 % of after the fifth."""
    photos = different(tmp_path, COUNT)
    with SiteServer(site) as server, chromium() as driver, MemoryWatch(driver) as memory:
        page = Page(driver, server.url)

        def held(some: list[Path]) -> Memory:
            page.choose(*some)
            page.wait(TIMEOUT)
            states = {str(card.get_attribute("data-state")) for card in page.cards}
            assert states == {"done"}
            page.read(page.cards[0])  # one small picture, and the same one, in the editor
            time.sleep(SETTLE)
            return memory.now

        few = held(photos[:FEW])
        many = held(photos[FEW:])
        for name, one, other in (("tab", few.tab, many.tab), ("all", few.browser, many.browser)):
            words = f"{one / 1e6:.0f} MB after {FEW} photos, {other / 1e6:.0f} after {COUNT}"
            print(f"{name}: {words}")
    assert many.tab <= 1.1 * few.tab
