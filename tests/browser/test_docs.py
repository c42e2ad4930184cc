"""What docs/ says is so: every snippet runs, every name is there, and none is missing."""

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver import Chrome

from tests.browser.photos import sample
from tests.browser.snippets import Snippet, snippets
from tools.serve import SiteServer

from . import test_browsers
from .stranger import DOCS, HOST, OpenHost

FILES = ["embedding.md", "offline.md", "options.md", "troubleshooting.md"]
PAGE = '<!doctype html><html lang="en"><title>Snippets</title><link rel="icon" href="data:,">'

# (code): run a module; give what it writes to the console.
RUN_MODULE = """
const [code, done] = arguments;
const lines = [];
const kept = console.log;
console.log = (...words) => lines.push(words.map(String));
const url = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
import(url).then(() => null, String).then((error) => {
  console.log = kept;
  done([error, lines]);
});
"""

# (markup): put it into the page, its scripts included, and have its element cut a photo out; give
# what the element and the scripts say.
RUN_MARKUP = """
const [markup, done] = arguments;
const lines = [];
const kept = console.log;
console.log = (...words) => lines.push(words.map(String));
document.body.innerHTML = markup;
(async () => {
  const scripts = [...document.body.querySelectorAll("script:not([src])")];
  for (const { textContent } of scripts) {
    await import(URL.createObjectURL(new Blob([textContent], { type: "text/javascript" })));
  }
  const remover = document.querySelector("wasmatte-remover");
  const choose = remover.shadowRoot.querySelector("[part~=choose]");
  const look = { text: choose.textContent, colour: getComputedStyle(choose).backgroundColor };
  const errors = [];
  remover.addEventListener("error", ({ detail }) => errors.push(String(detail.error)));
  const result = await remover.process(await (await fetch("photo.jpg")).blob());
  await new Promise((next) => setTimeout(next));
  return { errors, look, state: remover.state, type: result?.blob.type, width: result?.width };
})().catch((error) => ({ errors: [String(error)] })).then((answer) => {
  console.log = kept;
  done({ ...answer, lines });
});
"""


@pytest.fixture(scope="module")
def page(
    site: Path, tmp_path_factory: pytest.TempPathFactory, driver: Chrome
) -> Iterator[tuple[Chrome, str]]:
    """Open a page that holds the script and a photo; give the browser and the site's address."""
    folder = tmp_path_factory.mktemp("docs")
    (folder / "photo.jpg").symlink_to(sample("coffee").resolve())
    with (
        SiteServer(site, isolated=False, handler=OpenHost) as host,
        SiteServer(folder) as server,
    ):
        script = f'<script type="module" src="{host.url}wasmatte.js"></script>'
        (folder / "index.html").write_text(PAGE + script)
        driver.get(server.url)
        yield driver, host.url


def of(language: str) -> list[Any]:
    """Give the snippets in a language; there must be some: a test of nothing would pass."""
    found = [
        pytest.param(snippet, id=snippet.place)
        for file in FILES
        for snippet in snippets(DOCS / file)
        if snippet.language == language
    ]
    if not found:
        raise LookupError(f"docs/ has no snippet in {language}")
    return found


@pytest.mark.long
@pytest.mark.parametrize("snippet", of("js"))
def test_module_runs(page: tuple[Chrome, str], snippet: Snippet) -> None:
    """Each ends with what it got, on one line: no value is undefined."""
    driver, host = page
    code = snippet.text.replace(HOST, host).replace('"photo.jpg"', 'location.href + "photo.jpg"')
    error, lines = driver.execute_async_script(RUN_MODULE, code)
    assert error is None
    assert lines
    assert "undefined" not in lines[-1]
    assert driver.get_log("browser") == []


@pytest.mark.long
@pytest.mark.parametrize("snippet", of("html"))
def test_markup_runs(page: tuple[Chrome, str], snippet: Snippet) -> None:
    """The element cuts a photo out, and is what the attributes, styles and scripts say."""
    driver, host = page
    answer = driver.execute_async_script(RUN_MARKUP, snippet.text.replace(HOST, host))
    assert answer["errors"] == []
    assert answer["width"] == 600
    if 'format="webp"' in snippet.text:
        assert answer["type"] == "image/webp"
        assert answer["lines"][0][:2] == ["image/webp", "600"]
    if "rebeccapurple" in snippet.text:
        assert answer["look"]["colour"] == "rgb(102, 51, 153)"
    if "Choisir" in snippet.text:
        assert answer["look"]["text"] == "Choisir une photo"
    taken_over = '"result", async (event) => {\n    event.preventDefault()' in snippet.text
    assert answer["state"] == ("idle" if taken_over else "done")
    assert driver.get_log("browser") == []


