"""The toolchain: how places are translated, and what is said where there is none."""

import os
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


@pytest.mark.parametrize("allowed", [True, False], ids=["allowed", "forbidden"])
def test_addresses_are_fixed_where_that_is_allowed(
    allowed: bool,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The compiler then makes the same bytes each time; elsewhere it is said that it may not."""
    write_program(tmp_path / "setarch", 'shift; exec echo fixed: "$@"' if allowed else "exit 1")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setenv("WASMATTE_CACHE", str(tmp_path / "cache"))
    toolchain._may_fix_addresses.cache_clear()
    PathToolchain().run(["echo", "compiled"])
    toolchain._may_fix_addresses.cache_clear()
    said = capfd.readouterr()
    assert said.out == ("fixed: echo compiled\n" if allowed else "compiled\n")
    assert ("some bytes may differ" in said.err) is not allowed


def test_nothing_to_be_had_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says what to install."""
    monkeypatch.setattr(toolchain.shutil, "which", lambda _: None)
    monkeypatch.delenv("WASMATTE_TOOLCHAIN", raising=False)
    with pytest.raises(ToolchainError, match="install debootstrap and bubblewrap") as caught:
        prepare()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("way", "lack"),
    [
        ("path", "not on the PATH: emcc"),
        ("rootfs", "not installed: debootstrap, bubblewrap"),
        ("container", "neither Podman nor Docker is installed"),
    ],
)
def test_closed_way_says_what_it_lacks(
    way: str, lack: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who insists on one way reads of that one alone."""
    monkeypatch.setattr(toolchain.shutil, "which", lambda _: None)
    monkeypatch.setattr(toolchain.os, "geteuid", lambda: 0)
    monkeypatch.setenv("WASMATTE_TOOLCHAIN", way)
    with pytest.raises(ToolchainError, match=f"^WASMATTE_TOOLCHAIN={way}, but {lack}") as caught:
        prepare()
    assert "\n" not in str(caught.value)


def test_engine_that_does_not_work_is_quoted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An installed Docker that may not be used is not one to install."""
    write_program(tmp_path / "docker", "echo one >&2; echo permission denied >&2; exit 1")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("WASMATTE_TOOLCHAIN", "container")
    with pytest.raises(ToolchainError, match="`docker info` says 'permission denied'"):
        prepare()


def test_container_reaches_the_loopback_of_the_host(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """pyodide-build in it fetches the sources from there."""
    write_program(tmp_path / "podman", 'if [ "$1" = run ]; then echo "$@"; fi')
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("WASMATTE_TOOLCHAIN", "container")
    monkeypatch.setenv("WASMATTE_CACHE", str(tmp_path / "cache"))
    prepare().run(["emcc", tmp_path / "in"], mounts={tmp_path: "/built"})
    line = capfd.readouterr().out
    assert "--network host" in line
    assert line.endswith("emcc /built/in\n")


def write_program(path: Path, script: str) -> None:
    """Write a program of a few shell lines."""
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def test_unknown_way_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistyped WASMATTE_TOOLCHAIN is refused with its value."""
    monkeypatch.setenv("WASMATTE_TOOLCHAIN", "vm")
    with pytest.raises(ToolchainError, match="'vm', not path, rootfs or container"):
        prepare()
