"""The app's editor of a finished photo, as a person uses it.

It stands on a page of its own here; one page, and one cut-out of a photo, serve all tests.
"""

import base64
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from selenium.webdriver import Chrome
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.actions.wheel_input import ScrollOrigin
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

from tests.browser.clicks import click
from tests.browser.photos import colours, sample, write
from tests.chromium import chromium
from tools.links import link_tree
from tools.page import is_downloaded
from tools.samples import large_photo
from tools.serve import SiteServer
from wasmatte import Output, apply_mask
from wasmatte.frame import bounding_box, fit

TIMEOUT = 120.0
TIMES = "\N{MULTIPLICATION SIGN}"
POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; "
    "worker-src 'self'; img-src 'self' blob:; connect-src 'self'"
)

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width">
<title>The editor</title>
<link rel="icon" href="icon.svg">
<link rel="stylesheet" href="style.css">
<link rel="stylesheet" href="app/editor/editor.css">
<script type="module" src="editor-test.js"></script>
<main><h1>The editor</h1><input type="file" aria-label="Photo"></main>
"""

SCRIPT = """
import { Editor } from "./app/editor/editor.js";
import { removeBackground } from "./wasmatte.js";

const editor = new Editor();
document.querySelector("main").append(editor.element);
const input = document.querySelector("main > input");
window.test = { editor, Editor, edited: [], longTasks: [], urls: new Set() };
for (const [name, note] of [["createObjectURL", "add"], ["revokeObjectURL", "delete"]]) {
  const plain = URL[name];
  URL[name] = (what) => {
    const url = plain(what) ?? what;
    test.urls[note](url);
    return url;
  };
}
editor.element.addEventListener("edited", ({ detail }) => test.edited.push(detail));
new PerformanceObserver((list) => {
  test.longTasks.push(...list.getEntries().map(({ duration }) => duration));
}).observe({ type: "longtask" });
test.photos = new Map();
test.cut = async (name) => {
  if (!test.photos.has(name)) {
    const [file] = input.files;
    test.photos.set(name, { file, cutOut: await removeBackground(file, { matte: true }) });
  }
};
test.bytes = async (blob) => {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 4096) {
    text += String.fromCharCode(...bytes.subarray(at, at + 4096));
  }
  return [blob.type, btoa(text)];
};
"""

CUT = """
const [name, done] = arguments;
test.cut(name).then(() => done(null), (error) => done(String(error)));
"""

SHOW = """
const [name, edits, done] = arguments;
test.edited.length = test.longTasks.length = 0;
test.editor.clear();
test.urls.clear();
test.editor.show({ ...test.photos.get(name), edits }).then(
  () => {
    document.getAnimations().forEach((animation) => animation.finish());
    done(null);
  }, (error) => done(String(error)));
