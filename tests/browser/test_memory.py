"""What a tab keeps in memory."""

from pathlib import Path

from tools.browser import MemoryWatch, chromium
from tools.links import link_tree
from tools.serve import SiteServer

PRELOAD = """
const [done] = arguments;
import("./wasmatte.js").then(({ preload }) => preload()).then(({ model }) => done(model), done);
"""
LEFT = 24 << 20  # bytes, at least: the model's file alone takes 42 MiB


def test_what_loading_leaves_is_freed_before_the_first_photo(site: Path, tmp_path: Path) -> None:
    """A photo of many megapixels needs as much again."""
    link_tree(site, tmp_path)
    (tmp_path / "page.html").write_text("<!doctype html><title>A page without a photo</title>")
    with SiteServer(tmp_path) as server, chromium() as driver:
        driver.get(f"{server.url}page.html")
        with MemoryWatch(driver) as memory:
            assert driver.execute_async_script(PRELOAD) == "isnet_quint8"
            assert memory.now.tab <= memory.peak.tab - LEFT
