"""axe-core, the accessibility engine: what it finds wrong on a page."""

import tarfile
from functools import cache
from pathlib import Path

from selenium.webdriver.remote.webdriver import WebDriver

from tools.cache import artefact
from tools.fetch import npm_package
from tools.versions import VERSIONS

__all__ = ["violations"]

RUN = "axe.run(arguments[0]).then(({ violations }) => arguments[1](violations))"


def violations(driver: WebDriver, selector: str = "body") -> list[str]:
    """Return what axe-core objects to in a part of the page, shadow trees included."""
    driver.execute_script(_script())
    found = driver.execute_async_script(RUN, selector)
    return [f"{each['id']}: {node['html']}" for each in found for node in each["nodes"]]


@cache
def _script() -> str:
    def unpack(folder: Path) -> None:
        with tarfile.open(npm_package("axe-core")) as archive:
            archive.extract("package/axe.min.js", folder, filter="data")

    inputs = {"sha256": VERSIONS["npm"]["axe-core"]["sha256"]}
    return (artefact("axe-core", inputs, unpack) / "package/axe.min.js").read_text("utf-8")
