"""The Python environment of the tools and tests, made once with the standard library alone.

``python -m tools.host_environment`` prints the path of its interpreter.
"""

import platform
import subprocess
import sys
import venv
from pathlib import Path

from tools.cache import artefact, say
from tools.errors import reported
from tools.versions import VERSIONS

__all__ = ["host_python"]


def host_python() -> Path:
    """Return the interpreter that has every pinned host requirement, making it if need be."""
    requirements = VERSIONS["host"]["requirements"]
    inputs = {"requirements": requirements, "python": sys.version, "machine": platform.machine()}
    return (
        artefact("host-python", inputs, lambda path: _make(path, requirements)) / "bin" / "python"
    )


def _make(path: Path, requirements: list[str]) -> None:
    say(f"host-python: installing {len(requirements)} packages for {platform.python_version()}")
    venv.create(path, with_pip=True, symlinks=True)
    # Scripts would name the temporary folder; everything is run as `python -m`, which does not.
    subprocess.run(
        [
            path / "bin" / "python",
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            *requirements,
        ],
        check=True,
    )


if __name__ == "__main__":
    with reported():
        print(host_python())
