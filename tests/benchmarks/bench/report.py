"""The report of a run: a file that holds everything, and what is made from it."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

from wasmatte.files import replace_file

from .charts import page
from .samples import Failure, Key, Sample, summarise
from .verdict import judge, markdown

__all__ = ["Report"]


@dataclass
class Report:
    """Facts about a run, all its values, and what failed."""

    facts: dict[str, Any]
    samples: list[Sample] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read what `write` has written as ``report.json``."""
        whole = json.loads(path.read_text(encoding="utf-8"))
        samples = []
        for entry in whole["samples"]:
            turn, value = entry.pop("turn"), entry.pop("value")
            samples.append(Sample(Key(**entry), turn, value))
        return cls(whole["facts"], samples, [Failure(**entry) for entry in whole["failures"]])

    def write(self, folder: Path) -> None:
        """Write ``report.json``, ``table.md`` and ``index.html``, each whole or not at all."""
        folder.mkdir(parents=True, exist_ok=True)
        texts = {
            "report.json": json.dumps(self._entries(), indent=1) + "\n",
            "table.md": "\n".join(self._table()) + "\n",
            "index.html": page(self.facts, self.samples, self.failures),
        }
        for name, text in texts.items():
            replace_file(folder / name, text.encode())

    def _entries(self) -> dict[str, Any]:
        summaries = summarise(self.samples)
        return {
            "facts": self.facts,
            "verdicts": [
                {
                    "browser": browser,
                    **asdict(verdict),
                    "ratio": verdict.ratio,
                    "word": verdict.word,
                }
                for browser in self.facts["browsers"]
                for verdict in judge(summaries, browser)
            ],
            "summaries": [{**asdict(key), **asdict(summary)} for key, summary in summaries.items()],
            "failures": [asdict(failure) for failure in self.failures],
            "samples": [
                {**asdict(sample.key), "turn": sample.turn, "value": sample.value}
                for sample in self.samples
            ],
        }

    def _table(self) -> list[str]:
        summaries = summarise(self.samples)
        lines: list[str] = []
        for browser, version in self.facts["browsers"].items():
            verdicts = judge(summaries, browser)
            runs = [verdict.ours.count for verdict in verdicts]
            least = f"{min(runs)} runs" if runs and min(runs) > 1 else "a single run"
            spread = "least to greatest in brackets; a ratio in bold does what it must"
            lines += [f"{self._origin(version)}: medians of {least}, {spread}.", ""]
            lines += [*markdown(verdicts), ""]
        lines += [
            f"- failed: {each.contender}, {each.model}, {each.threads} threads, "
            f"isolated: {each.isolated}, turn {each.turn}: {each.message.splitlines()[0]}"
            for each in self.failures
        ]
        return lines

    def _origin(self, browser: str) -> str:
        """Say in one line where the values come from."""
        machine = self.facts["machine"]
        return (
            f"{browser}, {machine['cores']} cores of {machine['cpu']}, {self.facts['date'][:10]}, "
            f"commit {self.facts['commit']}, `{self.facts['command']}`"
        )