"""

LATEST = "test.bytes(test.edited.at(-1).cutOut.blob).then(arguments[0])"
MATTE = "test.bytes(test.photos.get(arguments[0]).cutOut.matte).then(arguments[1])"

Pixels = NDArray[np.uint8]


class Editing:
    """The editor on its page."""

    def __init__(self, driver: Chrome) -> None:
        self.driver = driver

    @property
    def element(self) -> WebElement:
        return self.driver.find_element(By.CLASS_NAME, "editor")

    def run(self, script: str, *arguments: object) -> Any:
        return self.driver.execute_script(script, *arguments)

    def cut(self, photo: Path) -> None:
        """Cut a photo out, if it is not yet."""
        self.driver.find_element(By.CSS_SELECTOR, "main > input").send_keys(str(photo))
        assert self.driver.execute_async_script(CUT, photo.name) is None

    def show(self, photo: Path, **edits: object) -> None:
        self.cut(photo)
        assert self.driver.execute_async_script(SHOW, photo.name, edits) is None

    def find(self, selector: str) -> WebElement:
        return self.element.find_element(By.CSS_SELECTOR, selector)

    def labelled(self, tool: str, label: str) -> WebElement:
        """Return the control of a tool by its label."""
        path = (
            f".//fieldset[legend='{tool}']//label[normalize-space()='{label}' or span='{label}']"
            f"//input | .//fieldset[legend='{tool}']//button[normalize-space()='{label}']"
        )
        return self.element.find_element(By.XPATH, path)

    def pick(self, tool: str, label: str) -> None:
        click(self.labelled(tool, label))

    def type(self, tool: str, label: str, text: str) -> None:
        """Write into a field, and leave it."""
        field = self.labelled(tool, label)
        field.send_keys(Keys.CONTROL, "a")
        field.send_keys(text, Keys.TAB)

    def slide(self, tool: str, label: str, value: int) -> None:
        """Drag a slider to a value."""
        self.run(
            """
            const [slider, value] = arguments;
            slider.value = value;
            slider.dispatchEvent(new Event("input", { bubbles: true }));
            slider.dispatchEvent(new Event("change", { bubbles: true }));
            """,
            self.labelled(tool, label),
            value,
        )

    def press(self, name: str) -> None:
        """Press one of the buttons below the tools."""
        place = f".//div[@class='editor-outcome']//button[.='{name}']"
        click(self.element.find_element(By.XPATH, place))

    @property
    def state(self) -> str:
        return str(self.find(".editor-status").get_attribute("data-state"))

    @property
    def facts(self) -> str:
        return self.find(".editor-facts").text

    def wait(self, condition: Callable[[], object]) -> None:
        WebDriverWait(self.driver, TIMEOUT, poll_frequency=0.1).until(lambda _: condition())

    def ready(self) -> None:
        """Wait for the file of the latest edits."""
        self.wait(lambda: self.state in ("ready", "failed"))
        assert self.state == "ready", self.find(".editor-words").text

    def made(self) -> Image.Image:
        """Wait for the file of the latest edits; return it."""
        self.ready()
        _, data = self.driver.execute_async_script(LATEST)
        return Image.open(io.BytesIO(base64.b64decode(data)))

    def pixels(self) -> Pixels:
        return np.asarray(self.made())

    def matte(self, photo: Path) -> Pixels:
        _, data = self.driver.execute_async_script(MATTE, photo.name)
        with Image.open(io.BytesIO(base64.b64decode(data))) as matte:
            return np.asarray(matte)

    @property
    def edits(self) -> Any:
        """The edits of the latest file, as the page hears of them."""
        return self.run(
            "return test.edited.length && JSON.parse(JSON.stringify(test.edited.at(-1).edits))"
        )

    def seen(self, selector: str = ".after .sheet") -> Pixels:
        """Return what a part of the stage shows, without the photo beside it: RGB."""
        hide = "test.editor.stage.compare.parts.forEach((part) => part.style.visibility = "
        self.run(f"document.activeElement.blur(); {hide} 'hidden')")
        png = self.find(selector).screenshot_as_png
        self.run(f"{hide} '')")
        with Image.open(io.BytesIO(png)) as picture:
            return np.asarray(picture.convert("RGB"))

    @property
    def zoom(self) -> int:
        """What the stage says, in percent."""
        return int(self.find(".zoom-now").text.removesuffix(" %"))

    @property
    def place(self) -> list[float]:
        """Left, top, width and height of the picture, in pixels of the stage."""
        names = "['left', 'top', 'width', 'height']"
        style = "test.editor.stage.view.style"
        got = self.run(
            f"return {names}.map((name) => parseFloat({style}.getPropertyValue(`--${{name}}`)))"
        )
        return [float(value) for value in got]

    def drag(self, element: WebElement, dx: int, dy: int, at: tuple[int, int] = (0, 0)) -> None:
        """Drag with the mouse, from a place that is counted from the element's middle."""
        chain = ActionChains(self.driver).move_to_element_with_offset(element, *at)
        chain.click_and_hold().move_by_offset(dx, dy).release().perform()

    def touch(self, *fingers: tuple[tuple[float, float], tuple[float, float]]) -> None:
        """Put fingers down, move each from one place of the window to another, lift them."""

        def send(kind: str, share: float) -> None:
            points = [
                {"x": x + share * (u - x), "y": y + share * (v - y), "id": number}
                for number, ((x, y), (u, v)) in enumerate(fingers)
            ]
            event = {"type": kind, "touchPoints": [] if kind == "touchEnd" else points}
            self.driver.execute_cdp_cmd("Input.dispatchTouchEvent", event)

        send("touchStart", 0)
        for step in range(1, 6):
            send("touchMove", step / 5)
        send("touchEnd", 1)

    def middle(self, element: WebElement) -> tuple[float, float]:
        """Return where in the window the middle of an element is."""
        x, y = self.run(
            """
            const { x, y, width, height } = arguments[0].getBoundingClientRect();
            return [x + width / 2, y + height / 2];
            """,
            element,
        )
        return x, y

    @property
    def numbers(self) -> list[int]:
        """Left, top, width and height of the part that is kept, as the fields say."""
        names = ("Left", "Top", "Width", "Height")
        return [int(self.labelled("Crop", name).get_property("value")) for name in names]


