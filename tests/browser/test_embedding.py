"""The site in other people's pages: other origins, strict policies, frames, other folders."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from tests.browser.photos import sample
from tests.chromium import chromium
from tools.links import link_tree
from tools.serve import SiteServer

from .stranger import ELEMENT_RESULT, OpenHost, answering, is_cut_out, policies, ten_lines

ICON = '<link rel="icon" href="data:,">'  # so that the browser asks for none
ENGINE = "WasmThreadsExecutionProvider"


@pytest.fixture(scope="module")
def host(site: Path) -> Iterator[str]:
    """Serve the site to everybody; give its address."""
    with SiteServer(site, isolated=False, handler=OpenHost) as server:
        yield server.url


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give the folder of a stranger's host; a photo lies in it."""
    (tmp_path / "photo.png").symlink_to(sample("coffee").resolve())
    return tmp_path


@pytest.fixture
def quiet(driver: Chrome) -> Iterator[Chrome]:
    """Give the browser; a test fails if its pages' console says anything at all."""
    driver.get_log("browser")
    yield driver
    assert driver.get_log("browser") == []


def strict_policy(host: str, *, own: str = "'self'") -> str:
    """Return the documented policy, for a page that fetches its photo from ``own`` as well."""
    foreign, _ = policies(host)
    return foreign.replace("connect-src", f"connect-src {own}").replace("img-src", "img-src data:")


def test_strict_policy_and_no_request_elsewhere(host: str, folder: Path, tmp_path: Path) -> None:
    """The documented policy suffices; the browser's own record has requests to the host only."""
    log = tmp_path / "net-log.json"
    page = ten_lines(host).replace("<meta charset", f"{ICON}\n<meta charset")
    (folder / "index.html").write_text(page)
    stranger = answering({"Content-Security-Policy": strict_policy(host)})
    with (
        SiteServer(folder, isolated=False, handler=stranger) as server,
        chromium(arguments=[f"--log-net-log={log}", "--net-log-capture-mode=Default"]) as driver,
    ):
        driver.get(server.url)
        answer = driver.execute_async_script(ELEMENT_RESULT, "photo.png")
        assert driver.get_log("browser") == []
        origin = server.url
    assert is_cut_out(answer)
    assert (answer["provider"], answer["threads"]) == ("CPUExecutionProvider", 1)
    requested = requests(log)
    assert {url for url in requested if not url.startswith(host)} == {f"{origin}photo.png"}
    assert f"{host}worker.js" in requested  # so the record knows what workers fetch
    assert any(url.startswith(f"{host}models/isnet_quint8/") for url in requested)


def requests(log: Path) -> set[str]:
    """Read the addresses of all requests that pages and workers made out of Chromium's record."""
    record = json.loads(log.read_text(encoding="utf-8"))
    [start] = [
        number
        for name, number in record["constants"]["logEventTypes"].items()
        if name == "URL_REQUEST_START_JOB"
    ]
    found = {
        event["params"]["url"]
        for event in record["events"]
        if event["type"] == start
        and event.get("params", {}).get("initiator", "").startswith("http")
    }
    return {url for url in found if not url.startswith(("blob:", "data:"))}


@pytest.mark.long  # test_hosting.py has threads under a strict policy as well
def test_isolated_page_has_threads_under_the_strict_policy(
    quiet: Chrome, host: str, folder: Path
) -> None:
    """The engine's workers need nothing more than the others."""
    (folder / "index.html").write_text(ICON + ten_lines(host))
    headers = answering({"Content-Security-Policy": strict_policy(host)})
    with SiteServer(folder, handler=headers) as server:
        quiet.get(server.url)
        answer = quiet.execute_async_script(ELEMENT_RESULT, "photo.png")
    assert is_cut_out(answer)
    assert answer["provider"] == ENGINE


@pytest.mark.long
@pytest.mark.parametrize(
    ("workers", "provider"), [(" blob:", ENGINE), ("", "CPUExecutionProvider")]
)
def test_policy_of_ones_own_host(
    driver: Chrome, site: Path, tmp_path: Path, workers: str, provider: str
) -> None:
    """With the files beside the page, on an isolated one; without `blob:` on one thread."""
    link_tree(site, tmp_path / "wasmatte")
    (tmp_path / "photo.png").symlink_to(sample("coffee").resolve())
    (tmp_path / "index.html").write_text(ICON + ten_lines("wasmatte/"))
    _, own = policies("")
    assert "worker-src 'self' blob:" in own
    policy = own.replace("img-src", "img-src data:").replace("'self' blob:", f"'self'{workers}")
    headers = answering({"Content-Security-Policy": policy})
    driver.get_log("browser")
    with SiteServer(tmp_path, handler=headers) as server:
        driver.get(server.url)
        answer = driver.execute_async_script(ELEMENT_RESULT, "photo.png")
    log = driver.get_log("browser")
    assert is_cut_out(answer)
    assert answer["provider"] == provider
    assert all("blob:" in entry["message"] for entry in log)  # what the policy forbids
    assert bool(log) == (workers == "")


