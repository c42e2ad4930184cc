"""The files of a browser tab, which lie in its memory: Emscripten's MEMFS."""

from pathlib import Path
from typing import Any

__all__ = ["empty", "view"]


def view(path: str | Path) -> Any | None:
    """Give a Uint8Array over what is in a file, valid until that changes.

    None if the file is not in the tab's memory, or not there alone: mounted from elsewhere.
    """
    from pyodide_js import FS

    node = FS.lookupPath(str(path)).node
    if node.mount.type != FS.filesystems.MEMFS:
        return None
    return node.contents.subarray(0, node.usedBytes)


def empty(path: str | Path) -> None:
    """Leave nothing in a file, and free its memory now; one that is mounted stays as it is.

    The browser would free it when it looks for garbage, and nobody refers to it any more: those who
    have taken a view of it may do so for long.
    """
    import js
    from pyodide.ffi import to_js
    from pyodide_js import FS

    content = view(path)
    if content is None or content.length == 0:
        return
    FS.truncate(str(path), 0)
    # The buffer goes with a message that nobody receives.
    channel = js.MessageChannel.new()
    channel.port1.postMessage(None, to_js([content.buffer]))
    channel.port1.close()
    channel.port2.close()