@pytest.fixture(scope="module")
def downloads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("editor-downloads")


@pytest.fixture(scope="module")
def driver(
    site: Path, tmp_path_factory: pytest.TempPathFactory, downloads: Path
) -> Iterator[Chrome]:
    """Open a page with the editor, under a Content-Security-Policy, in the site's folder."""
    root = tmp_path_factory.mktemp("editor")
    link_tree(site, root)
    (root / "editor.html").write_text(PAGE.format(policy=POLICY))
    (root / "editor-test.js").write_text(SCRIPT)
    with SiteServer(root) as server, chromium(downloads=downloads) as driver:
        driver.get(f"{server.url}editor.html")
        yield driver


@pytest.fixture
def editing(driver: Chrome) -> Iterator[Editing]:
    """Give the editor with a photo that has no edits; the console must stay empty."""
    editing = Editing(driver)
    editing.show(sample("astronaut"))
    driver.get_log("browser")
    yield editing
    assert driver.get_log("browser") == []


def test_states_are_accessible(editing: Editing, screenshots: Callable[[str], None]) -> None:
    """As it opens, with each tool, and while the part that is kept is chosen."""
    screenshots("editor-plain")
    editing.pick("Background", "Colour")
    editing.pick("File", "JPEG")
    screenshots("editor-colour")
    editing.made()
    editing.pick("Background", "Blur")
    editing.pick("Crop", "By hand")
    screenshots("editor-crop")


def test_colour(editing: Editing) -> None:
    """The subject over it; what is seen at once, crisp at 100 %, is what is in the file."""
    photo = sample("astronaut")
    editing.pick("Background", "Colour")
    editing.pick("Background", "Amber")
    before = editing.seen()
    pixels = editing.pixels()
    assert editing.edits == {"background": "#f59e0b"}
    alpha = editing.matte(photo)[..., None] / 255
    expected = colours(photo) * alpha + np.array((0xF5, 0x9E, 0x0B)) * (1 - alpha)
    assert np.abs(pixels - expected).max() <= 1
    assert editing.zoom == 100
    np.testing.assert_array_equal(editing.seen(), pixels)
    assert np.abs(before.astype(int) - pixels).max() <= 2  # the browser rounds otherwise


def test_colour_of_ones_own(editing: Editing) -> None:
    """From the browser's colour chooser."""
    editing.pick("Background", "Colour")
    editing.run(
        "arguments[0].value = '#123456'; arguments[0].dispatchEvent(new Event('change'))",
        editing.find("input[type=color]"),
    )
    pixels = editing.pixels()
    assert pixels[0, -1].tolist() == [0x12, 0x34, 0x56]


def test_picture(editing: Editing) -> None:
    """It covers the whole, seen at once as in the file."""
    under = sample("coffee")
    editing.find("fieldset input[type=file]").send_keys(str(under))
    editing.wait(lambda: editing.run("return test.editor.stage.layers.picture.complete"))
    before = editing.seen().astype(int)
    assert editing.find(".editor-name").text == under.name
    pixels = editing.pixels()
    assert pixels.shape == (512, 512, 3)
    with Image.open(under) as picture:
        covering = picture.convert("RGB").resize((768, 512)).crop((128, 0, 640, 512))
    clear = editing.matte(sample("astronaut")) == 0
    assert np.abs(pixels[clear].astype(int) - np.asarray(covering)[clear]).mean() < 2
    assert np.abs(before - pixels).mean() < 2  # resized in another way


def test_picture_that_is_none_is_refused(editing: Editing, tmp_path: Path) -> None:
    """In words; the edits are as before."""
    editing.find("fieldset input[type=file]").send_keys(str(write("text.jpg", tmp_path)))
    note = editing.find(".tool .editor-note")
    editing.wait(note.is_displayed)
    assert note.text == "text.jpg cannot be read as a picture. Choose a JPEG, PNG or WebP."
    assert editing.state == "ready"
    assert not editing.find("fieldset button").is_displayed()


