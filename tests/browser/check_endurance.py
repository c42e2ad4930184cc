"""What a tab takes in memory, first and in the long run: `make endurance` runs it (minutes)."""

import time
from pathlib import Path

from PIL import Image, ImageEnhance
from selenium.webdriver import Chrome

from tests.browser.photos import sample
from tools.browser import Memory, MemoryWatch, chromium
from tools.links import link_tree
from tools.page import Page
from tools.serve import SiteServer

COUNT = 50
FEW = 5
SIZE = (1600, 1067)
TIMEOUT = 1800.0
SETTLE = 10.0  # seconds in which the browser lets go of what nobody needs
LOAD = """
const [done] = arguments;
import("./wasmatte.js").then(async (wasmatte) => {
  globalThis.cutOut = () => wasmatte.removeBackground("photo.png").then(() => true);
  done((await wasmatte.preload()).provider);
});
"""
SPARE = 20 << 20  # bytes; the model's file alone takes 42 MiB


def different(folder: Path, count: int) -> list[Path]:
    """Make photos of which no two are the same."""
    with Image.open(sample("coffee")) as image:
        large = image.convert("RGB").resize(SIZE)
    paths = [folder / f"photo {number + 1}.jpg" for number in range(count)]
    for number, path in enumerate(paths):
        ImageEnhance.Brightness(large).enhance(0.8 + 0.4 * number / count).save(path)
    return paths


def test_memory_stays(site: Path, tmp_path: Path) -> None:
    """After the fiftieth within 10 % of after the fifth: the tab's process, and all of them."""
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
    assert many.browser <= 1.1 * few.browser


def peak_of_a_photo(driver: Chrome) -> int:
    """Give the tab's memory at most while a photo is cut out, in bytes."""
    with MemoryWatch(driver) as memory:
        assert driver.execute_async_script("cutOut().then(arguments[0], arguments[0])") is True
    return memory.peak.tab


def test_what_loading_leaves_is_freed_before_the_first_photo(site: Path, tmp_path: Path) -> None:
    """On a plain page the first photo takes no more than later ones."""
    link_tree(site, tmp_path)
    (tmp_path / "page.html").write_text("<!doctype html><title>A page without a photo</title>")
    (tmp_path / "photo.png").symlink_to(sample("coffee").resolve())
    with SiteServer(tmp_path, isolated=False) as server, chromium() as driver:
        driver.get(f"{server.url}page.html")
        assert driver.execute_async_script(LOAD) == "CPUExecutionProvider"
        first, _, third = (peak_of_a_photo(driver) for _ in range(3))
    assert first <= third + SPARE
