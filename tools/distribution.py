"""A Pyodide distribution of our own: the core, our wheels, and a lock file that names just these.

All Python in it is compiled; the sources are in the wheels that it is made from.

``pyodide.loadPackage("wasmatte")`` from its folder needs nothing from anywhere else.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.archives import repack_wheel
from tools.cache import artefact, tree_digest
from tools.fetch import source
from tools.pyodide import pyodide_core
from tools.recipes import wheel
from tools.toolchain import Toolchain
from tools.versions import REPOSITORY, VERSIONS

__all__ = ["built_wheels", "distribution"]

CORE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
PYTHON = f"python{VERSIONS['toolchain']['python']}"
LOCK = "/project/wasm/toolchain/lock.py"
RECIPES = ("numpy", "pillow", "onnxruntime")
# So that a program in the tab can install further wheels.
EXTRAS = ("micropip", "packaging")
# A tab compiles Python anew at every visit: three seconds of a cold start, on one core.
COMPILE = ["pyodide", "py-compile", "--silent", "--compression-level", "9"]
WASMATTE_FILES = ("src/wasmatte", "pyproject.toml", "README.md", "LICENSE", "NOTICE")


def built_wheels(toolchain: Toolchain) -> list[Path]:
    """Return the wheels that are built here: those of the recipes, and wasmatte's own."""
    return [*(wheel(name, toolchain) for name in RECIPES), _wasmatte_wheel()]


def distribution(toolchain: Toolchain) -> Path:
    """Return the folder of the distribution, assembling it first if need be."""
    wheels = [*built_wheels(toolchain), *(source(name, toolchain) for name in EXTRAS)]
    inputs = {
        "core": VERSIONS["npm"]["pyodide"]["sha256"],
        "wheels": {file.name: tree_digest(file) for file in wheels},
        "script": tree_digest(REPOSITORY / "wasm" / "toolchain" / "lock.py"),
        "compiled": COMPILE,
    }

    def assemble(folder: Path) -> None:
        for name in CORE:
            shutil.copy(pyodide_core() / name, folder)
        for file in wheels:
            shutil.copy(file, folder)
        packages = _lock_packages(toolchain)
        toolchain.run(
            [PYTHON, LOCK, pyodide_core() / "pyodide-lock.json", folder],
            mounts={pyodide_core(): "/pyodide", folder: "/distribution", packages: "/packages"},
            environment={"PYTHONPATH": packages},
        )
        toolchain.run([*COMPILE, folder], mounts={folder: "/distribution"})

    return artefact("distribution", inputs, assemble)


def _lock_packages(toolchain: Toolchain) -> Path:
    """Return a folder with what pyodide-lock needs to read wheels, which it does not ask for."""
    requirements = VERSIONS["distribution"]["requirements"]

    def install(folder: Path) -> None:
        toolchain.run(
            [PYTHON, "-m", "pip", "install", "--quiet", "--target", folder, *requirements],
            mounts={folder: "/packages"},
            environment={"PIP_CERT": "/etc/ssl/certs/ca-certificates.crt"},
        )

    inputs = {"requirements": requirements, "toolchain": toolchain.identity}
    return artefact("lock-packages", inputs, install)


def _wasmatte_wheel() -> Path:
    def build(folder: Path) -> None:
        with tempfile.TemporaryDirectory() as temporary:
            # Built from a copy: the checkout stays as it is.
            for name in WASMATTE_FILES:
                original, copy = REPOSITORY / name, Path(temporary) / "source" / name
                copy.parent.mkdir(parents=True, exist_ok=True)
                if original.is_dir():
                    shutil.copytree(original, copy, ignore=shutil.ignore_patterns("__pycache__"))
                else:
                    shutil.copy(original, copy)
            subprocess.run(
                [
                    sys.executable,
                    "-m",
                    "pip",
                    "wheel",
                    "--quiet",
                    "--no-deps",
                    "--no-build-isolation",
                    "--disable-pip-version-check",
                    "--wheel-dir",
                    Path(temporary) / "dist",
                    Path(temporary) / "source",
                ],
                check=True,
            )
            (made,) = (Path(temporary) / "dist").glob("*.whl")
            repack_wheel(made, folder / made.name)

    inputs = {name: tree_digest(REPOSITORY / name) for name in WASMATTE_FILES}
    (file,) = artefact("wasmatte", inputs, build).glob("*.whl")
    return file