@pytest.mark.parametrize("language", ["text", "nginx", "apache"])
def test_configurations_say_the_headers_of_the_table(language: str) -> None:
    """Each host's own way of writing them, the same names and values."""
    [snippet] = [each for each in snippets(DOCS / "embedding.md") if each.language == language]
    pattern = r"^\s*(?:add_header |Header set )?([A-Z][\w-]+):? \"?([\w*-]+)\"?(?: always;)?$"
    found = dict(re.findall(pattern, snippet.text, re.MULTILINE))
    text = (DOCS / "embedding.md").read_text(encoding="utf-8")
    table = dict(re.findall(r"^\| `([\w-]+)` \| `([^`]+)` \| [^|]+ \|$", text, re.MULTILINE))
    assert found == table
    assert table["Access-Control-Allow-Origin"] == "*"


def caching() -> dict[str, str]:
    """Give the headers that docs/offline.md asks for, by file."""
    text = (DOCS / "offline.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^\| `([\w.-]+)` \| `(no-cache)` \|$", text, re.MULTILINE))


def test_caching_headers_are_the_same_for_every_host() -> None:
    """Each host's own way of writing them names the files of the table, and no other."""
    table = caching()
    assert table.keys() == {"index.html", "service-worker.js", "files.json"}
    written = {each.language: each.text for each in snippets(DOCS / "offline.md")}
    rules = re.findall(r"^/wasmatte/(\S*)\n  Cache-Control: (\S+)$", written["text"], re.MULTILINE)
    assert dict(rules) == {**table, "": "no-cache"}
    for language in ("nginx", "apache"):
        [names] = re.findall(r"\(([^()]+)\)\??\$", written[language])
        assert set(names.replace("\\", "").split("|")) == table.keys()
        assert '"no-cache"' in written[language]
        assert "webmanifest" in written[language]


def test_isolating_headers_are_those_of_the_service_worker(site: Path) -> None:
    """The table of docs/offline.md."""
    text = (DOCS / "offline.md").read_text(encoding="utf-8")
    table = re.findall(r"^\| `(Cross-[\w-]+)` \| `([\w-]+)` \|$", text, re.MULTILINE)
    code = (site / "pwa" / "isolating.js").read_text(encoding="utf-8")
    assert table == re.findall(r'^  "(Cross-[\w-]+)": "([\w-]+)",$', code, re.MULTILINE)
    assert len(table) == 3


def section(title: str) -> str:
    """Return one section of docs/options.md."""
    text = (DOCS / "options.md").read_text(encoding="utf-8")
    return text.split(f"\n## {title}\n")[1].split("\n## ")[0]