def test_blur(editing: Editing) -> None:
    """The background loses its detail, the subject does not; seen at once as in the file."""
    photo = sample("astronaut")
    editing.pick("Background", "Blur")
    editing.wait(lambda: editing.run("return test.editor.stage.layers.canvas.width") > 0)
    before = editing.seen().astype(int)
    pixels = editing.pixels().astype(int)
    assert editing.edits == {"backgroundBlur": 0.02}
    matte = editing.matte(photo)
    original = colours(photo).astype(int)
    np.testing.assert_array_equal(pixels[matte == 255], original[matte == 255])
    steps = np.abs(np.diff(pixels, axis=1))[:, :, 0][matte[:, 1:] == 0]
    assert steps.mean() < 0.5 * np.abs(np.diff(original, axis=1))[:, :, 0][matte[:, 1:] == 0].mean()
    assert np.abs(before - pixels).mean() < 1
    assert np.abs(before - pixels).max() < 16
    editing.slide("Background", "Strength", 50)
    assert np.abs(editing.pixels() - pixels).mean() > 1
    assert editing.edits == {"backgroundBlur": 0.05}


def test_refined_edges(editing: Editing) -> None:
    """The same as Python's: alpha and colours where the subject is seen in part; the rest stays."""
    photo = sample("astronaut")
    editing.pick("Edges", "Refine edges")
    refined = editing.pixels()
    assert editing.edits == {"refine": True}
    matte = editing.matte(photo)
    expected = apply_mask(photo, matte, output=Output(refine=True)).rgba
    assert np.abs(refined[..., 3].astype(int) - expected[..., 3]).max() <= 1  # of float32
    soft = (matte > 0) & (matte < 255)
    np.testing.assert_array_equal(refined[~soft, 3], matte[~soft])
    assert (refined[soft, 3] != matte[soft]).mean() > 0.1
    own = colours(photo)
    whole = refined[..., 3] == 255
    np.testing.assert_array_equal(refined[whole, :3], own[whole])
    soft = (refined[..., 3] > 0) & ~whole
    assert (refined[soft, :3] != own[soft]).any(axis=1).mean() > 0.5


def test_crop_to_the_subject(editing: Editing) -> None:
    """The same box as Python's, shown before the file is there; the margin is a choice."""
    photo = sample("coffee")
    editing.show(photo)
    matte = editing.matte(photo)
    for margin in (0.05, 0.0):
        left, top, right, bottom = bounding_box(matte, margin)
        if margin:
            editing.pick("Crop", "To the subject")
        else:
            editing.slide("Crop", "Margin", 0)
        size = f"{right - left} {TIMES} {bottom - top} pixels · PNG"
        editing.wait(lambda size=size: editing.facts == size)
        pixels = editing.pixels()
        assert editing.edits == {"crop": True, "margin": margin}
        np.testing.assert_array_equal(pixels[..., 3], matte[top:bottom, left:right])
        width, height = editing.place[2:]
        assert width / height == pytest.approx((right - left) / (bottom - top))


def test_crop_by_hand_with_the_mouse(editing: Editing) -> None:
    """A corner and then the whole are dragged; while that lasts, all of the photo is seen."""
    photo = sample("astronaut")
    editing.pick("Crop", "By hand")
    assert editing.numbers == [0, 0, 512, 512]
    assert editing.run("return document.activeElement.ariaLabel") == "Move the part that is kept"
    editing.drag(editing.find(".grip.se"), -212, -112)
    assert editing.numbers == [0, 0, 300, 400]
    editing.drag(editing.find(".grip.move"), 100, 200)
    box = [100, 112, 300, 400]
    assert editing.numbers == box
    assert editing.place[2:] == [512, 512]
    editing.pick("Crop", "Done")
    pixels = editing.pixels()
    x, y, width, height = box
    assert editing.edits == {"crop": {"x": x, "y": y, "width": width, "height": height}}
    part = (slice(y, y + height), slice(x, x + width))
    alpha = editing.matte(photo)[part]
    np.testing.assert_array_equal(pixels[..., 3], alpha)
    np.testing.assert_array_equal(pixels[alpha > 0, :3], colours(photo)[part][alpha > 0])
    assert editing.place[2:] == [300, 400]
    assert not editing.find(".crop-frame").is_displayed()


