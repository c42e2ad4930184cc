"""What tests of the offline app share: a small site that changes, its host, and the panel."""

import json
import shutil
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from selenium.common.exceptions import TimeoutException
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.support.wait import WebDriverWait

from tools.serve import SiteHandler
from tools.site import LIST, site_list

__all__ = ["CHUNK", "KEPT", "Host", "Panel", "Record", "publish", "small_site"]

TIMEOUT = 240.0
CHUNK = b"a piece of a model"
MODEL = f"models/isnet_quint8/{sha256(CHUNK).hexdigest()}"
PAST_WORKER = "Wasmatte-Past-Worker"

# Give what is kept: [cache's name, address, sha256 of the body] for each entry.
KEPT = """
const done = arguments[arguments.length - 1];
(async () => {
  const found = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const body = await (await cache.match(request)).arrayBuffer();
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", body));
      const hex = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
      found.push([name, request.url, hex]);
    }
  }
  return found;
})().then(done, (error) => done(String(error)));
"""


def small_site(site: Path, folder: Path) -> Path:
    """Make a site of the same pages, with a model of a few bytes and without Python."""
    leave = shutil.ignore_patterns("pyodide", "models", LIST)
    shutil.copytree(site, folder, ignore=leave, dirs_exist_ok=True)
    path = folder / MODEL
    path.parent.mkdir(parents=True)
    path.write_bytes(CHUNK)
    publish(folder)
    return folder


def publish(folder: Path) -> dict[str, Any]:
    """Write the list of a site's files anew, as `make site` does; return it."""
    listed = site_list(folder)
    (folder / LIST).write_text(json.dumps(listed))
    return listed


@dataclass
class Record:
    """What a host was asked for, and what it does wrong.

    Attributes
    ----------
    pages : Counter
        How often each path was asked for by the page, or for it.
    kept : Counter
        How often each path was asked for in order to keep it.
    damaged : Counter
        How many more times each path comes damaged.
    held : dict
        What each path waits for before it is sent.
    """

    pages: Counter[str] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)
    damaged: Counter[str] = field(default_factory=Counter)
    held: dict[str, threading.Event] = field(default_factory=dict)


def Host(record: Record, depth: int = 0) -> type[SiteHandler]:  # noqa: N802 (it makes a class)
    """Make a host that keeps a record; paths in it begin below so many folders."""

    class Recording(SiteHandler):
        @property
        def name(self) -> str:
            parts = self.path.split("?")[0].split("/", depth + 1)
            return self.path if len(parts) < depth + 2 else parts[-1] or "index.html"

        def do_GET(self) -> None:  # noqa: N802 (the base class's name)
            counter = record.kept if self.headers.get(PAST_WORKER) else record.pages
            counter[self.name] += 1
            if held := record.held.get(self.name):
                held.wait(TIMEOUT)
            super().do_GET()

        def copyfile(self, source: Any, outputfile: BinaryIO) -> None:
            data: bytes = source.read()
            if record.damaged[self.name] > 0:
                record.damaged[self.name] -= 1
                data = bytes([data[0] ^ 1]) + data[1:]
            outputfile.write(data)

        def end_headers(self) -> None:
            if record.damaged[self.name] > 0:
                self.send_header("Cache-Control", "no-store")  # so that it reaches the page
            super().end_headers()

    return Recording


class Panel:
    """The panel that says what works offline."""

    def __init__(self, driver: WebDriver) -> None:
        self.driver = driver

    def text(self, selector: str) -> str | None:
        """Give the text of a part; None if it is not there or not shown."""
        found: str | None = self.driver.execute_script(
            "const e = document.querySelector(`.offline ${arguments[0]}`);"
            "return e?.closest('[hidden]') === null ? e.textContent : null",
            selector,
        )
        return found

    def buttons(self) -> list[str]:
        """Give the texts of the buttons that are shown."""
        found: list[str] = self.driver.execute_script(
            "return [...document.querySelectorAll('.offline button')]"
            ".filter((e) => e.closest('[hidden]') === null).map((e) => e.textContent)"
        )
        return found

    def press(self, text: str) -> None:
        """Press the button whose text begins like this, as soon as it is shown."""
        self.until(lambda: any(each.startswith(text) for each in self.buttons()))
        self.driver.execute_script(
            "document.querySelector('.offline details').open = true;"
            "[...document.querySelectorAll('.offline button')].find((e) =>"
            " e.closest('[hidden]') === null && e.textContent.startsWith(arguments[0])).click()",
            text,
        )

    def until(self, condition: Callable[[], object]) -> None:
        """Wait until something is so; fail with what is there instead."""
        try:
            WebDriverWait(self.driver, TIMEOUT, 0.1).until(lambda _: condition())
        except TimeoutException:
            log = self.driver.get_log("browser") if hasattr(self.driver, "get_log") else []
            shown = (self.driver.title, self.text("summary"), self.text(".offline-trouble"), log)
            pytest.fail(f"waited in vain; buttons: {self.buttons()}, shown: {shown}")

    def until_isolated(self) -> None:
        """Wait until the page is isolated, by loading it once more, and its script has run."""
        script = "return crossOriginIsolated && document.querySelector('.offline') !== null"
        self.until(lambda: self.driver.execute_script(script))

    def until_state(self, words: str) -> None:
        """Wait until the panel says so."""
        self.until(lambda: words in (self.text("summary") or ""))

    def kept(self) -> list[tuple[str, str, str]]:
        """Give what is kept: a cache's name, an address, and the sha256 of what lies there."""
        return [tuple(each) for each in self.driver.execute_async_script(KEPT)]
