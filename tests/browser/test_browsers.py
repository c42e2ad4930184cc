"""What must work everywhere: `make test-browsers` runs it in all browsers.

`make test` runs what is marked ``smoke`` in those that are not Chromium, where its other tests run.
"""

import io
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver

from tests.browser.axe import violations
from tests.browser.photos import sample, write
from tools.links import link_tree
from tools.other_browsers import BROWSERS
from tools.page import Page
from tools.serve import SiteServer

from .offline import TIMEOUT, Panel
from .scripts import CANCEL, CUT_OUT
from .stranger import ELEMENT_RESULT, OpenHost, is_cut_out, ten_lines

NAMES = {"chromium": "Chromium", "firefox": "Firefox", "webkitgtk": "WebKitGTK"}
ENGINE = "WasmThreadsExecutionProvider"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test in each browser that the command line names."""
    if "browser_name" in metafunc.fixturenames:
        smoke = metafunc.config.getoption("smoke")
        marked = metafunc.definition.get_closest_marker("smoke")
        chosen = (smoke if smoke and marked else metafunc.config.getoption("browsers")).split(",")
        metafunc.parametrize("browser_name", chosen, scope="module")


@pytest.fixture(scope="module")
def host(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a copy of the site (by links) with a photo in it, and a page that is not the app."""
    folder = tmp_path_factory.mktemp("host")
    link_tree(site, folder)
    (folder / "photo.png").symlink_to(sample("coffee").resolve())
    (folder / "page.html").write_text("<!doctype html><title>A page without any policy</title>")
    return folder


@pytest.fixture(scope="module")
def browser(browser_name: str) -> AbstractContextManager[WebDriver]:
    """Give what starts the browser."""
    return BROWSERS[browser_name]()


@pytest.fixture(scope="module")
def pages(
    host: Path,
    browser: AbstractContextManager[WebDriver],
    browser_name: str,
    pytestconfig: pytest.Config,
) -> Iterator["Pages"]:
    """Serve the site with and without isolation to one browser."""
    with SiteServer(host) as isolated, SiteServer(host, isolated=False) as plain, browser as driver:
        if (support := pytestconfig.pluginmanager.get_plugin("support")) is not None:
            number = ".".join(driver.capabilities["browserVersion"].split(".")[:2])
            support.versions[browser_name] = f"{NAMES[browser_name]} {number}"
        yield Pages(driver, isolated.url, plain.url)


class Pages:
    """One browser, and the two addresses of the site."""

    def __init__(self, driver: WebDriver, isolated: str, plain: str) -> None:
        self.driver = driver
        self.isolated = isolated
        self.plain = plain


@pytest.mark.long
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


@pytest.mark.long
def test_cancel_keeps_what_is_loaded(pages: Pages) -> None:
    """The request ends at once, and the next one needs neither Python, nor model, nor session."""
    pages.driver.get(pages.isolated)
    answer = pages.driver.execute_async_script(CANCEL, "photo.png")
    assert answer["error"] == "AbortError"
    assert answer["steps"] == ["decode", "prepare", "infer", "composite", "encode"]
    assert answer["provider"] == ENGINE


@pytest.mark.long
def test_plain_page_runs_on_one_thread(pages: Pages) -> None:
    """Without isolation the CPU provider takes over; after a cancel a new worker gets ready."""
    pages.driver.get(f"{pages.plain}page.html")
    answer = pages.driver.execute_async_script(CANCEL, "photo.png")
    assert answer["error"] == "AbortError"
    assert answer["steps"] == ["decode", "prepare", "infer", "composite", "encode"]
    assert (answer["provider"], answer["threads"]) == ("CPUExecutionProvider", 1)


@pytest.mark.smoke  # in Chromium, tests/browser/test_embedding.py does so under a strict policy
def test_strangers_page(pages: Pages, host: Path, tmp_path: Path) -> None:
    """Ten lines of HTML on another origin cut a photo out."""
    assert cut_out_by_stranger(pages, host, tmp_path, isolated=False) == "CPUExecutionProvider"


@pytest.mark.long
def test_strangers_isolated_page(pages: Pages, host: Path, tmp_path: Path) -> None:
    """Ten lines of HTML on another origin cut a photo out on several threads."""
    assert cut_out_by_stranger(pages, host, tmp_path, isolated=True) == ENGINE


def cut_out_by_stranger(pages: Pages, host: Path, tmp_path: Path, *, isolated: bool) -> str:
    """Open the ten lines, have them cut a photo out, and give the provider that did."""
    with (
        SiteServer(host, isolated=False, handler=OpenHost) as site,
        SiteServer(tmp_path, isolated=isolated) as stranger,
    ):
        page = ten_lines(site.url)
        assert len(page.splitlines()) <= 10
        (tmp_path / "index.html").write_text(page)
        (tmp_path / "photo.png").symlink_to(sample("coffee").resolve())
        pages.driver.get(stranger.url)
        answer = pages.driver.execute_async_script(ELEMENT_RESULT, "photo.png")
    assert is_cut_out(answer)
    return str(answer["provider"])


