"""The app that is installed: offline, updates, isolation by the service worker, shared photos."""

import base64
import io
import json
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

from tests.browser.axe import violations
from tests.browser.console import complaints
from tests.browser.photos import sample
from tests.chromium import chromium
from tools.page import Page
from tools.serve import SiteServer

from .offline import CHUNK, MODEL, TIMEOUT, Host, Panel, Record, publish, small_site
from .test_docs import caching

PAGE = '<!doctype html><html lang="en"><title>Not the app</title><link rel="icon" href="data:,">'
ISOLATED = "return crossOriginIsolated"
CONTROLLED = "return navigator.serviceWorker.controller !== null"


@pytest.fixture(scope="module")
def driver() -> Iterator[Chrome]:
    """Start a browser for all tests whose sites are on hosts of their own."""
    with chromium() as driver:
        yield driver


class Small:
    """A small site below a path of a host that does not isolate pages."""

    def __init__(self, stack: ExitStack, driver: Chrome, site: Path, root: Path) -> None:
        self.driver = driver
        self.folder = small_site(site, root / "some" / "path")
        self.root = root
        self.record = Record()
        handler = Host(self.record, depth=2)
        server = stack.enter_context(SiteServer(root, isolated=False, handler=handler))
        self.host = server.url
        self.url = f"{server.url}some/path/"
        self.panel = Panel(driver)

    def open(self) -> None:
        """Open the app, and wait until it is isolated and its panel there."""
        self.driver.get(self.url)
        self.panel.until_isolated()
        self.panel.until(lambda: self.panel.text("summary"))

    def keep(self) -> None:
        """Open the app, and have it keep what it offers."""
        self.open()
        self.panel.press("Keep for offline")
        self.panel.until_state("Ready to work offline")

    def listed(self) -> dict[str, Any]:
        listed: dict[str, Any] = json.loads((self.folder / "files.json").read_text())["files"]
        return listed


@pytest.fixture
def small(driver: Chrome, site: Path, tmp_path: Path) -> Iterator[Small]:
    with ExitStack() as stack:
        yield Small(stack, driver, site, tmp_path)
        driver.get("about:blank")
        driver.get_log("browser")


def test_plain_host_is_isolated_by_loading_once_more(small: Small) -> None:
    """At the first visit; later ones are isolated from the start, and nothing goes round."""
    small.open()
    assert small.record.pages["index.html"] == 2
    small.driver.refresh()
    assert small.driver.execute_script(ISOLATED) is True
    small.driver.get("about:blank")
    small.driver.get(small.url)
    assert small.driver.execute_script(ISOLATED) is True
    assert small.record.pages["index.html"] == 4
    assert complaints(small.driver) == []


def test_host_that_isolates_is_left_as_it_is(driver: Chrome, site: Path, tmp_path: Path) -> None:
    """The page is not loaded again, and the service worker waits for the first photo."""
    record = Record()
    with SiteServer(small_site(site, tmp_path), handler=Host(record)) as server:
        driver.get(server.url)
        Panel(driver).until_state("Needs a connection")
        assert record.pages["index.html"] == 1
        assert record.pages["service-worker.js"] == 0
        assert record.kept.keys() == {"files.json"}
        driver.get("about:blank")


def test_page_that_somebody_uses_is_not_loaded_again(small: Small) -> None:
    """The service worker comes too late then: the next visit is isolated."""
    small.record.held["service-worker.js"] = threading.Event()
    small.driver.get(small.url)
    small.driver.find_element(By.TAG_NAME, "h1").click()
    small.record.held["service-worker.js"].set()
    small.panel.until(lambda: small.driver.execute_script(CONTROLLED))
    assert small.driver.execute_script(ISOLATED) is False
    assert small.record.pages["index.html"] == 1
    small.open()
    assert small.record.pages["index.html"] == 2


def test_other_pages_are_not_isolated(small: Small) -> None:
    """Neither one beside the app, nor one outside its folder, nor the app in a frame."""
    (small.folder / "beside.html").write_text(PAGE)
    frame = '<iframe src="some/path/index.html"></iframe>'
    (small.root / "outside.html").write_text(PAGE + frame)
    small.open()
    small.record.pages.clear()
    small.driver.get(f"{small.url}beside.html")
    assert small.driver.execute_script(ISOLATED) is False
    small.driver.get(f"{small.host}outside.html")
    assert small.driver.execute_script(CONTROLLED) is False
    assert small.driver.execute_script(ISOLATED) is False
    small.driver.switch_to.frame(0)
    small.panel.until(lambda: small.panel.text("summary"))
    assert small.driver.execute_script(ISOLATED) is False
    assert small.record.pages["index.html"] == 1
    small.driver.switch_to.default_content()
    assert complaints(small.driver) == []


