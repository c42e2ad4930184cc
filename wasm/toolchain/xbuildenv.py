"""Assemble Pyodide's cross-build environment from Pyodide's npm package and native CPython headers.

pyodide-build wants headers and a sysconfigdata module of the CPython that Pyodide is. The module
is in Pyodide's standard library; so is, as its values, everything that wasm32's ``pyconfig.h``
says. The other headers are the same on every platform.

Run by the toolchain's Python: ``xbuildenv.py PYODIDE_FOLDER OUTPUT_FOLDER NAME=VALUE...``, where
the values are those that ``Makefile.envs`` leaves open.
"""

import re
import shutil
import sys
import sysconfig
import zipfile
from pathlib import Path
from types import ModuleType

SYSCONFIG_NAME = "_sysconfigdata__emscripten_wasm32-emscripten"

DEFINITION = re.compile(r"^(?:# *define +(\w+)\b.*|/\* *# *undef +(\w+) *\*/)$")


def main(pyodide: Path, output: Path, values: dict[str, str]) -> None:
    """Write ``output/xbuildenv``, laid out as pyodide-build expects it."""
    root = output / "xbuildenv" / "pyodide-root"
    install = root / "cpython" / "installs" / f"python-{values['PYVERSION']}"
    include = install / "include" / f"python{values['PYMAJOR']}.{values['PYMINOR']}"
    sysconfigdata = install / "sysconfigdata"

    sysconfigdata.mkdir(parents=True)
    with zipfile.ZipFile(pyodide / "python_stdlib.zip") as stdlib:
        source = stdlib.read(f"{SYSCONFIG_NAME}.py").decode()
    module = ModuleType(SYSCONFIG_NAME)
    exec(source, module.__dict__)
    built_in = module.build_time_vars["prefix"]  # where Pyodide's makers had it
    (sysconfigdata / f"{SYSCONFIG_NAME}.py").write_text(source.replace(built_in, str(install)))

    native = Path(sysconfig.get_path("include"))
    shutil.copytree(native, include)
    (include / "pyconfig.h").write_text(pyconfig(native_pyconfig(native), module.build_time_vars))

    (root / "dist").mkdir()
    shutil.copy(pyodide / "pyodide-lock.json", root / "dist")
    envs = (Path(__file__).parent / "Makefile.envs").read_text()
    for name, value in values.items():
        envs = envs.replace(f"@{name}@", value)
    (root / "Makefile.envs").write_text(envs)
    (
        output / "xbuildenv" / "requirements.txt"
    ).touch()  # no package needs files of its native build
    (output / "xbuildenv" / "site-packages-extras").mkdir()


def native_pyconfig(include: Path) -> str:
    """Return the text of this system's ``pyconfig.h``.

    Debian's only includes the one of the architecture.
    """
    text = (include / "pyconfig.h").read_text()
    inner = re.search(r"include <([\w.-]+/python[\d.]+/pyconfig\.h)>", text)
    if inner is None:
        return text
    return (include.parent / inner[1]).read_text()


def pyconfig(native: str, variables: dict[str, object]) -> str:
    """Return the target's ``pyconfig.h``: the native one's names with the target's values.

    The build-time variables hold every name of ``pyconfig.h`` that begins with a capital: 0 for an
    undefined one. The others, such as ``_GNU_SOURCE``, ask the C library for features, and stay.
    """
    lines = []
    for line in native.splitlines():
        match = DEFINITION.match(line.strip())
        name = match and (match[1] or match[2])
        if not name or not name[0].isupper() or name == "Py_PYCONFIG_H":
            lines.append(line)
            continue
        value = variables.get(name, 0)
        lines.append(f"#define {name} {value}" if value not in (0, "") else f"/* #undef {name} */")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), dict(pair.split("=", 1) for pair in sys.argv[3:]))
