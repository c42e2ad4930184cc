"""How far a run is, for the program that waits for it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from onnxruntime.capi import onnxruntime_pybind11_state as state

Callback = Callable[[int, int], object]

_callbacks: list[Callback] = []


@contextmanager
def progress(callback: Callback) -> Iterator[None]:
    """Have a function called while sessions run, on whichever provider.

    ::

        with onnxruntime.wasm.progress(lambda executed, nodes: print(executed, "of", nodes)):
            session.run(None, feeds)

    Parameters
    ----------
    callback : callable
        Called as ``callback(executed, nodes)``: the number of nodes that the run has executed, and
        of all nodes of the main graph. It is called on the thread that runs, at most once a node;
        what it raises ends neither the run nor the calls, and is printed.
    """
    _callbacks.append(callback)
    state._wasm.on_node_executed(report)
    try:
        yield
    finally:
        _callbacks.remove(callback)
        if not _callbacks:
            state._wasm.on_node_executed(None)


def wanted() -> bool:
    """Say whether anyone listens."""
    return bool(_callbacks)


def report(executed: int, nodes: int) -> None:
    """Tell the innermost listener."""
    try:
        _callbacks[-1](executed, nodes)
    except Exception:
        import traceback

        traceback.print_exc()
