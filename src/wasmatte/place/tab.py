"""The browser tab: fetch, the Cache API, the browser's own decoders.

Nothing of the browser is imported before a function needs it, so that the module can be imported
anywhere.
"""

import hashlib
from collections.abc import AsyncGenerator, Coroutine
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from ..errors import ModelFetchError, PhotoTooLargeError
from ..limits import check_size

__all__ = [
    "BrowserCache",
    "cpu_count",
    "decode",
    "fetch",
    "locate",
    "open_cache",
    "run",
    "sha256",
    "to_bytes",
    "to_js",
]

T = TypeVar("T")

CACHE_NAME = "wasmatte-models"
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})  # HTTP statuses worth another try


def locate(source: str) -> str:
    """Turn an address, which may be relative to the page's, into one that ends with ``/``."""
    return source.rstrip("/") + "/"


async def fetch(url: str, *, fresh: bool) -> AsyncGenerator[bytes, None]:
    """Yield a file piece by piece; see `wasmatte.place.Place`."""
    import js
    from pyodide.ffi import JsException

    try:
        response = await js.fetch(url, to_js({"cache": "reload" if fresh else "default"}))
        if response.status in PASSING:
            raise ConnectionError(f"HTTP status {response.status} {response.statusText}")
        if not response.ok:
            raise ModelFetchError(f"{url}: HTTP status {response.status} {response.statusText}")
        reader = response.body.getReader()
        try:
            while not (piece := await reader.read()).done:
                yield piece.value.to_bytes()
        finally:
            await reader.cancel()
    except JsException as error:  # a TypeError without details, whatever the browser's reason
        raise ConnectionError(str(error)) from error


class BrowserCache:
    """Keeps chunks as responses in the browser's Cache API."""

    def __init__(self, cache: Any) -> None:
        self._cache = cache

    async def get(self, url: str) -> bytes | None:
        """Read a chunk's response."""
        response = await self._cache.match(url)
        if not response:
            return None
        data: bytes = (await response.arrayBuffer()).to_bytes()
        return data

    async def put(self, url: str, data: bytes) -> None:
        """Store a chunk as a response, unless the browser refuses."""
        import js
        from pyodide.ffi import JsException

        try:
            await self._cache.put(url, js.Response.new(to_js(data)))
        except JsException:
            return  # no room, or none allowed: the model works without a cache


async def open_cache(model: str) -> BrowserCache | None:
    """Open the cache that all models share; None where the browser has none to give.

    There is no Cache API on a page that is neither ``https:`` nor loopback, and browsers may refuse
    it in private windows.
    """
    import js
    from pyodide.ffi import JsException

    caches = getattr(js, "caches", None)
    if caches is None:
        return None
    try:
        return BrowserCache(await caches.open(CACHE_NAME))
    except JsException:
        return None


async def sha256(data: bytes) -> str:
    """Give a digest in lower-case hexadecimal, by the browser where it offers that."""
    import js

    subtle = getattr(js.crypto, "subtle", None)
    if subtle is None:  # a page that is neither https: nor loopback
        return hashlib.sha256(data).hexdigest()
    digest: bytes = (await subtle.digest("SHA-256", to_js(data))).to_bytes()
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


def cpu_count() -> int:
    """Give 1: Pyodide's memory is not shared between threads."""
    return 1


def run(work: Coroutine[Any, Any, T]) -> T:
    """Refuse: a tab that waits cannot fetch."""
    work.close()
    raise RuntimeError("a browser tab cannot wait; use `await Matter.load(...)` instead")


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
