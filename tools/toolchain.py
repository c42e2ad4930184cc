"""The cross toolchain: Emscripten, the CPython that pyodide-build runs on, and their helpers.

Three ways to have one, all of the same pinned versions, and changing nothing else on the machine:

- *path*: a fitting ``emcc`` and Python are on the PATH; they are used as they are.
- *rootfs*: as root on Debian or a relative, a root file system of its own made by debootstrap.
- *container*: an image built from ``wasm/toolchain/Containerfile`` by Docker or Podman.

The first that can be had is taken; ``WASMATTE_TOOLCHAIN=path|rootfs|container`` insists on one.
``python -m tools.toolchain`` prepares it; with a command behind it, runs the command in it.
"""

import os
import re
import shutil
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path

from tools.cache import artefact, cache_root, digest, say, tree_digest
from tools.errors import BuildError, reported
from tools.versions import REPOSITORY, VERSIONS

__all__ = ["Toolchain", "ToolchainError", "prepare"]

PINS = VERSIONS["toolchain"]
FILES = REPOSITORY / "wasm" / "toolchain"
ENGINES = ("podman", "docker")

# LLVM 21 orders some nested try blocks by addresses of its own data: at random ones, builds differ.
FIXED_ADDRESSES = ("setarch", "--addr-no-randomize")

Argument = str | Path


class ToolchainError(BuildError):
    """No toolchain can be had here; the message says what to install."""


class Toolchain(ABC):
    """Runs commands where the cross compiler is.

    Attributes
    ----------
    identity
        Names this toolchain and its versions: part of the key of whatever is built with it.
    """

    identity: str

    def run(
        self,
        command: Sequence[Argument],
        *,
        mounts: Mapping[Path, str] | None = None,
        environment: Mapping[str, Argument] | None = None,
        directory: Argument = "/",
    ) -> None:
        """Run a command and wait for it.

        Parameters
        ----------
        command, environment, directory
            A ``Path`` names a place on this machine, and is translated to where the toolchain sees
            it; a ``str`` is passed on as it is.
        mounts
            Folders of this machine, each with the place where the toolchain sees it. The places are
            the same on every machine, so that no path of this one gets into what is built. The
            checkout is always there, read-only, as ``/project``.

        Raises
        ------
        subprocess.CalledProcessError
            If the command fails.
        """
        places = {
            REPOSITORY: "/project",
            self._writable("emscripten"): "/emscripten-cache",
            self._writable("ccache"): "/ccache",
            **(mounts or {}),
        }
        variables: dict[str, Argument] = {
            "EM_CACHE": self._writable("emscripten"),
            "CCACHE_DIR": self._writable("ccache"),
            "CCACHE_SLOPPINESS": "pch_defines,time_macros,include_file_mtime,include_file_ctime",
            "CCACHE_NAMESPACE": "fixed-addresses",  # what was compiled otherwise may differ
            "EM_COMPILER_WRAPPER": "ccache",
            "SOURCE_DATE_EPOCH": "1704067200",  # 2024-01-01: no date of the build gets into it
            "PYTHONHASHSEED": "0",
            "LC_ALL": "C.UTF-8",
            **(environment or {}),
        }
        fixed = [*self._fixed_addresses(), *command]
        subprocess.run(self._command(fixed, places, variables, directory), check=True)

    def _fixed_addresses(self) -> Sequence[str]:
        """Return what runs a command with fixed addresses; nothing where that is forbidden."""
        return FIXED_ADDRESSES if _may_fix_addresses() else ()

    @abstractmethod
    def _command(
        self,
        command: Sequence[Argument],
        places: Mapping[Path, str],
        environment: Mapping[str, Argument],
        directory: Argument,
    ) -> list[str]:
        """Return the command line that runs a command inside, from outside."""

    def _writable(self, name: str) -> Path:
        """Return a folder that the compilers fill as they work, kept from run to run."""
        folder = cache_root() / f"{name}-{self.identity}"
        folder.mkdir(parents=True, exist_ok=True)
        return folder