def test_crop_by_hand_with_the_keyboard(editing: Editing) -> None:
    """Arrows go by a hundredth, with Shift by a pixel; it is said; numbers can be typed as well."""
    editing.pick("Crop", "By hand")
    editing.find(".grip.nw").send_keys(Keys.ARROW_RIGHT, Keys.ARROW_DOWN)
    editing.find(".grip.e").send_keys(Keys.SHIFT, Keys.ARROW_LEFT, Keys.ARROW_LEFT)
    assert editing.numbers == [5, 5, 505, 507]
    assert editing.find(".crop-frame [role=status]").get_property("textContent") == (
        f"505 {TIMES} 507 pixels, from 5, 5"
    )
    editing.find(".grip.move").send_keys(Keys.ARROW_UP)
    editing.type("Crop", "Width", "200")
    editing.type("Crop", "Left", "400")
    assert editing.numbers == [400, 0, 112, 507]
    assert editing.made().size == (112, 507)


def test_crop_by_hand_with_a_finger(editing: Editing) -> None:
    """As with the mouse."""
    editing.pick("Crop", "By hand")
    x, y = editing.middle(editing.find(".grip.nw"))
    editing.touch(((x, y), (x + 50, y + 80)))
    assert editing.numbers == [50, 80, 462, 432]


@pytest.mark.parametrize("kind", ["WebP", "JPEG"])
def test_format_and_quality(editing: Editing, kind: str) -> None:
    """The file is of the format; less quality makes it smaller; JPEG gets white, which is seen."""
    editing.pick("File", kind)
    before = editing.seen()
    picture = editing.made()
    assert picture.format == kind.upper()
    size = editing.run("return test.edited.at(-1).cutOut.blob.size")
    editing.slide("File", "Quality", 10)
    editing.made()
    assert editing.run("return test.edited.at(-1).cutOut.blob.size") < size / 2
    assert editing.edits == {"format": kind.lower(), "quality": 10}
    if kind == "JPEG":
        assert before[0, -1].tolist() == [255, 255, 255]
    else:
        assert picture.mode == "RGBA"


def test_size(editing: Editing) -> None:
    """At most so wide and so high, in proportion, and said at once."""
    editing.type("File", "Width at most", "200")
    assert editing.facts == f"200 {TIMES} 200 pixels · PNG"
    assert editing.made().size == (200, 200)
    editing.type("File", "Height at most", "100")
    assert editing.made().size == fit((512, 512), 200, 100)
    assert editing.edits == {"maxWidth": 200, "maxHeight": 100}
    editing.type("File", "Width at most", Keys.DELETE)
    editing.type("File", "Height at most", Keys.DELETE)
    assert editing.made().size == (512, 512)


def test_zoom(editing: Editing) -> None:
    """By buttons, keys and the wheel, which keeps what is under it; pixels stay sharp."""
    view = editing.find(".view")
    buttons = {
        each.accessible_name: each
        for each in editing.element.find_elements(By.CSS_SELECTOR, ".zoom button")
    }
    click(buttons["Zoom in"])
    assert editing.zoom == 125
    click(buttons["Zoom out"])
    assert editing.zoom == 100
    view.send_keys("+", "+")
    assert editing.zoom == 156
    view.send_keys("1")
    assert editing.zoom == 100
    origin = ScrollOrigin.from_element(view, 60, -40)
    before = editing.place
    ActionChains(editing.driver).scroll_from_origin(origin, 0, -400).perform()
    assert editing.zoom > 150
    x, y = (view.size["width"] / 2 + 60, view.size["height"] / 2 - 40)
    places = [((x - at[0]) / at[2], (y - at[1]) / at[3]) for at in (before, editing.place)]
    assert places[0] == pytest.approx(places[1], abs=0.005)
    click(buttons["Fit"])
    assert editing.zoom == 100


