"""axe-core, the accessibility engine: what it finds wrong on a page."""

from functools import cache

from selenium.webdriver.remote.webdriver import WebDriver

from tools.fetch import npm_folder

__all__ = ["violations"]

# Unless it is told, it reports what is right in full as well.
RUN = """
const [selector, done] = arguments;
axe.run(selector, { resultTypes: ["violations"] }).then(
  ({ violations }) => done(violations),
  (error) => done([{ id: String(error), nodes: [{ html: "" }] }]),
);
"""


def violations(driver: WebDriver, selector: str = "body") -> list[str]:
    """Return what axe-core objects to in a part of the page, shadow trees included."""
    if not driver.execute_script("return 'axe' in window"):
        driver.execute_script(_script())
    found = driver.execute_async_script(RUN, selector)
    return [f"{each['id']}: {node['html']}" for each in found for node in each["nodes"]]


@cache
def _script() -> str:
    return (npm_folder("axe-core") / "axe.min.js").read_text("utf-8")
