"""What the page does when the host sends wrong files.

One page serves all tests of this file, in their order: each one mends what the one before it broke.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from selenium.webdriver import Chrome

from tests.browser.photos import sample
from tools.page import Outcome, Page
from tools.serve import SiteHandler, SiteServer
from wasmatte.models import DEFAULT_MODEL, model

TIMEOUT = 240.0
PROGRAM = "pyodide.asm.wasm"
CHUNKS = [chunk.sha256 for chunk in model(DEFAULT_MODEL).chunks]

CACHED = """
const hex = (buffer) => [...new Uint8Array(buffer)].map((b) => b.toString(16).padStart(2, "0"));
const found = [];
const cache = await caches.open("wasmatte-models");
for (const request of await cache.keys()) {
  const body = await (await cache.match(request)).arrayBuffer();
  const digest = hex(await crypto.subtle.digest("SHA-256", body)).join("");
  found.push([request.url.split("/").pop(), digest]);
}
return found;
"""


@dataclass
class Faults:
    """What is wrong with the host: how often files whose name has this end come damaged."""

    corrupted: dict[str, int] = field(default_factory=dict)
    cut_off: dict[str, int] = field(default_factory=dict)
    replaced: dict[str, int] = field(default_factory=dict)  # by a program that is another

    def due(self, kind: dict[str, int], path: str) -> bool:
        """Tell whether a fault is due for this file, and count it."""
        for end, times in kind.items():
            if path.endswith(end) and times > 0:
                kind[end] -= 1
                return True
        return False


class FaultyHost(SiteHandler):
    """Sends some files damaged."""

    faults = Faults()

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")  # so that faults reach the page
        super().end_headers()

    def copyfile(self, source: Any, outputfile: BinaryIO) -> None:
        data: bytes = source.read()
        if self.faults.due(self.faults.replaced, self.path):
            data = empty_program(len(data))
        if self.faults.due(self.faults.corrupted, self.path):
            data = data[:1000] + bytes([data[1000] ^ 1]) + data[1001:]
        if self.faults.due(self.faults.cut_off, self.path):
            data = data[: len(data) // 2]
        outputfile.write(data)


def empty_program(size: int) -> bytes:
    """Give a program of WebAssembly with nothing in it but a section without a name."""
    rest = size - 14
    number = [rest >> shift & 0x7F | 0x80 for shift in range(0, 28, 7)]  # LEB128
    return b"\0asm\1\0\0\0\0" + bytes([*number, rest >> 28]) + bytes(rest)


@pytest.fixture(scope="module")
def faults() -> Faults:
    """Give the faults of the host; a test sets them."""
    return FaultyHost.faults


@pytest.fixture(scope="module")
def page(site: Path, driver: Chrome) -> Iterator[Page]:
    with SiteServer(site, handler=FaultyHost) as server:
        yield Page(driver, server.url)


def try_photo(page: Page) -> Outcome:
    """Choose a photo, or try the one that is there again."""
    if page.cards:
        page.retry(page.cards[0])
    else:
        page.choose(sample("coffee"))
    page.wait(TIMEOUT)
    return page.read(page.cards[0])


def cached(page: Page) -> dict[str, str]:
    """Return the names of the chunks in the browser's cache, and the sha256 of each."""
    return dict(page.driver.execute_script(f"return (async () => {{{CACHED}}})()"))


def test_broken_connection_is_told(page: Page, faults: Faults) -> None:
    """When Python's program never comes whole, the page does not wait for it."""
    faults.cut_off = {PROGRAM: 1}
    outcome = try_photo(page)
    assert outcome.error == "RuntimeLoadError"
    assert "Check the connection" in str(outcome.message)


def test_program_of_another_version_is_told(page: Page, faults: Faults) -> None:
    """As it may come from a cache on the way."""
    faults.replaced = {PROGRAM: 1}
    outcome = try_photo(page)
    assert outcome.error == "RuntimeLoadError"
    assert PROGRAM in str(outcome.message)


def test_damaged_package_is_refused(page: Page, faults: Faults) -> None:
    """A wheel that is not the lock file's own is not installed; the page says so."""
    faults.corrupted = {"-cp314-none-any.whl": 1000}
    outcome = try_photo(page)
    assert outcome.error == "RuntimeLoadError"
    assert "pyodide/" in str(outcome.message)
    assert "wasmatte" in str(outcome.message)
    assert cached(page) == {}


def test_damaged_package_is_fetched_again(page: Page, faults: Faults, site: Path) -> None:
    """One that ours needs: Python starts, and the model is what is missing."""
    (numpy,) = (site / "pyodide").glob("numpy-*.whl")
    faults.corrupted = {numpy.name: 1, CHUNKS[0]: 1000}
    outcome = try_photo(page)
    assert faults.corrupted[numpy.name] == 0
    assert outcome.error == "ModelCorruptError"


def test_chunk_that_is_always_corrupted_is_refused(page: Page, faults: Faults) -> None:
    """After some attempts the page gives up, in words, and keeps only what is right."""
    faults.corrupted = {CHUNKS[2]: 1000}
    outcome = try_photo(page)
    assert outcome.error == "ModelCorruptError"
    assert CHUNKS[2] in str(outcome.message)
    assert cached(page) == {chunk: chunk for chunk in CHUNKS[:2]}


def test_damaged_chunks_are_fetched_again(page: Page, faults: Faults) -> None:
    """One that comes corrupted, and one that is cut off, are right the next time."""
    faults.corrupted = {CHUNKS[3]: 1}
    faults.cut_off = {CHUNKS[5]: 1}
    outcome = try_photo(page)
    assert (outcome.state, outcome.message) == ("done", None)
    assert (faults.corrupted, faults.cut_off) == ({CHUNKS[3]: 0}, {CHUNKS[5]: 0})
    assert cached(page) == {chunk: chunk for chunk in CHUNKS}
