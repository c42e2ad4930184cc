"""What differs by place: a desktop's CPython, or a browser tab's.

`here` is the module of the place that this program runs in, `wasmatte.place.desktop` or
`wasmatte.place.tab`. Both are a `Place`.
"""

import sys
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from . import desktop, tab

__all__ = ["Cache", "Place", "here"]

T = TypeVar("T")


class Cache(Protocol):
    """Keeps chunks of models, by their address. It may lose them at any time."""

    async def get(self, url: str) -> bytes | None:
        """Give what is kept for an address, unchecked; None if there is nothing."""

    async def put(self, url: str, data: bytes) -> None:
        """Keep data, in place of what was kept, if that is possible; it is no error if not."""


class Place(Protocol):
    """What a place offers to the rest of wasmatte."""

    def locate(self, source: str) -> str:
        """Turn a source of models as a person types it into an address that ends with ``/``."""

    def fetch(self, url: str, *, fresh: bool) -> AsyncGenerator[bytes, None]:
        """Yield a file piece by piece.

        Parameters
        ----------
        url : str
            Its address.
        fresh : bool
            Whether to go round caches on the way, because what they gave was wrong.

        Raises
        ------
        OSError
            If the failure may pass: no connection, a timeout, a busy server.
        ModelFetchError
            If it will not: no such file, access denied.
        """

    async def open_cache(self, model: str) -> Cache | None:
        """Open the cache of a model; None if this place has none."""

    async def sha256(self, data: bytes) -> str:
        """Give a digest in lower-case hexadecimal."""

    async def file_sha256(self, path: Path) -> str:
        """Give a file's digest in lower-case hexadecimal."""

    def discard(self, path: Path) -> None:
        """Free the memory, if any, of a file that nobody reads any more; it may be empty then."""

    async def decode(self, data: bytes) -> NDArray[np.uint8] | None:
        """Decode a photo that Pillow cannot identify: uint8 RGBA, shape (H, W, 4), upright, sRGB.

        None if this place cannot either.
        """

    async def start_provider(self, provider: str, threads: int | None) -> None:
        """Start the threads of an execution provider, as many as the place has by default.

        If that is impossible the provider takes no sessions, and a warning says why.
        """

    def thread_count(self, provider: str) -> int:
        """Give how many threads an execution provider has; 0 if it takes no sessions yet."""

    def watch(self, count: Callable[[int, int], object]) -> AbstractContextManager[None]:
        """Have ``count(executed, nodes)`` called while sessions run, if the place can tell."""

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine to its end and wait for it."""


here: Place = tab if sys.platform == "emscripten" else desktop
