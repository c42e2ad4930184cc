"""The site under test, and pages of it that tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.support import Support
from tools.browser import chromium
from tools.page import Page
from tools.serve import SiteServer


def pytest_configure(config: pytest.Config) -> None:
    """Write the table of browsers, if it is asked for."""
    if file := config.getoption("support"):
        config.pluginmanager.register(Support(Path(file)), "support")


@pytest.fixture(scope="session")
def site(pytestconfig: pytest.Config) -> Path:
    """Give the folder of the built site."""
    folder: Path = pytestconfig.getoption("site") or pytestconfig.rootpath / "build" / "site"
    if not (folder / "index.html").is_file():
        pytest.fail(f"there is no site in {folder}: type `make site`", pytrace=False)
    return folder


@pytest.fixture(scope="session")
def downloads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder where the shared page's downloads go."""
    return tmp_path_factory.mktemp("downloads")


@pytest.fixture(scope="session")
def shared_page(site: Path, downloads: Path) -> Iterator[Page]:
    """Open a page, isolated from other origins, that is warm after its first photo."""
    with SiteServer(site) as server, chromium(downloads=downloads) as driver:
        yield Page(driver, server.url)


@pytest.fixture
def page(shared_page: Page) -> Iterator[Page]:
    """Give the shared page without photos; a test fails if its console shows an error."""
    for card in shared_page.cards:
        shared_page.remove(card)
    yield shared_page
    log = shared_page.driver.get_log("browser")
    assert [entry["message"] for entry in log if entry["level"] == "SEVERE"] == []
