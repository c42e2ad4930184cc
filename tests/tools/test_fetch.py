"""Pinned files: what is said when one cannot be had."""

import os
from pathlib import Path

import pytest

from tools.fetch import FetchError, source
from tools.toolchain import PathToolchain


def test_apt_without_the_suite_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The apt of this machine need not know the suites of the toolchain's own."""
    apt = tmp_path / "apt-get"
    apt.write_text("#!/bin/sh\necho 'E: Unable to find a source package' >&2; exit 100\n")
    apt.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("WASMATTE_CACHE", str(tmp_path / "cache"))
    with pytest.raises(FetchError, match=r"fetch lcms2=.*toolchain/configure\.sh") as caught:
        source("lcms2", PathToolchain())
    assert "\n" not in str(caught.value)
    assert [path.name for path in tmp_path.rglob("lcms2*")] == []
