"""The zip that a tab unpacks: the tests, their data, and pytest itself.

pytest comes from the host's own environment, so that both places run the same version and nothing
is downloaded.
"""

import zipfile
from collections.abc import Iterable, Mapping
from importlib import metadata
from pathlib import Path

__all__ = ["write_bundle"]

# pytest and what it imports: pure Python, all of them.
RUNNER = ("pytest", "pluggy", "iniconfig", "packaging", "pygments")


def write_bundle(path: Path, root: Path, folders: Iterable[str], extra: Mapping[str, Path]) -> None:
    """Write the bundle.

    Parameters
    ----------
    path : Path
        The zip to write.
    root : Path
        The repository's root; the tree in the zip is the same.
    folders : iterable of str
        Folders of tests, relative to the root, packed whole.
    extra : mapping of str to Path
        Further files: their place in the zip, and where they are.
    """
    files = dict(_tests(root, folders))
    files.update(_runner())
    files.update(extra)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, source in sorted(files.items()):
            archive.write(source, name)


def _tests(root: Path, folders: Iterable[str]) -> Iterable[tuple[str, Path]]:
    """Give the files of the test folders, of the packages above them, and the settings."""
    sources = [root / "pyproject.toml"]
    for folder in folders:
        for parent in [*Path(folder).parents][:-1]:
            sources.extend((root / parent).glob("*.py"))
        sources.extend((root / folder).rglob("*"))
    for source in sources:
        if source.is_file() and "__pycache__" not in source.parts:
            yield source.relative_to(root).as_posix(), source


def _runner() -> Iterable[tuple[str, Path]]:
    """Give the tab's end of this package, and the installed files of pytest."""
    for module in ("__init__.py", "inside.py"):
        yield f"tests/tab/{module}", Path(__file__).parent / module
    for name in RUNNER:
        for file in metadata.files(name) or ():
            if ".." not in file.parts and file.suffix != ".pyc":
                yield f"lib/{file.as_posix()}", Path(str(file.locate()))
