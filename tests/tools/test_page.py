"""The page under test, as the tools drive it."""

from pathlib import Path

from tools.page import is_downloaded


def test_a_name_that_is_kept_for_a_download_is_none(tmp_path: Path) -> None:
    """Chromium makes an empty file of a download's name, and puts the whole one in its place."""
    file = tmp_path / "cutout.png"
    assert not is_downloaded(file)
    file.touch()
    assert not is_downloaded(file)
    file.write_bytes(b"PNG")
    assert is_downloaded(file)
