"""The element `<wasmatte-remover>`, as a person and a page use it.

One page, with two elements of another origin's script, serves all tests of this file.
"""

import base64
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

from tests.browser.photos import BROKEN, colours, sample, write
from tests.chromium import chromium
from tools.page import is_downloaded
from tools.samples import large_photo
from tools.serve import SiteServer

from .stranger import OpenHost

TIMEOUT = 120.0
STATES = ["idle", "camera", "working", "done", "error"]

PAGE = """
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>Two removers</title>
<link rel="icon" href="data:,">
<style>
  body { font-family: system-ui, sans-serif; max-width: 48rem; margin: 2rem auto; padding: 0 1rem }
</style>
<script type="module" src="%swasmatte.js"></script>
<main>
<h1>Two removers</h1>
<wasmatte-remover id="one"></wasmatte-remover>
<wasmatte-remover id="two" hidden></wasmatte-remover>
</main>
"""

RECORD = """
window.events = [];
const [remover] = arguments;
for (const name of ["photo", "progress", "ready", "result", "error", "cancel"]) {
  remover.addEventListener(name, (event) => events.push([
    name, event.cancelable, event.bubbles, event.detail?.step ?? null]));
}
window.longTasks = [];
new PerformanceObserver((list) => {
  longTasks.push(...list.getEntries().map((entry) => entry.duration));
}).observe({ type: "longtask" });
"""

FIRST_STEP = "return Object.keys(remover.result.steps)[0]"

FILES = """
const [target, how, ...files] = arguments;
const data = new DataTransfer();
for (const [name, text] of files) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  data.items.add(new File([bytes], name, { type: "image/png" }));
}
const options = { bubbles: true, cancelable: true, composed: true };
target.dispatchEvent(how === "paste"
  ? new ClipboardEvent("paste", { ...options, clipboardData: data })
  : new DragEvent("drop", { ...options, dataTransfer: data }));
"""

MADE = """
const [remover, done] = arguments;
remover.result.blob.arrayBuffer().then((buffer) => {
  const bytes = new Uint8Array(buffer);
  let text = "";
  for (let at = 0; at < bytes.length; at += 4096) {
    text += String.fromCharCode(...bytes.subarray(at, at + 4096));
  }
  done([remover.result.blob.type, btoa(text)]);
});
"""


class Remover:
    """One of the page's elements."""

    def __init__(self, driver: Chrome, identifier: str) -> None:
        self.driver = driver
        self.element = driver.find_element(By.ID, identifier)

    def __call__(self, script: str, *arguments: object) -> Any:
        """Run a script in which the element is ``remover``."""
        code = f"const [remover, ...given] = arguments; {script}"
        return self.driver.execute_script(code, self.element, *arguments)

    @property
    def state(self) -> str:
        return str(self("return remover.state"))

    def find(self, selector: str) -> WebElement:
        return self.element.shadow_root.find_element(By.CSS_SELECTOR, selector)

    def choose(self, photo: Path) -> None:
        """Choose a photo from the disk."""
        self.find("input[type=file]").send_keys(str(photo.resolve()))

    def wait(self, state: str, *, through: tuple[str, ...] = ("working",)) -> None:
        """Wait for a state; on the way there are none but these."""

        def there(_: object) -> bool:
            now = self.state
            assert now in (state, *through), self.find(".reason").text
            return now == state

        WebDriverWait(self.driver, TIMEOUT).until(there)

    def cut_out(self, photo: Path) -> None:
        self.choose(photo)
        self.wait("done")

    def made(self) -> tuple[str, "Image.Image"]:
        """Return the result's type and picture."""
        mime, data = self.driver.execute_async_script(MADE, self.element)
        return mime, Image.open(io.BytesIO(base64.b64decode(data)))

    def put(self, how: str, *photos: Path) -> None:
        files = [[photo.name, base64.b64encode(photo.read_bytes()).decode()] for photo in photos]
        target = self.driver.find_element(By.TAG_NAME, "body")
        if how == "drop":
            target = self.find(".drop")
        self.driver.execute_script(FILES, target, how, *files)

    @property
    def focused(self) -> str | None:
        """The text of the control that has the keyboard; None if it is elsewhere."""
        active = "remover.shadowRoot.activeElement"
        return self(f"return {active} && ({active}.textContent || {active}.ariaLabel)")


