"""Which tests run."""

import pytest

from tools.versions import REPOSITORY


def test_all_folders_are_run(pytestconfig: pytest.Config) -> None:
    """``testpaths`` names them one by one, for their order."""
    tests = REPOSITORY / "tests"
    folders = {path.relative_to(tests).parts[0] for path in tests.rglob("test_*.py")}
    assert sorted(pytestconfig.getini("testpaths")) == sorted(f"tests/{name}" for name in folders)
