"""Assemble the site, static files that any host can serve: ``python -m tools.site``."""

import json
import shutil
from pathlib import Path

from tools.cache import say
from tools.distribution import distribution
from tools.errors import reported
from tools.links import link_tree
from tools.models import model_chunks
from tools.toolchain import prepare
from tools.versions import REPOSITORY
from wasmatte.models import models as registry

__all__ = ["assemble"]


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
    shutil.rmtree(output, ignore_errors=True)
    partial.rename(output)


if __name__ == "__main__":
    site = REPOSITORY / "build" / "site"
    with reported():
        assemble(site)
    say(f"the site is in {site}: any web server can serve it, `make serve` does")
