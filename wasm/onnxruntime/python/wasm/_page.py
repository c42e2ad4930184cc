"""What the page allows, and may be asked for."""

import asyncio
import contextlib

import js
from pyodide.ffi import JsException

DEFAULT_MOST = 8  # threads; more rarely help, and each costs a worker


def obstacle() -> str | None:
    """Say what this page lacks for threads, and how to get it; None if nothing."""
    if not hasattr(js, "Worker") or not hasattr(js, "Atomics"):
        return "there are no web workers here; the engine needs a browser"
    if not getattr(js, "crossOriginIsolated", False):
        return (
            "the page is not cross-origin isolated, so the browser shares no memory between "
            "threads; serve it, and the scripts of its workers, over https (or from localhost) "
            "with the headers 'Cross-Origin-Opener-Policy: same-origin' and "
            "'Cross-Origin-Embedder-Policy: require-corp'"
        )
    if not hasattr(js, "SharedArrayBuffer"):
        return "this browser has no SharedArrayBuffer; a newer one has"
    return None


def processors() -> int:
    """Give how many threads can run at once, as far as the browser tells."""
    return max(1, int(getattr(js.navigator, "hardwareConcurrency", 1) or 1))


def default_threads() -> int:
    """Give the number of threads for those who do not choose."""
    return min(processors(), DEFAULT_MOST)


def may_wait() -> bool:
    """Say whether this thread may sleep; a page's main thread may not."""
    return not hasattr(js, "document")


def collect_garbage() -> None:
    """Have the browser give back soon the memory of what has just been dropped.

    It does so when it next collects garbage, and does not count shared memory among the reasons to.
    Ordinary buffers it counts, and untouched ones cost nothing. Threads that are ending hold the
    memory for a moment yet, so it is reminded.
    """

    def drop_buffers() -> None:
        with contextlib.suppress(JsException):
            for _ in range(4):
                js.ArrayBuffer.new(64 * 1024 * 1024)

    drop_buffers()
    for delay in (0.1, 0.3, 1.0):  # seconds
        asyncio.get_event_loop().call_later(delay, drop_buffers)
