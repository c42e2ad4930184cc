"""Use the page as a person does: choose photos, wait, download the cut-outs."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.remote.webelement import WebElement

__all__ = ["Outcome", "Page", "PageError"]

POLL = 0.05
DOWNLOAD_TIMEOUT = 60.0

READ_CARD = """
const [card] = arguments;
const number = (value) => (value === undefined ? null : Number(value));
const { state, error, model, provider, threads, width, height } = card.dataset;
const rows = [...card.querySelectorAll("tr[data-step]")];
const failed = state === "error";
return {
  photo: card.querySelector(".name").textContent,
  state,
  error: failed ? error : null,
  message: failed ? card.querySelector(".words").textContent : null,
  model: model ?? null,
  provider: provider ?? null,
  threads: number(threads),
  width: number(width),
  height: number(height),
  total: number(card.querySelector(".time data").value || undefined),
  seconds: rows.map((row) => [row.dataset.step, Number(row.querySelector("data").value)]),
};
"""


class PageError(RuntimeError):
    """The page does not do what it should."""


@dataclass(frozen=True)
class Outcome:
    """What a photo's card says.

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
    url : str
        Where the site is; it is opened at once.
    """

    def __init__(self, driver: WebDriver, url: str) -> None:
        self.driver = driver
        driver.get(url)

    @property
    def state(self) -> str:
        """``idle``, ``working``, ``done`` or ``error``."""
        return str(self.driver.execute_script("return document.documentElement.dataset.state"))

    @property
    def cards(self) -> list[WebElement]:
        """The photos' cards, from the top of the page."""
        return self.driver.find_elements(By.CSS_SELECTOR, ".photo")

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
        for _ in _until(timeout):
            if self.state != "working":
                return
            step = self.driver.execute_script(
                "return document.querySelector('.photo[data-state=working]')?.dataset.step"
            )
            if on_step is not None and step not in (None, last):
                on_step(step)
            last = step
        outcomes = "; ".join(f"{each.photo} is {each.state}" for each in map(self.read, self.cards))
        raise PageError(f"the page still works after {timeout:g} s: {outcomes}")

    def read(self, card: WebElement) -> Outcome:
        """Read what a card says."""
        fields: dict[str, Any] = self.driver.execute_script(READ_CARD, card)
        return Outcome(**{**fields, "seconds": dict(fields["seconds"])})

    def download(self, card: WebElement, folder: Path) -> Path:
        """Click a card's download link, and return the file once it is whole.

        Parameters
        ----------
        card : WebElement
            A card that is done.
        folder : Path
            Where the browser puts downloads.

        Raises
        ------
        PageError
            If no file comes.
        """
        link = card.find_element(By.CSS_SELECTOR, ".download")
        path = folder / str(link.get_attribute("download"))
        link.click()
        for _ in _until(DOWNLOAD_TIMEOUT):
            if path.exists() and not list(folder.glob("*.crdownload")):
                return path
        raise PageError(f"{path.name} was not downloaded within {DOWNLOAD_TIMEOUT:g} s")

    def remove(self, card: WebElement) -> None:
        """Take a card off the page."""
        card.find_element(By.CSS_SELECTOR, ".remove").click()


def _until(timeout: float) -> Iterator[None]:
    """Yield at short intervals until the time is over."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        yield
        time.sleep(POLL)
