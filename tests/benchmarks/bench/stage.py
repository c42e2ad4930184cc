"""The folder that is served: our site, the peers, their pages, the models, the photos."""

import os
import shutil
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from PIL import Image

from tools.links import link_tree
from tools.samples import large_photo, sample_photos
from tools.serve import SiteHandler, SiteServer
from wasmatte import codec, tensor
from wasmatte.models import model as registered

from . import peers

__all__ = ["Stage", "Traffic", "counting_server"]

PAGES = Path(__file__).parent / "pages"
QUALITY = 92  # of the JPEG files


@dataclass(frozen=True)
class Stage:
    """The folder, and addresses in it.

    Attributes
    ----------
    root : Path
        What is served.
    """

    root: Path
    small: ClassVar[str] = "photos/512.jpg"
    large: ClassVar[str] = "photos/12-megapixels.jpg"
    tensor: ClassVar[str] = "photos/512.f32"

    @classmethod
    def build(cls, root: Path, site: Path, chunks: Path, models: list[str]) -> "Stage":
        """Lay everything out.

        Parameters
        ----------
        root : Path
            An empty folder.
        site, chunks : Path
            The built site, and the folder of the models' chunks.
        models : list of str
            Names of the registry.
        """
        stage = cls(root)
        shutil.copytree(PAGES, root, dirs_exist_ok=True)
        link_tree(site, root / "wasmatte")
        link_tree(peers.package("onnxruntime-web"), root / "onnxruntime-web")
        link_tree(peers.package("background-removal"), root / "imgly")
        link_tree(peers.package("background-removal-runtime"), root / "imgly" / "onnxruntime-web")
        files = {name: _whole(chunks, name) for name in models}
        (root / "models").mkdir()
        for name, data in files.items():
            stage.model(name).write_bytes(data)
        peers.imgly_data(files, root / "imgly" / "data")
        stage._take_photos(models)
        return stage

    def model(self, name: str) -> Path:
        """Return the file of a model."""
        return self.root / "models" / f"{name}.onnx"

    def _take_photos(self, models: list[str]) -> None:
        """Write the photos, and the tensor that the small one becomes."""
        (self.root / "photos").mkdir()
        (portrait,) = (path for path in sample_photos() if path.stem == "astronaut")
        with Image.open(portrait) as photo:
            photo.convert("RGB").save(self.root / self.small, quality=QUALITY)
        large_photo(self.root / self.large)
        pixels = codec.decode((self.root / self.small).read_bytes()).rgba
        prepared = [tensor.prepare(pixels, registered(name)) for name in models]
        if not all(np.array_equal(each, prepared[0]) for each in prepared):
            raise ValueError("the models do not take the same tensor")
        prepared[0].tofile(self.root / self.tensor)


class Traffic:
    """Counts the bytes that a server has sent."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._total = 0

    def add(self, size: int) -> None:
        """Count a file."""
        with self._lock:
            self._total += size

    def take(self) -> int:
        """Return the count, and begin again at 0."""
        with self._lock:
            total, self._total = self._total, 0
        return total


def counting_server(root: Path, *, isolated: bool) -> tuple[SiteServer, Traffic]:
    """Make a server of a folder, and what counts its files; photos do not count."""
    traffic = Traffic()

    class Handler(SiteHandler):
        def copyfile(self, source: Any, outputfile: Any) -> None:
            super().copyfile(source, outputfile)
            if not self.path.startswith("/photos/"):
                traffic.add(os.fstat(source.fileno()).st_size)

    return SiteServer(root, isolated=isolated, handler=Handler), traffic


def _whole(chunks: Path, name: str) -> bytes:
    return b"".join(
        (chunks / name / chunk.sha256).read_bytes() for chunk in registered(name).chunks
    )
