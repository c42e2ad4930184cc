"""What the web files say again, in JavaScript or HTML, is what Python says."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome

import wasmatte
from tools.page import Page
from tools.serve import SiteServer
from wasmatte.models import DEFAULT_MODEL
from wasmatte.progress import STEPS


@pytest.fixture(scope="module")
def page(site: Path, driver: Chrome) -> Iterator[Page]:
    """Open a page that starts no Python."""
    with SiteServer(site) as server:
        yield Page(driver, server.url)


def exported(page: Page, module: str, name: str) -> object:
    """Return what a module of the site exports."""
    script = "import(arguments[0]).then((module) => arguments[2](module[arguments[1]]))"
    return page.driver.execute_async_script(script, f"./{module}", name)


def test_steps_are_the_same(page: Page) -> None:
    """The page knows every step of the progress, in order."""
    assert exported(page, "messages.js", "STEPS") == list(STEPS)


def test_every_step_has_words(page: Page) -> None:
    """The page can say what is going on."""
    strings = exported(page, "strings.js", "STRINGS")
    assert isinstance(strings, dict)
    assert all(set(each["steps"]) == set(STEPS) for each in strings.values())


def test_models_are_the_registrys(page: Page) -> None:
    """Each model can be chosen, the default first."""
    assert page.models == [model.name for model in wasmatte.models()]
    assert exported(page, "wasmatte.js", "DEFAULT_MODEL") == DEFAULT_MODEL == page.models[0]


def test_models_have_their_size_beside_them(page: Page) -> None:
    """What a person is told to fetch is what is fetched."""
    sizes = [f"{model.size / 1e6:.0f} MB" for model in wasmatte.models()]
    script = "return [...document.querySelectorAll('.models small')].map((e) => e.textContent)"
    assert page.driver.execute_script(script) == sizes
