"""The files of a browser tab, which lie in its memory: Emscripten's MEMFS."""

from pathlib import Path
from typing import Any

from .buffers import free

__all__ = ["empty", "view"]


def view(path: str | Path) -> Any | None:
    """Give a Uint8Array over what is in a file, valid until that changes.

    None if the file is not in the tab's memory, or not there alone: mounted from elsewhere.
    """
    import js
    from pyodide_js import FS

    node = FS.lookupPath(str(path), js.JSON.parse('{"follow": true}')).node
    if node.mount.type != FS.filesystems.MEMFS:
        return None
    return node.contents.subarray(0, node.usedBytes)


def empty(path: str | Path) -> None:
    """Leave nothing in a file, and free its memory now; one that is mounted stays as it is."""
    from pyodide_js import FS

    content = view(path)
    if content is not None and content.length > 0:
        FS.truncate(str(path), 0)
        free(content.buffer)
