"""The site on a plain host: no headers but a strict policy, below a path, and without models later.

One page serves all tests of this file, in their order: it is opened once with everything there, and
once with the models gone.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.console import complaints
from tests.browser.offline import Host, Panel, Record
from tests.browser.photos import sample
from tools.browser import chromium
from tools.links import link_tree
from tools.page import Page
from tools.serve import MIME_TYPES, SiteServer
from wasmatte.models import DEFAULT_MODEL, model

TIMEOUT = 240.0
TYPES = {**MIME_TYPES, ".wasm": "application/octet-stream"}
POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:; "
    "connect-src 'self'; img-src 'self' blob:; style-src 'self'; manifest-src 'self'"
)


@pytest.fixture(scope="module")
def folder(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Link the site's files into a folder below the host's root."""
    folder = tmp_path_factory.mktemp("host") / "some" / "path"
    link_tree(site, folder)
    return folder


@pytest.fixture(scope="module")
def record() -> Record:
    """Give what the host is asked for."""
    return Record()


@pytest.fixture(scope="module")
def page(folder: Path, record: Record) -> Iterator[Page]:
    class PlainHost(Host(record, depth=2)):
        """Sends the policy with every file, the worker's modules included; knows no WebAssembly."""

        extensions_map = TYPES

        def end_headers(self) -> None:
            self.send_header("Content-Security-Policy", POLICY)
            super().end_headers()

    root = folder.parents[1]
    with SiteServer(root, isolated=False, handler=PlainHost) as server, chromium() as driver:
        yield Page(driver, f"{server.url}some/path/")


def cut_out(page: Page) -> None:
    page.choose(sample("coffee"))
    page.wait(TIMEOUT)
    outcome = page.read(page.cards[0])
    assert (outcome.state, outcome.message) == ("done", None)
    assert outcome.provider == "WasmThreadsExecutionProvider"


def test_photo_is_cut_out_on_a_plain_host_below_a_path(page: Page) -> None:
    """Nothing depends on the host's headers and types, on the root path, or on code made from text.

    The service worker isolates the page, and so there are threads. The browser reaches no other
    host than this machine, and complains of none.
    """
    Panel(page.driver).until_isolated()
    cut_out(page)
    assert complaints(page.driver) == []


def test_model_is_fetched_while_python_starts(page: Page, record: Record) -> None:
    """Each of its chunks once; the first of them before the last wheel."""
    chunks = [f"models/{DEFAULT_MODEL}/{chunk.sha256}" for chunk in model(DEFAULT_MODEL).chunks]
    asked = record.pages + record.kept
    assert {name: asked[name] for name in chunks} == dict.fromkeys(chunks, 1)
    order = [*record.pages]  # in which each was asked for the first time
    wheels = [name for name in order if name.endswith(".whl")]
    assert min(map(order.index, chunks)) < order.index(wheels[-1])


@pytest.mark.long
def test_model_is_kept_in_the_browser(page: Page, folder: Path) -> None:
    """When the page is opened again, the models' folder is not needed."""
    Panel(page.driver).until_isolated()
    cut_out(page)
    shutil.rmtree(folder / "models")
    page.driver.refresh()
    cut_out(page)
    assert complaints(page.driver) == []