def test_everything_is_kept_once_and_its_size_is_told(small: Small) -> None:
    """The button says how much will come, to the byte; then all of it is there and right.

    Models have the names that the page has for them.
    """
    page = small.folder / "index.html"
    page.write_text(page.read_text().replace("<span>Faster <", "<span>Quicker <"))
    publish(small.folder)
    listed = small.listed()
    small.open()
    total = sum(file["size"] for file in listed.values())
    small.panel.until(lambda: f"Keep for offline: {total / 1e6:.1f} MB" in small.panel.buttons())
    small.panel.press("Keep for offline")
    small.panel.until_state("Ready to work offline, with the quicker model")
    kept = {url: digest for _, url, digest in small.panel.kept()}
    assert {name: kept[small.url + name] for name in listed} == {
        name: file["sha256"] for name, file in listed.items()
    }
    fetched = {name: times for name, times in small.record.kept.items() if name in listed}
    assert fetched == dict.fromkeys(listed, 1)
    assert violations(small.driver, ".offline") == []
    assert complaints(small.driver) == []


def test_fetching_goes_on_where_it_was_broken_off(small: Small) -> None:
    """By the Pause button, and by leaving the page: what is there is not fetched again."""
    last = list(small.listed())[-1]
    small.record.held[last] = threading.Event()
    small.open()
    small.panel.press("Keep for offline")
    before = small.listed().keys() - {last, MODEL}
    small.panel.until(lambda: before <= small.record.kept.keys())
    small.panel.press("Pause")
    small.panel.until(lambda: any(each.startswith("Go on: ") for each in small.panel.buttons()))
    assert "Ready" not in str(small.panel.text("summary"))
    small.record.held[last].set()
    small.driver.execute_script("location.reload()")
    small.panel.until_state("Needs a connection")
    small.record.kept.clear()
    small.panel.press("Keep for offline")
    small.panel.until_state("Ready to work offline")
    assert small.record.kept.keys() <= {last, MODEL, "files.json"}
    assert small.record.kept[last] == 1


def test_damaged_file_is_fetched_again_and_never_kept(small: Small) -> None:
    """Once damaged, the next attempt serves; damaged every time, the panel says which file."""
    small.record.damaged["style.css"] = 1000
    small.open()
    small.panel.press("Keep for offline")
    small.panel.until(lambda: "style.css came damaged" in (small.panel.text("[role=alert]") or ""))
    assert small.record.kept["style.css"] == 2
    assert f"{small.url}style.css" not in {url for _, url, _ in small.panel.kept()}
    assert "Ready" not in str(small.panel.text("summary"))
    small.record.damaged["style.css"] = 1
    small.panel.press("Go on")
    small.panel.until_state("Ready to work offline")
    digests = {url: digest for _, url, digest in small.panel.kept()}
    assert digests[f"{small.url}style.css"] == small.listed()["style.css"]["sha256"]


def mark(folder: Path, version: str) -> dict[str, Any]:
    """Make a version of the site that its page and its style sheet tell."""
    page = (folder / "index.html").read_text()
    (folder / "index.html").write_text(page.replace("<title>", f"<title>{version} "))
    style = folder / "pwa" / "pwa.css"
    style.write_text(f"/* {version} */\n{style.read_text()}")
    return publish(folder)


def shown(driver: Chrome) -> tuple[str, str]:
    """Give which version the page and the style sheet are of."""
    style = driver.execute_async_script(
        "fetch('pwa/pwa.css').then((r) => r.text()).then(arguments[0])"
    )
    return driver.title.split()[0], style.split()[1]


def offer(small: Small) -> dict[str, Any]:
    """Keep the version "first", have "second" offered, and give what that is."""
    mark(small.folder, "first")
    small.keep()
    new = mark(small.folder, "second")
    small.record.kept.clear()
    small.driver.execute_script("location.reload()")
    small.panel.until(lambda: "Reload" in small.panel.buttons())
    return new


def test_new_version_is_offered_and_taken_whole(small: Small) -> None:
    """Only what has changed is fetched; until the person reloads, everything is of the old one."""
    new = offer(small)
    assert small.panel.text(".offline-update p") == "A new version is ready."
    assert small.record.kept.keys() == {"files.json", "index.html", "pwa/pwa.css"}
    assert shown(small.driver) == ("first", "first")

    first = small.driver.current_window_handle
    small.driver.switch_to.new_window("tab")
    small.driver.get(small.url)
    assert shown(small.driver) == ("first", "first")
    small.panel.press("Reload")
    small.panel.until(lambda: "another tab" in (small.panel.text(".offline-update") or ""))
    assert shown(small.driver) == ("first", "first")
    small.driver.close()
    small.driver.switch_to.window(first)
    small.panel.press("Reload")
    small.panel.until(lambda: small.driver.title.startswith("second"))
    assert shown(small.driver) == ("second", "second")
    caches = {name for name, _, _ in small.panel.kept() if name.startswith("wasmatte-site")}
    assert caches == {f"wasmatte-site {small.url} {new['version']}"}
    small.panel.until_state("Ready to work offline")
    assert "Reload" not in small.panel.buttons()
    assert complaints(small.driver) == []


