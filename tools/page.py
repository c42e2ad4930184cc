"""Use the page as a person does: choose photos, wait, download the cut-outs."""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.remote.webelement import WebElement

__all__ = ["Outcome", "Page", "PageError", "is_downloaded"]

POLL = 0.05
PHOTO_POLL = 0.2  # each look takes time from the page, and a photo takes seconds
LOAD_TIMEOUT = 60.0
DOWNLOAD_TIMEOUT = 60.0

STATE_AND_STEP = """
const working = document.querySelector(".photo[data-state=working]");
return [document.documentElement.dataset.state, working?.dataset.step ?? null];
"""
READ_CARD = """
const [card] = arguments;
card.querySelector(".pick").click();
const stage = document.querySelector(".shown");
const number = (value) => (value === undefined ? null : Number(value));
const { state, error } = card.dataset;
const done = state === "done";
const failed = state === "error";
const { model, provider, threads, width, height } = stage.querySelector(".outcome").dataset;
const rows = [...stage.querySelectorAll("tr[data-step]")];
return {
  photo: card.querySelector(".name").textContent,
  state,
  error: failed ? error : null,
  message: failed ? stage.querySelector(".reason").textContent : null,
  model: done ? model : null,
  provider: done ? provider : null,
  threads: done ? number(threads) : null,
  width: done ? number(width) : null,
  height: done ? number(height) : null,
  total: done ? number(stage.querySelector(".time data").value) : null,
  seconds: done
    ? rows.map((row) => [row.dataset.step, Number(row.querySelector("data").value)])
    : [],
};
"""
# Click a button of the selected photo, once it is there.
CLICK = """
const [card, selector] = arguments;
card.querySelector(".pick").click();
const button = document.querySelector(`.shown ${selector}`);
const there = button.checkVisibility();
if (there) {
  button.click();
}
return there;
"""


class PageError(RuntimeError):
    """The page does not do what it should."""


@dataclass(frozen=True)
class Outcome:
    """What the page says of a photo.

    Attributes
    ----------
    photo : str
        The file's name.
    state : str
        ``waiting``, ``working``, ``done``, ``error`` or ``cancelled``.
    error, message : str or None
        The name of what went wrong, and the words for it.
    model, provider : str or None
        What the cut-out was made with.
    threads : int or None
        How many threads the session used.
    width, height : int or None
        The cut-out's size, in pixels.
    total : float or None
        Seconds from the photo's turn to its cut-out.
    seconds : dict of str to float
        The time of each step.
    """

    photo: str
    state: str
    error: str | None
    message: str | None
    model: str | None
    provider: str | None
    threads: int | None
    width: int | None
    height: int | None
    total: float | None
    seconds: dict[str, float]


