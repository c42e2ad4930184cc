"""The desktop: files, a cache folder, urllib."""

import asyncio
import hashlib
import http.client
import os
import re
import sys
import urllib.error
import urllib.request
from collections.abc import AsyncGenerator, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from ..errors import ModelFetchError
from ..files import replace_file

__all__ = [
    "FolderCache",
    "cache_folder",
    "decode",
    "discard",
    "fetch",
    "file_sha256",
    "locate",
    "open_cache",
    "run",
    "sha256",
    "start_provider",
    "thread_count",
    "watch",
]

T = TypeVar("T")

TIMEOUT = 30.0  # seconds without a byte
PIECE = 256 * 1024  # bytes
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})  # HTTP statuses worth another try


def locate(source: str) -> str:
    """Turn a folder's path or an address into an address that ends with ``/``."""
    if not re.match(r"[A-Za-z][A-Za-z0-9+.-]+:", source):  # two letters: not a drive of Windows
        source = Path(source).expanduser().resolve().as_uri()
    return source.rstrip("/") + "/"


async def fetch(url: str, *, fresh: bool) -> AsyncGenerator[bytes, None]:
    """Yield a file piece by piece; see `wasmatte.place.Place`."""
    headers = {"Cache-Control": "no-cache"} if fresh else {}
    request = urllib.request.Request(url, headers=headers)
    try:
        response = await asyncio.to_thread(urllib.request.urlopen, request, timeout=TIMEOUT)
        with response:
            while piece := await asyncio.to_thread(response.read, PIECE):
                yield piece
    except urllib.error.HTTPError as error:
        with error:
            if error.code in PASSING:
                raise ConnectionError(f"HTTP status {error.code} {error.reason}") from error
            raise ModelFetchError(f"{url}: HTTP status {error.code} {error.reason}") from error
    except urllib.error.URLError as error:
        if isinstance(error.reason, FileNotFoundError | IsADirectoryError | PermissionError):
            raise ModelFetchError(f"{url}: {error.reason.strerror}") from error
        raise ConnectionError(str(error.reason)) from error
    except http.client.HTTPException as error:
        raise ConnectionError(f"{type(error).__name__}: {error}") from error


class FolderCache:
    """Keeps chunks as files of a folder, named like the last part of their address."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def get(self, url: str) -> bytes | None:
        """Read a chunk's file."""
        try:
            return self._file(url).read_bytes()
        except OSError:
            return None  # absent or unreadable: it is fetched

    async def put(self, url: str, data: bytes) -> None:
        """Write a chunk's file; it appears under its name only when it is whole."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            replace_file(self._file(url), data)
        except OSError:
            return  # a full or read-only disk: the model works without a cache

    def _file(self, url: str) -> Path:
        return self._folder / url.rpartition("/")[2]


async def open_cache(model: str) -> FolderCache:
    """Give the model's folder below `cache_folder`."""
    return FolderCache(cache_folder() / "models" / model)


def cache_folder() -> Path:
    """Name wasmatte's folder below the one that the system gives a user's caches."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
        return Path(base) / "wasmatte" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "wasmatte"
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "wasmatte"


async def sha256(data: bytes) -> str:
    """Give a digest in lower-case hexadecimal."""
    return hashlib.sha256(data).hexdigest()


async def file_sha256(path: Path) -> str:
    """Give a file's digest in lower-case hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def discard(path: Path) -> None:
    """Do nothing: files take no memory, and whoever has made this one removes it."""


async def decode(data: bytes) -> NDArray[np.uint8] | None:
    """Give None: a desktop has no decoder besides Pillow."""
    return None


async def start_provider(provider: str, threads: int | None) -> None:
    """Do nothing: each session has threads of its own."""


def watch(count: Callable[[int, int], object]) -> AbstractContextManager[None]:
    """Do nothing: the ordinary wheel does not tell how far a run is."""
    return nullcontext()


def thread_count(provider: str) -> int:
    """Give how many processors this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end, also where an event loop is running in this thread."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(asyncio.run, work).result()
