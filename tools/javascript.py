"""Check the types of web/, which are written as JSDoc comments: ``python -m tools.javascript``."""

import subprocess
import sys
from pathlib import Path

from tools.errors import reported
from tools.fetch import npm_folder
from tools.versions import REPOSITORY

__all__ = ["check"]

OPTIONS = (
    *("--noEmit", "--allowJs", "--checkJs", "--strict", "--skipLibCheck"),
    *("--target", "esnext", "--module", "esnext", "--moduleResolution", "bundler"),
)


def check(web: Path) -> bool:
    """Print what TypeScript objects to in a folder's modules; return whether there is nothing."""
    modules = sorted(web.rglob("*.js"))
    workers = [module for module in modules if module.name.endswith("worker.js")]
    pages = [module for module in modules if module not in workers]
    command = [*_compiler(), *OPTIONS, "--lib"]
    with (
        subprocess.Popen([*command, "esnext,webworker,webworker.iterable", *workers]) as one,
        subprocess.Popen([*command, "esnext,dom,dom.iterable", *pages]) as other,
    ):
        pass  # the end of the context waits for them
    return one.returncode == other.returncode == 0


def _compiler() -> list[str | Path]:
    return ["node", npm_folder("typescript") / "bin" / "tsc"]


if __name__ == "__main__":
    with reported():
        sys.exit(not check(REPOSITORY / "web"))
