"""Build the recipes with pyodide-build, each once for the inputs that it has.

A recipe is a folder of ``recipes/`` with a ``meta.yaml`` as pyodide-build documents it. Its
versions and hashes stand in ``versions.toml``, so a recipe names them: ``@version@``, ``@url@``,
``@sha256@`` and ``@folder@`` (the archive's own) are those of the source that bears the recipe's
name, or that ``extra.source`` gives. ``extra.sources`` lists further sources, unpacked beside it in
``$SOURCES``. ``requirements.host`` lists the recipes it is built with.
"""

import functools
import shutil
import subprocess
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tools.archives import repack_wheel, top_folder, unpack
from tools.cache import artefact, say, tree_digest
from tools.errors import BuildError
from tools.fetch import source
from tools.pyodide import cross_build_environment
from tools.toolchain import Toolchain
from tools.versions import REPOSITORY, VERSIONS

__all__ = ["build", "wheel"]

PYODIDE_BUILD = """
exec pyodide build-recipes-no-deps "$1" --recipe-dir /build/recipes --build-dir /build/tree \\
  --skip-emscripten-install --force-rebuild >/build/build.log 2>&1
"""

RECIPES = REPOSITORY / "recipes"

# Where a recipe may look outside its own folder; part of its inputs.
PROJECT_FOLDERS = {
    "libonnxruntime": [
        "wasm/onnxruntime/CMakeLists.txt",
        "wasm/kernels",
        "wasm/memory",
        "wasm/optimizer",
    ],
    "onnxruntime": ["wasm/onnxruntime/python", "wasm/engine/options.h"],
    "onnxruntime_engine": ["wasm/engine"],
}


def wheel(name: str, toolchain: Toolchain) -> Path:
    """Return the wheel of a recipe, building it first if need be."""
    (file,) = build(name, toolchain).glob("*.whl")
    return file


def build(name: str, toolchain: Toolchain) -> Path:
    """Return what a recipe makes: a folder with its wheel, or with ``lib/`` and ``include/``."""
    meta = _meta(name)
    return artefact(
        name, _inputs(name, toolchain), lambda folder: _build(name, meta, toolchain, folder)
    )


def _meta(name: str) -> dict[str, Any]:
    meta: dict[str, Any] = YAML(typ="safe").load(RECIPES / name / "meta.yaml")
    return meta


def _main_source(name: str, meta: dict[str, Any]) -> str:
    chosen: str = meta.get("extra", {}).get("source", name)
    return chosen


def _host_requirements(meta: dict[str, Any]) -> list[str]:
    names: list[str] = meta.get("requirements", {}).get("host", [])
    return names


def _is_library(meta: dict[str, Any]) -> bool:
    return bool(meta.get("build", {}).get("type") == "static_library")


def _inputs(name: str, toolchain: Toolchain) -> dict[str, Any]:
    meta = _meta(name)
    sources = [_main_source(name, meta), *meta.get("extra", {}).get("sources", [])]
    return {
        "recipe": tree_digest(RECIPES / name),
        "project": {
            folder: tree_digest(REPOSITORY / folder) for folder in PROJECT_FOLDERS.get(name, [])
        },
        "sources": {source: VERSIONS["sources"][source]["sha256"] for source in sources},
        "host": {host: _inputs(host, toolchain) for host in _host_requirements(meta)},
        "constraints": VERSIONS["recipes"]["constraints"],
        "pyodide": VERSIONS["pyodide"],
        # Libraries see the compiler alone; packages see Python's headers too.
        "environment": toolchain.identity
        if _is_library(meta)
        else cross_build_environment(toolchain).name,
    }


