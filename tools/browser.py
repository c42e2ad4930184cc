"""Drive a headless Chromium, and watch what memory it takes."""

import os
import shutil
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.remote.webdriver import WebDriver

__all__ = [
    "BrowserMissingError",
    "Memory",
    "MemoryWatch",
    "be_patient",
    "chromium",
    "find_program",
]

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DRIVERS = ("chromedriver", "chromium.chromedriver")
ARGUMENTS = (
    "--headless=new",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # Chromium 156 starts with hundreds of scripts for its address bar, beside the first page.
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup",
    # Nothing but this machine can be reached, so a request to anywhere else fails.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)
PACKAGES = "Chromium and its driver (Debian: apt install chromium chromium-driver)"
WINDOW = (1280, 900)
TIMEOUT = 300.0
SAMPLE_INTERVAL = 0.05


class BrowserMissingError(RuntimeError):
    """There is no Chromium, or no driver for it."""


@contextmanager
def chromium(
    *,
    profile: Path | None = None,
    downloads: Path | None = None,
    arguments: Sequence[str] = (),
) -> Iterator[webdriver.Chrome]:
    """Start a headless Chromium, and end it with the context.

    The browser and its driver are looked for on the PATH; the environment variables ``CHROMIUM``
    and ``CHROMEDRIVER`` name others.

    Parameters
    ----------
    profile : Path, optional
        The folder of the browser's profile. A fresh one is made and removed by default.
    downloads : Path, optional
        The folder that downloads go to; without it they are refused.
    arguments : sequence of str
        Further arguments of the browser's command line.

    Raises
    ------
    BrowserMissingError
        If the browser or its driver is not found.
    """
    options = Options()
    options.binary_location = find_program("CHROMIUM", BROWSERS, PACKAGES)
    service = Service(find_program("CHROMEDRIVER", DRIVERS, PACKAGES))
    for argument in (*ARGUMENTS, *arguments):
        options.add_argument(argument)
    options.add_argument("--window-size={},{}".format(*WINDOW))
    if os.geteuid() == 0:
        options.add_argument("--no-sandbox")  # Chromium's sandbox does not start as root
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    with ExitStack() as stack:
        if profile is None:
            profile = Path(stack.enter_context(_scratch()))
        options.add_argument(f"--user-data-dir={profile.resolve()}")
        driver = webdriver.Chrome(options=options, service=service)
        stack.callback(driver.quit)
        be_patient(driver)
        driver.execute_cdp_cmd("Browser.setDownloadBehavior", _download_behavior(downloads))
        yield driver


@dataclass(frozen=True)
class Memory:
    """Resident memory, in bytes.

    Attributes
    ----------
    tab : int
        Of the tab's process, which holds the page and its workers.
    browser : int
        The sum over all processes of the browser; pages that they share count in each.
    """

    tab: int
    browser: int


class MemoryWatch:
    """Samples the memory of a browser's processes while the context lasts.

    Parameters
    ----------
    driver : WebDriver
        A driver that was started here, of a browser with one tab. Of the processes that a tab can
        have, the largest is taken for the tab's: browsers keep idle ones in reserve.
    """

    def __init__(self, driver: WebDriver) -> None:
        self._root = psutil.Process(driver.service.process.pid)  # type: ignore[attr-defined]
        self._peak = Memory(0, 0)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run)

    @property
    def peak(self) -> Memory:
        """The highest values seen so far, each by itself."""
        return self._peak

    @property
    def now(self) -> Memory:
        """The values of this moment."""
        return self._sample()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        while True:
            now = self._sample()
            self._peak = Memory(max(self._peak.tab, now.tab), max(self._peak.browser, now.browser))
            if self._ended.wait(SAMPLE_INTERVAL):
                return

    def _sample(self) -> Memory:
        tabs, everything = [0], 0
        for process in _descendants(self._root):
            try:
                resident = process.memory_info().rss
                everything += resident
                if _is_tab(process.cmdline()):
                    tabs.append(resident)
            except psutil.Error:  # it has just ended
                continue
        return Memory(max(tabs), everything)


def _is_tab(command: list[str]) -> bool:
    """Say whether a process is one that Chromium, Firefox or WebKitGTK gives to tabs."""
    return (
        "--type=renderer" in command
        or ("-contentproc" in command and command[-1] == "tab")
        or (bool(command) and command[0].endswith("/WebKitWebProcess"))
    )


def _descendants(root: psutil.Process) -> list[psutil.Process]:
    try:
        children: list[psutil.Process] = root.children(recursive=True)
    except psutil.Error:
        return []
    return children


def be_patient(driver: WebDriver) -> None:
    """Give pages and scripts as much time as a model may need."""
    driver.set_script_timeout(TIMEOUT)
    driver.set_page_load_timeout(TIMEOUT)


def find_program(variable: str, names: tuple[str, ...], what: str) -> str:
    """Find a program by an environment variable, or else by its usual names.

    Raises
    ------
    BrowserMissingError
        If it is not found; the message says to install `what`.
    """
    named = os.environ.get(variable)
    for name in (named,) if named else names:
        if path := shutil.which(name):
            return path
    raise BrowserMissingError(
        f"{named or names[0]} not found: install {what}, or set {variable} to its path"
    )


def _scratch() -> "tempfile.TemporaryDirectory[str]":
    """Make a profile folder; the browser may still write to it while it is removed."""
    return tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True)


def _download_behavior(folder: Path | None) -> dict[str, str]:
    if folder is None:
        return {"behavior": "deny"}
    return {"behavior": "allow", "downloadPath": str(folder.resolve())}
