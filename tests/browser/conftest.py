"""The site under test, and pages of it that tests share."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome

from tests.browser.axe import violations
from tests.browser.console import complaints
from tests.browser.support import Support
from tests.chromium import chromium
from tools import browser
from tools.page import Page
from tools.serve import SiteServer

PHONE = (360, 1900)  # with what is below its window
DESKTOP = (1280, 1000)

# Bring what moves to its end, except what goes on for ever.
SETTLE = """
const shadows = [...document.querySelectorAll("*")].flatMap(({ shadowRoot }) => shadowRoot ?? []);
for (const animation of [document, ...shadows].flatMap((root) => root.getAnimations())) {
  if (animation.effect.getComputedTiming().endTime < Infinity) {
    animation.finish();
  }
}
"""


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
    with SiteServer(site) as server, browser.chromium(downloads=downloads) as driver:
        yield Page(driver, server.url)


@pytest.fixture
def page(shared_page: Page) -> Iterator[Page]:
    """Give the shared page without photos; a test fails if its console complains."""
    for card in shared_page.cards:
        shared_page.remove(card)
    yield shared_page
    assert complaints(shared_page.driver) == []


@pytest.fixture(scope="session")
def shared_browser() -> Iterator[Chrome]:
    """Start a browser for all tests whose pages are on hosts of their own."""
    with chromium() as driver:
        yield driver


@pytest.fixture(scope="module")
def driver(shared_browser: Chrome) -> Iterator[Chrome]:
    """Give that browser; it forgets what the module's hosts have left in it."""
    yield shared_browser
    shared_browser.get("about:blank")
    storage = {"origin": "*", "storageTypes": "all"}
    shared_browser.execute_cdp_cmd("Storage.clearDataForOrigin", storage)
    shared_browser.get_log("browser")


@pytest.fixture(scope="module")
def screenshots(pytestconfig: pytest.Config, driver: Chrome) -> Callable[[str], None]:
    """Give what keeps pictures of a state of the module's page, in build/screenshots.

    Light and dark, narrow and wide; each is accessible, and none is wider than the screen.
    """
    folder = pytestconfig.rootpath / "build" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)

    def look(name: str) -> None:
        for scheme in ("dark", "light"):
            feature = {"name": "prefers-color-scheme", "value": scheme}
            driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
            for width, height in (PHONE, DESKTOP):
                phone = (width, height) == PHONE
                size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": phone}
                driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
                driver.execute_script(SETTLE)
                driver.save_screenshot(str(folder / f"{name}-{scheme}-{width}.png"))
                wide = driver.execute_script("return document.documentElement.scrollWidth")
                assert wide <= width, f"{name} is wider than {width} pixels"
                assert violations(driver) == [], f"{name}, {scheme}, {width}"

    def keep(name: str) -> None:
        try:
            look(name)
        finally:  # others use the page as well
            driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
            driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})

    return keep
