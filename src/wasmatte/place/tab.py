"""The browser tab: fetch, the Cache API, the browser's own decoders.

Nothing of the browser is imported before a function needs it, so that the module can be imported
anywhere.
"""

import hashlib
import warnings
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from ..errors import ModelFetchError, PhotoTooLargeError
from ..limits import check_size
from . import memfs
from .buffers import free

__all__ = [
    "BrowserCache",
    "control",
    "decode",
    "discard",
    "fetch",
    "fetching_with",
    "file_sha256",
    "is_lost",
    "locate",
    "open_cache",
    "run",
    "sha256",
    "start_provider",
    "thread_count",
    "to_blob",
    "to_bytes",
    "to_js",
    "watch",
]

T = TypeVar("T")

THREADS_PROVIDER = "WasmThreadsExecutionProvider"
CACHE_NAME = "wasmatte-models"
FETCH: ContextVar[Callable[..., Any] | None] = ContextVar("FETCH", default=None)
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})  # HTTP statuses worth another try


def locate(source: str) -> str:
    """Turn an address, which may be relative to the page's, into one that ends with ``/``."""
    return source.rstrip("/") + "/"


async def fetch(url: str, *, fresh: bool) -> AsyncGenerator[bytes, None]:
    """Yield a file piece by piece; see `wasmatte.place.Place`."""
    import js
    from pyodide.ffi import JsException

    try:
        ask = FETCH.get() or js.fetch
        response = await ask(url, to_js({"cache": "reload" if fresh else "default"}))
        if response.status in PASSING:
            raise ConnectionError(f"HTTP status {response.status} {response.statusText}")
        if not response.ok:
            raise ModelFetchError(f"{url}: HTTP status {response.status} {response.statusText}")
        reader = response.body.getReader()
        spent = []
        try:
            while not (piece := await reader.read()).done:
                spent.append(piece.value.buffer)
                yield piece.value.to_bytes()
        finally:
            free(*spent)  # together: one by one they would cost as much as reading does
            await reader.cancel()
    except JsException as error:  # a TypeError without details, whatever the browser's reason
        raise ConnectionError(str(error)) from error


@contextmanager
def fetching_with(function: Callable[..., Any] | None) -> Iterator[None]:
    """Have `fetch` call this function in place of the browser's; None changes nothing.

    The pieces that its responses give have a buffer each, which is freed once it is read.
    """
    token = FETCH.set(function)
    try:
        yield
    finally:
        FETCH.reset(token)


class BrowserCache:
    """Keeps chunks as responses in the browser's Cache API."""

    def __init__(self, cache: Any) -> None:
        self._cache = cache

    async def get(self, url: str) -> bytes | None:
        """Read a chunk's response."""
        response = await self._cache.match(url)
        if not response:
            return None
        buffer = await response.arrayBuffer()
        data: bytes = buffer.to_bytes()
        free(buffer)
        return data

    async def put(self, url: str, data: bytes) -> None:
        """Store a chunk as a response, unless the browser refuses."""
        import js
        from pyodide.ffi import JsException

        copy = to_js(data)
        try:
            await self._cache.put(url, js.Response.new(copy))
        except JsException:
            return  # no room, or none allowed: the model works without a cache
        finally:
            free(copy.buffer)


async def open_cache(model: str) -> BrowserCache | None:
    """Open the cache that all models share; None where the browser has none to give.

    There is no Cache API on a page that is neither ``https:`` nor loopback, and browsers may refuse
    it in private windows. In a sandboxed frame, whose origin is none, even naming it fails.
    """
    import js
    from pyodide.ffi import JsException

    if js.self.origin == "null":
        return None
    caches = getattr(js, "caches", None)
    if caches is None:
        return None
    try:
        return BrowserCache(await caches.open(CACHE_NAME))
    except JsException:
        return None


async def sha256(data: bytes) -> str:
    """Give a digest in lower-case hexadecimal, by the browser where it offers that."""
    if not _has_digests():
        return hashlib.sha256(data).hexdigest()
    copy = to_js(data)
    try:
        return await _digest(copy)
    finally:
        free(copy.buffer)


async def file_sha256(path: Path) -> str:
    """Give a file's digest in lower-case hexadecimal, by the browser where it offers that."""
    content = memfs.view(path) if _has_digests() else None
    if content is None:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    return await _digest(content)


