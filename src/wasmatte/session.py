"""The session: ONNX Runtime, through its public API and the same way in every place."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from .errors import SessionError
from .models import Model
from .place import here

__all__ = ["PREFERRED_PROVIDERS", "Session", "prepare"]

PREFERRED_PROVIDERS = ("WasmThreadsExecutionProvider", "CPUExecutionProvider")
"""Those that are available are used when a program names none, in this order."""

ERRORS_ONLY = 3  # ONNX Runtime's severity: 0 verbose, 1 info, 2 warning, 3 error, 4 fatal


async def prepare(providers: Sequence[str] | None = None, threads: int | None = None) -> None:
    """Have the threads ready that a `Session` with these arguments will run on.

    A browser tab must wait for them to start, which a constructor cannot. Where they cannot start,
    the next provider takes the session.

    Raises
    ------
    SessionError
        As `Session` does.
    """
    _check_threads(threads)
    await here.start_provider(_available(providers)[0], threads)


class Session:
    """A model that ONNX Runtime has compiled.

    Parameters
    ----------
    model : Model
        The registry's row.
    file : path-like or bytes
        The model's file, which may go once the session is there; or its contents.
    providers : sequence of str, optional
        Execution providers, most preferred first; those that are not available are passed over.
    threads : int, optional
        Threads to use at most; by default as many as the place has. In a tab `prepare` starts them.

    Attributes
    ----------
    model : Model
        The registry's row.
    provider : str
        The execution provider in use.
    threads : int
        The number of threads in use.

    Raises
    ------
    SessionError
        If no provider is available, or ONNX Runtime refuses the model.
    """

    def __init__(
        self,
        model: Model,
        file: str | os.PathLike[str] | bytes,
        *,
        providers: Sequence[str] | None = None,
        threads: int | None = None,
    ) -> None:
        _check_threads(threads)
        self.model = model
        # The engine that `prepare` could not start, or was not asked to, takes no session.
        chosen = [each for each in _available(providers) if here.thread_count(each) > 0]
        if not chosen:
            raise SessionError("the threads of the execution provider are not started")
        options = onnxruntime.SessionOptions()
        options.log_severity_level = ERRORS_ONLY
        options.intra_op_num_threads = _limited(threads, chosen[0])
        # Memory in a tab only grows, and what is kept to be reused is not free for others. ISNet's
        # runs take 130 MB more with it, and as long.
        options.enable_mem_reuse = False
        # What leads to the other outputs is left out by builds of ONNX Runtime that can: ours.
        self._run_options = onnxruntime.RunOptions()
        self._run_options.only_execute_path_to_fetches = True
        with _translated(f"cannot load the model {model.name}"):
            self._session: onnxruntime.InferenceSession | None = onnxruntime.InferenceSession(
                file, options, providers=chosen
            )
            self.provider: str = self._session.get_providers()[0]
        self.threads = _limited(threads, self.provider)

    def run(
        self, tensor: NDArray[np.float32], count: Callable[[int, int], object] | None = None
    ) -> NDArray[np.float32]:
        """Predict a matte.

        Parameters
        ----------
        tensor : float32, shape (1, 3, S, S)
            See `wasmatte.tensor.prepare`.
        count : callable, optional
            Called as ``count(executed, nodes)`` while the model runs, where the place can tell.

        Returns
        -------
        float32, shape (S, S)
            Coverage, as the model gives it.
        """
        if self._session is None:
            raise SessionError(f"the session of {self.model.name} is closed; load the model again")
        watched = here.watch(count) if count is not None else nullcontext()
        with _translated(f"cannot run the model {self.model.name}"), watched:
            outputs = self._session.run(
                [self.model.output], {self.model.input: tensor}, self._run_options
            )
        matte: NDArray[np.float32] = np.asarray(outputs[0], np.float32)
        if matte.shape != (1, 1, *tensor.shape[2:]):
            raise SessionError(
                f"the output of {self.model.name} must have shape {(1, 1, *tensor.shape[2:])}; "
                f"got {matte.shape}"
            )
        return np.reshape(matte, tensor.shape[2:])

    def close(self) -> None:
        """Free the model's memory."""
        self._session = None


def _check_threads(threads: int | None) -> None:
    if threads is not None and threads < 1:
        raise SessionError(f"threads must be at least 1; got {threads}")


def _limited(threads: int | None, provider: str) -> int:
    """Give how many threads a session gets that asks for these."""
    most = here.thread_count(provider)
    return min(threads or most, most)


def _available(providers: Sequence[str] | None) -> list[str]:
    """Keep the providers that this build of ONNX Runtime has, here and now."""
    providers = PREFERRED_PROVIDERS if providers is None else providers
    available = onnxruntime.get_available_providers()
    chosen = [provider for provider in providers if provider in available]
    if not chosen:
        raise SessionError(
            f"none of the execution providers {', '.join(providers) or '(none named)'} is "
            f"available; there are {', '.join(available)}"
        )
    return chosen


@contextmanager
def _translated(what: str) -> Iterator[None]:
    """Turn any of ONNX Runtime's exceptions, which have no common base, into a SessionError."""
    try:
        yield
    except Exception as error:
        raise SessionError(f"{what}: {type(error).__name__}: {error}") from error
