"""The peers' npm packages, unpacked, and the data folder that one of them is given."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tools.fetch import npm_folder

__all__ = ["imgly_data", "package", "split"]

CHUNK = 4 * 1024 * 1024  # bytes; as its publisher cuts files
RUNTIME_FILES = {
    "ort-wasm-simd-threaded.wasm": "application/wasm",
    "ort-wasm-simd-threaded.mjs": "text/javascript",
}


def package(name: str) -> Path:
    """Return the folder ``dist`` of an ``npm`` entry of versions.toml."""
    return npm_folder(name) / "dist"


def imgly_data(models: Mapping[str, bytes], folder: Path) -> None:
    """Fill the folder that ``publicPath`` of @imgly/background-removal names.

    Its publisher's own data package of this version is not on npm. This one has the same layout:
    the weights of the one that is, and the onnxruntime-web that the version asks for.
    """
    folder.mkdir(parents=True)
    runtime = package("background-removal-runtime")
    resources = {
        f"/onnxruntime-web/{name}": split((runtime / name).read_bytes(), mime, folder)
        for name, mime in RUNTIME_FILES.items()
    }
    for name, data in models.items():
        resources[f"/models/{name}"] = split(data, "application/octet-stream", folder)
    (folder / "resources.json").write_text(json.dumps(resources))


def split(data: bytes, mime: str, folder: Path) -> dict[str, Any]:
    """Write a file in chunks named by their sha256, and return its entry in resources.json."""
    chunks = []
    for start in range(0, len(data), CHUNK):
        piece = data[start : start + CHUNK]
        name = hashlib.sha256(piece).hexdigest()
        (folder / name).write_bytes(piece)
        chunks.append({"name": name, "hash": name, "offsets": [start, start + len(piece)]})
    return {"chunks": chunks, "size": len(data), "mime": mime}
