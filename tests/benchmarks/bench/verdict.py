"""The ratios that the project is judged by, and the tables that show them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from .plan import CONTENDERS, ROWS, Row, Setting
from .samples import Key, Summary

__all__ = ["Figure", "Verdict", "format_summary", "format_value", "judge", "markdown", "row_named"]

TITLES = {contender.name: contender.title for contender in CONTENDERS}


@dataclass(frozen=True)
class Figure:
    """A ratio of two medians: ours to a peer's, the less the better.

    Attributes
    ----------
    row : str
        What is compared; a name of `plan.ROWS`.
    model : str
        On which model.
    setting : Setting
        Of ours; and of the peer, unless that runs without a browser.
    any_page : bool
        Take the best of ours with these threads, on whichever page.
    peers : tuple of str
        The peer's names, of which the best counts.
    must, aim : float
        What the ratio must be at most, and what it should be.
    """

    row: str
    model: str
    setting: Setting
    peers: tuple[str, ...]
    must: float
    aim: float
    any_page: bool = False

    @property
    def title(self) -> str:
        """The figure, for people."""
        return f"{row_named(self.row).title}, {self.model}, {self.setting.title}"


@dataclass(frozen=True)
class Verdict:
    """A figure as it was measured.

    Attributes
    ----------
    ours, peer : Summary
        Of the best of each.
    peer_name : str
        Which peer was the best.
    """

    figure: Figure
    ours: Summary
    peer: Summary
    peer_name: str

    @property
    def ratio(self) -> float:
        """Ours divided by the peer's."""
        return self.ours.median / self.peer.median

    @property
    def word(self) -> str:
        """What that means: ``aim``, ``must`` or ``missed``."""
        if self.ratio <= self.figure.aim:
            return "aim"
        return "must" if self.ratio <= self.figure.must else "missed"


def figures() -> Iterator[Figure]:
    """Give all figures, as they were agreed on before they were measured."""
    web = ("ort-web", "ort-web-best")
    two, one, plain = Setting(2, True), Setting(1, True), Setting(1, False)
    for model, must, aim in (("isnet_quint8", 0.60, 0.40), ("isnet_fp16", 0.40, 0.25)):
        for setting in (two, one):
            yield Figure("inference", model, setting, web, must, aim)
    models = ("isnet_quint8", "isnet_fp16")
    for model in models:
        for setting in (two, one):
            yield Figure("inference", model, setting, ("native",), 2.0, 1.0, any_page=True)
    for setting in (two, plain):
        for model in models:
            yield Figure("photo-12mp", model, setting, ("imgly",), 0.50, 0.35)
    for setting in (two, plain):
        for model in models:
            yield Figure("memory-12mp", model, setting, ("imgly",), 0.7, 0.5)
    for setting in (two, plain):
        for model in models:
            yield Figure("cold-start", model, setting, ("imgly",), 1.0, 0.7)


def judge(summaries: Mapping[Key, Summary], browser: str) -> list[Verdict]:
    """Give the verdict of every figure whose both sides were measured in a browser."""
    verdicts = []
    for figure in figures():
        ours = _best(summaries, figure, browser, ("ours",))
        peer = _best(summaries, figure, browser, figure.peers)
        if ours is not None and peer is not None:
            verdicts.append(Verdict(figure, ours[1], peer[1], peer[0]))
    return verdicts


def markdown(verdicts: Iterable[Verdict]) -> list[str]:
    """Lay verdicts out as the lines of a Markdown table."""
    lines = [
        "| figure | ours | peer | ratio | must | aim |",
        "|---|---|---|---|---|---|",
    ]
    for verdict in verdicts:
        figure, unit = verdict.figure, row_named(verdict.figure.row).unit
        ratio = f"{verdict.ratio:.2f}"
        lines.append(
            f"| {figure.title} "
            f"| {format_summary(verdict.ours, unit)} "
            f"| {TITLES[verdict.peer_name]}: {format_summary(verdict.peer, unit)} "
            f"| {ratio if verdict.word == 'missed' else f'**{ratio}**'} "
            f"| {figure.must:.2f} | {figure.aim:.2f} |"
        )
    return lines


def format_summary(summary: Summary, unit: str) -> str:
    """Write a median and its spread."""
    median = format_value(summary.median, unit)
    if summary.count == 1:
        return median
    least, greatest = (
        format_value(value, unit).partition(" ")[0] for value in (summary.least, summary.greatest)
    )
    return f"{median} ({least} to {greatest})"


def format_value(value: float, unit: str) -> str:
    """Write a value with its unit."""
    if unit == "s":
        return f"{value:.2f} s"
    if unit == "bytes":
        return f"{value / 1e6:.0f} MB"
    return f"{value:.4f}"


def row_named(name: str) -> Row:
    """Return a row by its name."""
    (found,) = (row for row in ROWS if row.name == name)
    return found


def _best(
    summaries: Mapping[Key, Summary], figure: Figure, browser: str, names: tuple[str, ...]
) -> tuple[str, Summary] | None:
    """Give the contender with the least median, among those that were measured."""
    found = [
        (key.contender, summary)
        for key, summary in summaries.items()
        if key.row == figure.row
        and key.model == figure.model
        and key.contender in names
        and key.browser == browser
        and key.threads == figure.setting.threads
        and (key.isolated in (None, figure.setting.isolated) or figure.any_page)
    ]
    return min(found, key=lambda each: each[1].median, default=None)
