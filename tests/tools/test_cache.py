"""The artefact cache: what it keeps, and what it never keeps."""

from pathlib import Path

import pytest

from tools.cache import artefact, digest, tree_digest


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give every test a cache of its own."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("WASMATTE_CACHE", str(folder))
    return folder


def write(folder: Path) -> None:
    """Build something."""
    (folder / "result").write_text("whole")


def refuse(folder: Path) -> None:
    """Build half of something, and fail."""
    (folder / "result").write_text("half")
    raise RuntimeError("the compiler is missing")


def test_same_inputs_are_built_once() -> None:
    """The second call finds what the first one made."""
    made = artefact("thing", {"version": 1}, write)
    assert artefact("thing", {"version": 1}, refuse) == made
    assert (made / "result").read_text() == "whole"


def test_changed_input_is_built_anew() -> None:
    """What was made from other inputs stays beside it."""
    first = artefact("thing", {"version": 1}, write)
    second = artefact("thing", {"version": 2}, write)
    assert first != second
    assert first.is_dir()


def test_failed_build_leaves_nothing(cache: Path) -> None:
    """Half an artefact is never found; the next call builds it."""
    with pytest.raises(RuntimeError, match="the compiler is missing"):
        artefact("thing", {}, refuse)
    assert [path.suffix for path in cache.iterdir()] == [".lock"]
    assert (artefact("thing", {}, write) / "result").read_text() == "whole"


def test_order_of_inputs_does_not_matter() -> None:
    """Inputs are a set of facts."""
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})


@pytest.mark.parametrize("change", ["content", "name", "mode"])
def test_tree_digest_sees(change: str, tmp_path: Path) -> None:
    """Content, names and the executable bit count."""
    folder = tmp_path / "tree"
    folder.mkdir()
    file = folder / "build.sh"
    file.write_text("make")
    file.chmod(0o644)
    before = tree_digest(folder)
    if change == "content":
        file.write_text("make test")
    elif change == "name":
        file.rename(folder / "run.sh")
    else:
        file.chmod(0o755)
    assert tree_digest(folder) != before


def test_tree_digest_ignores_compiled_python(tmp_path: Path) -> None:
    """Running a tool does not change what it builds."""
    (tmp_path / "tool.py").write_text("pass")
    before = tree_digest(tmp_path)
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "tool.cpython-314.pyc").write_bytes(b"compiled")
    assert tree_digest(tmp_path) == before
