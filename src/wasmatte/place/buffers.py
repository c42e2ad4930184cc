"""JavaScript's buffers in a browser tab."""

from typing import Any

__all__ = ["free"]


def free(buffer: Any) -> None:
    """Free an ArrayBuffer's memory now; it is empty then.

    The browser would free it when it looks for garbage, and nobody refers to it any more: those who
    have worked with it may do so for long.
    """
    import js
    from pyodide.ffi import to_js

    # It goes with a message that nobody receives.
    channel = js.MessageChannel.new()
    channel.port1.postMessage(None, to_js([buffer]))
    channel.port1.close()
    channel.port2.close()
