"""The files of a browser tab, which lie in its memory: Emscripten's MEMFS."""

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

__all__ = ["empty_loaded_extensions", "view"]


def view(path: str | Path) -> Any | None:
    """Give a Uint8Array over what is in a file, valid until that changes.

    None if the file is not in the tab's memory, or not there alone: mounted from elsewhere.
    """
    from pyodide_js import FS

    node = FS.lookupPath(str(path)).node
    if node.mount.type != FS.filesystems.MEMFS:
        return None
    return node.contents.subarray(0, node.usedBytes)


def empty_loaded_extensions() -> None:
    """Empty the files of all extension modules that are loaded: nobody reads them again.

    They stay where they are, since their names are looked up when they are imported once more; the
    dynamic loader then gives what it has loaded under that name. Mounted files stay as they are.
    """
    from pyodide_js import FS

    for module in list(sys.modules.values()):
        file = vars(module).get("__file__") if isinstance(module, ModuleType) else None
        if isinstance(file, str) and file.endswith(".so") and view(file) is not None:
            FS.truncate(file, 0)
