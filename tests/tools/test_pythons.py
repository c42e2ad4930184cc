"""The unit tests on several CPythons: which ones, and what is said of one that is not there."""

import pytest

from tools.errors import BuildError
from tools.pythons import main, python_versions
from tools.versions import VERSIONS


def test_toolchain_has_one_of_the_versions() -> None:
    """The newest need not be on the PATH."""
    versions = python_versions()
    assert versions[0] == "3.11"
    assert VERSIONS["toolchain"]["python"] in versions


def test_what_is_asked_for_must_start() -> None:
    """The message names the command, before any test runs."""
    with pytest.raises(BuildError, match=r"^no-such-python is no Python that starts"):
        main(["python3", "no-such-python"])
