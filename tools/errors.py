"""Errors of the build that a person can do something about."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["BuildError", "reported"]


class BuildError(Exception):
    """Something could not be fetched or built; the message says what, and what to do."""


@contextmanager
def reported() -> Iterator[None]:
    """End the program with a line in place of a traceback when the build fails."""
    try:
        yield
    except BuildError as error:
        sys.exit(f"[wasmatte] {error}")
    except subprocess.CalledProcessError as error:
        command = error.cmd[0] if isinstance(error.cmd, list) else error.cmd
        sys.exit(f"[wasmatte] {command} failed with status {error.returncode}; see above")