@pytest.fixture(scope="module")
def downloads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("element-downloads")


@pytest.fixture(scope="module")
def driver(
    site: Path, tmp_path_factory: pytest.TempPathFactory, downloads: Path
) -> Iterator[Chrome]:
    """Open the page in a browser with a camera that shows a test picture."""
    folder = tmp_path_factory.mktemp("stranger")
    camera = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    with (
        SiteServer(site, isolated=False, handler=OpenHost) as host,
        SiteServer(folder) as server,
        chromium(downloads=downloads, arguments=camera) as driver,
    ):
        (folder / "index.html").write_text(PAGE.strip() % host.url)
        driver.get(server.url)
        yield driver


@pytest.fixture
def remover(driver: Chrome) -> Iterator[Remover]:
    """Give the first element as it was at the beginning; the console must stay empty."""
    remover = Remover(driver, "one")
    remover(
        """
        for (const name of remover.getAttributeNames().filter((name) => name !== "id")) {
          remover.removeAttribute(name);
        }
        remover.strings = {};
        remover.reset();
        document.activeElement.blur();
        """
    )
    driver.execute_script(RECORD, remover.element)
    driver.get_log("browser")
    yield remover
    assert driver.get_log("browser") == []


def test_first_photo(remover: Remover, downloads: Path, screenshots: Callable[[str], None]) -> None:
    """From the file chooser to the download: every event in its order, every state accessible."""
    photo = sample("astronaut")
    assert remover.state == "idle"
    screenshots("remover-idle")
    remover.choose(photo)
    WebDriverWait(remover.driver, TIMEOUT).until(lambda _: remover.find(".amount").text != "")
    screenshots("remover-working")
    remover.wait("done")
    screenshots("remover-done")
    events = remover.driver.execute_script("return events")
    names = [name for name, *_ in events if name != "progress"]
    assert names == ["photo", "ready", "result"]
    assert {name for name, cancelable, *_ in events if cancelable} == {"photo", "result"}
    assert not any(bubbles for _, _, bubbles, _ in events)
    steps = list(dict.fromkeys(step for name, _, _, step in events if name == "progress"))
    assert steps == [
        *("runtime", "model", "session"),
        *("decode", "prepare", "infer", "composite", "encode"),
    ]
    assert remover.find(".facts").text.startswith("512")
    assert "PNG" in remover.find(".facts").text
    link = remover.find("a[download]")
    link.click()
    file = downloads / "astronaut-cutout.png"
    WebDriverWait(remover.driver, TIMEOUT).until(lambda _: is_downloaded(file))
    with Image.open(file) as png:
        pixels = np.asarray(png)
    seen = pixels[..., 3] > 0
    np.testing.assert_array_equal(pixels[seen, :3], colours(photo)[seen])
    assert pixels[80:140, 190:250, 3].min() >= 250


def test_second_element_shares_the_worker(remover: Remover) -> None:
    """It needs no runtime, no model and no session; it is ready with its first photo."""
    two = Remover(remover.driver, "two")
    two("remover.hidden = false")
    two.cut_out(sample("coffee"))
    assert two(FIRST_STEP) == "decode"
    two("remover.reset(); remover.hidden = true")