class RootfsToolchain(Toolchain):
    """A Debian root file system, entered with bubblewrap."""

    def __init__(self) -> None:
        files = _digests("debootstrap.sh", "configure.sh", "packages.txt")
        inputs = {"pins": PINS, "files": files, "machine": os.uname().machine}
        self._root = artefact("toolchain", inputs, self._make)
        self.identity = self._root.name.removeprefix("toolchain-")

    @staticmethod
    def _make(folder: Path) -> None:
        versions = f"Debian {PINS['suite']}, Emscripten {PINS['emscripten']}"
        say(f"toolchain: {versions} (3 minutes, 1.5 GB)")
        requirements = folder / "requirements.txt"
        requirements.write_text("\n".join(PINS["requirements"]) + "\n")
        subprocess.run(["bash", FILES / "debootstrap.sh", PINS["suite"], folder], check=True)

    def _command(
        self,
        command: Sequence[Argument],
        places: Mapping[Path, str],
        environment: Mapping[str, Argument],
        directory: Argument,
    ) -> list[str]:
        def inside(argument: Argument) -> str:
            return _inside(argument, places)

        line = [
            "bwrap",
            "--bind",
            str(self._root / "root"),
            "/",
            "--dev",
            "/dev",
            "--proc",
            "/proc",
            "--tmpfs",
            "/tmp",
            "--ro-bind",
            "/etc/resolv.conf",
            "/etc/resolv.conf",
            "--die-with-parent",
        ]
        for host, place in places.items():
            line += ["--ro-bind" if place == "/project" else "--bind", str(host), place]
        line += [
            "--clearenv",
            "--setenv",
            "HOME",
            "/root",
            "--setenv",
            "PATH",
            "/opt/python/bin:/usr/lib/wasmatte:/usr/share/emscripten:/usr/bin:/bin",
        ]
        for name, value in environment.items():
            line += ["--setenv", name, inside(value)]
        return [*line, "--chdir", inside(directory), *map(inside, command)]


class ContainerToolchain(Toolchain):
    """An image built from the Containerfile, run by Docker or Podman."""

    def __init__(self) -> None:
        self._engine = engine = next(name for name in ENGINES if _works([name, "info"]))
        files = _digests("Containerfile", "configure.sh", "packages.txt")
        self.identity = digest({"pins": PINS, "files": files})[:16]
        self._image = f"wasmatte-toolchain:{self.identity}"
        if not _works([engine, "image", "inspect", self._image]):
            say(f"toolchain: building the image {self._image} with {engine}")
            subprocess.run(
                [
                    engine,
                    "build",
                    "--tag",
                    self._image,
                    "--build-arg",
                    f"SUITE={PINS['suite']}",
                    "--build-arg",
                    "REQUIREMENTS=" + " ".join(PINS["requirements"]),
                    "--file",
                    FILES / "Containerfile",
                    FILES,
                ],
                check=True,
            )

    def _fixed_addresses(self) -> Sequence[str]:
        return FIXED_ADDRESSES  # the image has setarch

    def _command(
        self,
        command: Sequence[Argument],
        places: Mapping[Path, str],
        environment: Mapping[str, Argument],
        directory: Argument,
    ) -> list[str]:
        # The host's network: sources are served on its loopback. No labels: SELinux would keep the
        # container from the host's folders. No filter of system calls: it forbids fixed addresses.
        line = [self._engine, "run", "--rm", "--network", "host"]
        line += ["--security-opt", "label=disable", "--security-opt", "seccomp=unconfined"]
        if self._engine == "docker":  # Podman maps root inside to the caller by itself
            line += ["--user", f"{os.getuid()}:{os.getgid()}", "--env", "HOME=/tmp"]
        for host, place in places.items():
            line += ["--volume", f"{host}:{place}{':ro' if place == '/project' else ''}"]
        for name, value in environment.items():
            line += ["--env", f"{name}={_inside(value, places)}"]
        line += ["--workdir", _inside(directory, places), self._image]
        return [*line, *(_inside(argument, places) for argument in command)]


class PathToolchain(Toolchain):
    """Whatever fits on the PATH of this machine, without any isolation."""

    def __init__(self) -> None:
        self.identity = f"path-emscripten-{PINS['emscripten']}-python-{PINS['python']}"

    def _command(
        self,
        command: Sequence[Argument],
        places: Mapping[Path, str],
        environment: Mapping[str, Argument],
        directory: Argument,
    ) -> list[str]:
        def outside(argument: Argument) -> str:
            text = str(argument)
            for host, place in places.items():
                text = re.sub(rf"(?<![\w.-]){re.escape(place)}(?=/|$)", str(host), text)
            return text

        line = ["env", "--chdir", outside(directory)]
        line += [f"{name}={outside(value)}" for name, value in environment.items()]
        return [*line, *map(outside, command)]