class Page:
    """The page in a browser's tab.

    Parameters
    ----------
    driver : WebDriver
        The browser.
    url : str, optional
        Where the site is; it is opened at once. Without one the page is open already.

    Raises
    ------
    PageError
        If the page takes no photos.
    """

    def __init__(self, driver: WebDriver, url: str | None = None) -> None:
        self.driver = driver
        if url is None:
            return
        driver.get(url)
        for _ in _until(LOAD_TIMEOUT):
            if self.state is not None:
                return
        raise PageError(f"the app at {url} has not started within {LOAD_TIMEOUT:g} s")

    @property
    def state(self) -> str | None:
        """``idle``, ``working``, ``done`` or ``error``; None before photos can be taken."""
        script = "return document.documentElement.dataset.state ?? null"
        state: str | None = self.driver.execute_script(script)
        return state

    @property
    def cards(self) -> list[WebElement]:
        """The photos in the list, in the order in which they came."""
        return self.driver.find_elements(By.CSS_SELECTOR, ".photo")

    @property
    def names(self) -> list[str]:
        """The names of their files."""
        found = self.driver.find_elements(By.CSS_SELECTOR, ".photo .name")
        return [name.text for name in found]

    @property
    def models(self) -> list[str]:
        """The names of the models to choose from."""
        radios = self.driver.find_elements(By.NAME, "model")
        return [str(radio.get_attribute("value")) for radio in radios]

    def choose_model(self, name: str) -> None:
        """Choose a model for the photos to come.

        Raises
        ------
        PageError
            If the page does not offer it.
        """
        if name not in self.models:
            raise PageError(f"the page offers no model {name!r}; it has {', '.join(self.models)}")
        self.driver.find_element(By.CSS_SELECTOR, f'[name="model"][value="{name}"] + span').click()

    def choose(self, *photos: Path) -> None:
        """Choose photos from the disk."""
        paths = "\n".join(str(photo.resolve()) for photo in photos)
        self.driver.find_element(By.ID, "files").send_keys(paths)

    def wait(self, timeout: float, on_step: Callable[[str], object] | None = None) -> None:
        """Wait until no photo waits or is worked on.

        Parameters
        ----------
        timeout : float
            In seconds.
        on_step : callable, optional
            Called with the name of each step that is seen; a short one may be missed.

        Raises
        ------
        PageError
            If that takes longer than the timeout.
        """
        last = None
        for _ in _until(timeout, PHOTO_POLL):
            state, step = self.driver.execute_script(STATE_AND_STEP)
            if on_step is not None and step not in (None, last):
                on_step(step)
            last = step
            if state != "working":
                return
        outcomes = "; ".join(f"{each.photo} is {each.state}" for each in map(self.read, self.cards))
        raise PageError(f"the page still works after {timeout:g} s: {outcomes}")

    def read(self, card: WebElement) -> Outcome:
        """Select a photo, and read what the page says of it."""
        fields: dict[str, Any] = self.driver.execute_script(READ_CARD, card)
        return Outcome(**{**fields, "seconds": dict(fields["seconds"])})

    def download(self, card: WebElement, folder: Path) -> Path:
        """Select a photo, click its download button, and return the file once it is whole.

        Parameters
        ----------
        card : WebElement
            Of a photo that is done.
        folder : Path
            Where the browser puts downloads.

        Raises
        ------
        PageError
            If no file comes.
        """
        before = _files(folder)
        self._click(card, ".editor-actions .primary")
        for _ in _until(DOWNLOAD_TIMEOUT):
            new = _files(folder) - before
            if new and not any(path.suffix == ".crdownload" for path, _ in new):
                ((path, _),) = new
                return path
        raise PageError(f"nothing was downloaded within {DOWNLOAD_TIMEOUT:g} s")

    def cancel(self, card: WebElement) -> None:
        """Cancel the work on a photo."""
        self._click(card, "[part~=cancel]")

    def retry(self, card: WebElement) -> None:
        """Try again what failed, or was cancelled."""
        self._click(card, "[part~=retry]")

    def remove(self, card: WebElement) -> None:
        """Take a photo off the page."""
        card.find_element(By.CSS_SELECTOR, ".remove").click()

    def _click(self, card: WebElement, selector: str) -> None:
        for _ in _until(DOWNLOAD_TIMEOUT):
            if self.driver.execute_script(CLICK, card, selector):
                return
        raise PageError(f"the page does not show {selector}")


def is_downloaded(file: Path) -> bool:
    """Say whether a download is whole: until it is, Chromium keeps its name with an empty file."""
    return file.is_file() and file.stat().st_size > 0


def _files(folder: Path) -> set[tuple[Path, int]]:
    """Give the files of a folder that are not empty, each with the time of its last change.

    A browser renames a download when it is whole, which may be just now.
    """
    files = set()
    for path in folder.iterdir():
        with suppress(FileNotFoundError):
            if is_downloaded(path):
                files.add((path, path.stat().st_mtime_ns))
    return files


def _until(timeout: float, interval: float = POLL) -> Iterator[None]:
    """Yield at short intervals until the time is over."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        yield
        time.sleep(interval)
