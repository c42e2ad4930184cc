"""Pyodide itself: its npm package, and the cross-build environment made from it."""

from pathlib import Path

from tools.cache import artefact, tree_digest
from tools.fetch import npm_folder
from tools.toolchain import Toolchain
from tools.versions import REPOSITORY, VERSIONS

__all__ = ["cross_build_environment", "pyodide_core"]


def pyodide_core() -> Path:
    """Return the folder of Pyodide's npm package: the runtime and the standard library."""
    return npm_folder("pyodide")


def cross_build_environment(toolchain: Toolchain) -> Path:
    """Return the folder of the cross-build environment, which holds ``xbuildenv/pyodide-root``."""
    pins = VERSIONS["pyodide"]
    major, minor, micro = pins["python"].split(".")
    values = {
        "PYVERSION": pins["python"],
        "PYMAJOR": major,
        "PYMINOR": minor,
        "PYMICRO": micro,
        "PYODIDE_VERSION": pins["version"],
        "PYODIDE_ABI_VERSION": pins["abi"],
        # The compiler that builds the packages, which need not be the one that built Pyodide.
        "PYODIDE_EMSCRIPTEN_VERSION": VERSIONS["toolchain"]["emscripten"],
        "CFLAGS_BASE": pins["cflags"],
        "LDFLAGS_BASE": pins["ldflags"],
    }
    files = REPOSITORY / "wasm" / "toolchain"
    inputs = {
        "values": values,
        "toolchain": toolchain.identity,
        "pyodide": VERSIONS["npm"]["pyodide"]["sha256"],
        "files": {name: tree_digest(files / name) for name in ("xbuildenv.py", "Makefile.envs")},
    }

    def assemble(folder: Path) -> None:
        # Mounted where recipes see it too: the sysconfigdata module names its own place.
        toolchain.run(
            [
                f"python{VERSIONS['toolchain']['python']}",
                "/project/wasm/toolchain/xbuildenv.py",
                pyodide_core(),
                "/xbuildenv",
                *(f"{name}={value}" for name, value in values.items()),
            ],
            mounts={pyodide_core(): "/pyodide", folder: "/xbuildenv"},
        )

    return artefact("xbuildenv", inputs, assemble)
