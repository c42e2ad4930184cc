"""The tab's end: run pytest under Pyodide and post its events to the page.

Every event is one JSON object with an ``event`` key:

=========== ============ ==============================================
event       further keys meaning
=========== ============ ==============================================
start       test         the test begins
report      test, report one phase's report, serialised by pytest
finish      test         the test is over
uncollected path, reason a module or folder could not be collected
internal    reason       pytest itself failed
end         code         pytest has ended with this exit code
=========== ============ ==============================================

The worker adds ``log`` (line) and ``crash`` (reason).
"""

import importlib
import json
import os
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

FIRST_IMPORT = "first_import.json"


def main(suite: str, packages: str, tests: str, post: Callable[[str], object]) -> None:
    """Run tests of an unpacked bundle.

    Parameters
    ----------
    suite : str
        The folder of the bundle; the same tree as the repository's root.
    packages : str
        JSON list of the packages under test, imported before anything else can import them.
    tests : str
        JSON list of node ids.
    post : callable
        Takes each event as JSON text.
    """
    root = Path(suite)
    os.chdir(root)
    imports = {package: first_import(package) for package in json.loads(packages)}
    (root / FIRST_IMPORT).write_text(json.dumps(imports))
    reporter = Reporter(json.loads(tests), post)
    code = pytest.main(
        [
            f"--rootdir={root}",
            *("-p", "no:terminal"),
            *("-o", "addopts=--strict-config --strict-markers"),  # others belong to the terminal
            *("-p", "no:cacheprovider"),
            *("-p", "no:faulthandler"),  # needs signals
            "--continue-on-collection-errors",
            *reporter.modules(),
        ],
        plugins=[reporter],
    )
    reporter.send("end", code=int(code))


class Reporter:
    """A pytest plugin: runs the wanted tests only and posts what happens to them."""

    def __init__(self, tests: list[str], post: Callable[[str], object]) -> None:
        self._tests = frozenset(tests)
        self._modules = list(dict.fromkeys(test.partition("::")[0] for test in tests))
        self._post = post

    def modules(self) -> list[str]:
        """Give the modules of the wanted tests, in order."""
        return self._modules

    def send(self, event: str, **fields: object) -> None:
        """Post one event."""
        self._post(json.dumps({"event": event, **fields}))

    def pytest_configure(self, config: pytest.Config) -> None:
        """Keep the settings."""
        self._config = config

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep the wanted tests."""
        items[:] = [item for item in items if item.nodeid in self._tests]

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Post what cannot be collected."""
        if report.failed:
            self.send("uncollected", path=report.nodeid, reason=report.longreprtext)

    def pytest_internalerror(self, excrepr: object) -> None:
        """Post a failure of pytest's own."""
        self.send("internal", reason=str(excrepr))

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Post that a test begins."""
        self.send("start", test=nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Post a phase's report."""
        data = self._config.hook.pytest_report_to_serializable(config=self._config, report=report)
        self.send("report", test=report.nodeid, report=data)

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """Post that a test is over."""
        self.send("finish", test=nodeid)


def first_import(package: str) -> dict[str, object]:
    """Import a package for the first time and keep what it says.

    Returns
    -------
    dict
        ``warnings``: list of str; ``output``: all that went to file descriptors 1 and 2.
    """
    with warnings.catch_warnings(record=True) as caught, descriptors() as output:
        warnings.simplefilter("always")
        importlib.import_module(package)
    return {"warnings": [str(warning.message) for warning in caught], "output": "".join(output)}


@contextmanager
def descriptors() -> Iterator[list[str]]:
    """Catch what is written to file descriptors 1 and 2, by C and C++ too."""
    output: list[str] = []
    saved = os.dup(1), os.dup(2)
    with tempfile.TemporaryFile() as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
        try:
            yield output
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            for number, copy in enumerate(saved, start=1):
                os.dup2(copy, number)
                os.close(copy)
            file.seek(0)
            output.append(file.read().decode(errors="replace"))
