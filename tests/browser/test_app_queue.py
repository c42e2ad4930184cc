"""The app with many photos: their order, their results, all at once, by keyboard.

On the shared page, which the first photo of test_app.py needs cold, and finds so: it comes before.
"""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

from tests.browser.clicks import click
from tests.browser.photos import sample, write
from tools.page import Page, is_downloaded

TIMEOUT = 240.0
# Without a place to choose, downloads go where a test can see them.
NO_PICKER = "delete window.showSaveFilePicker"
LONG_TASKS = """
window.longTasks = [];
new PerformanceObserver((list) => {
  longTasks.push(...list.getEntries().map((entry) => entry.duration));
}).observe({ type: "longtask" });
"""
# The worker says once that it cannot do what is asked of it.
FAIL = """
const { postMessage } = Worker.prototype;
Worker.prototype.postMessage = function () {
  Worker.prototype.postMessage = postMessage;
  const words = { name: "SessionError", message: "no room for another one", fatal: false };
  this.dispatchEvent(new MessageEvent("message", { data: { type: "failed", ...words } }));
};
"""
# Keep an eye on the files that are chosen next, but do not hold them.
WATCH = """
window.watched = [];
document.getElementById("files").addEventListener("change", ({ target }) => {
  watched.push(...[...target.files].map((file) => new WeakRef(file)));
}, { capture: true, once: true });
"""
HELD = "return watched.filter((each) => each.deref() !== undefined).length"
# What the browser asks the page before it leaves it.
LEAVE = "return !dispatchEvent(new Event('beforeunload', { cancelable: true }))"
SELECTED = "return document.querySelector('.pick[aria-current=true] .name')?.textContent ?? null"


@pytest.fixture(scope="module")
def driver(shared_page: Page) -> Chrome:
    """Give the browser of the shared page."""
    driver: Chrome = shared_page.driver
    driver.execute_script(NO_PICKER)
    return driver


@pytest.fixture
def app(driver: Chrome, page: Page) -> Page:
    """Give the app without photos."""
    return page


def states(app: Page) -> list[str]:
    return [str(card.get_attribute("data-state")) for card in app.cards]


def button(app: Page, name: str) -> WebElement:
    """Give a button of those for all photos, once it is shown."""
    found = app.driver.find_element(By.CSS_SELECTOR, f".batch .{name}")
    WebDriverWait(app.driver, TIMEOUT).until(lambda _: found.is_displayed())
    return found


def download_all(app: Page, downloads: Path) -> Path:
    """Press the button; return the archive once it is whole."""
    archive = downloads / "wasmatte.zip"
    archive.unlink(missing_ok=True)  # or the browser writes over it
    click(button(app, "download-all"))
    WebDriverWait(app.driver, TIMEOUT).until(lambda _: is_downloaded(archive))
    return archive


def edit(app: Page, kind: str) -> None:
    """Have the selected photo's file in another format."""
    choice = app.driver.find_element(By.CSS_SELECTOR, f".editor [value='{kind}']")
    click(choice)


def words(app: Page) -> str:
    return app.driver.find_element(By.CSS_SELECTOR, ".batch .count").text


