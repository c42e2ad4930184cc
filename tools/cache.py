"""The artefact cache: what is built or fetched once, kept outside the checkout.

An artefact is a folder named after all that went into it, so that a second checkout with the same
inputs finds it and a change of any input makes a new one. It appears whole or not at all: it is
made under a temporary name and renamed when finished.

The cache lives in ``$WASMATTE_CACHE``, by default ``~/.cache/wasmatte-build``.
"""

import fcntl
import hashlib
import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

__all__ = ["artefact", "cache_root", "digest", "say", "tree_digest"]


def cache_root() -> Path:
    """Return the cache's folder, which need not exist yet."""
    if named := os.environ.get("WASMATTE_CACHE"):
        return Path(named).resolve()
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "wasmatte-build"


def say(message: str) -> None:
    """Tell the person at the terminal what is being done."""
    print(f"[wasmatte] {message}", file=sys.stderr, flush=True)


def tree_digest(path: Path) -> str:
    """Return the sha256 of a file, or of a folder's relative paths, modes and contents.

    Compiled Python files are left out: running a tool must not change what it builds.
    """
    if path.is_file():
        return hashlib.sha256(path.read_bytes()).hexdigest()
    total = hashlib.sha256()
    for file in sorted(path.rglob("*")):
        if file.is_dir() or "__pycache__" in file.parts:
            continue
        executable = bool(file.stat().st_mode & 0o100)
        total.update(f"{file.relative_to(path).as_posix()}\0{executable}\0".encode())
        total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


def digest(inputs: dict[str, Any]) -> str:
    """Return the sha256 of inputs that JSON can hold, independent of their order."""
    return hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()


def artefact(name: str, inputs: dict[str, Any], build: Callable[[Path], None]) -> Path:
    """Return the folder of an artefact, building it first where the cache has none.

    Parameters
    ----------
    name
        What it is, for people: the first part of the folder's name.
    inputs
        All that the result depends on, as values that JSON can hold.
    build
        Called with an empty folder to fill. If it raises, nothing is kept.
    """
    path = cache_root() / f"{name}-{digest(inputs)[:16]}"
    if path.is_dir():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    with _lock(path.with_name(path.name + ".lock"), name):
        if path.is_dir():
            return path
        partial = path.with_name(path.name + ".partial")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir()
        started = time.monotonic()
        try:
            build(partial)
            (partial / ".inputs.json").write_text(json.dumps(inputs, indent=1, sort_keys=True))
            partial.rename(path)
        except BaseException:
            shutil.rmtree(partial, ignore_errors=True)
            raise
        say(f"{name}: ready after {time.monotonic() - started:.0f} s")
    return path


@contextmanager
def _lock(path: Path, name: str) -> Iterator[None]:
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"{name}: another process is making it; waiting")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
