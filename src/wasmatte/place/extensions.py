"""Extension modules in a browser tab: what loading them leaves in its memory."""

import sys
from pathlib import Path
from types import ModuleType

from . import memfs

__all__ = ["free_leftovers"]

# Fields of Emscripten's `struct dso` (system/lib/libc/dynlink.c), by their distance in bytes.
FILE_DATA = 28
FILE_DATA_SIZE = 32
MAGIC = b"\0asm"


def free_leftovers() -> None:
    """Free what nobody reads again of the extension modules that are loaded.

    Their files are emptied. They stay where they are, since their names are looked up when they are
    imported once more; the dynamic loader then gives what it has loaded under that name. Its own
    copies of the files, in Python's memory, are freed.
    """
    for module in list(sys.modules.values()):
        file = vars(module).get("__file__") if isinstance(module, ModuleType) else None
        if isinstance(file, str) and file.endswith(".so") and Path(file).is_file():
            memfs.empty(file)
    _free_copies()


def _free_copies() -> None:
    """Free the dynamic loader's copies, from which JavaScript has compiled the modules.

    Only what begins as WebAssembly is freed: with another layout nothing happens.
    """
    from pyodide_js import _module

    if not hasattr(_module, "LDSO"):
        return
    for handle, _ in _module.LDSO.loadedLibsByHandle.object_entries():
        data, size = (int(handle) + FILE_DATA) // 4, (int(handle) + FILE_DATA_SIZE) // 4
        address = _module.HEAPU32[data]
        if address and bytes(_module.HEAPU8.subarray(address, address + 4).to_py()) == MAGIC:
            _module.HEAPU32[data] = _module.HEAPU32[size] = 0
            _module._free(address)