def _build(name: str, meta: dict[str, Any], toolchain: Toolchain, folder: Path) -> None:
    host = {requirement: build(requirement, toolchain) for requirement in _host_requirements(meta)}
    archive = source(_main_source(name, meta), toolchain)
    others = {other: source(other, toolchain) for other in meta.get("extra", {}).get("sources", [])}
    say(f"{name}: building")

    work = folder / "work"
    library = work / "tree" / ".libs"  # where pyodide-build has libraries installed
    library.mkdir(parents=True)
    for made in host.values():
        for wheel_file in made.glob("*.whl"):
            with zipfile.ZipFile(wheel_file) as packed:
                packed.extractall(work / "site-packages")
        if (made / "lib").is_dir():
            shutil.copytree(
                made, library, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".inputs.json")
            )
    found = set(library.rglob("*"))
    for other, other_archive in others.items():
        unpack(other_archive, work / "sources" / other)
    (work / "constraints.txt").write_text("\n".join(VERSIONS["recipes"]["constraints"]) + "\n")

    with _served(archive) as url:
        _render(name, meta, url, top_folder(archive), work / "recipes")
        log = folder / "build.log"
        _run_pyodide_build(name, toolchain, work, log)

    if _is_library(meta):
        for part in ("lib", "include"):
            if (library / part).is_dir():
                shutil.copytree(
                    library / part,
                    folder / part,
                    symlinks=True,
                    ignore=lambda parent, names: [
                        name
                        for name in names
                        if (at := Path(parent, name)) in found and at.is_file()
                    ],
                )
    else:
        (built,) = (work / "recipes" / name / "dist").glob("*.whl")
        repack_wheel(built, folder / built.name)
    shutil.rmtree(work)


def _run_pyodide_build(name: str, toolchain: Toolchain, work: Path, log: Path) -> None:
    environment = cross_build_environment(toolchain)
    flags = VERSIONS["pyodide"]
    try:
        toolchain.run(
            ["bash", "-c", PYODIDE_BUILD, "bash", name],
            mounts={work: "/build", environment: "/xbuildenv"},
            environment={
                "PYODIDE_ROOT": "/xbuildenv/xbuildenv/pyodide-root",
                "PIP_CONSTRAINT": "/build/constraints.txt",
                "PIP_CERT": "/etc/ssl/certs/ca-certificates.crt",
                "REQUESTS_CA_BUNDLE": "/etc/ssl/certs/ca-certificates.crt",
                "NO_PROXY": "127.0.0.1",
                "PYODIDE_JOBS": "2",
                # pyodide-build would add -Oz, which costs Pillow and numpy a third of their speed.
                "SIDE_MODULE_CFLAGS": f"{flags['cflags']} -O3 -msimd128",
                "SIDE_MODULE_CXXFLAGS": f"{flags['cflags']} -O3 -msimd128",
                "SIDE_MODULE_LDFLAGS": f"{flags['ldflags']} -sSIDE_MODULE=1",
                "SOURCES": "/build/sources",
                "HOST_SITE_PACKAGES": "/build/site-packages",
            },
            directory="/build",
        )
    except subprocess.CalledProcessError as error:
        tail = (work / "build.log").read_text(errors="replace").splitlines()[-40:]
        kept = Path(shutil.copy(work / "build.log", work.parent.with_suffix(".log")))
        say(f"{name}: the end of its log\n" + "\n".join(tail))
        raise BuildError(f"the recipe {name} failed; its whole log is {kept}") from error
    shutil.move(work / "build.log", log)


def _render(name: str, meta: dict[str, Any], url: str, top: str, folder: Path) -> None:
    """Copy a recipe, with what it takes from versions.toml filled in."""
    pin = VERSIONS["sources"][_main_source(name, meta)]
    shutil.copytree(RECIPES / name, folder / name)
    file = folder / name / "meta.yaml"
    text = file.read_text(encoding="utf-8")
    filled = {"version": pin["version"], "sha256": pin["sha256"], "url": url, "folder": top}
    for key, value in filled.items():
        text = text.replace(f"@{key}@", value)
    file.write_text(text, encoding="utf-8")


@contextmanager
def _served(archive: Path) -> Iterator[str]:
    """Serve a file on a loopback port: pyodide-build takes patched sources from URLs only."""
    handler = functools.partial(_QuietHandler, directory=str(archive.parent))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/{archive.name}"
        server.shutdown()


class _QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass
