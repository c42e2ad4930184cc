"""Fetch pinned files from the package registries, through the registries' own clients.

Every file is checked against its sha256 and kept in the cache under it.
"""

import hashlib
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path

from tools.cache import artefact, cache_root, say
from tools.errors import BuildError
from tools.toolchain import Toolchain
from tools.versions import VERSIONS

__all__ = ["FetchError", "npm_folder", "npm_package", "source"]


class FetchError(BuildError):
    """A pinned file could not be had, or is not what was pinned."""


def npm_package(name: str) -> Path:
    """Return the tarball of an ``npm`` entry of versions.toml."""
    pin = VERSIONS["npm"][name]
    file = f"{pin['name'].lstrip('@').replace('/', '-')}-{pin['version']}.tgz"

    def fetch(folder: Path) -> None:
        _run(["npm", "pack", "--silent", f"{pin['name']}@{pin['version']}"], folder)

    return _pinned(file, pin["sha256"], fetch)


def npm_folder(name: str) -> Path:
    """Return the folder of an unpacked ``npm`` entry of versions.toml."""

    def unpack(folder: Path) -> None:
        with tarfile.open(npm_package(name)) as archive:
            archive.extractall(folder, filter="data")

    inputs = {"sha256": VERSIONS["npm"][name]["sha256"]}
    return artefact(f"npm-{name}", inputs, unpack) / "package"


def source(name: str, toolchain: Toolchain) -> Path:
    """Return the archive of a ``sources`` entry of versions.toml.

    Debian's packages are fetched with the toolchain's apt, which knows the suites they are in.
    """
    pin = VERSIONS["sources"][name]

    def fetch(folder: Path) -> None:
        if "pypi" in pin:
            _fetch_pypi(pin["pypi"], pin["file"], folder)
        else:
            kind = "source" if "debian" in pin else "binary"
            package = pin.get("debian") or pin["debian-binary"]
            try:
                toolchain.run(
                    ["bash", "/project/wasm/toolchain/fetch-debian.sh", kind, package, pin["file"]],
                    mounts={folder: "/fetched"},
                    directory="/fetched",
                )
            except subprocess.CalledProcessError as error:
                raise FetchError(
                    f"{pin['file']}: apt could not fetch {package}; with WASMATTE_TOOLCHAIN=path "
                    "it must know the suites that wasm/toolchain/configure.sh names"
                ) from error

    return _pinned(pin["file"], pin["sha256"], fetch)


def _pinned(file: str, sha256: str, fetch: Callable[[Path], None]) -> Path:
    kept = cache_root() / "sources" / sha256[:16] / file
    if kept.is_file():
        return kept
    say(f"fetching {file}")
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=kept.parent) as temporary:
        fetch(Path(temporary))
        fetched = Path(temporary) / file
        if not fetched.is_file():
            raise FetchError(f"{file}: the registry did not have it")
        actual = hashlib.sha256(fetched.read_bytes()).hexdigest()
        if actual != sha256:
            raise FetchError(f"{file}: sha256 is {actual}, but {sha256} is pinned; not kept")
        fetched.rename(kept)
    return kept


def _fetch_pypi(project: str, file: str, folder: Path) -> None:
    from pypi_simple import PyPISimple  # pip itself would build an sdist just to name it

    with PyPISimple() as index:
        for package in index.get_project_page(project).packages:
            if package.filename == file:
                index.download_package(package, folder / file)
                return


def _run(command: list[str], folder: Path) -> None:
    if shutil.which(command[0]) is None:
        raise FetchError(f"{command[0]} is not installed; on Debian: apt-get install {command[0]}")
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
