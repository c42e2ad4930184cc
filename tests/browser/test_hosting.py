"""The site on a plain host: no headers but a strict policy, below a path, and without models later.

One page serves all tests of this file, in their order: it is opened once with everything there, and
once with the models gone.
"""

import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest

from tests.browser.console import complaints
from tests.browser.offline import Panel
from tests.browser.photos import sample
from tools.browser import chromium
from tools.links import link_tree
from tools.page import Page
from tools.serve import SiteHandler, SiteServer
from wasmatte.models import DEFAULT_MODEL, model

TIMEOUT = 240.0
POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:; "
    "connect-src 'self'; img-src 'self' blob:; style-src 'self'; manifest-src 'self'"
)


class PlainHost(SiteHandler):
    """Sends the policy with every file, the worker's modules included."""

    asked: ClassVar[list[str]] = []  # the names of all files, in their order

    def end_headers(self) -> None:
        self.asked.append(self.path.rpartition("/")[2])
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()


@pytest.fixture(scope="module")
def folder(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Link the site's files into a folder below the host's root."""
    folder = tmp_path_factory.mktemp("host") / "some" / "path"
    link_tree(site, folder)
    return folder


@pytest.fixture(scope="module")
def page(folder: Path) -> Iterator[Page]:
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
    """Nothing depends on the host's headers, on the root path, or on code made from text.

    The service worker isolates the page, and so there are threads. The browser reaches no other
    host than this machine, and complains of none.
    """
    Panel(page.driver).until_isolated()
    cut_out(page)
    assert complaints(page.driver) == []


def test_model_is_fetched_while_python_starts(page: Page) -> None:
    """Each of its chunks once; the first of them before the last wheel."""
    chunks = [chunk.sha256 for chunk in model(DEFAULT_MODEL).chunks]
    asked = PlainHost.asked
    assert {name: Counter(asked)[name] for name in chunks} == dict.fromkeys(chunks, 1)
    wheels = [name for name in asked if name.endswith(".whl")]
    assert min(map(asked.index, chunks)) < asked.index(wheels[-1])


def test_model_is_kept_in_the_browser(page: Page, folder: Path) -> None:
    """When the page is opened again, the models' folder is not needed."""
    shutil.rmtree(folder / "models")
    page.driver.refresh()
    cut_out(page)
    assert complaints(page.driver) == []