def test_keyboard_stays_in_the_element(remover: Remover) -> None:
    """From the button that chooses, by the one that cancels, to the one that downloads."""
    remover("remover.focus()")
    assert remover.focused == "Choose a photo"
    remover.choose(sample("coffee"))
    assert remover.focused == "Cancel"
    remover.wait("done")
    assert remover.focused == "Download"
    slider = remover.find("input[type=range]")
    slider.send_keys(Keys.HOME)
    assert slider.get_attribute("aria-valuetext") == "0 % of the original shown"
    slider.send_keys(Keys.ARROW_RIGHT)
    assert slider.get_attribute("aria-valuetext") == "1 % of the original shown"
    assert remover("return remover.shadowRoot.querySelector('.before').checkVisibility()")
    remover.find(".done [part~=another]").click()
    assert (remover.state, remover.focused) == ("idle", "Choose a photo")


def test_what_a_screen_reader_says(remover: Remover) -> None:
    """Each step, and the end, in a region that is always there."""
    remover(
        """
        window.said = [];
        const region = remover.shadowRoot.querySelector("[role=status]");
        new MutationObserver(() => said.push(region.textContent)).observe(region, {
          childList: true, characterData: true, subtree: true });
        """
    )
    remover.cut_out(sample("coffee"))
    said = [words for words in remover.driver.execute_script("return said") if words]
    assert said[0] == "Waiting for its turn"
    assert "Inferring the matte" in said
    assert said[-1].startswith("The background is removed. 600")


@pytest.mark.parametrize("how", ["paste", "drop"])
def test_photo_comes_in_by_other_ways(remover: Remover, how: str) -> None:
    """Pasted anywhere on the page, or dropped."""
    remover.put(how, sample("coffee"))
    remover.wait("done")
    remover("remover.reset()")


def test_nothing_dropped_is_said_in_words(remover: Remover) -> None:
    """Beside the way in."""
    remover.put("drop")
    note = remover.find(".note")
    assert note.is_displayed()
    assert "no photo" in note.text


def test_cancel_button(remover: Remover) -> None:
    """The element is as before, at once; the next photo needs nothing that is there."""
    remover.choose(sample("coffee"))
    remover.find(".working [part~=cancel]").click()
    assert remover.state == "idle"
    assert remover.driver.execute_script("return events.at(-1)[0]") == "cancel"
    remover.cut_out(sample("coffee"))
    assert remover(FIRST_STEP) == "decode"


def test_broken_photo(remover: Remover, tmp_path: Path, screenshots: Callable[[str], None]) -> None:
    """Said in words, without an offer to try the same file again."""
    remover.choose(write("text.jpg", tmp_path))
    remover.wait("error")
    screenshots("remover-error")
    assert remover.find(".reason").text == (
        "This kind of file cannot be read. Use a JPEG, PNG or WebP."
    )
    assert not remover.find("[part~=retry]").is_displayed()
    remover.find(".failed [part~=another]").click()
    assert remover.state == "idle"


@pytest.mark.parametrize("name", BROKEN)
def test_every_broken_photo_leaves_the_element_usable(
    remover: Remover, tmp_path: Path, name: str
) -> None:
    """An error each, and then a good photo."""
    remover.choose(write(name, tmp_path))
    remover.wait("error")
    events = remover.driver.execute_script("return events.map(([name]) => name)")
    assert "error" in events


@pytest.mark.parametrize("event", ["photo", "result", "error"])
def test_page_takes_over(remover: Remover, tmp_path: Path, event: str) -> None:
    """What it prevents, the element does not do."""
    remover("remover.addEventListener(given[0], (e) => e.preventDefault(), { once: true });", event)
    remover.choose(write("text.jpg", tmp_path) if event == "error" else sample("coffee"))
    WebDriverWait(remover.driver, TIMEOUT).until(
        lambda driver: driver.execute_script("return events.at(-1)[0]") == event
    )
    assert remover.state == "idle"
    assert (remover("return remover.result") is not None) == (event == "result")


