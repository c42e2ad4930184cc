"""Chromium as the tests start it."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from selenium.webdriver import Chrome

from tools import browser

__all__ = ["chromium"]

# V8 compiles the largest function of Python's program, most likely the interpreter's loop, with
# guesses about what it calls, and five times in all, as they turn out wrong: 3 of the 20 s of CPU
# that a page takes to its first photo on a slow machine. With this it is compiled once.
ONE_COMPILATION = "--js-flags=--no-wasm-deopt"


def chromium(
    *,
    profile: Path | None = None,
    downloads: Path | None = None,
    arguments: Sequence[str] = (),
) -> AbstractContextManager[Chrome]:
    """Start a headless Chromium that spends less on compiling; see `tools.browser.chromium`.

    That one is the browser as people have it: for the app's shared page, for what measures, and
    for what is tried in all browsers.
    """
    return browser.chromium(
        profile=profile, downloads=downloads, arguments=[ONE_COMPILATION, *arguments]
    )
