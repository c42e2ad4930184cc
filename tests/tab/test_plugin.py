"""The plugin replays what happens in the tab, and survives a tab that dies."""

import pytest

MODULE = """
import asyncio
import os
import sys

import pytest


def test_passes():
    assert sys.platform == "emscripten"


def test_fails():
    print("printed in the tab")
    assert [1, 2] == [1, 3]


def test_skips():
    pytest.skip("not today")


@pytest.mark.xfail(reason="known")
def test_fails_as_expected():
    raise ValueError


@pytest.mark.parametrize("text", ["a", "b c", "é"])
def test_parameter(text):
    assert text


def test_waits():
    assert asyncio.run(asyncio.sleep(0, "woken")) == "woken"


@pytest.mark.desktop
def test_desktop():
    raise AssertionError


def test_aborts():
    os.abort()


def test_next():
    pass
"""

UNCOLLECTED = """
import sys

if sys.platform == "emscripten":
    import something_missing


def test_missing():
    pass
"""


@pytest.mark.long
def test_replay(pytester: pytest.Pytester, request: pytest.FixtureRequest) -> None:
    """Every outcome of the tab is reported under the name of the twin."""
    config = request.config
    if config.option.place == "native":
        pytest.skip("opens a tab, and --place=native forbids it")
    site = config.option.site or config.rootpath / "build" / "site"
    pytester.makepyprojecttoml('[tool.pytest.ini_options]\nmarkers = ["desktop", "tab"]')
    folder = pytester.mkpydir("suite")
    (folder / "test_module.py").write_text(MODULE)
    (folder / "test_uncollected.py").write_text(UNCOLLECTED)
    options = ("--place=tab", f"--site={site}", "-o", "tab_packages=", "-o", "tab_folders=suite")
    result = pytester.runpytest_inprocess("-p", "tests.tab.plugin", "-v", *options, "suite")
    result.assert_outcomes(passed=6, failed=3, skipped=1, xfailed=1)
    result.stdout.fnmatch_lines_random(
        [
            "*test_module.py::test_passes@chromium PASSED*",
            "*test_module.py::test_skips@chromium SKIPPED (not today)*",
            "*test_module.py::test_fails_as_expected@chromium XFAIL (known)*",
            "*test_module.py::test_next@chromium PASSED*",
            "E  *assert [[]1, 2[]] == [[]1, 3[]]",
            "printed in the tab",
            "the tab died in this test: *",
            "*No module named 'something_missing'",
        ]
    )
