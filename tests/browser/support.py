"""The table of what works in which browser, written from the outcomes of test_browsers.py."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tools.other_browsers import BROWSERS

__all__ = ["Support", "claim"]

CELLS = {"passed": "yes", "failed": "**no**", "skipped": "not tested"}


def claim(item: pytest.Function) -> str:
    """Say what a test shows: the first line of its docstring, and its parameters."""
    words = (item.function.__doc__ or item.name).strip().splitlines()[0].rstrip(".")
    variant = [part for part in item.callspec.id.split("-") if part not in BROWSERS]
    return f"{words} ({', '.join(variant)})" if variant else words


@dataclass
class Support:
    """Collects outcomes, and writes the table once all are there.

    Attributes
    ----------
    file : Path
        What is written: Markdown.
    versions : dict of str to str
        The name and version of each browser that was driven, by the name that the tests use.
    """

    file: Path
    versions: dict[str, str] = field(default_factory=dict)
    _rows: dict[str, dict[str, str]] = field(default_factory=dict)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Iterator[None]:
        report = yield
        if isinstance(item, pytest.Function) and "browser_name" in item.fixturenames:
            name = item.callspec.params["browser_name"]
            if report.when == "call" or report.outcome != "passed":
                self._rows.setdefault(claim(item), {})[name] = report.outcome
        return report

    def pytest_sessionfinish(self) -> None:
        names = sorted({name for row in self._rows.values() for name in row})
        if not names:
            return
        heads = [self.versions.get(name, name) for name in names]
        lines = [f"| | {' | '.join(heads)} |", "|---" * (len(names) + 1) + "|"]
        for words, row in self._rows.items():
            cells = [CELLS.get(row.get(name, ""), "not tested") for name in names]
            lines.append(f"| {words} | {' | '.join(cells)} |")
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text("\n".join(lines) + "\n", encoding="utf-8")
