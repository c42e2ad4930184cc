"""What a tab keeps in memory."""

from pathlib import Path

from selenium.webdriver import Chrome

from tests.browser.photos import sample
from tools.browser import MemoryWatch, chromium
from tools.links import link_tree
from tools.serve import SiteServer

LOAD = """
const [done] = arguments;
import("./wasmatte.js").then(async (wasmatte) => {
  globalThis.cutOut = () => wasmatte.removeBackground("photo.png").then(() => true);
  done((await wasmatte.preload()).provider);
});
"""
SPARE = 20 << 20  # bytes; the model's file alone takes 42 MiB


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
