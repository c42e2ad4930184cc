"""The tab's worker service: Python's side of the page's worker.

It only translates between JavaScript values and `wasmatte.Matter`. The worker calls::

    const service = pyodide.pyimport("wasmatte.service").Service();
    const post = (step, done, total, unit) => {...};       // total: number or undefined
    await service.load("isnet_quint8", "https://host/models/", post);
    const result = await service.remove_background(arrayBuffer, post);

and names a Python exception for the page with `describe`.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from .errors import SessionError, WasmatteError
from .matter import Matter
from .place.tab import control, fetching_with, is_lost, to_bytes, to_js
from .progress import Progress, ProgressCallback

__all__ = ["Service", "describe"]

Post = Callable[[str, int, int | None, str], object]


class Service:
    """Holds one loaded model and cuts photos out with it."""

    def __init__(self) -> None:
        self._matter: Matter | None = None
        self._loaded: tuple[str, str, int | None] | None = None
        self._lock = asyncio.Lock()

    async def load(
        self,
        model: str,
        models_url: str,
        post: Post,
        threads: int | None = None,
        fetch: Callable[..., Any] | None = None,
    ) -> Any:
        """Load a model; another one is closed first. Loading the same one again does nothing.

        Parameters
        ----------
        model : str
            A name of the registry.
        models_url : str
            Address of the folder that holds ``<model>/<sha256 of chunk>``.
        post : callable
            Called as ``post(step, done, total, unit)`` for the steps ``model`` and ``session``.
        threads : int, optional
            See `Matter.load`.
        fetch : callable, optional
            Takes the place of the browser's ``fetch``: it may have the model already.

        Returns
        -------
        object
            ``{model, provider, threads, seconds: {model, session}}``.
        """
        async with self._lock:
            wanted = (model, models_url, threads)
            if self._matter is None or self._loaded != wanted:
                self.close()
                with fetching_with(fetch):
                    self._matter = await Matter.load(
                        model, source=models_url, threads=threads, progress=_relay(post)
                    )
                self._loaded = wanted
            matter = self._matter
        return to_js({**_facts(matter), "seconds": matter.seconds})

    async def remove_background(self, data: Any, post: Post) -> Any:
        """Cut the subject of a photo out.

        Parameters
        ----------
        data : ArrayBuffer, Uint8Array or bytes
            The photo's file. It is copied; the caller keeps it.
        post : callable
            Called as ``post(step, done, total, unit)`` for the steps ``decode`` to ``encode``.

        Returns
        -------
        object
            ``{png: Uint8Array, width, height, model, provider, threads, seconds: {step: s}}``; the
            array owns its buffer, which can be transferred.

        Raises
        ------
        SessionError
            If no model is loaded.
        PhotoError
            If the photo cannot be used.
        """
        if self._matter is None:
            raise SessionError("no model is loaded; call load() first")
        matter = self._matter
        progress = _relay(post)
        try:
            cutout = await matter.cut_out_async(to_bytes(data), progress=progress)
        except SessionError as error:
            if is_lost(error.__cause__):
                self.close()  # so that the next request loads the model again
            raise
        png = cutout.png(progress=progress)
        height, width = cutout.alpha.shape
        facts = {**_facts(matter), "width": width, "height": height, "seconds": cutout.seconds}
        return to_js({"png": png, **facts})

    def brake(self) -> Any:
        """Give what ends the run that goes on, from any thread of the page.

        Returns
        -------
        object or None
            ``{control: Int32Array, index}``: storing 1 there with ``Atomics`` makes the run fail at
            its next node, and the model stays loaded. None where the page shares no memory.
        """
        found = None if self._matter is None else control(self._matter.provider)
        return None if found is None else to_js({"control": found[0], "index": found[1]})

    @property
    def loaded(self) -> bool:
        """Whether a model is ready."""
        return self._matter is not None

    def close(self) -> None:
        """Free the model."""
        if self._matter is not None:
            self._matter.close()
        self._matter = self._loaded = None


def describe(exception: BaseException) -> Any:
    """Give an exception's name and its message for people.

    Returns
    -------
    object
        ``{name, message}``; a message of an error that wasmatte did not foresee says so.
    """
    name = type(exception).__name__
    message = str(exception)
    if not isinstance(exception, WasmatteError):
        message = f"unexpected {name}: {message}"
    return to_js({"name": name, "message": message})


def _facts(matter: Matter) -> dict[str, Any]:
    return {
        "model": matter.model.name,
        "provider": matter.provider,
        "threads": matter.threads,
    }


def _relay(post: Post) -> ProgressCallback:
    """Pass progress on to the worker, field by field."""

    def progress(event: Progress) -> None:
        post(event.step, event.done, event.total, event.unit)

    return progress
