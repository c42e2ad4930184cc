"""Run the unit tests with every CPython that wasmatte is for: ``python -m tools.pythons``.

Each gets an environment of its own, into which pip installs wasmatte from its source distribution,
with what it depends on as of today. The tests are those that the distribution holds, and they see
nothing else of the checkout than the models.

Arguments name interpreters. Without any they are ``python3.11`` and so on, one for each classifier
of ``pyproject.toml``, as far as they are on the PATH; the toolchain has one of them too.
"""

import os
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path

from tools.cache import say
from tools.errors import BuildError, reported
from tools.toolchain import prepare
from tools.versions import REPOSITORY, VERSIONS

__all__ = ["python_versions"]

MODELS = REPOSITORY / "build" / "models"
TESTS_NEED = ("pytest", "scikit-image")  # the second for its sample photos
IN_TOOLCHAIN = f"python{VERSIONS['toolchain']['python']}"
TEST = """
set -eu
python=$1
shift
"$python" -m venv environment
ours=$PWD/environment/bin/python
"$ours" -m pip install --quiet --disable-pip-version-check ./wasmatte-* "$@"
cd wasmatte-*
exec "$ours" -m pytest -q -o pythonpath= -p no:cacheprovider -m "not tab"
"""


def python_versions() -> list[str]:
    """Return the versions of CPython that the classifiers of ``pyproject.toml`` name."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    last = [each.rpartition(" :: ")[2] for each in project["classifiers"] if "Python :: 3." in each]
    return sorted(last, key=lambda version: [*map(int, version.split("."))])


def main(commands: list[str]) -> None:
    """Run the tests with one interpreter after the other.

    Raises
    ------
    BuildError
        If an interpreter that is asked for does not start, or tests fail.
    """
    chosen = []
    for command in commands or [f"python{version}" for version in python_versions()]:
        if (version := _version(command)) is not None:
            chosen.append((command, version, _run_here))
        elif command == IN_TOOLCHAIN:
            chosen.append((command, f"{IN_TOOLCHAIN} of the toolchain", _run_in_toolchain))
        elif commands:
            raise BuildError(f"{command} is no Python that starts and has venv")
        else:
            say(f"{command} is not on the PATH: not tested; PYTHONS= may name it")
    failed = []
    for command, version, run in chosen:
        say(f"unit tests with {version}")
        with tempfile.TemporaryDirectory() as temporary:
            _unpack_source_distribution(Path(temporary))
            try:
                run(command, _requirements(), Path(temporary))
            except subprocess.CalledProcessError:
                failed.append(version)
    if failed:
        raise BuildError(f"the unit tests fail with {', '.join(failed)}; see above")
    say(f"the unit tests pass with {', '.join(version for _, version, _ in chosen)}")


def _version(command: str) -> str | None:
    """Return an interpreter's version, or None if it does not start or has no venv."""
    code = "import ensurepip, platform; print('CPython', platform.python_version())"
    try:
        done = subprocess.run([command, "-c", code], capture_output=True, text=True, check=False)
    except OSError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def _requirements() -> list[str]:
    pins = VERSIONS["host"]["requirements"]
    return [pin for pin in pins if pin.partition("==")[0] in TESTS_NEED]


def _unpack_source_distribution(folder: Path) -> None:
    """Make the source distribution, and leave it unpacked in a folder."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", "sdist"]
    command += ["--directory", str(folder)]
    subprocess.run(command, cwd=REPOSITORY, capture_output=True, check=True)
    (archive,) = folder.glob("*.tar.gz")
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    archive.unlink()


def _run_here(command: str, requirements: list[str], folder: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    subprocess.run(
        ["sh", "-c", TEST, "sh", command, *requirements],
        cwd=folder,
        env={**environment, "WASMATTE_MODELS_URL": str(MODELS)},
        check=True,
    )


def _run_in_toolchain(command: str, requirements: list[str], folder: Path) -> None:
    prepare().run(
        ["sh", "-c", TEST, "sh", command, *requirements],
        mounts={folder: "/tests"},
        environment={
            "WASMATTE_MODELS_URL": MODELS,
            "PIP_CERT": "/etc/ssl/certs/ca-certificates.crt",
        },
        directory=folder,
    )


if __name__ == "__main__":
    with reported():
        main(sys.argv[1:])
