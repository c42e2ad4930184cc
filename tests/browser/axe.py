"""axe-core, the accessibility engine: what it finds wrong on a page."""

from functools import cache

from selenium.webdriver.remote.webdriver import WebDriver

from tools.fetch import npm_folder

__all__ = ["violations"]

RUN = "axe.run(arguments[0]).then(({ violations }) => arguments[1](violations))"


def violations(driver: WebDriver, selector: str = "body") -> list[str]:
    """Return what axe-core objects to in a part of the page, shadow trees included."""
    driver.execute_script(_script())
    found = driver.execute_async_script(RUN, selector)
    return [f"{each['id']}: {node['html']}" for each in found for node in each["nodes"]]


@cache
def _script() -> str:
    return (npm_folder("axe-core") / "axe.min.js").read_text("utf-8")
