"""Assemble the site, static files that any host can serve: ``python -m tools.site``."""

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

from tools.cache import say
from tools.distribution import distribution
from tools.errors import reported
from tools.fetch import npm_folder
from tools.links import link_tree
from tools.models import model_chunks
from tools.toolchain import prepare
from tools.versions import REPOSITORY
from wasmatte.models import models as registry

__all__ = ["LIST", "assemble", "site_list"]

LIST = "files.json"
# The browser itself keeps the service worker, and sees to it that it is the latest one.
UNLISTED = frozenset({LIST, "service-worker.js"})


def assemble(output: Path) -> None:
    """Make ``output`` the site, replacing it once the new one is whole."""
    pyodide = distribution(prepare())
    models = model_chunks()
    partial = output.with_name(f".{output.name}.assembling")
    shutil.rmtree(partial, ignore_errors=True)
    shutil.copytree(REPOSITORY / "web", partial)
    link_tree(pyodide, partial / "pyodide")
    link_tree(models, partial / "models")
    # So that the page can have a model fetched before Python, which has the registry, is there.
    index = {model.name: [chunk.sha256 for chunk in model.chunks] for model in registry()}
    (partial / "models" / "index.json").write_text(json.dumps(index))
    _vendor(partial / "vendor")
    (partial / LIST).write_text(json.dumps(site_list(partial), indent=1))
    shutil.rmtree(output, ignore_errors=True)
    partial.rename(output)


def _vendor(folder: Path) -> None:
    """Put in what web/ uses of npm, each with its licence."""
    folder.mkdir()
    package = npm_folder("client-zip")
    shutil.copy(package / "index.js", folder / "client-zip.js")
    shutil.copy(package / "LICENSE.txt", folder / "client-zip.LICENSE.txt")


def site_list(root: Path) -> dict[str, Any]:
    """List the files of a site, so that a browser can keep all of them, each checked.

    Returns
    -------
    dict
        ``{"version": str, "files": {path: {"size": bytes, "sha256": hexadecimal}}}``. Paths are
        relative to the site. Two sites have the same version if all their files are the same.
    """
    files = {}
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        name = path.relative_to(root).as_posix()
        if name not in UNLISTED:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            files[name] = {"size": path.stat().st_size, "sha256": digest}
    version = hashlib.sha256(json.dumps(files).encode()).hexdigest()[:16]
    return {"version": version, "files": files}


if __name__ == "__main__":
    site = REPOSITORY / "build" / "site"
    with reported():
        assemble(site)
    say(f"the site is in {site}: any web server can serve it, `make serve` does")