def test_attributes_are_options(remover: Remover) -> None:
    """Kind, format, colour and size of the result; the slider goes where it would mislead."""
    remover(
        """
        remover.setAttribute("format", "jpeg");
        remover.setAttribute("background", "#102030");
        remover.setAttribute("max-width", "100");
        remover.crop = true;
        remover.margin = 0.1;
        """
    )
    remover.cut_out(sample("coffee"))
    mime, picture = remover.made()
    assert (mime, picture.format, picture.width) == ("image/jpeg", "JPEG", 100)
    near = np.abs(np.asarray(picture)[0, 0].astype(int) - (0x10, 0x20, 0x30))
    assert near.max() < 12
    assert remover.find("a[download]").get_attribute("download") == "coffee-cutout.jpg"
    assert not remover.find("input[type=range]").is_displayed()
    assert remover("return [remover.format, remover.maxWidth, remover.crop, remover.model]") == [
        *("jpeg", 100, True),
        None,
    ]


def test_background_is_blurred(remover: Remover) -> None:
    """The subject stays, the table behind it has lost its grain."""
    remover('remover.setAttribute("background-blur", "0.03");')
    remover.cut_out(sample("coffee"))
    _, picture = remover.made()
    photo = np.asarray(Image.open(sample("coffee")).convert("RGB")).astype(int)
    made = np.asarray(picture).astype(int)
    assert made.shape == photo.shape
    same = (made == photo).all(axis=2).mean()
    assert 0.1 < same < 0.6
    corner = np.s_[:40, :60]
    assert np.abs(made[corner].mean(axis=(0, 1)) - photo[corner].mean(axis=(0, 1))).max() < 8
    assert (
        np.abs(np.diff(made[corner], axis=1)).mean()
        < np.abs(np.diff(photo[corner], axis=1)).mean() / 2
    )
    remover('remover.removeAttribute("background-blur");')


def test_rectangle_is_kept(remover: Remover) -> None:
    """By an attribute of four numbers, or a property; three are an error that names them."""
    remover('remover.setAttribute("crop", "300 200 100 50");')
    remover.cut_out(sample("coffee"))
    assert remover.made()[1].size == (100, 50)
    assert remover("return remover.crop") == {"x": 300, "y": 200, "width": 100, "height": 50}
    remover("remover.crop = new DOMRect(300, 200, 50, 100);")
    remover.cut_out(sample("coffee"))
    assert remover.made()[1].size == (50, 100)
    remover('remover.reset(); remover.crop = null; remover.setAttribute("crop", "300 200 100");')
    remover.choose(sample("coffee"))
    remover.wait("error")
    assert "got (300, 200, 100, none)" in remover.find(".reason").text.lower()


def test_picture_as_background_is_a_property(remover: Remover) -> None:
    """Any source may lie under the subject."""
    remover(
        """
        const under = new ImageData(2, 2);
        under.data.fill(255);
        remover.background = under;
        """
    )
    remover.cut_out(sample("coffee"))
    _, picture = remover.made()
    assert picture.mode == "RGB"
    assert np.asarray(picture)[0, 0].min() > 250  # of the dark table next to nothing is left
    remover("remover.background = null")


def test_value_that_is_not_allowed_is_an_error(remover: Remover) -> None:
    """In Python's words, which name what is allowed."""
    remover("remover.format = 'gif'")
    remover.choose(sample("coffee"))
    remover.wait("error")
    assert (
        "format must be one of png, webp, jpeg; got 'gif'" in remover.find(".reason").text.lower()
    )


def test_camera(remover: Remover, screenshots: Callable[[str], None]) -> None:
    """What it shows is what is cut out; it is switched off afterwards."""
    button = remover.find("[part~=camera]")
    WebDriverWait(remover.driver, TIMEOUT).until(lambda _: button.is_displayed())
    button.click()
    video = remover.find("video")
    WebDriverWait(remover.driver, TIMEOUT).until(lambda _: video.get_property("videoWidth"))
    WebDriverWait(remover.driver, TIMEOUT).until(lambda _: video.get_property("currentTime") > 0)
    screenshots("remover-camera")
    stream = "remover.shadowRoot.querySelector('video').srcObject"
    remover(f"window.tracks = {stream}.getTracks()")
    size = [video.get_property("videoWidth"), video.get_property("videoHeight")]
    remover.find("[part~=shoot]").click()
    remover.wait("done", through=("camera", "working"))  # the picture takes a moment
    assert remover("return [remover.result.width, remover.result.height]") == size
    assert remover.driver.execute_script("return tracks.map((t) => t.readyState)") == ["ended"]


