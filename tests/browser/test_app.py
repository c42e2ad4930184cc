"""The app, as a person uses it; its page is cold for the first photo here."""

import base64
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait

from tests.browser.photos import BROKEN, ODD, colours, sample, write
from tools.page import Outcome, Page

TIMEOUT = 240.0  # seconds; a photo takes about ten, on a slow machine more
STEPS = ["runtime", "model", "session", "decode", "prepare", "infer", "composite", "encode"]

RECORD = """
window.recorded = { progress: [], longTasks: [] };
const note = () => {
  const card = document.querySelector(".photo");
  const bar = card?.querySelector("progress");
  const known = bar?.hasAttribute("value");
  if (card?.dataset.state === "working") {
    recorded.progress.push([card.dataset.step, known ? bar.value : null, known ? bar.max : null]);
  }
};
new MutationObserver(note).observe(document.getElementById("photos"), {
  attributes: true,
  attributeFilter: ["data-step", "value", "max"],
  subtree: true,
});
new PerformanceObserver((list) => {
  recorded.longTasks.push(...list.getEntries().map((entry) => entry.duration / 1000));
}).observe({ type: "longtask" });
"""

FILES = """
const [how, ...files] = arguments;
const data = new DataTransfer();
for (const [name, text] of files) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  data.items.add(new File([bytes], name, { type: "image/png" }));
}
const options = { bubbles: true, cancelable: true };
document.body.dispatchEvent(
  how === "paste"
    ? new ClipboardEvent("paste", { ...options, clipboardData: data })
    : new DragEvent("drop", { ...options, dataTransfer: data }),
);
"""


@dataclass
class FirstPhoto:
    """The first photo of the shared page: what it became, and what was recorded meanwhile."""

    photo: Path
    png: Path
    outcome: Outcome
    progress: list[tuple[str, float | None, float | None]]
    long_tasks: list[float]


@pytest.fixture(scope="module")
def first(shared_page: Page, downloads: Path) -> FirstPhoto:
    photo = sample("astronaut")
    shared_page.driver.execute_script(RECORD)
    shared_page.choose(photo)
    shared_page.wait(TIMEOUT)
    [card] = shared_page.cards
    outcome = shared_page.read(card)
    assert (outcome.state, outcome.message) == ("done", None)
    recorded = shared_page.driver.execute_script("return recorded")
    return FirstPhoto(
        photo=photo,
        png=shared_page.download(card, downloads),
        outcome=outcome,
        progress=[tuple(event) for event in recorded["progress"]],
        long_tasks=recorded["longTasks"],
    )


def put(page: Page, how: str, *photos: Path) -> None:
    """Paste or drop photos."""
    files = [[photo.name, base64.b64encode(photo.read_bytes()).decode()] for photo in photos]
    page.driver.execute_script(FILES, how, *files)


def cut_out(page: Page, photo: Path) -> Outcome:
    """Choose one photo, and wait for what becomes of it."""
    page.choose(photo)
    page.wait(TIMEOUT)
    return page.read(page.cards[0])


def test_page_is_isolated(page: Page) -> None:
    """The server's headers isolate the page."""
    assert page.driver.execute_script("return crossOriginIsolated") is True


def test_download_is_named_after_its_photo(first: FirstPhoto) -> None:
    """The PNG's name tells what it is."""
    assert first.png.name == "astronaut-cutout.png"


def test_colours_are_the_photos_own_wherever_anything_is_seen(first: FirstPhoto) -> None:
    """Only alpha is made; RGB stays as it is, bit for bit."""
    with Image.open(first.png) as png:
        assert (png.format, png.mode) == ("PNG", "RGBA")
        pixels = np.asarray(png)
    seen = pixels[..., 3] > 0
    np.testing.assert_array_equal(pixels[seen, :3], colours(first.photo)[seen])


def test_subject_stays_and_background_goes(first: FirstPhoto) -> None:
    """The astronaut's face is opaque; the corner over the shuttle is empty."""
    with Image.open(first.png) as png:
        alpha = np.asarray(png)[..., 3]
    assert alpha[80:140, 190:250].min() >= 250
    assert alpha[:60, 330:420].max() <= 5


def test_facts_tell_how_it_was_made(first: FirstPhoto) -> None:
    """The card names the size, the model, the provider and the threads."""
    outcome = first.outcome
    made = (outcome.width, outcome.height, outcome.model, outcome.provider, outcome.threads)
    assert made == (
        512,
        512,
        "isnet_quint8",
        "WasmThreadsExecutionProvider",
        min(os.cpu_count() or 1, 8),
    )


def test_first_photo_has_the_time_of_every_step(first: FirstPhoto) -> None:
    """The steps are told in their order, and fit into the whole."""
    assert list(first.outcome.seconds) == STEPS
    assert first.outcome.total is not None
    assert sum(first.outcome.seconds.values()) <= first.outcome.total


def test_progress_goes_through_the_steps_in_order(first: FirstPhoto) -> None:
    """Each step is shown, and none comes back."""
    shown = list(dict.fromkeys(step for step, _, _ in first.progress))
    assert shown == STEPS
    assert [step for step, _, _ in first.progress] == sorted(
        (step for step, _, _ in first.progress), key=STEPS.index
    )


