"""Write the lock file of a Pyodide distribution: ``lock.py PYODIDE_LOCK FOLDER``.

It names the wheels that lie in the folder and no others, with their digests, so that nothing is
ever looked for elsewhere. Run by the toolchain's Python, which has pyodide-lock.
"""

import sys
from pathlib import Path

from pyodide_lock import PyodideLockSpec
from pyodide_lock.utils import add_wheels_to_spec


def main(pyodide_lock: Path, folder: Path) -> None:
    """Write ``folder/pyodide-lock.json``."""
    spec = PyodideLockSpec.from_json(pyodide_lock)
    spec.packages = {}
    # pyodide-lock checks a wheel's tag against the compiler's version; ours bear the ABI's.
    platform = spec.info.platform
    spec.info.platform = f"pyemscripten_{spec.info.abi_version}"
    spec = add_wheels_to_spec(spec, sorted(folder.glob("*.whl")))
    spec.info.platform = platform
    spec.to_json(folder / "pyodide-lock.json", indent=1)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