def discard(path: Path) -> None:
    """Free what a file takes that nobody reads any more."""
    memfs.empty(path)


def _has_digests() -> bool:
    """Say whether the browser computes digests: on a page that is ``https:`` or loopback."""
    import js

    return getattr(js.crypto, "subtle", None) is not None


async def _digest(data: Any) -> str:
    import js

    digest: bytes = (await js.crypto.subtle.digest("SHA-256", data)).to_bytes()
    return digest.hex()


async def decode(data: bytes) -> NDArray[np.uint8] | None:
    """Decode a photo with the browser: AVIF, and whatever else it knows.

    A canvas keeps colour premultiplied: under partial alpha it is rounded, under none it is lost.
    """
    import js
    from pyodide.ffi import JsException

    try:
        bitmap = await js.createImageBitmap(js.Blob.new(to_js([data])))
    except JsException:
        return None
    try:
        width, height = bitmap.width, bitmap.height
        check_size(width, height)
        context = js.OffscreenCanvas.new(width, height).getContext("2d")
        context.drawImage(bitmap, 0, 0)
        pixels = np.empty((height, width, 4), np.uint8)
        context.getImageData(0, 0, width, height).data.assign_to(pixels)
    except JsException as error:
        raise PhotoTooLargeError(
            f"the browser cannot give the pixels of a photo of {width} x {height}: {error}; "
            "use a smaller copy"
        ) from error
    finally:
        bitmap.close()
    return pixels


async def start_provider(provider: str, threads: int | None) -> None:
    """Start the engine of the provider that has threads; see `wasmatte.place.Place`."""
    if provider != THREADS_PROVIDER:
        return
    from onnxruntime import wasm

    if threads is None and wasm.threads():
        return  # somebody has started it as they want it
    try:
        await wasm.start(None if threads is None else min(threads, wasm.MOST_THREADS))
    except wasm.EngineStartError as error:
        warnings.warn(str(error), RuntimeWarning, stacklevel=2)


def thread_count(provider: str) -> int:
    """Give 1, except in the engine, which has none (0) before it is started.

    Pyodide's own memory is not shared between threads.
    """
    if provider != THREADS_PROVIDER:
        return 1
    import onnxruntime

    threads: int = onnxruntime.wasm.threads()
    return threads


def watch(count: Callable[[int, int], object]) -> AbstractContextManager[None]:
    """Have ``count(executed, nodes)`` called while sessions run."""
    import onnxruntime

    watched: AbstractContextManager[None] = onnxruntime.wasm.progress(count)
    return watched


def control(provider: str) -> tuple[Any, int] | None:
    """Give the shared array that ends a run, and the index to store 1 at; None if there is none."""
    if provider != THREADS_PROVIDER:
        return None
    from onnxruntime import wasm

    array = wasm.control()
    return None if array is None else (array, wasm.TERMINATE)


def is_lost(error: BaseException | None) -> bool:
    """Say whether an exception of ONNX Runtime's means that the session is gone for good."""
    from onnxruntime import wasm

    return isinstance(error, wasm.EngineStoppedError)


def run(work: Coroutine[Any, Any, T]) -> T:
    """Refuse: a tab that waits cannot fetch."""
    work.close()
    raise RuntimeError("a browser tab cannot wait; use `await Matter.load(...)` instead")


def to_blob(pieces: Iterable[bytes], mime: str) -> Any:
    """Copy the pieces of a file into a JavaScript Blob of a type; the browser keeps them."""
    import js

    # A Blob of each: what JavaScript holds is then one piece at a time, and not the whole file.
    blobs = [js.Blob.new(to_js([piece])) for piece in pieces]
    return js.Blob.new(to_js(blobs), to_js({"type": mime}))


def to_js(value: Any) -> Any:
    """Copy a Python value into JavaScript: dict to Object, list to Array, bytes to Uint8Array."""
    import js
    from pyodide.ffi import to_js as convert

    return convert(value, dict_converter=js.Object.fromEntries)


def to_bytes(buffer: Any) -> bytes:
    """Copy an ArrayBuffer, a typed array or any Python buffer into bytes."""
    if hasattr(buffer, "to_bytes"):
        buffer = buffer.to_bytes()
    return bytes(buffer)