@pytest.mark.long
def test_sandboxed_frame(quiet: Chrome, host: str, folder: Path) -> None:
    """It has an origin that is no other's, not even its own host's; `data:` is for its worker."""
    (folder / "inner.html").write_text(ICON + ten_lines(host))
    frame = '<iframe src="inner.html" sandbox="allow-scripts" title="A frame"></iframe>'
    (folder / "index.html").write_text(f"<!doctype html>{ICON}<title>A frame</title>{frame}")

    class Stranger(OpenHost):
        def end_headers(self) -> None:
            if self.path == "/inner.html":
                policy = strict_policy(host, own=server.url)
                policy = policy.replace("worker-src blob:", "worker-src data:")
                self.send_header("Content-Security-Policy", policy)
            super().end_headers()

    with SiteServer(folder, isolated=False, handler=Stranger) as server:
        quiet.get(server.url)
        quiet.switch_to.frame(quiet.find_element(By.TAG_NAME, "iframe"))
        assert quiet.execute_script("return self.origin") == "null"
        answer = quiet.execute_async_script(ELEMENT_RESULT, f"{server.url}photo.png")
    assert is_cut_out(answer)


@pytest.mark.long
def test_assets_from_another_folder(quiet: Chrome, host: str, site: Path, folder: Path) -> None:
    """The modules are the page's own, all else is the host's."""
    static = folder / "static"
    (static / "remover").mkdir(parents=True)
    for module in [*site.glob("*.js"), *site.glob("remover/*.js")]:
        if module.name != "worker.js":
            (static / module.relative_to(site)).write_bytes(module.read_bytes())
    page = ten_lines("static/").replace("<wasmatte-remover", f'<wasmatte-remover assets="{host}"')
    (folder / "index.html").write_text(ICON + page)
    with SiteServer(folder, isolated=False) as server:
        quiet.get(server.url)
        answer = quiet.execute_async_script(ELEMENT_RESULT, "photo.png")
    assert is_cut_out(answer)


@pytest.mark.parametrize("lacking", ["worker-src", "connect-src"])
def test_what_a_policy_lacks_is_said(driver: Chrome, host: str, folder: Path, lacking: str) -> None:
    """In the error's words; the element shows them."""
    foreign, _ = policies(host)
    given = foreign.replace("connect-src", "connect-src 'self'").split("; ")
    kept = [each for each in given if not each.startswith(lacking)]
    if lacking == "connect-src":
        kept.append("connect-src 'self'")
    (folder / "index.html").write_text(ten_lines(host))
    headers = answering({"Content-Security-Policy": "; ".join(kept)})
    with SiteServer(folder, isolated=False, handler=headers) as server:
        driver.get(server.url)
        answer = driver.execute_async_script(ELEMENT_RESULT, "photo.png")
    driver.get_log("browser")  # the browser says it too
    assert answer["state"] == "error"
    assert answer["error"].startswith("RuntimeLoadError")
    assert "Content-Security-Policy" in answer["error"]
    assert lacking in answer["error"]


def test_host_that_lets_nobody_in_is_said(
    driver: Chrome, host: str, site: Path, folder: Path
) -> None:
    """Where the worker's host sends no Access-Control-Allow-Origin."""
    page = ten_lines(host)
    with (
        SiteServer(site, isolated=False) as closed,
        SiteServer(folder, isolated=False) as server,
    ):
        attribute = f'<wasmatte-remover assets="{closed.url}"'
        (folder / "index.html").write_text(page.replace("<wasmatte-remover", attribute))
        driver.get(server.url)
        answer = driver.execute_async_script(ELEMENT_RESULT, "photo.png")
        driver.get_log("browser")
        assert answer["error"].startswith("RuntimeLoadError")
        assert f"{closed.url}worker.js" in answer["error"]
        assert "Access-Control-Allow-Origin" in answer["error"]
