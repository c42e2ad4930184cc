"""What all tests share: the places where they run.

The files under ``tests/unit`` and ``tests/wheel`` run twice, natively (on this interpreter, against
the ordinary wheels) and inside a Chromium tab (under Pyodide, against the wheels of the site). A
test that makes sense in one place only is marked ``desktop`` or ``tab``.
"""

import sys

import pytest

IN_TAB = sys.platform == "emscripten"

pytest_plugins = [] if IN_TAB else ["tests.tab.plugin", "pytester"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the choice of browsers."""
    parser.addoption(
        "--browsers",
        default="chromium",
        help="browsers of tests/browser/test_browsers.py, of chromium,firefox,webkitgtk",
    )
    parser.addoption("--support", help="a file for the table of what works in which browser")
    parser.addoption("--smoke", default="", help="those of its tests that are marked smoke")


def pytest_configure(config: pytest.Config) -> None:
    """Register the marks that say where a test runs."""
    config.addinivalue_line("markers", "desktop: the test makes sense on a desktop only")
    config.addinivalue_line("markers", "tab: the test makes sense inside a browser tab only")
    config.addinivalue_line("markers", "long: for its time in `make test-long`, not in `make test`")
    config.addinivalue_line("markers", "smoke: the test runs in the browsers of --smoke, if given")