# Have a tab look again, as when it comes to the front, and wait until it has.
LOOK = """
const done = arguments[arguments.length - 1];
const looked = async (_, observer) => {
  observer.disconnect();
  for (let step = 0; step < 20; ++step) {
    await caches.keys(); // what the page does after it has looked, it does in a few steps like this
  }
  done();
};
const panel = document.querySelector(".offline");
new MutationObserver(looked).observe(panel, { childList: true, subtree: true });
document.dispatchEvent(new Event("visibilitychange"));
"""


@pytest.mark.long
def test_new_version_outlasts_a_tab_that_does_not_know_of_it(small: Small) -> None:
    """One that asked the host a moment before there was a new version, and keeps what it knows."""
    driver, panel = small.driver, small.panel
    mark(small.folder, "first")
    small.keep()
    old = driver.current_window_handle
    new = mark(small.folder, "second")
    driver.switch_to.new_window("window")
    driver.get(small.url)
    panel.until(lambda: "Reload" in panel.buttons())
    other = driver.current_window_handle

    driver.switch_to.window(old)
    driver.execute_async_script(LOOK)
    driver.execute_script("return caches.delete('wasmatte-models')")
    driver.execute_async_script(LOOK)
    panel.press("Keep for offline")
    panel.until_state("Ready to work offline")
    assert f"wasmatte-site {small.url} {new['version']}" in {name for name, _, _ in panel.kept()}
    driver.close()
    driver.switch_to.window(other)
    panel.press("Reload")
    panel.until(lambda: driver.title.startswith("second"))
    assert shown(driver) == ("second", "second")


@pytest.mark.long
def test_new_version_is_not_taken_at_the_cost_of_a_photo(small: Small) -> None:
    """The person is asked first; who stays has the old version still, and only that."""
    offer(small)
    small.record.held["pyodide/pyodide.mjs"] = threading.Event()
    Page(small.driver).choose(sample("coffee"))
    small.panel.until(lambda: small.record.pages["pyodide/pyodide.mjs"] > 0)
    small.driver.find_element(By.TAG_NAME, "h1").click()  # else the browser asks nothing

    small.panel.press("Reload")
    alert = small.driver.switch_to.alert
    assert alert.text.startswith("Photos in work, and results that are not saved, will be lost.")
    alert.dismiss()
    assert shown(small.driver) == ("first", "first")
    assert Page(small.driver).names == ["coffee.png"]

    small.panel.press("Reload")
    small.driver.switch_to.alert.accept()
    small.panel.until(lambda: small.driver.title.startswith("second"))
    assert shown(small.driver) == ("second", "second")
    small.record.held["pyodide/pyodide.mjs"].set()


@pytest.mark.long
def test_new_version_is_taken_when_the_app_is_opened_next(small: Small) -> None:
    """Whoever does not press the button has it after closing the app."""
    offer(small)
    small.driver.get("about:blank")
    small.driver.get(small.url)
    assert shown(small.driver) == ("second", "second")


@pytest.mark.long
def test_new_version_comes_from_a_host_that_lets_everything_be_cached(
    driver: Chrome, site: Path, tmp_path: Path
) -> None:
    """All but the files that docs/offline.md names may stay in the browser's own cache."""
    fresh = caching()
    folder = small_site(site, tmp_path)
    mark(folder, "first")

    class Caching(Host(Record())):  # type: ignore[misc]
        def send_header(self, keyword: str, value: str) -> None:
            if keyword == "Cache-Control":
                value = fresh.get(self.name, "max-age=1000000")
            super().send_header(keyword, value)

    with SiteServer(folder, handler=Caching) as server:
        panel = Panel(driver)
        driver.get(server.url)
        panel.press("Keep for offline")
        panel.until_state("Ready to work offline")
        mark(folder, "second")
        driver.execute_script("location.reload()")
        panel.press("Reload")
        panel.until(lambda: driver.title.startswith("second"))
        assert shown(driver) == ("second", "second")
        driver.get("about:blank")


def test_what_is_kept_can_be_removed(small: Small) -> None:
    """Nothing is left, and nothing is kept again before somebody asks for it."""
    small.keep()
    small.panel.press("Remove what is kept")
    small.panel.until_state("Needs a connection")
    assert small.panel.kept() == []
    small.driver.execute_script("location.reload()")
    small.panel.until_state("Needs a connection")
    assert small.panel.kept() == []


