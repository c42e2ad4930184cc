"""Run the benchmark."""

import argparse
import shlex
import sys
import tempfile
import time
from collections.abc import Callable, Collection
from contextlib import ExitStack
from pathlib import Path

from selenium.common.exceptions import WebDriverException

from tools.browser import BrowserMissingError
from tools.cache import say
from tools.errors import reported
from tools.other_browsers import BROWSERS
from wasmatte.models import models as registry

from .machine import facts
from .plan import CONTENDERS, ROWS, Visit, visits
from .report import Report
from .samples import Failure, Key, Sample, summarise
from .stage import Stage, counting_server
from .verdict import format_value, judge, markdown, row_named
from .visit import Judge, VisitError, run_natively, run_visit, version

__all__ = ["main"]

ROW_NAMES = tuple(row.name for row in ROWS)
CONTENDER_NAMES = tuple(contender.name for contender in CONTENDERS)
MODEL_NAMES = tuple(model.name for model in registry())

BUSY = 0.5  # load average, above which something else runs


class Run:
    """A run of the benchmark.

    Parameters
    ----------
    report : Report
        Where the values go.
    stage : Stage
        What is served.
    arguments : argparse.Namespace
        Says what is measured: ``of`` (models), ``rows`` and ``contenders``.
    """

    def __init__(self, report: Report, stage: Stage, arguments: argparse.Namespace) -> None:
        self._report = report
        self._stage = stage
        self._rows = frozenset(arguments.rows)
        self._visits = visits(arguments.of, arguments.rows, arguments.contenders)
        self._judge = Judge(stage)
        for model in arguments.of:
            self._judge.matte(model)  # now, and not while somebody is measured

    def round(self, browser: str, turn: int, of: int) -> None:
        """Visit every contender once."""
        with ExitStack() as stack:
            servers = {}
            for isolated in (True, False):
                server, traffic = counting_server(self._stage.root, isolated=isolated)
                servers[isolated] = stack.enter_context(server), traffic
            for number, visit in enumerate(self._visits, start=1):
                started = time.monotonic()
                said = []
                try:
                    if visit.contender.page is None:
                        values = run_natively(visit, self._stage)
                    else:
                        where = servers[bool(visit.setting.isolated)]
                        values = run_visit(visit, browser, *where, self._rows, self._judge)
                    for row, value in values:
                        if row in self._rows & visit.contender.rows:
                            self._keep(visit, browser, turn, row, value)
                            said.append(f"{row} {format_value(value, row_named(row).unit)}")
                except (VisitError, WebDriverException) as error:
                    message = error.msg if isinstance(error, WebDriverException) else str(error)
                    said.append(f"FAILED: {message}")
                    self._fail(visit, browser, turn, message or type(error).__name__)
                say(
                    f"bench: {browser}, round {turn} of {of}, {number} of {len(self._visits)}: "
                    f"{visit.title}: {', '.join(said)} [{time.monotonic() - started:.0f} s]"
                )

    def _keep(self, visit: Visit, browser: str, turn: int, row: str, value: float) -> None:
        setting = visit.setting
        key = Key(
            browser, visit.contender.name, visit.model, setting.threads, setting.isolated, row
        )
        self._report.samples.append(Sample(key, turn, value))

    def _fail(self, visit: Visit, browser: str, turn: int, message: str) -> None:
        setting = visit.setting
        self._report.failures.append(
            Failure(
                browser,
                visit.contender.name,
                visit.model,
                setting.threads,
                setting.isolated,
                turn,
                message,
            )
        )


def main() -> None:
    """Measure ours and its peers in the same browser, in turns."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.bench", description=main.__doc__
    )
    parser.add_argument("--site", type=Path, default=Path("build/site"), help="(%(default)s)")
    parser.add_argument("--models", type=Path, default=Path("build/models"), help="(%(default)s)")
    parser.add_argument("--out", type=Path, default=Path("build/bench"), help="(%(default)s)")
    parser.add_argument("--runs", type=int, default=5, help="rounds (%(default)s)")
    choices = {
        "browsers": (BROWSERS, ["chromium"]),
        "contenders": (CONTENDER_NAMES, CONTENDER_NAMES),
        "of": (MODEL_NAMES, MODEL_NAMES),
        "rows": (ROW_NAMES, ROW_NAMES),
    }
    for name, (known, default) in choices.items():
        usual = "all" if len(default) == len(known) else ",".join(default)
        text = f"some of {', '.join(known)} ({usual})"
        parser.add_argument(f"--{name}", type=_list_of(known), default=default, help=text)
    parser.add_argument("--command", default=None, help="what the report names as its command")
    parser.add_argument(
        "--redraw", action="store_true", help="measure nothing; draw the report in --out again"
    )
    arguments = parser.parse_args()
    if arguments.redraw:
        Report.read(arguments.out / "report.json").write(arguments.out)
        return
    if not (arguments.site / "index.html").is_file():
        parser.exit(1, f"there is no site in {arguments.site}: type `make site`\n")
    command = arguments.command or shlex.join(sys.orig_argv[1:])
    try:
        with reported():
            report = measure(arguments, command)
    except BrowserMissingError as error:
        parser.exit(1, f"[wasmatte] bench: {error}\n")
    summaries = summarise(report.samples)
    for browser in report.facts["browsers"]:
        print(*markdown(judge(summaries, browser)), sep="\n")
    say(f"bench: {arguments.out / 'index.html'} shows it, {arguments.out / 'report.json'} has all")
    if report.failures:
        sys.exit(f"[wasmatte] bench: {len(report.failures)} visits failed; the report says why")


def measure(arguments: argparse.Namespace, command: str) -> Report:
    """Take all rounds; the report is written after each, so that a run can be broken off."""
    report = Report(facts(command))
    load = report.facts["machine"]["load_before"]
    if load > BUSY:
        say(f"bench: this machine is busy (load {load:.1f}): the figures will say little")
    with tempfile.TemporaryDirectory(prefix="wasmatte-bench-") as folder:
        say("bench: laying out what is served")
        stage = Stage.build(Path(folder), arguments.site, arguments.models, list(arguments.of))
        run = Run(report, stage, arguments)
        for browser in arguments.browsers:
            report.facts["browsers"][browser] = version(browser)
        for turn in range(1, arguments.runs + 1):
            for browser in arguments.browsers:
                run.round(browser, turn, arguments.runs)
            report.write(arguments.out)
    return report


def _list_of(known: Collection[str]) -> Callable[[str], list[str]]:
    """Make what reads names with commas between them."""

    def read(text: str) -> list[str]:
        names = [name for name in text.split(",") if name]
        for name in names:
            if name not in known:
                raise argparse.ArgumentTypeError(f"{name!r} is none of {', '.join(known)}")
        return names

    return read


if __name__ == "__main__":
    main()