def prepare() -> Toolchain:
    """Return the toolchain of this machine, making it first if need be.

    Raises
    ------
    ToolchainError
        If none of the three ways is open; says in one line what to install.
    """
    wanted = os.environ.get("WASMATTE_TOOLCHAIN", "")
    if wanted not in ("", *WAYS):
        raise ToolchainError(f"WASMATTE_TOOLCHAIN is {wanted!r}, not path, rootfs or container")
    lacks = {}
    for name in [wanted] if wanted else WAYS:
        toolchain, lack = WAYS[name]
        lacks[name] = lack()
        if lacks[name] is None:
            return toolchain()
    if wanted:
        raise ToolchainError(f"WASMATTE_TOOLCHAIN={wanted}, but {lacks[wanted]}")
    raise ToolchainError(
        "no cross toolchain: as root install debootstrap and bubblewrap; or install Podman or "
        f"Docker ({lacks['container']}); or put Emscripten {PINS['emscripten']} and Python "
        f"{PINS['python']} with pyodide-build on the PATH ({lacks['path']})"
    )


def _digests(*names: str) -> dict[str, str]:
    return {name: tree_digest(FILES / name) for name in names}


def _path_lacks() -> str | None:
    """Return why the programs on the PATH do not serve as the toolchain, or None if they do."""
    python = f"python{PINS['python']}"
    needed = (
        "emcc",
        python,
        "pyodide",
        "cmake",
        "ninja",
        "protoc",
        "ccache",
        "make",
        "patch",
        "node",
    )
    missing = [name for name in needed if shutil.which(name) is None]
    if missing:
        return f"not on the PATH: {', '.join(missing)}"
    for program, version in (("emcc", PINS["emscripten"]), ("protoc", PINS["protoc"])):
        command = [program, "--version"]
        printed = subprocess.run(command, capture_output=True, text=True, check=False).stdout
        if version not in printed.partition("\n")[0]:
            return f"{program} is not {version}: {printed.partition(chr(10))[0]!r}"
    return None


def _rootfs_lacks() -> str | None:
    """Return why no root file system can be made here, or None if one can."""
    if os.geteuid() != 0:
        return "that needs root"
    packages = {"debootstrap": "debootstrap", "bwrap": "bubblewrap"}
    missing = [package for program, package in packages.items() if shutil.which(program) is None]
    if missing:
        return f"not installed: {', '.join(missing)}"
    return None


def _container_lacks() -> str | None:
    """Return why no container can be run here, or None if one can."""
    installed = [name for name in ENGINES if shutil.which(name) is not None]
    if not installed:
        return "neither Podman nor Docker is installed"
    complaints = []
    for name in installed:
        done = subprocess.run([name, "info"], capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return None
        last = done.stderr.strip().rpartition("\n")[2]
        complaints.append(f"`{name} info` says {last!r}")
    return " and ".join(complaints)


@cache
def _may_fix_addresses() -> bool:
    if _works([*FIXED_ADDRESSES, "true"]):
        return True
    say(f"toolchain: {' '.join(FIXED_ADDRESSES)} does not work here: some bytes may differ")
    return False


def _works(command: list[str]) -> bool:
    if shutil.which(command[0]) is None:
        return False
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _inside(argument: Argument, places: Mapping[Path, str]) -> str:
    if isinstance(argument, str):
        return argument
    for host in sorted(places, key=lambda host: len(host.parts), reverse=True):
        if argument.is_relative_to(host):
            return str(Path(places[host]) / argument.relative_to(host))
    raise ValueError(f"{argument} is in none of the mounted folders: {', '.join(map(str, places))}")


# What each way makes, and what says why it is closed. The first open one is taken.
WAYS: dict[str, tuple[Callable[[], Toolchain], Callable[[], str | None]]] = {
    "path": (PathToolchain, _path_lacks),
    "rootfs": (RootfsToolchain, _rootfs_lacks),
    "container": (ContainerToolchain, _container_lacks),
}


if __name__ == "__main__":
    with reported():
        toolchain = prepare()
        if sys.argv[1:]:
            toolchain.run(sys.argv[1:], directory="/project")
