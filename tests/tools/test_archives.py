"""Archives: wheels that are the same bytes, sources without their top folder."""

import tarfile
import zipfile
from pathlib import Path

import pytest

from tools.archives import repack_wheel, top_folder, unpack

RECORD = "thing-1.dist-info/RECORD"


def wheel(path: Path, names: list[str], year: int) -> Path:
    """Write a wheel with some entries, as of some year."""
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name, (year, 1, 1, 0, 0, 0)), f"content of {name}")
    return path


def test_wheels_of_the_same_content_are_the_same_bytes(tmp_path: Path) -> None:
    """Order, times and compression of the original do not matter."""
    one = wheel(tmp_path / "one.whl", ["thing.py", RECORD, "a.py"], 2024)
    other = wheel(tmp_path / "other.whl", [RECORD, "a.py", "thing.py"], 2026)
    repack_wheel(one, tmp_path / "one-again.whl")
    repack_wheel(other, tmp_path / "other-again.whl")
    repacked = (tmp_path / "one-again.whl").read_bytes()
    assert repacked == (tmp_path / "other-again.whl").read_bytes()
    with zipfile.ZipFile(tmp_path / "one-again.whl") as archive:
        assert archive.namelist() == ["a.py", "thing.py", RECORD]
        assert archive.read("a.py") == b"content of a.py"


@pytest.fixture
def tarball(tmp_path: Path) -> Path:
    """Write a source tarball as upstreams do."""
    tree = tmp_path / "thing-1.0"
    (tree / "src").mkdir(parents=True)
    (tree / "src" / "main.c").write_text("int main;")
    path = tmp_path / "thing.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        archive.add(tree, "thing-1.0")
    return path


def test_top_folder_is_named(tarball: Path) -> None:
    """A recipe is told the folder that its archive unpacks to."""
    assert top_folder(tarball) == "thing-1.0"


def test_sources_are_unpacked_without_their_top_folder(tarball: Path, tmp_path: Path) -> None:
    """Paths do not depend on the version."""
    unpack(tarball, tmp_path / "unpacked")
    assert (tmp_path / "unpacked" / "src" / "main.c").read_text() == "int main;"
