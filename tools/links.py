"""Put a folder somewhere without copying what is in it."""

import os
import shutil
from pathlib import Path

__all__ = ["link_tree"]


def link_tree(source: Path, target: Path) -> None:
    """Make ``target`` a folder of the same files: hard links, or copies where there can be none.

    What was at ``target`` is replaced once the new folder is whole. Hidden files and logs are
    left out.
    """
    partial = target.with_name(f".{target.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(
        source, partial, copy_function=_link, ignore=shutil.ignore_patterns(".*", "*.log")
    )
    shutil.rmtree(target, ignore_errors=True)
    partial.rename(target)


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy2(source, target)
