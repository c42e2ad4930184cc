"""The engine in every browser: `make test-browsers` runs this in all, `make test` in Chromium."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from selenium.webdriver.remote.webdriver import WebDriver

from tests.browser.photos import sample
from tools.links import link_tree
from tools.other_browsers import BROWSERS
from tools.serve import SiteServer

from .scripts import CANCEL, CUT_OUT

ENGINE = "WasmThreadsExecutionProvider"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test in each browser that the command line names."""
    if "browser" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("browsers").split(",")
        metafunc.parametrize("browser", chosen, scope="module", indirect=True)


@pytest.fixture(scope="module")
def host(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a copy of the site (by links) with a photo in it."""
    folder = tmp_path_factory.mktemp("host")
    link_tree(site, folder)
    (folder / "photo.png").symlink_to(sample("coffee").resolve())
    return folder


@pytest.fixture(scope="module")
def browser(request: pytest.FixtureRequest) -> AbstractContextManager[WebDriver]:
    """Give what starts the browser."""
    start: AbstractContextManager[WebDriver] = BROWSERS[request.param]()
    return start


@pytest.fixture(scope="module")
def pages(host: Path, browser: AbstractContextManager[WebDriver]) -> Iterator["Pages"]:
    """Serve the site with and without isolation to one browser."""
    with SiteServer(host) as isolated, SiteServer(host, isolated=False) as plain, browser as driver:
        yield Pages(driver, isolated.url, plain.url)


class Pages:
    """One browser, and the two addresses of the site."""

    def __init__(self, driver: WebDriver, isolated: str, plain: str) -> None:
        self.driver = driver
        self.isolated = isolated
        self.plain = plain


def test_isolated_page_has_threads(pages: Pages) -> None:
    """One, two and four threads give the same cut-out; the page tells who did the work."""
    pages.driver.get(pages.isolated)
    outcomes = [
        pages.driver.execute_async_script(CUT_OUT, "photo.png", {"threads": threads})
        for threads in (1, 2, 4)
    ]
    assert [outcome.get("error") for outcome in outcomes] == [None] * 3
    assert [(each["provider"], each["threads"]) for each in outcomes] == [
        (ENGINE, threads) for threads in (1, 2, 4)
    ]
    assert len({outcome["digest"] for outcome in outcomes}) == 1
    infer = [each for each in outcomes[1]["seen"] if each["step"] == "infer"]
    counts = [each["done"] for each in infer]
    assert counts == sorted(counts)
    assert len(set(counts)) > 10
    assert (infer[-1]["done"], infer[-1]["unit"]) == (infer[-1]["total"], "nodes")
    assert infer[-1]["total"] > 100  # ISNet has some hundreds of nodes


def test_cancel_keeps_what_is_loaded(pages: Pages) -> None:
    """The request ends at once, and the next one needs neither Python, nor model, nor session."""
    pages.driver.get(pages.isolated)
    answer = pages.driver.execute_async_script(CANCEL, "photo.png")
    assert answer["error"] == "AbortError"
    assert answer["steps"] == ["decode", "prepare", "infer", "composite", "encode"]
    assert answer["provider"] == ENGINE


def test_plain_page_runs_on_one_thread(pages: Pages) -> None:
    """Without isolation the CPU provider takes over; after a cancel a new worker gets ready."""
    pages.driver.get(pages.plain)
    answer = pages.driver.execute_async_script(CANCEL, "photo.png")
    assert answer["error"] == "AbortError"
    assert answer["steps"] == ["decode", "prepare", "infer", "composite", "encode"]
    assert (answer["provider"], answer["threads"]) == ("CPUExecutionProvider", 1)