def test_enlarged_pixels_are_squares(editing: Editing) -> None:
    """At 400 % each of the picture's pixels is 4 x 4 of the screen's, of one colour."""
    editing.pick("File", "JPEG")
    pixels = editing.pixels()
    editing.run("test.editor.stage.viewport.zoomTo(4)")
    left, top, *_ = editing.place
    seen = editing.seen(".view")
    column, row = int(-left // 4 + 1), int(-top // 4 + 1)
    x, y = int(left) + 4 * column, int(top) + 4 * row
    expected = pixels[row : row + 100, column : column + 100].repeat(4, 0).repeat(4, 1)
    shown = seen[y : y + 400, x : x + 400].astype(int)
    assert np.abs(shown - expected).max() <= 1  # the compositor's rounding


def test_pan(editing: Editing) -> None:
    """By mouse and arrow keys, as far as there is something to see."""
    view = editing.find(".view")
    editing.run("test.editor.stage.viewport.zoomTo(4)")
    left, top, *_ = editing.place
    editing.drag(view, 70, -30, at=(100, 100))
    assert editing.place[:2] == [left + 70, top - 30]
    view.send_keys(Keys.ARROW_RIGHT, Keys.ARROW_UP)
    assert editing.place[:2] == [left + 30, top + 10]
    editing.run("test.editor.stage.viewport.zoomTo(1)")
    at = editing.place
    editing.drag(view, 300, 0, at=(100, 100))
    assert editing.place == at


def test_pinch(editing: Editing) -> None:
    """Two fingers, twice as far apart, show it twice as large; one moves it then."""
    x, y = editing.middle(editing.find(".view"))
    editing.touch(((x - 50, y + 90), (x - 100, y + 90)), ((x + 50, y + 90), (x + 100, y + 90)))
    assert editing.zoom == pytest.approx(200, abs=2)
    left, top, *_ = editing.place
    editing.touch(((x + 80, y + 90), (x + 50, y + 70)))
    assert editing.place[:2] == pytest.approx([left - 30, top - 20], abs=1)


def test_before_and_after(editing: Editing) -> None:
    """The line is dragged by its handle, or moved by keys, whatever the zoom."""
    slider = editing.find(".slider")
    editing.run("test.editor.stage.viewport.zoomTo(2)")
    place = editing.place
    editing.drag(editing.find(".line"), 150, 0)
    assert 65 < int(slider.get_property("value")) < 75
    assert editing.place == place
    slider.send_keys(Keys.HOME, Keys.ARROW_RIGHT)
    assert slider.get_attribute("aria-valuetext") == "1 % of the original shown"


def test_undo_and_reset(editing: Editing) -> None:
    """A step back, and all of them; the file that comes back is told."""
    undo, reset = (
        editing.element.find_element(By.XPATH, f".//button[.='{name}']")
        for name in ("Undo", "Reset")
    )
    assert not undo.is_enabled()
    assert not reset.is_enabled()
    editing.pick("Background", "Colour")
    editing.pick("Background", "Red")
    editing.made()
    assert editing.edits == {"background": "#dc2626"}
    click(undo)
    editing.made()
    assert editing.edits == {"background": "#ffffff"}
    click(undo)
    assert editing.state == "ready"  # at once: it is the file at the beginning
    assert editing.edits == {}
    editing.pick("File", "WebP")
    editing.type("File", "Width at most", "100")
    editing.made()
    click(reset)
    assert editing.made().size == (512, 512)
    assert editing.edits == {}
    click(undo)
    assert editing.made().size == (100, 100)


def test_edits_of_before_are_shown(editing: Editing) -> None:
    """A photo that comes back has them, in every tool; nothing is made anew."""
    crop = {"x": 10, "y": 20, "width": 200, "height": 100}
    editing.show(
        sample("astronaut"),
        background="#dc2626",
        crop=crop,
        format="webp",
        quality=50,
        maxWidth=100,
    )
    assert editing.labelled("Background", "Red").is_selected()
    assert editing.numbers == [10, 20, 200, 100]
    assert editing.labelled("File", "WebP").is_selected()
    assert editing.labelled("File", "Width at most").get_property("value") == "100"
    assert editing.state == "ready"
    assert editing.run("return test.edited.length") == 0


def test_what_the_page_is_told(editing: Editing) -> None:
    """The result, how its matte was made, and that matte: whole, whatever is cropped."""
    editing.show(sample("coffee"))
    editing.pick("Crop", "To the subject")
    editing.made()
    told = editing.run(
        """
        const { cutOut } = test.edited.at(-1);
        const { matte, width, height } = test.photos.get("coffee.png").cutOut;
        const cropped = cutOut.width * cutOut.height < width * height;
        return [cutOut.matte === matte, cutOut.model, cropped];
        """
    )
    assert told == [True, "isnet_quint8", True]


def test_download(editing: Editing, downloads: Path) -> None:
    """What is not made yet is made at once; the button is in sight with the first tool."""
    editing.run("scrollTo(0, 0)")
    button = ".editor-actions .primary"
    bottom = editing.run("return arguments[0].getBoundingClientRect().bottom", editing.find(button))
    assert bottom <= editing.run("return innerHeight")
    editing.pick("File", "JPEG")
    editing.press("Download")
    file = downloads / "astronaut-cutout.jpg"
    editing.wait(lambda: is_downloaded(file))
    with Image.open(file) as picture:
        assert (picture.format, picture.size) == ("JPEG", (512, 512))


def test_copy(editing: Editing) -> None:
    """A PNG of what is seen, whatever the file's format is."""
    allowed = {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]}
    editing.driver.execute_cdp_cmd("Browser.grantPermissions", allowed)
    editing.pick("File", "JPEG")
    editing.press("Copy")
    editing.wait(lambda: editing.find(".editor-words").text == "Copied as a PNG.")
    kind, data = editing.driver.execute_async_script(
        """
        const [done] = arguments;
        navigator.clipboard.read().then(async ([item]) => {
          done(await test.bytes(await item.getType("image/png")));
        }, (error) => done([String(error), ""]));
        """
    )
    assert kind == "image/png"
    with Image.open(io.BytesIO(base64.b64decode(data))) as picture:
        assert picture.convert("RGBA").getpixel((511, 0)) == (255, 255, 255, 255)
    editing.made()