@pytest.mark.long
def test_app_works_without_the_server(site: Path, browser_name: str, tmp_path: Path) -> None:
    """One visit to a host without any headers, one photo: the app opens offline, with threads.

    In a browser that is started anew, but for WebKitGTK: while it is driven it keeps nothing.
    """
    start = BROWSERS[browser_name]
    profile = {} if browser_name == "webkitgtk" else {"profile": tmp_path / "profile"}
    with ExitStack() as browsers:
        with SiteServer(site, isolated=False) as server:
            driver = browsers.enter_context(start(**profile))
            cut_out_isolated(driver, server.url)
            Panel(driver).until_state("Ready to work offline")
        if profile:
            browsers.close()
            driver = browsers.enter_context(start(**profile))
        else:
            driver.get("about:blank")
        cut_out_isolated(driver, server.url)


@pytest.mark.long
def test_app_takes_many_photos(pages: Pages, tmp_path: Path) -> None:
    """Twenty photos in the app, a broken one and a cancelled one among them; it is accessible."""
    photos = [tmp_path / f"photo {number + 1}.png" for number in range(18)]
    with Image.open(sample("coffee")) as image:
        for number, path in enumerate(photos):
            image.resize((150 + number, 100)).save(path)
    app = Page(pages.driver, pages.isolated)
    app.choose(*photos[:9], write("truncated.jpg", tmp_path), *photos[9:], sample("chelsea"))
    assert len(app.cards) == 20
    app.cancel(app.cards[-1])
    app.wait(1200)
    states = [str(card.get_attribute("data-state")) for card in app.cards]
    assert states == ["done"] * 9 + ["error"] + ["done"] * 9 + ["cancelled"]
    assert "damaged" in str(app.read(app.cards[9]).message)
    assert app.read(app.cards[3]).width == 153
    assert violations(pages.driver) == []
    pages.driver.find_element(By.CSS_SELECTOR, ".batch .remove-all").click()
    assert (app.cards, app.state) == ([], "idle")


def cut_out_isolated(driver: WebDriver, url: str) -> None:
    """Open the app, and have it cut a photo out on several threads."""
    page = Page(driver, url)
    Panel(driver).until_isolated()
    page.choose(sample("coffee"))
    page.wait(TIMEOUT)
    outcome = page.read(page.cards[0])
    assert (outcome.state, outcome.message, outcome.provider) == ("done", None, ENGINE)


SOURCES = """
const [url, done] = arguments;
(async () => {
  const { applyMask } = await import("./wasmatte.js");
  const pixels = new ImageData(4, 2);
  pixels.data.set(Array.from({ length: 32 }, (_, at) => (at % 4 === 3 ? 255 : 5 * at)));
  const mask = new ImageData(4, 2);
  mask.data.fill(255);
  const canvas = document.createElement("canvas");
  canvas.width = 4;
  canvas.height = 2;
  canvas.getContext("2d").putImageData(pixels, 0, 0);
  const image = new Image();
  image.src = canvas.toDataURL();
  await image.decode();
  const offscreen = new OffscreenCanvas(4, 2);
  offscreen.getContext("2d").putImageData(pixels, 0, 0);
  const file = await new Promise((given) => canvas.toBlob(given));
  const sources = {
    pixels, canvas, offscreen, image, file, buffer: await file.arrayBuffer(),
    bitmap: await createImageBitmap(pixels), url: URL.createObjectURL(file),
  };
  const answer = {};
  for (const [name, source] of Object.entries(sources)) {
    const { blob } = await applyMask(source, mask);
    answer[name] = [...new Uint8Array(await blob.arrayBuffer())].join();
  }
  return answer;
})().then(done, (error) => done({ error: String(error) }));
"""


@pytest.mark.long
def test_all_sources_give_the_same_pixels(pages: Pages) -> None:
    """Opaque pixels are exact, whatever they come in."""
    pages.driver.get(f"{pages.plain}page.html")
    answer = pages.driver.execute_async_script(SOURCES, "photo.png")
    assert "error" not in answer, answer
    data = bytes(map(int, answer["pixels"].split(",")))
    pixels = np.asarray(Image.open(io.BytesIO(data)))
    expected = np.arange(0, 160, 5).reshape(2, 4, 4)
    assert (pixels[..., :3] == expected[..., :3]).all()
    assert {name for name, made in answer.items() if made != answer["pixels"]} == set()