def first_cells(title: str) -> set[str]:
    """Return the names in the first column of a section's tables."""
    rows = re.findall(r"^\| (`[^|]+) \|", section(title), re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`([\w-]+)", row)}


def evaluated(page: tuple[Chrome, str], module: str, expression: str) -> set[str]:
    driver, host = page
    script = f"import(arguments[0]).then((module) => arguments[1]({expression}))"
    return set(driver.execute_async_script(script, host + module))


def test_functions_are_those_of_the_module(page: tuple[Chrome, str]) -> None:
    """Every function that is exported, and no other."""
    names = "Object.keys(module).filter((name) => /^[a-z]/.test(name))"
    assert first_cells("Functions") == evaluated(page, "wasmatte.js", names)


def test_options_are_those_of_the_functions(page: tuple[Chrome, str]) -> None:
    """As the error for an unknown one lists them."""
    driver, host = page
    script = """
    const [url, done] = arguments;
    import(url).then(({ preload }) => preload({ nonsense: 1 }))
      .catch(({ message }) => done(message));
    """
    message = driver.execute_async_script(script, f"{host}wasmatte.js")
    known = set(message.split("the options are ")[1].split(", "))
    assert first_cells("Options of the functions") == known


def test_attributes_are_those_of_the_element(page: tuple[Chrome, str]) -> None:
    """With those that are no options."""
    names = evaluated(page, "remover/element.js", "Object.keys(module.ATTRIBUTES)")
    assert first_cells("The element's attributes") == names | {"preload", "lang"}


def test_errors_are_those_of_python_and_of_the_page() -> None:
    """Each name that a caller may see."""
    import wasmatte

    web = (Path(__file__).parents[2] / "web" / "errors.js").read_text(encoding="utf-8")
    bases = {"WasmatteError", "PhotoError", "ModelError"}
    python = {name for name in wasmatte.__all__ if name.endswith("Error")} - bases
    assert first_cells("Errors") == python | set(re.findall(r'^ \* - "(\w+)"', web, re.MULTILINE))


def test_table_of_browsers_has_every_test() -> None:
    """As `make test-browsers` writes it: a row for each, by the first line of its docstring."""
    text = (DOCS / "browsers.md").read_text(encoding="utf-8")
    rows = {row.split(" (")[0] for row in re.findall(r"^\| ([^|]{2,}) \|", text, re.MULTILINE)}
    tests = [each for name, each in vars(test_browsers).items() if name.startswith("test_")]
    assert rows == {str(each.__doc__).splitlines()[0].rstrip(".") for each in tests}


def test_every_error_has_its_symptom() -> None:
    """Each of docs/options.md is in a heading or sentence of docs/troubleshooting.md."""
    text = (DOCS / "troubleshooting.md").read_text(encoding="utf-8")
    assert {name for name in first_cells("Errors") if f"`{name}`" not in text} == set()


def test_events_properties_and_parts_are_the_elements(page: tuple[Chrome, str]) -> None:
    """Read from the sources: what is dispatched, used in the style sheet, and marked as a part."""
    web = Path(__file__).parents[2] / "web" / "remover"
    element = (web / "element.js").read_text(encoding="utf-8")
    assert first_cells("Its events") == set(re.findall(r'#dispatch\("(\w+)"', element))
    style = (web / "style.js").read_text(encoding="utf-8")
    used = set(re.findall(r"var\((--wasmatte-[\w-]+)", style))
    assert {f"--{name}" for name in re.findall(r"`--([\w-]+)`", section("Its look"))} == used
    driver, _ = page
    script = """
    document.body.innerHTML = "<wasmatte-remover></wasmatte-remover>";
    const { shadowRoot } = document.body.firstChild;
    return [...new Set([...shadowRoot.querySelectorAll("[part]")].flatMap((e) => [...e.part]))];
    """
    listed = section("Its look").split("`::part(...)`: ")[1].split(".\n")[0]
    assert set(re.findall(r"`(\w+)`", listed)) == set(driver.execute_script(script))


def test_table_of_methods_is_the_elements(page: tuple[Chrome, str]) -> None:
    """Each is there."""
    driver, _ = page
    names = sorted(first_cells("Its properties and methods"))
    missing = driver.execute_script(
        f"const e = document.createElement('wasmatte-remover');"
        f"return {json.dumps(names)}.filter((name) => !(name in e))"
    )
    assert missing == []


def test_size_of_python_is_what_is_fetched(site: Path) -> None:
    """The runtime, and the packages that wasmatte brings along; as they are, and compressed."""
    folder = site / "pyodide"
    packages = json.loads((folder / "pyodide-lock.json").read_text())["packages"]
    wanted = {"wasmatte"}
    while more := {each for name in wanted for each in packages[name]["depends"]} - wanted:
        wanted |= more
    wheels = {packages[name]["file_name"] for name in wanted}
    unneeded = {packages[name]["file_name"] for name in packages} - wheels
    files = [path.read_bytes() for path in folder.iterdir() if path.name not in unneeded]
    text = (DOCS / "embedding.md").read_text(encoding="utf-8")
    [(whole, compressed)] = re.findall(r"`pyodide/`, (\d+) MB,\s+or (\d+) MB where", text)
    assert round(sum(map(len, files)) / 1e6) == int(whole)
    assert round(sum(len(gzip.compress(data)) for data in files) / 1e6) == int(compressed)


def test_without_a_camera_there_is_no_button(page: tuple[Chrome, str]) -> None:
    """The element asks when it comes into the page; this browser has none."""
    driver, _ = page
    script = """
    const [done] = arguments;
    document.body.innerHTML = "<wasmatte-remover></wasmatte-remover>";
    const { shadowRoot } = document.body.firstChild;
    navigator.mediaDevices.enumerateDevices().then((devices) => done([
      devices.filter(({ kind }) => kind === "videoinput").length,
      shadowRoot.querySelector("[part~=camera]").checkVisibility(),
    ]));
    """
    assert driver.execute_async_script(script) == [0, False]