SHARE = """
const [data, url] = arguments;
const files = new DataTransfer();
for (const name of ["one.png", "zwei \u00e4.png"]) {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  files.items.add(new File([bytes], name, { type: "image/png" }));
}
document.body.innerHTML = `<form method="post" enctype="multipart/form-data" action="${url}">
  <input type="file" name="photos" multiple></form>`;
document.querySelector("input").files = files.files;
document.querySelector("form").submit();
"""


def test_shared_photos_come_into_the_app(small: Small) -> None:
    """As the system posts them, by the address and the field that the manifest names."""
    (small.root / "outside.html").write_text(PAGE)
    manifest = json.loads((small.folder / "manifest.webmanifest").read_text())
    target = manifest["share_target"]
    assert [each["name"] for each in target["params"]["files"]] == ["photos"]
    small.open()
    small.driver.get(f"{small.host}outside.html")
    data = base64.b64encode(sample("coffee").read_bytes()).decode()
    small.driver.execute_script(SHARE, data, small.url + target["action"])
    WebDriverWait(small.driver, TIMEOUT).until(lambda driver: len(Page(driver).names) == 2)
    assert small.driver.current_url == small.url
    assert sorted(Page(small.driver).names) == ["one.png", "zwei \u00e4.png"]
    assert not any(name.startswith("wasmatte-shared") for name, _, _ in small.panel.kept())


LAUNCH = """
const bytes = new Uint8Array([137, 80, 78, 71]);
const getFile = async () => new File([bytes], "opened.png", { type: "image/png" });
const setConsumer = (consume) => consume({ files: [{ getFile }] });
Object.defineProperty(window, "launchQueue", { value: { setConsumer } });
"""


def test_files_that_the_system_opens_come_into_the_app(small: Small) -> None:
    """A headless browser cannot be asked to by the system; its queue is put in its place."""
    small.open()
    added = small.driver.execute_cdp_cmd(
        "Page.addScriptToEvaluateOnNewDocument", {"source": LAUNCH}
    )
    try:
        small.driver.get(small.url)
        WebDriverWait(small.driver, TIMEOUT).until(
            lambda driver: Page(driver).names == ["opened.png"]
        )
    finally:
        small.driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", added)


def test_browser_finds_the_app_installable(small: Small) -> None:
    """By Chromium's own check, and its own reading of the manifest."""
    small.open()
    read = small.driver.execute_cdp_cmd("Page.getAppManifest", {})
    assert read["errors"] == []
    assert read["url"] == f"{small.url}manifest.webmanifest"
    errors = small.driver.execute_cdp_cmd("Page.getInstallabilityErrors", {})
    assert errors["installabilityErrors"] == []


def test_icons_are_what_the_manifest_says(site: Path) -> None:
    """Each has its size; the maskable ones fill their square."""
    manifest = json.loads((site / "manifest.webmanifest").read_text())
    kinds = set()
    for icon in manifest["icons"]:
        data = (site / icon["src"]).read_bytes()
        if icon["type"] == "image/png":
            with Image.open(io.BytesIO(data)) as image:
                assert f"{image.width}x{image.height}" == icon["sizes"]
                alpha = image.convert("RGBA").getchannel("A").getextrema()
            assert alpha == ((255, 255) if icon["purpose"] == "maskable" else (0, 255))
            kinds.add((icon["purpose"], icon["sizes"]))
    assert kinds == {(p, s) for p in ("any", "maskable") for s in ("192x192", "512x512")}


def test_window_that_keeps_nothing_says_so(site: Path, tmp_path: Path) -> None:
    """On a host without https there is neither a service worker nor a cache."""
    with (
        SiteServer(small_site(site, tmp_path)) as server,
        chromium(arguments=["--host-resolver-rules=MAP plain.test 127.0.0.1"]) as driver,
    ):
        driver.get(server.url.replace("127.0.0.1", "plain.test"))
        words = WebDriverWait(driver, TIMEOUT).until(
            lambda driver: driver.find_element(By.ID, "offline").text
        )
        assert words.startswith("This window keeps nothing")
        others = [m for m in complaints(driver) if "Cross-Origin-Opener-Policy" not in m]
    assert others == []


def test_piece_of_a_model_is_kept_where_python_looks_for_it(small: Small) -> None:
    """In the one cache of all models, under its own address."""
    small.keep()
    [found] = [each for each in small.panel.kept() if each[1] == small.url + MODEL]
    assert found == ("wasmatte-models", small.url + MODEL, sha256(CHUNK).hexdigest())
