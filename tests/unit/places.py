"""A place without a network, for tests."""

import hashlib
from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from wasmatte import Model, ModelFetchError
from wasmatte.progress import ProgressCallback
from wasmatte.store import ModelStore

T = TypeVar("T")


def finish(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that waits for nothing but its turn, with no event loop at all."""
    while True:
        try:
            work.send(None)
        except StopIteration as stop:
            result: T = stop.value
            return result


async def contents(
    store: ModelStore, row: Model, progress: ProgressCallback | None = None
) -> bytes:
    """Load a model, and give the file that it is."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "model.onnx"
        await store.load(row, file, progress)
        return file.read_bytes()


class MemoryCache:
    """A cache that shows what it holds."""

    def __init__(self, kept: Mapping[str, bytes] | None = None) -> None:
        self.kept = dict(kept or {})

    async def get(self, url: str) -> bytes | None:
        return self.kept.get(url)

    async def put(self, url: str, data: bytes) -> None:
        self.kept[url] = data


class FakePlace:
    """Serves files by their name; ``spoil(data, attempt)`` may change, cut or raise."""

    def __init__(
        self,
        files: Mapping[str, bytes],
        *,
        cache: MemoryCache | None = None,
        spoil: Callable[[bytes, int], bytes] = lambda data, _: data,
        piece: int = 32,
    ) -> None:
        self.files = files
        self.cache = cache
        self.spoil = spoil
        self.piece = piece
        self.fetched: list[str] = []
        self.fresh: list[bool] = []

    def locate(self, source: str) -> str:
        return source.rstrip("/") + "/"

    async def fetch(self, url: str, *, fresh: bool) -> AsyncGenerator[bytes, None]:
        self.fetched.append(url)
        self.fresh.append(fresh)
        name = url.rpartition("/")[2]
        if name not in self.files:
            raise ModelFetchError(f"{url}: HTTP status 404 Not Found")
        data = self.spoil(self.files[name], self.fetched.count(url))
        for start in range(0, len(data), self.piece):
            yield data[start : start + self.piece]

    async def open_cache(self, model: str) -> MemoryCache | None:
        return self.cache

    async def sha256(self, data: bytes) -> str:
        return hashlib.sha256(data).hexdigest()

    async def file_sha256(self, path: Path) -> str:
        return await self.sha256(path.read_bytes())
