"""The site on a plain host: no headers but a strict policy, below a path; and then without it.

One visit serves all tests of this file but the long one.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.browser.console import complaints
from tests.browser.offline import Host, Panel, Record
from tests.browser.photos import sample
from tests.chromium import chromium
from tools.links import link_tree
from tools.page import Outcome, Page
from tools.serve import MIME_TYPES, SiteServer
from wasmatte.models import DEFAULT_MODEL, model

TIMEOUT = 240.0
ENGINE = "WasmThreadsExecutionProvider"
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
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of the visitor's profile."""
    return tmp_path_factory.mktemp("profile")


@contextmanager
def plain_host(folder: Path, record: Record) -> Iterator[str]:
    """Serve the site; give its address."""

    class PlainHost(Host(record, depth=2)):
        """Sends the policy with every file, the worker's modules included; knows no WebAssembly."""

        extensions_map = TYPES

        def end_headers(self) -> None:
            self.send_header("Content-Security-Policy", POLICY)
            super().end_headers()

    with SiteServer(folder.parents[1], isolated=False, handler=PlainHost) as server:
        yield f"{server.url}some/path/"


@dataclass
class Visit:
    """The first one: its address, what became of a photo, and what the console said."""

    url: str
    outcome: Outcome
    complaints: list[str]


@pytest.fixture(scope="module")
def visit(folder: Path, record: Record, profile: Path) -> Visit:
    """Visit the host, cut a photo out, and leave when the app says that it works offline."""
    with plain_host(folder, record) as url, chromium(profile=profile) as driver:
        page = Page(driver, url)
        panel = Panel(driver)
        panel.until_isolated()
        outcome = cut_out(page)
        panel.until_state("Ready to work offline, with the faster model")
        return Visit(url, outcome, complaints(driver))


def cut_out(page: Page) -> Outcome:
    page.choose(sample("coffee"))
    page.wait(TIMEOUT)
    return page.read(page.cards[0])


def check(outcome: Outcome) -> None:
    """See that it is done, on threads: the service worker isolates the page."""
    assert (outcome.state, outcome.message, outcome.provider) == ("done", None, ENGINE)


def test_photo_is_cut_out_on_a_plain_host_below_a_path(visit: Visit) -> None:
    """Nothing depends on the host's headers and types, on the root path, or on code made from text.

    The browser reaches no other host than this machine, and complains of none.
    """
    check(visit.outcome)
    assert visit.complaints == []


def test_model_is_fetched_while_python_starts(visit: Visit, record: Record) -> None:
    """Each of its chunks once, though it is kept; the first of them before the last wheel."""
    chunks = [f"models/{DEFAULT_MODEL}/{chunk.sha256}" for chunk in model(DEFAULT_MODEL).chunks]
    asked = {name: count for name, count in record.pages.items() if name.startswith("models/isnet")}
    assert asked == dict.fromkeys(chunks, 1)
    assert not any(name.startswith("models/isnet") for name in record.kept)
    order = [*record.pages]  # in which each was asked for the first time
    wheels = [name for name in order if name.endswith(".whl")]
    assert min(map(order.index, chunks)) < order.index(wheels[-1])


def test_app_works_in_a_new_browser_without_the_server(visit: Visit, profile: Path) -> None:
    """One visit and one photo suffice."""
    with chromium(profile=profile) as driver:
        page = Page(driver, visit.url)
        assert driver.execute_script("return crossOriginIsolated") is True
        check(cut_out(page))
        assert "Ready to work offline" in str(Panel(driver).text("summary"))
        assert complaints(driver) == []


@pytest.mark.long
def test_model_is_kept_in_the_browser(folder: Path) -> None:
    """When the page is opened again, the models' folder is not needed."""
    with plain_host(folder, Record()) as url, chromium() as driver:
        page = Page(driver, url)
        Panel(driver).until_isolated()
        check(cut_out(page))
        shutil.rmtree(folder / "models")
        driver.refresh()
        check(cut_out(page))
        assert complaints(driver) == []
