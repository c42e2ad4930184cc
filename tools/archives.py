"""Unpack source archives, and pack wheels so that the same content is the same bytes."""

import subprocess
import tarfile
import tempfile
import zipfile
from pathlib import Path

__all__ = ["repack_wheel", "top_folder", "unpack"]

# The oldest time that a zip file can hold.
EPOCH = (1980, 1, 1, 0, 0, 0)


def top_folder(archive: Path) -> str:
    """Return the name of the one folder that a source archive holds."""
    with tarfile.open(archive) as packed:
        first = packed.next()
    if first is None:
        raise ValueError(f"{archive} is empty")
    return first.name.removeprefix("./").partition("/")[0]


def unpack(archive: Path, folder: Path) -> None:
    """Unpack an archive of sources.

    A tarball's single top folder is left out; a Debian package keeps all of its folders.
    """
    folder.mkdir(parents=True)
    if archive.suffix == ".deb":
        with tempfile.TemporaryDirectory() as temporary:
            subprocess.run(["ar", "x", archive], cwd=temporary, check=True)
            (data,) = Path(temporary).glob("data.tar.*")
            subprocess.run(["tar", "-xf", data, "-C", folder], check=True)
        return
    with tarfile.open(archive) as packed:
        for member in packed:
            _, _, inner = member.name.partition("/")
            if inner:
                packed.extract(member.replace(name=inner, deep=False), folder, filter="data")


def repack_wheel(wheel: Path, output: Path) -> None:
    """Write a wheel again with sorted entries, fixed times and modes, and one compression level."""
    with zipfile.ZipFile(wheel) as packed, zipfile.ZipFile(output, "w") as repacked:
        # RECORD comes last, as the wheel specification recommends.
        for name in sorted(packed.namelist(), key=lambda name: (name.endswith("/RECORD"), name)):
            if name.endswith("/"):
                continue
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o100644 << 16
            repacked.writestr(entry, packed.read(name), compresslevel=9)