def test_batch_with_a_broken_photo_and_its_archive(
    app: Page, tmp_path: Path, downloads: Path, screenshots: Callable[[str], None]
) -> None:
    """Every photo has its outcome; the archive has all results, under names of their own."""
    twin = tmp_path / "twin" / "coffee.png"
    twin.parent.mkdir()
    twin.write_bytes(sample("coffee").read_bytes())
    app.driver.execute_script(LONG_TASKS)
    app.choose(sample("coffee"), write("truncated.jpg", tmp_path), twin, sample("chelsea"))
    assert len(app.cards) == 4
    app.wait(TIMEOUT)
    longest = max(app.driver.execute_script("return longTasks"), default=0)
    print(f"longest task of the page's thread: {longest:.0f} ms")
    assert states(app) == ["done", "error", "done", "done"]
    assert words(app) == "3 of 4 photos done, 1 failed"
    again = app.driver.find_element(By.CSS_SELECTOR, ".batch .retry-all")
    assert not again.is_displayed()  # it would not help the photo
    screenshots("app-done")
    app.read(app.cards[1])
    screenshots("app-error")

    with zipfile.ZipFile(download_all(app, downloads)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [
            "coffee-cutout.png",
            "coffee-cutout (2).png",
            "chelsea-cutout.png",
        ]
        assert {each.compress_type for each in archive.infolist()} == {zipfile.ZIP_STORED}
        pictures = [archive.read(name) for name in archive.namelist()]
    single = app.download(app.cards[0], downloads)
    assert pictures[0] == pictures[1] == single.read_bytes()
    assert np.asarray(Image.open(io.BytesIO(pictures[2]))).shape == (300, 451, 4)


def test_all_are_cancelled_tried_again_and_removed(
    app: Page, screenshots: Callable[[str], None]
) -> None:
    """None of those that wait gets its turn when all are cancelled."""
    app.choose(sample("coffee"), sample("chelsea"))
    first = app.cards[0]
    WebDriverWait(app.driver, TIMEOUT).until(lambda _: first.get_attribute("data-step") == "infer")
    click(button(app, "cancel-all"))
    app.wait(TIMEOUT)
    assert states(app) == ["cancelled"] * 2
    assert app.state == "idle"
    click(button(app, "retry-all"))
    screenshots("app-working")
    app.wait(TIMEOUT)
    assert states(app) == ["done"] * 2
    assert not app.driver.find_element(By.CSS_SELECTOR, ".batch .retry-all").is_displayed()
    click(button(app, "remove-all"))
    assert (app.cards, app.state) == ([], "idle")
    assert not app.driver.find_element(By.ID, "desk").is_displayed()


def test_removing_all_is_undone(
    app: Page, tmp_path: Path, screenshots: Callable[[str], None]
) -> None:
    """Results and edits come back; it is offered until it is closed, or other photos come."""
    driver = app.driver
    app.choose(sample("coffee"), write("truncated.jpg", tmp_path))
    app.wait(TIMEOUT)
    edit(app, "jpeg")  # its file is not made yet
    click(button(app, "remove-all"))
    message = driver.find_element(By.CLASS_NAME, "removed")
    assert message.text.startswith("2 photos removed.")
    assert driver.switch_to.active_element.text == "Undo"
    screenshots("app-removed")
    driver.switch_to.active_element.send_keys(Keys.ENTER)
    app.wait(TIMEOUT)
    assert states(app) == ["done", "error"]
    assert driver.switch_to.active_element.text.startswith("coffee.png")
    assert not message.is_displayed()
    assert driver.find_element(By.CSS_SELECTOR, ".editor [value='jpeg']").is_selected()
    assert driver.find_element(By.CLASS_NAME, "editor-facts").text.count("JPEG") == 1

    click(button(app, "remove-all"))
    click(message.find_element(By.CLASS_NAME, "close"))
    assert not message.is_displayed()
    assert driver.switch_to.active_element.text == "Choose photos"

    app.choose(write("truncated.jpg", tmp_path), write("empty.jpg", tmp_path))
    app.wait(TIMEOUT)
    click(button(app, "remove-all"))
    assert message.is_displayed()
    app.choose(write("empty.jpg", tmp_path))  # the next action
    app.wait(TIMEOUT)
    assert not message.is_displayed()


def test_removing_one_is_undone(
    app: Page, tmp_path: Path, screenshots: Callable[[str], None]
) -> None:
    """It comes back to its place, until another is removed; the keyboard goes on beside it."""
    driver = app.driver
    broken = [write(name, tmp_path) for name in ("truncated.jpg", "empty.jpg", "text.jpg")]
    app.choose(*broken)
    app.wait(TIMEOUT)
    assert driver.execute_script(SELECTED) == "truncated.jpg"
    second = app.cards[1].find_element(By.CLASS_NAME, "pick")
    click(second)
    second.send_keys(Keys.DELETE)
    message = driver.find_element(By.CLASS_NAME, "removed")
    assert message.text.startswith("empty.jpg removed.")
    assert driver.switch_to.active_element.text.startswith("text.jpg")
    screenshots("app-removed-one")
    click(message.find_element(By.CLASS_NAME, "undo"))
    assert app.names == ["truncated.jpg", "empty.jpg", "text.jpg"]
    assert driver.switch_to.active_element.text.startswith("empty.jpg")
    driver.switch_to.active_element.send_keys(Keys.ARROW_DOWN)
    assert driver.execute_script(SELECTED) == "text.jpg"

    app.remove(app.cards[0])
    assert driver.execute_script(SELECTED) == "text.jpg"
    click(message.find_element(By.CLASS_NAME, "close"))
    assert not message.is_displayed()
    assert driver.switch_to.active_element.text.startswith("text.jpg")
    app.remove(app.cards[0])
    assert message.text.startswith("empty.jpg removed.")
    app.remove(app.cards[0])
    assert driver.switch_to.active_element.text == "Undo"
    driver.switch_to.active_element.send_keys(Keys.ENTER)
    assert app.names == ["text.jpg"]


@pytest.mark.long
def test_removing_unfinished_ones_is_undone(app: Page) -> None:
    """They wait for their turn again, the one that was worked on too, unless that is cancelled."""

    def until_inferring() -> None:
        wait = WebDriverWait(app.driver, TIMEOUT)
        wait.until(lambda _: app.cards[0].get_attribute("data-step") == "infer")

    undo = app.driver.find_element(By.CSS_SELECTOR, ".removed .undo")
    app.choose(sample("coffee"), sample("chelsea"), sample("astronaut"))
    until_inferring()
    app.remove(app.cards[0])
    click(undo)
    click(button(app, "cancel-all"))
    app.wait(TIMEOUT)
    assert states(app) == ["cancelled"] * 3

    click(button(app, "retry-all"))
    until_inferring()
    for at in (0, 2):
        app.remove(app.cards[at])
        click(undo)
    assert app.state == "working"
    app.wait(TIMEOUT)
    assert app.names == ["coffee.png", "chelsea.png", "astronaut.png"]
    assert states(app) == ["done"] * 3
    assert app.state == "done"


def test_removed_photos_are_let_go_with_the_offer(app: Page, tmp_path: Path) -> None:
    """Their memory is free then, which may be much.

    The test finds no element of theirs: a driver holds what it has found, and so the photo.
    """

    def press(selector: str) -> None:
        app.driver.execute_script("document.querySelector(arguments[0]).click()", selector)

    def held() -> int:
        app.driver.execute_cdp_cmd("HeapProfiler.collectGarbage", {})
        return int(app.driver.execute_script(HELD))

    app.driver.execute_script(WATCH)
    app.choose(sample("coffee"), write("truncated.jpg", tmp_path))
    app.wait(TIMEOUT)
    press(".remove-all")
    assert held() == 2
    press(".undo")
    press(".remove-all")
    press(".removed .close")
    WebDriverWait(app.driver, TIMEOUT).until(lambda _: held() == 0)  # it goes with the next tasks


def test_leaving_is_asked_about_while_it_loses_something(app: Page, downloads: Path) -> None:
    """During work, and as long as a result or its changes are not saved."""

    def asks() -> bool:
        return bool(app.driver.execute_script(LEAVE))

    assert not asks()
    app.choose(sample("coffee"))
    assert asks()
    app.wait(TIMEOUT)
    assert asks()
    app.download(app.cards[0], downloads)
    assert not asks()
    edit(app, "webp")
    assert asks()
    app.download(app.cards[0], downloads)
    assert not asks()
    app.choose(sample("chelsea"))
    app.wait(TIMEOUT)
    assert asks()
    download_all(app, downloads)
    WebDriverWait(app.driver, TIMEOUT).until(lambda _: not asks())
    edit(app, "jpeg")
    assert asks()
    for card in app.cards:
        app.remove(card)
    assert not asks()


def test_keyboard(app: Page) -> None:
    """Arrow keys select, Delete removes, the focus goes along; Escape cancels wherever it is."""
    app.choose(sample("coffee"), sample("chelsea"), sample("astronaut"))
    driver = app.driver
    assert driver.execute_script(SELECTED) == "coffee.png"
    driver.execute_script("document.querySelector('.pick[aria-current=true]').focus()")
    driver.switch_to.active_element.send_keys(Keys.ARROW_DOWN, Keys.ARROW_DOWN, Keys.ARROW_DOWN)
    assert driver.execute_script(SELECTED) == "astronaut.png"
    driver.execute_script("document.activeElement.blur()")
    driver.execute_script(
        "addEventListener('keydown', (e) => e.preventDefault(), { capture: true, once: true })"
    )
    driver.find_element(By.TAG_NAME, "body").send_keys(Keys.ESCAPE)
    assert states(app)[2] == "waiting"  # what has a use of its own for the key takes it
    driver.find_element(By.TAG_NAME, "body").send_keys(Keys.ESCAPE)
    WebDriverWait(driver, TIMEOUT).until(lambda _: states(app)[2] == "cancelled")
    driver.execute_script("document.querySelector('.pick[aria-current=true]').focus()")
    driver.switch_to.active_element.send_keys(Keys.HOME)
    assert driver.execute_script(SELECTED) == "coffee.png"
    driver.switch_to.active_element.send_keys(Keys.DELETE)
    assert driver.execute_script(SELECTED) == "chelsea.png"
    assert driver.switch_to.active_element.text.startswith("chelsea.png")
    app.wait(TIMEOUT)
    assert states(app) == ["done", "cancelled"]


def test_finer_model_and_edits_are_the_photos_own(app: Page, downloads: Path) -> None:
    """A photo is redone with the other model; what the editor makes of it is what is downloaded."""
    app.choose(sample("coffee"), sample("chelsea"))
    app.wait(TIMEOUT)
    card = app.cards[0]
    assert app.read(card).model == "isnet_quint8"
    finer = app.driver.find_element(By.CSS_SELECTOR, ".finer")
    notice = app.driver.find_element(By.CSS_SELECTOR, ".shown > .alert")
    app.driver.execute_script(FAIL)
    click(finer)
    app.wait(TIMEOUT)
    assert notice.text == "No room for another one."
    assert app.read(card).model == "isnet_quint8"  # the result is still there
    click(finer)
    app.wait(TIMEOUT)
    assert app.read(card).model == "isnet_fp16"
    assert not notice.is_displayed()
    assert not finer.is_displayed()
    edit(app, "jpeg")
    path = app.download(card, downloads)
    edited = path.read_bytes()
    assert Image.open(io.BytesIO(edited)).format == "JPEG"
    assert app.read(app.cards[1]).model == "isnet_quint8"
    app.read(card)  # another one was shown meanwhile
    assert app.download(card, downloads).read_bytes() == edited


@pytest.mark.long
def test_edits_outlast_leaving_their_photo_at_once(app: Page, downloads: Path) -> None:
    """Nobody waits for the file: it is made without the editor, and before the archive is.

    Undo takes them back one by one, wherever the person was meanwhile.
    """
    app.choose(sample("coffee"), sample("chelsea"))
    app.wait(TIMEOUT)
    first, second = app.cards
    for card in (first, second):
        app.read(card)
        edit(app, "jpeg")
    with zipfile.ZipFile(download_all(app, downloads)) as archive:
        assert archive.namelist() == ["coffee-cutout.jpg", "chelsea-cutout.jpg"]

    app.read(first)
    edit(app, "webp")
    status = app.driver.find_element(By.CLASS_NAME, "editor-status")
    click(status.find_element(By.XPATH, ".//button[.='Cancel']"))
    app.read(second)
    app.read(first)
    WebDriverWait(app.driver, TIMEOUT).until(
        lambda _: status.get_attribute("data-state") == "cancelled"
    )
    assert app.driver.find_element(By.CSS_SELECTOR, ".editor [value='webp']").is_selected()
    assert app.download(first, downloads).suffix == ".webp"

    app.read(second)
    app.read(first)
    undo = app.driver.find_element(By.XPATH, "//*[@class='editor']//button[.='Undo']")
    for kind in ("jpeg", "png"):
        click(undo)
        assert app.driver.find_element(By.CSS_SELECTOR, f".editor [value='{kind}']").is_selected()
    assert not undo.is_enabled()


def test_time_left_is_that_of_the_photos_models(app: Page) -> None:
    """Each model has its own; what has its matte already takes none."""
    script = """
    const [done] = arguments;
    import("./app/estimate.js").then(({ timeLeft }) => {
      const photo = (model, seconds, pending, progress = null) => ({
        model, timed: seconds && { model, seconds }, pending, cuts: pending, progress,
      });
      const fast = [photo("fast", 2, false), photo("fast", 4, false), photo("fast", null, true)];
      const slow = [photo("slow", 10, false), photo("slow", null, true)];
      const half = { step: "infer", done: 1, total: 2 };
      const remade = { ...photo("fast", 2, true), cuts: false };
      done([
        timeLeft(fast),
        timeLeft([...fast, ...slow]),
        timeLeft([...fast, photo("slow", null, true)]),
        timeLeft([...slow, photo("slow", null, true, half)]),
        timeLeft([remade]),
        timeLeft([photo("fast", 2, false)]),
      ]);
    });
    """
    assert app.driver.execute_async_script(script) == [3, 13, None, 15, 0, None]


def test_empty_page_is_accessible(app: Page, screenshots: Callable[[str], None]) -> None:
    """And so it is with nothing on it."""
    screenshots("app-empty")
