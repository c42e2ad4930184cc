"""tools/run.sh: which Python it takes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools.versions import REPOSITORY


def test_too_new_a_python_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The host requirements have no wheels for 3.13."""
    for name in ("python3", "python3.12", "python3.11"):
        program = tmp_path / name
        program.write_text(
            f"#!/bin/sh\nexec '{sys.executable}' -c "
            "'import sys; sys.version_info = (3, 13, 0); exec(sys.argv[1])' \"$2\"\n"
        )
        program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.delenv("PYTHON", raising=False)
    assert "install CPython 3.11 or 3.12" in refusal()


def test_python_that_is_named_has_no_substitute(monkeypatch: pytest.MonkeyPatch) -> None:
    """No other one takes its place."""
    monkeypatch.setenv("PYTHON", "no-such-python")
    assert "PYTHON=no-such-python does not serve" in refusal()


def refusal() -> str:
    """Run a module, and give the one line that says why it does not start."""
    command = [REPOSITORY / "tools" / "run.sh", "tools.toolchain"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    return line
