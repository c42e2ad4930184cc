"""tools/site.py: the list of a site's files."""

import json
from hashlib import sha256
from pathlib import Path
from urllib.request import urlopen

from tools.serve import SiteServer
from tools.site import LIST, site_list


def make(root: Path, **files: str) -> Path:
    for name, text in files.items():
        path = root / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def test_list_has_size_and_digest_of_every_file(tmp_path: Path) -> None:
    """By paths that hold below any address."""
    make(tmp_path, index_html="page", models__a__b="x" * 1000)
    assert site_list(tmp_path)["files"] == {
        "index.html": {"size": 4, "sha256": sha256(b"page").hexdigest()},
        "models/a/b": {"size": 1000, "sha256": sha256(b"x" * 1000).hexdigest()},
    }


def test_list_leaves_out_itself_and_the_service_worker(tmp_path: Path) -> None:
    """Neither can be kept by what it describes; the list does not change by being written."""
    make(tmp_path, index_html="page", service_worker_js="worker")
    (tmp_path / "service-worker.js").write_text("worker")
    before = site_list(tmp_path)
    (tmp_path / LIST).write_text(json.dumps(before))
    assert site_list(tmp_path) == before
    assert {"service-worker.js", LIST}.isdisjoint(before["files"])


def test_version_is_that_of_the_files(tmp_path: Path) -> None:
    """The same files have the same one; another byte, and another name, do not."""
    first = site_list(make(tmp_path / "first", index_html="page"))["version"]
    same = site_list(make(tmp_path / "same", index_html="page"))["version"]
    byte = site_list(make(tmp_path / "byte", index_html="pagE"))["version"]
    name = site_list(make(tmp_path / "name", page_html="page"))["version"]
    assert first == same
    assert len({first, byte, name}) == 3


def test_manifest_is_served_as_one(tmp_path: Path) -> None:
    """Browsers refuse some types, and our host asks to be asked again each time."""
    (tmp_path / "manifest.webmanifest").write_text("{}")
    with SiteServer(tmp_path) as server, urlopen(f"{server.url}manifest.webmanifest") as answer:
        assert answer.headers["Content-Type"] == "application/manifest+json"
        assert answer.headers["Cache-Control"] == "no-cache"
