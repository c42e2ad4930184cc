"""JavaScript's buffers in a browser tab."""

from typing import Any

__all__ = ["free"]


def free(*buffers: Any) -> None:
    """Free the memory of ArrayBuffers now; they are empty then.

    The browser would free it when it looks for garbage, and nobody refers to them any more: those
    who have worked with them may do so for long.
    """
    import js
    from pyodide.ffi import to_js

    # They go with a message that nobody receives.
    channel = js.MessageChannel.new()
    channel.port1.postMessage(None, to_js(buffers))
    channel.port1.close()
    channel.port2.close()