def test_no_option_takes_the_place_of_a_browsers_property(remover: Remover) -> None:
    """An option of the name of a method, such as `blur`, would take it from the element."""
    script = """
    const done = arguments[arguments.length - 1];
    import("%swasmatte.js").then(() => import("%sremover/element.js")).then(({ ATTRIBUTES }) =>
      done(Object.values(ATTRIBUTES).map(({ option }) => option)
        .filter((option) => option in HTMLElement.prototype)));
    """
    source = remover.driver.find_element(By.CSS_SELECTOR, "script[src]").get_attribute("src")
    host = str(source).removesuffix("wasmatte.js")
    assert remover.driver.execute_async_script(script % (host, host)) == []


def test_german_and_texts_of_the_page(remover: Remover) -> None:
    """Built in, and replaced; the language is told to screen readers."""
    remover("remover.lang = 'de'")
    assert remover.find("[part~=choose]").text == "Foto auswählen"
    assert remover.find(".panel").get_attribute("lang") == "de"
    remover("remover.lang = 'fr'; remover.strings = { choose: 'Choisir une photo' }")
    assert remover.find("[part~=choose]").text == "Choisir une photo"
    assert remover.find(".panel").get_attribute("lang") == "fr"
    remover("remover.removeAttribute('lang'); remover.strings = {}")
    assert remover.find("[part~=choose]").text == "Choose a photo"


def test_page_styles_it(remover: Remover) -> None:
    """By custom properties, parts and states; and motion stops for those who want none."""
    remover(
        """
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(`
          #one { --wasmatte-accent: rgb(1, 2, 3) }
          #one::part(panel) { padding: 33px }
          #one:state(idle) { outline: 7px solid }
        `);
        document.adoptedStyleSheets = [sheet];
        """
    )
    style = "return getComputedStyle(remover.shadowRoot.querySelector(given[0]))[given[1]]"
    assert remover(style, ".primary", "backgroundColor") == "rgb(1, 2, 3)"
    assert remover(style, ".panel", "paddingTop") == "33px"
    assert remover("return getComputedStyle(remover).outlineWidth") == "7px"
    remover("document.adoptedStyleSheets = []")
    feature = {"name": "prefers-reduced-motion", "value": "reduce"}
    remover.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
    assert remover(style, "progress", "animationName") == "none"
    feature = {"name": "forced-colors", "value": "active"}
    remover.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
    assert remover(style, "progress", "borderTopWidth") == "1px"  # its colours may be one
    remover.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def test_removed_element_ends_its_work(remover: Remover) -> None:
    """And one that is only moved goes on."""
    remover.choose(sample("coffee"))
    remover("document.querySelector('main').append(remover)")
    remover.wait("done")
    remover.choose(sample("coffee"))
    state = remover(
        """
        const { parentNode } = remover;
        remover.remove();
        return new Promise((done) => setTimeout(() => {
          done(remover.state);
          parentNode.append(remover);
        }));
        """
    )
    assert state == "idle"


def test_page_is_never_blocked(
    remover: Remover, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """While 12 megapixels are processed the page's own thread has no task as long as a step is."""
    remover.cut_out(large_photo(tmp_path / "12-megapixels.jpg"))
    longest = max(remover.driver.execute_script("return longTasks"), default=0.0)
    record_property("longest task of the page's thread, ms", longest)
    print(f"longest task of the page's thread: {longest:.0f} ms")
    assert longest / 1000 < remover("return remover.result.seconds") / 4
