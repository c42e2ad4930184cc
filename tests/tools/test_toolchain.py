"""The toolchain: how places are translated, and what is said where there is none."""

from pathlib import Path

import pytest

from tools import toolchain
from tools.toolchain import PathToolchain, ToolchainError, prepare
from tools.versions import REPOSITORY


def test_paths_are_translated_and_strings_are_not(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the PATH, the fixed places of the toolchain are folders of this machine."""
    monkeypatch.setenv("WASMATTE_CACHE", str(tmp_path / "cache"))
    PathToolchain().run(
        ["echo", tmp_path / "in", "/built/out", "text"], mounts={tmp_path: "/built"}
    )
    assert capfd.readouterr().out.split() == [f"{tmp_path}/in", f"{tmp_path}/out", "text"]


def test_checkout_is_always_there(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Recipes find the project under one name."""
    monkeypatch.setenv("WASMATTE_CACHE", str(tmp_path))
    PathToolchain().run(["cat", "/project/.gitignore"])
    assert capfd.readouterr().out == (REPOSITORY / ".gitignore").read_text()


def test_nothing_to_be_had_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says what to install."""
    monkeypatch.setattr(toolchain.shutil, "which", lambda _: None)
    monkeypatch.delenv("WASMATTE_TOOLCHAIN", raising=False)
    with pytest.raises(ToolchainError, match="install debootstrap and bubblewrap") as caught:
        prepare()
    assert "\n" not in str(caught.value)


def test_unknown_way_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistyped WASMATTE_TOOLCHAIN is refused with its value."""
    monkeypatch.setenv("WASMATTE_TOOLCHAIN", "vm")
    with pytest.raises(ToolchainError, match="'vm', not path, rootfs or container"):
        prepare()
