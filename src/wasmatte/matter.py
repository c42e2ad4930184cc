"""The matter: a loaded model that cuts photos out."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from . import matte, tensor
from .cutout import CutOut, cut
from .models import DEFAULT_MODEL, Model
from .models import model as registered
from .output import Output
from .photo import Photo
from .place import here
from .progress import ProgressCallback, Steps
from .session import Session, prepare
from .source import PhotoSource, decode, decode_async
from .store import ModelStore

__all__ = ["Matter", "remove_background", "segment_foreground"]


class Matter:
    """A loaded model that cuts photos out.

    Made by `Matter.open` on a desktop and by `Matter.load` anywhere. It may be used as a context
    manager, which closes it.

    Attributes
    ----------
    model : Model
        The registry's row.
    seconds : dict of str to float
        Wall clock time of the steps ``model`` and ``session``; the start of the threads, which
        comes before both, counts as ``session``.
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
        with TemporaryDirectory(prefix="wasmatte-") as folder:
            file = Path(folder) / f"{model}.onnx"
            with steps.timed("session"):
                await prepare(providers, threads)  # while a browser goes on fetching the model
            with steps.timed("model"):
                await ModelStore(source).load(row, file, progress)
            try:
                with steps.step("session"):
                    session = Session(row, file, providers=providers, threads=threads)
            finally:
                here.discard(file)
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

    def cut_out(
        self,
        photo: PhotoSource,
        *,
        output: Output | None = None,
        progress: ProgressCallback | None = None,
    ) -> CutOut:
        """Cut the subject of a photo out.

        Parameters
        ----------
        photo : bytes-like, path or array
            A file in JPEG, PNG, WebP, GIF, BMP or (where Pillow has it) AVIF, or pixels: uint8,
            shape (H, W, 3) or (H, W, 4), sRGB with straight alpha.
        output : Output, optional
            What `CutOut.encode` shall make; by default a PNG of the cut-out.
        progress : callable, optional
            Called with a `Progress` during the steps ``decode`` to ``composite``.

        Raises
        ------
        PhotoError
            If the photo cannot be used.
        OptionError
            If the output's crop does not lie inside the photo.
        SessionError
            If ONNX Runtime fails, or the matter is closed.
        """
        steps = Steps(progress)
        with steps.step("decode"):
            decoded = decode(photo)
        return self._cut_out(decoded, output, steps)

    async def cut_out_async(
        self,
        photo: PhotoSource,
        *,
        output: Output | None = None,
        progress: ProgressCallback | None = None,
    ) -> CutOut:
        """Do what `cut_out` does; in a tab, the browser decodes what Pillow does not know."""
        steps = Steps(progress)
        with steps.step("decode"):
            decoded = await decode_async(photo)
        return self._cut_out(decoded, output, steps)

    def segment_foreground(
        self, photo: PhotoSource, *, progress: ProgressCallback | None = None
    ) -> NDArray[np.uint8]:
        """Give the matte alone: the subject's coverage times 255, uint8, shape (H, W).

        It says nothing of the photo's own alpha. `apply_mask` cuts a photo out along it. For the
        parameters and errors see `cut_out`.
        """
        return self.cut_out(photo, progress=progress).matte

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

    def _cut_out(self, photo: Photo, output: Output | None, steps: Steps) -> CutOut:
        """Run the steps after decoding."""
        height, width = photo.rgba.shape[:2]
        if output is not None:
            output.rectangle(width, height)  # before the model runs in vain
        predicted = self._predict(photo, steps)
        with steps.step("composite"):
            return cut(photo, matte.resize(predicted, (height, width)), output, steps.seconds)

    def _predict(self, photo: Photo, steps: Steps) -> NDArray[np.float32]:
        with steps.step("prepare"):
            prepared = tensor.prepare(photo.rgba, self.model)
        with steps.counted("infer") as count:
            return self._session.run(prepared, count)


def remove_background(
    photo: PhotoSource,
    model: str = DEFAULT_MODEL,
    *,
    output: Output | None = None,
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
    output : Output, optional
        What the file holds, and its format.
    progress : callable, optional
        Called with a `Progress` during all steps.

    Returns
    -------
    bytes
        A file; by default a PNG with straight alpha.
    """
    with Matter.open(model, source=source, threads=threads, progress=progress) as matter:
        return matter.cut_out(photo, output=output, progress=progress).encode(progress=progress)


def segment_foreground(
    photo: PhotoSource,
    model: str = DEFAULT_MODEL,
    *,
    source: str | None = None,
    threads: int | None = None,
    progress: ProgressCallback | None = None,
) -> NDArray[np.uint8]:
    """Give the matte of one photo, uint8, shape (H, W); on a desktop only.

    See `remove_background`, and `Matter.segment_foreground`.
    """
    with Matter.open(model, source=source, threads=threads, progress=progress) as matter:
        return matter.segment_foreground(photo, progress=progress)