def test_progress_of_the_model_rises_to_its_size(first: FirstPhoto) -> None:
    """The bar counts bytes: never back, one total, to the end."""
    events = [(done, total) for step, done, total in first.progress if step == "model" and total]
    done = [each for each, _ in events if each is not None]
    assert done == sorted(done)
    assert {total for _, total in events} == {44_342_436}
    assert done[-1] == 44_342_436
    assert len(set(done)) > 10


def test_page_is_not_blocked_meanwhile(first: FirstPhoto) -> None:
    """No task of the page's own thread lasts as long as the inference, which is elsewhere."""
    assert max(first.long_tasks, default=0.0) < first.outcome.seconds["infer"] / 2


def test_pasted_photo_is_cut_out_and_dropped_one_waits(first: FirstPhoto, page: Page) -> None:
    """Photos come in by all ways, and wait for their turn; one that waits can be removed."""
    put(page, "paste", sample("coffee"))
    put(page, "drop", sample("chelsea"))
    pasted, dropped = page.cards
    assert page.read(dropped).state == "waiting"
    page.remove(dropped)
    page.wait(TIMEOUT)
    outcome = page.read(pasted)
    assert (outcome.photo, outcome.state, outcome.message) == ("coffee.png", "done", None)


def test_warm_page_needs_no_runtime_or_model(first: FirstPhoto, page: Page, tmp_path: Path) -> None:
    """What the first photo fetched is there for the next one."""
    outcome = cut_out(page, write("1x1.png", tmp_path))
    assert list(outcome.seconds) == STEPS[3:]


@pytest.mark.parametrize("how", ["paste", "drop"])
def test_nothing_pasted_or_dropped_is_said_in_words(page: Page, how: str) -> None:
    """Text in the clipboard is no photo."""
    put(page, how)
    alert = page.driver.find_element(By.ID, "alert")
    assert alert.is_displayed()
    assert "no photo" in alert.text
    assert page.cards == []


def test_broken_photos_are_refused_in_words_and_the_page_goes_on(
    first: FirstPhoto, page: Page, tmp_path: Path
) -> None:
    """Each bad file gets its own error, and a good photo after them its cut-out."""
    page.choose(*(write(name, tmp_path) for name in BROKEN), write("animated.gif", tmp_path))
    page.wait(TIMEOUT)
    outcomes = {outcome.photo: outcome for outcome in map(page.read, page.cards)}
    assert {name: outcome.error for name, outcome in outcomes.items()} == {
        "empty.jpg": "EmptyPhotoError",
        "text.jpg": "UnsupportedPhotoError",
        "truncated.jpg": "BrokenPhotoError",
        "drawing.svg": "UnsupportedPhotoError",
        "animated.gif": None,
    }
    assert outcomes["animated.gif"].state == "done"
    assert outcomes["truncated.jpg"].message == (
        "The file is damaged or cut off. Choose another copy."
    )
    assert "JPEG, PNG or WebP" in str(outcomes["drawing.svg"].message)


@pytest.mark.parametrize("name", [name for name in ODD if name not in ("animated.gif", "1x1.png")])
def test_odd_photo_is_cut_out(
    first: FirstPhoto, page: Page, tmp_path: Path, downloads: Path, name: str
) -> None:
    """The PNG has the photo's size and, where nothing is lost on the way, its colours."""
    photo = write(name, tmp_path)
    outcome = cut_out(page, photo)
    assert (outcome.state, outcome.message) == ("done", None)
    with Image.open(page.download(page.cards[0], downloads)) as png:
        pixels = np.asarray(png)
    expected = colours(photo)
    assert pixels.shape == (*expected.shape[:2], 4)
    if photo.suffix != ".avif":  # there are several AVIF decoders, and they differ a little
        seen = pixels[..., 3] > 0
        np.testing.assert_array_equal(pixels[seen, :3], expected[seen])


def test_cancelled_photo_can_be_tried_again(first: FirstPhoto, page: Page) -> None:
    """Cancelling ends the work at once; trying again needs nothing that is there already."""
    page.choose(sample("coffee"))
    [card] = page.cards
    WebDriverWait(page.driver, TIMEOUT).until(lambda _: card.get_attribute("data-step") == "infer")
    page.cancel(card)
    page.wait(TIMEOUT)
    assert page.read(card).state == "cancelled"
    page.retry(card)
    page.wait(TIMEOUT)
    outcome = page.read(card)
    assert outcome.state == "done"
    assert list(outcome.seconds) == STEPS[3:]


def test_photos_can_be_chosen_by_keyboard(page: Page) -> None:
    """The first stop of the Tab key is the button that opens the file chooser."""
    page.driver.find_element(By.TAG_NAME, "h1").click()  # from where the key goes on
    page.driver.find_element(By.TAG_NAME, "body").send_keys(Keys.TAB)
    focused = page.driver.switch_to.active_element
    assert focused.text == "Choose photos"
