"""The model store: fetches a model's chunks, checks them, keeps them."""

import asyncio
import os
from contextlib import aclosing
from pathlib import Path

from .errors import ModelCorruptError, ModelFetchError
from .models import Chunk, Model
from .place import Cache, Place, here
from .progress import Progress, ProgressCallback

__all__ = ["SOURCE_VARIABLE", "ModelStore"]

SOURCE_VARIABLE = "WASMATTE_MODELS_URL"


class ModelStore:
    """Gives models as files that are exactly what the registry promises.

    A chunk is used only when its length and its digest are right. It is cached as soon as it is
    there, so that an interrupted fetch goes on where it stopped; what a cache holds is checked
    again. A wrong or cut-off chunk is fetched again, a bounded number of times.

    Parameters
    ----------
    source : str, optional
        Where models come from: an ``https:``, ``http:`` or ``file:`` address or, on a desktop, a
        folder's path. Chunks lie at ``<source>/<model's name>/<chunk's sha256>``. By default the
        environment variable ``WASMATTE_MODELS_URL``, or else the publisher's own folder
        (`Model.home`), which holds the chunks directly.
    place : Place
        What fetches and caches.
    attempts : int
        How often one chunk is tried, at most.
    backoff : float
        Seconds before the second attempt; the time doubles with each further one.
    """

    def __init__(
        self,
        source: str | None = None,
        *,
        place: Place = here,
        attempts: int = 4,
        backoff: float = 0.5,
    ) -> None:
        self._source = source or os.environ.get(SOURCE_VARIABLE)
        self._place = place
        self._attempts = attempts
        self._backoff = backoff

    async def load(
        self, model: Model, path: Path, progress: ProgressCallback | None = None
    ) -> None:
        """Write a model's file; it is whole when this returns.

        A file, and not bytes: Python's memory in a tab would keep their room for ever.

        Raises
        ------
        ModelFetchError
            If they cannot be fetched.
        ModelCorruptError
            If what comes is wrong at every attempt.
        """
        meter = _Meter(model.size, progress)
        folder = self._folder(model)
        local = folder.startswith("file:")  # already where a cache would put it
        cache = None if local else await self._place.open_cache(model.name)
        with path.open("wb") as file:
            file.truncate(
                model.size
            )  # its whole length at once: a tab's files are copied as they grow
            for chunk in model.chunks:
                file.write(await self._chunk(folder, chunk, cache, meter))
        digest = await self._place.file_sha256(path)
        if digest != model.sha256:
            raise ModelCorruptError(
                f"the chunks of {model.name} make a file with sha256 {digest}, expected "
                f"{model.sha256}; this registry row is wrong, please report it"
            )

    def _folder(self, model: Model) -> str:
        """Give the address of the folder with a model's chunks; ends with ``/``."""
        if self._source is None:
            return model.home
        return f"{self._place.locate(self._source)}{model.name}/"

    async def _chunk(
        self, folder: str, chunk: Chunk, cache: Cache | None, meter: "_Meter"
    ) -> bytes:
        """Give one chunk, from the cache if it is there and right."""
        url = folder + chunk.sha256
        if cache is not None:
            cached = await cache.get(url)
            if cached is not None and await self._fault(cached, chunk) is None:
                meter.finish(chunk)
                return cached
        data = await self._fetch(url, chunk, meter)
        if cache is not None:
            await cache.put(url, data)
        meter.finish(chunk)
        return data

    async def _fetch(self, url: str, chunk: Chunk, meter: "_Meter") -> bytes:
        """Fetch one chunk, trying again while that may help."""
        error: Exception
        for attempt in range(self._attempts):
            if attempt:
                await asyncio.sleep(self._backoff * 2 ** (attempt - 1))
            try:
                data = await self._download(url, chunk, meter, fresh=attempt > 0)
            except OSError as failure:
                error = ModelFetchError(
                    f"{url}: {failure} ({self._attempts} attempts); check the connection and try "
                    f"again, or name another source of models with {SOURCE_VARIABLE}"
                )
                error.__cause__ = failure
                continue
            fault = await self._fault(data, chunk)
            if fault is None:
                return data
            error = ModelCorruptError(
                f"{url}: {fault} ({self._attempts} attempts); try again later, or name another "
                f"source of models with {SOURCE_VARIABLE}"
            )
        raise error

    async def _download(self, url: str, chunk: Chunk, meter: "_Meter", *, fresh: bool) -> bytes:
        """Take what comes for a chunk, and no more than one byte too many."""
        data = bytearray()
        async with aclosing(self._place.fetch(url, fresh=fresh)) as pieces:
            async for piece in pieces:
                data += piece
                if len(data) > chunk.size:
                    break
                meter.within(len(data))
        return bytes(data)

    async def _fault(self, data: bytes, chunk: Chunk) -> str | None:
        """Say what is wrong with a chunk; None if nothing is."""
        if len(data) < chunk.size:
            return f"cut off after {len(data)} of {chunk.size} bytes"
        if len(data) > chunk.size:
            return f"longer than its {chunk.size} bytes"
        digest = await self._place.sha256(data)
        return None if digest == chunk.sha256 else f"its sha256 is {digest}"


class _Meter:
    """Reports bytes of a whole model; a chunk that is fetched again does not turn it back."""

    def __init__(self, total: int, progress: ProgressCallback | None) -> None:
        self._total = total
        self._progress = progress
        self._finished = 0
        self._reported = -1
        self.within(0)

    def within(self, done: int) -> None:
        """Report that so many bytes of the current chunk are there."""
        done += self._finished
        if done > self._reported:
            self._reported = done
            if self._progress is not None:
                self._progress(Progress("model", done, self._total, "bytes"))

    def finish(self, chunk: Chunk) -> None:
        """Report that the current chunk is there and right."""
        self.within(chunk.size)
        self._finished += chunk.size