def test_copy_that_is_not_allowed(editing: Editing) -> None:
    """Said in words; where it cannot be at all, the button says so before."""
    denied = {"permission": {"name": "clipboard-write"}, "setting": "denied"}
    editing.driver.execute_cdp_cmd("Browser.setPermission", denied)
    editing.press("Copy")
    editing.wait(lambda: "refused to copy" in editing.find(".editor-words").text)
    editing.driver.execute_cdp_cmd("Browser.resetPermissions", {})
    words = editing.run(
        """
        const { ClipboardItem } = window;
        delete window.ClipboardItem;
        const { element, copy } = new test.Editor();
        window.ClipboardItem = ClipboardItem;
        return [copy.disabled, element.querySelector(".editor-panel > .help").textContent];
        """
    )
    assert words[0]
    assert "only over HTTPS" in words[1]


def test_clear_lets_everything_go(editing: Editing) -> None:
    """No address of a picture is left, and no picture."""
    editing.pick("Background", "Colour")
    editing.made()
    editing.pick("Crop", "To the subject")
    editing.run("test.editor.clear()")
    assert not editing.element.is_displayed()
    assert editing.run("return [...test.urls]") == []
    images = "[...test.editor.element.querySelectorAll('img')]"
    assert editing.run(f"return {images}.filter((image) => image.hasAttribute('src')).length") == 0
    editing.show(sample("astronaut"))
    assert editing.state == "ready"
    assert editing.edits == 0


@pytest.mark.long
def test_large_photo(
    editing: Editing, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """12 megapixels: the tools work, what was cancelled is made later, the page is not blocked."""
    photo = large_photo(tmp_path / "12-megapixels.jpg")
    editing.show(photo)
    editing.pick("Background", "Blur")
    editing.press("Cancel")
    assert editing.state == "cancelled"
    editing.press("Make the file")
    editing.wait(lambda: editing.state == "working")
    editing.press("Cancel")
    assert editing.state == "cancelled"
    assert "does not show the latest changes" in editing.find(".editor-words").text
    editing.pick("Crop", "To the subject")
    editing.slide("Crop", "Margin", 10)
    editing.ready()
    editing.run("test.editor.stage.viewport.zoomTo(1)")
    editing.pick("File", "JPEG")
    editing.ready()
    longest = editing.run("return Math.max(0, ...test.longTasks)")
    seconds = editing.run("return test.edited.at(-1).cutOut.seconds")
    record_property("longest task of the page's thread, ms", longest)
    print(f"longest task of the page's thread: {longest:.0f} ms")
    assert longest / 1000 < seconds / 4
    picture = editing.made()
    assert picture.format == "JPEG"
    assert picture.size[0] > 3000
