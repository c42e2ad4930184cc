"""Threads in the browser tab.

Pyodide's memory is not shared, so nothing that is loaded into it can have threads. This wheel
brings ONNX Runtime a second time, as a program of its own with shared memory and a pool of workers:
the engine. Once it is started, sessions that name its provider run in it::

    import onnxruntime

    await onnxruntime.wasm.start(threads=4)
    session = onnxruntime.InferenceSession(
        "model.onnx", providers=["WasmThreadsExecutionProvider", "CPUExecutionProvider"]
    )
    outputs = session.run(None, {"input": tensor})

``onnxruntime.get_available_providers()`` names the provider where the page allows it. What the
engine cannot do falls to the next provider of the list.
"""

from . import _page, _relaxed
from ._control import EXECUTED, NODES, TERMINATE
from ._engine import MOST_THREADS, Engine, EngineStartError, EngineStoppedError, Memory
from ._progress import progress
from ._provider import PROVIDER, get_available_providers

__all__ = [
    "EXECUTED",
    "MOST_THREADS",
    "NODES",
    "PROVIDER",
    "TERMINATE",
    "EngineStartError",
    "EngineStoppedError",
    "Memory",
    "control",
    "get_available_providers",
    "memory",
    "obstacle",
    "progress",
    "start",
    "stop",
    "threads",
]


async def start(threads: int | None = None, *, url: str | None = None) -> None:
    """Start the engine, unless it runs with these settings already.

    An engine with other settings is stopped first, and its sessions with it.

    Parameters
    ----------
    threads : int, optional
        How many threads work on one run, 1 to 64. By default as many as the machine has processors,
        and at most 8.
    url : str, optional
        Address of a folder on the page's own origin that holds ``engine.js`` and ``engine.bin`` of
        this wheel, for pages whose Content-Security-Policy does not allow ``blob:`` workers. By
        default both come from where the engine that runs came from, or from the installed wheel.

    Raises
    ------
    EngineStartError
        If this page cannot have threads, or the engine's files or workers cannot be loaded; the
        message says what is missing and how to get it.
    ValueError
        If `threads` is out of range.
    """
    await Engine.start(threads, url)


def stop() -> None:
    """Stop the engine and give its whole memory back to the browser.

    Its sessions are lost: running one raises `EngineStoppedError`. Without an engine this does
    nothing.
    """
    if Engine.current is not None:
        Engine.current.stop("it was stopped by onnxruntime.wasm.stop()")


def obstacle() -> str | None:
    """Say what this page lacks for the engine, and how to get it; None if nothing."""
    return _page.obstacle()


def threads() -> int:
    """Give the number of the engine's threads; 0 if it does not run."""
    return 0 if Engine.current is None else Engine.current.threads


def memory() -> Memory | None:
    """Give the size of the engine's memory and the part in use; None if it does not run."""
    return None if Engine.current is None else Engine.current.memory()


def control():
    """Give the engine's control block, for a page or a worker that watches or ends a run.

    Returns
    -------
    Int32Array or None
        A JavaScript array over shared memory, to be sent with ``postMessage``. Use it with
        ``Atomics``: at index `EXECUTED` is the number of nodes that the run has executed, at
        `NODES` the number of nodes of the graph. Storing 1 at `TERMINATE` ends the run that goes
        on as ``RunOptions.terminate`` does: it raises, and the session stays usable. A run that
        begins clears all three. The array belongs to this engine; one that is started later has its
        own. None if no engine runs.
    """
    return None if Engine.current is None else Engine.current.control


_relaxed.use_relaxed()
