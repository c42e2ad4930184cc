"""The matter: a loaded model that cuts photos out."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from . import codec, composite, matte, png, tensor
from .errors import UnsupportedPhotoError
from .models import DEFAULT_MODEL, Model
from .models import model as registered
from .photo import Photo, from_pixels
from .place import here
from .progress import ProgressCallback, Steps
from .session import Session, prepare
from .store import ModelStore

__all__ = ["CutOut", "Matter", "PhotoSource", "remove_background"]

PhotoSource = bytes | bytearray | memoryview | str | os.PathLike[str] | NDArray[np.uint8]
"""A photo: its file's bytes, its file's path, or its pixels: uint8 (H, W, 3 or 4), RGB or RGBA."""


@dataclass(frozen=True)
class CutOut:
    """A photo without its background.

    Attributes
    ----------
    rgba : uint8, shape (H, W, 4)
        The photo's own sRGB pixels, upright, with straight alpha.
    seconds : dict of str to float
        Wall clock time of each step; `png` adds ``encode``.
    """

    rgba: NDArray[np.uint8]
    seconds: dict[str, float]

    @property
    def alpha(self) -> NDArray[np.uint8]:
        """The alpha channel: uint8, shape (H, W), a view of `rgba`."""
        return self.rgba[..., 3]

    def png(self, *, progress: ProgressCallback | None = None) -> bytes:
        """Encode as PNG, losslessly."""
        steps = Steps(progress)
        with steps.step("encode"):
            data = png.encode(self.rgba)
        self.seconds.update(steps.seconds)
        return data


class Matter:
    """A loaded model that cuts photos out.

    Made by `Matter.open` on a desktop and by `Matter.load` anywhere. It may be used as a context
    manager, which closes it.

    Attributes
    ----------
    model : Model
        The registry's row.
    seconds : dict of str to float
        Wall clock time of the steps ``model`` and ``session``.
    """

    def __init__(self, session: Session, seconds: dict[str, float]) -> None:
        self._session = session
        self.model: Model = session.model
        self.seconds = seconds

    @classmethod
    async def load(
        cls,
        model: str = DEFAULT_MODEL,
        *,
        source: str | None = None,
        providers: Sequence[str] | None = None,
        threads: int | None = None,
        progress: ProgressCallback | None = None,
    ) -> Self:
        """Fetch a model, unless it is cached, and compile it.

        Parameters
        ----------
        model : str
            A name of the registry.
        source : str, optional
            Where models come from; see `wasmatte.store.ModelStore`.
        providers : sequence of str, optional
            ONNX Runtime's execution providers, most preferred first; see
            `wasmatte.session.Session`.
        threads : int, optional
            Threads to use at most; by default as many as the place has.
        progress : callable, optional
            Called with a `Progress` during the steps ``model`` and ``session``.

        Raises
        ------
        ModelError
            If the model is unknown, cannot be fetched, or is not what the registry promises.
        SessionError
            If ONNX Runtime refuses it.
        """
        row = registered(model)
        steps = Steps(progress)
        with steps.timed("model"):
            data = await ModelStore(source).load(row, progress)
        with steps.step("session"):
            await prepare(providers, threads)
            session = Session(row, data, providers=providers, threads=threads)
        return cls(session, steps.seconds)

    @classmethod
    def open(
        cls,
        model: str = DEFAULT_MODEL,
        *,
        source: str | None = None,
        providers: Sequence[str] | None = None,
        threads: int | None = None,
        progress: ProgressCallback | None = None,
    ) -> Self:
        """Do what `load` does and wait for it; on a desktop only."""
        return here.run(
            cls.load(model, source=source, providers=providers, threads=threads, progress=progress)
        )

    @property
    def provider(self) -> str:
        """The execution provider in use."""
        return self._session.provider

    @property
    def threads(self) -> int:
        """The number of threads in use."""
        return self._session.threads

    def cut_out(self, photo: PhotoSource, *, progress: ProgressCallback | None = None) -> CutOut:
        """Cut the subject of a photo out.

        Parameters
        ----------
        photo : bytes-like, path or array
            A file in JPEG, PNG, WebP, GIF, BMP or (where Pillow has it) AVIF, or pixels: uint8,
            shape (H, W, 3) or (H, W, 4), sRGB with straight alpha.
        progress : callable, optional
            Called with a `Progress` during the steps ``decode`` to ``composite``.

        Raises
        ------
        PhotoError
            If the photo cannot be used.
        SessionError
            If ONNX Runtime fails, or the matter is closed.
        """
        steps = Steps(progress)
        with steps.step("decode"):
            decoded = _decode(photo)
        return self._cut_out(decoded, steps)

    async def cut_out_async(
        self, photo: PhotoSource, *, progress: ProgressCallback | None = None
    ) -> CutOut:
        """Do what `cut_out` does; in a tab, the browser decodes what Pillow does not know."""
        steps = Steps(progress)
        with steps.step("decode"):
            try:
                decoded = _decode(photo)
            except UnsupportedPhotoError:
                pixels = None if isinstance(photo, np.ndarray) else await here.decode(_read(photo))
                if pixels is None:
                    raise
                decoded = from_pixels(pixels)
        return self._cut_out(decoded, steps)

    def close(self) -> None:
        """Free the model's memory; the matter cuts nothing out after that."""
        self._session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _cut_out(self, photo: Photo, steps: Steps) -> CutOut:
        """Run the steps after decoding."""
        with steps.step("prepare"):
            prepared = tensor.prepare(photo.rgba, self.model)
        with steps.counted("infer") as count:
            predicted = self._session.run(prepared, count)
        with steps.step("composite"):
            height, width = photo.rgba.shape[:2]
            alpha = matte.resize(predicted, (height, width))
            composite.apply_alpha(photo.rgba, alpha, opaque=photo.opaque)
        return CutOut(photo.rgba, steps.seconds)


def remove_background(
    photo: PhotoSource,
    model: str = DEFAULT_MODEL,
    *,
    source: str | None = None,
    threads: int | None = None,
    progress: ProgressCallback | None = None,
) -> bytes:
    """Remove the background of one photo; on a desktop only.

    The model is loaded for this one call. For several photos, keep a `Matter`.

    Parameters
    ----------
    photo : bytes-like, path or array
        See `Matter.cut_out`.
    model, source, threads
        See `Matter.load`.
    progress : callable, optional
        Called with a `Progress` during all steps.

    Returns
    -------
    bytes
        A PNG file with straight alpha.
    """
    with Matter.open(model, source=source, threads=threads, progress=progress) as matter:
        return matter.cut_out(photo, progress=progress).png(progress=progress)


def _decode(photo: PhotoSource) -> Photo:
    """Give a photo's pixels, in an array of our own."""
    return from_pixels(photo) if isinstance(photo, np.ndarray) else codec.decode(_read(photo))


def _read(photo: bytes | bytearray | memoryview | str | os.PathLike[str]) -> bytes:
    """Give the bytes of a photo's file."""
    if isinstance(photo, bytes | bytearray | memoryview):
        return bytes(photo)
    return Path(photo).read_bytes()
