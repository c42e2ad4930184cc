"""The tab's worker service: Python's side of the page's worker.

It only translates between JavaScript values and `wasmatte.Matter`. The worker calls::

    const service = pyodide.pyimport("wasmatte.service").Service();
    const post = (step, done, total, unit) => {...};       // total: number or undefined
    await service.load("isnet_quint8", "https://host/models/", post);
    const result = await service.remove_background({ data: arrayBuffer }, post, { crop: true });

and names a Python exception for the page with `describe`.
"""

import asyncio
from collections.abc import Callable
from typing import Any

import numpy as np

from .cutout import CutOut, apply_mask_async
from .errors import SessionError, WasmatteError
from .matter import Matter
from .output import Output
from .place.extensions import free_leftovers
from .place.tab import control, fetching_with, is_lost, to_blob, to_bytes, to_js
from .progress import Progress, ProgressCallback
from .source import PhotoSource, decode_async

__all__ = ["Service", "describe"]

Post = Callable[[str, int, int | None, str], object]


class Service:
    """Holds one loaded model and cuts photos out with it."""

    def __init__(self) -> None:
        self._matter: Matter | None = None
        self._loaded: tuple[str, str, int | None, str | None] | None = None
        self._lock = asyncio.Lock()
        free_leftovers()

    async def load(
        self,
        model: str,
        models_url: str,
        post: Post,
        threads: int | None = None,
        provider: str | None = None,
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
        provider : str, optional
            ONNX Runtime's execution provider to use; by default the best one that there is.
        fetch : callable, optional
            Takes the place of the browser's ``fetch``: it may have the model already. The pieces
            of its responses are freed once they are read.

        Returns
        -------
        object
            ``{model, provider, threads, seconds: {model, session}}``.
        """
        async with self._lock:
            wanted = (model, models_url, threads, provider)
            if self._matter is None or self._loaded != wanted:
                self.close()
                with fetching_with(fetch):
                    self._matter = await Matter.load(
                        model,
                        source=models_url,
                        providers=None if provider is None else [provider],
                        threads=threads,
                        progress=_relay(post),
                    )
                self._loaded = wanted
            matter = self._matter
        return to_js({**_facts(matter), "seconds": matter.seconds})

    async def remove_background(self, photo: Any, post: Post, options: Any = None) -> Any:
        """Cut the subject of a photo out.

        Parameters
        ----------
        photo : object
            ``{data}`` with the bytes of its file, or ``{data, width, height}`` with its pixels,
            RGBA. They are copied; the caller keeps them.
        post : callable
            Called as ``post(step, done, total, unit)`` for the steps ``decode`` to ``encode``.
        options : object, optional
            The attributes of `wasmatte.Output`, its background's picture as a photo, its crop's
            rectangle as ``{x, y, width, height}``; and ``matte``: whether the matte is wanted as
            well.

        Returns
        -------
        object
            ``{blob: Blob, width, height, matte, model, provider, threads, seconds: {step: s}}``;
            ``matte`` is the matte's PNG in a Blob, or undefined.

        Raises
        ------
        SessionError
            If no model is loaded.
        OptionError
            If an option has a value that is not allowed.
        PhotoError
            If the photo or the background cannot be used.
        """
        if self._matter is None:
            raise SessionError("no model is loaded; call load() first")
        matter = self._matter
        output, with_matte = await _output(options)
        progress = _relay(post)
        try:
            cutout = await matter.cut_out_async(_photo(photo), output=output, progress=progress)
        except SessionError as error:
            if is_lost(error.__cause__):
                self.close()  # so that the next request loads the model again
            raise
        return _result(cutout, progress, with_matte=with_matte, facts=_facts(matter))

    async def apply_mask(self, photo: Any, mask: Any, post: Post, options: Any = None) -> Any:
        """Cut a photo out along a matte, without a model.

        Parameters and result are those of `remove_background`; ``mask`` is a picture like the
        photo.
        """
        output, with_matte = await _output(options)
        progress = _relay(post)
        cutout = await apply_mask_async(
            _photo(photo), _photo(mask), output=output, progress=progress
        )
        return _result(cutout, progress, with_matte=with_matte, facts={})

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


def _photo(value: Any) -> PhotoSource:
    """Give a file's bytes, or pixels."""
    data = to_bytes(value.data)
    width = getattr(value, "width", None)
    if width is None:
        return data
    return np.frombuffer(data, np.uint8).reshape(value.height, width, 4)


async def _output(options: Any) -> tuple[Output, bool]:
    """Translate the options; a picture for the background is decoded."""
    given = {} if options is None else dict(options.object_entries())
    background = given.get("background")
    if hasattr(background, "data"):
        given["background"] = (await decode_async(_photo(background))).rgba
    crop: Any = given.get("crop")
    if hasattr(crop, "width"):
        given["crop"] = (crop.x, crop.y, crop.width, crop.height)
    with_matte = bool(given.pop("matte", False))
    return Output(**given), with_matte


def _result(
    cutout: CutOut, progress: ProgressCallback, *, with_matte: bool, facts: dict[str, Any]
) -> Any:
    blob = to_blob(cutout.pieces(progress=progress), cutout.output.mime_type)
    width, height = cutout.size
    matte = to_blob([cutout.matte_png()], "image/png") if with_matte else None
    about = {"width": width, "height": height, "matte": matte}
    return to_js({"blob": blob, **about, **facts, "seconds": cutout.seconds})


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
