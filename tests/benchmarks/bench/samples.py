"""What came out of the visits, and its medians."""

import statistics
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Failure", "Key", "Sample", "Summary", "summarise"]


@dataclass(frozen=True)
class Key:
    """What a value belongs to; the names are those of `plan`."""

    browser: str
    contender: str
    model: str
    threads: int
    isolated: bool | None
    row: str


@dataclass(frozen=True)
class Sample:
    """One value, in the row's unit, of one turn; turns count from 1."""

    key: Key
    turn: int
    value: float


@dataclass(frozen=True)
class Failure:
    """A visit that failed, and why."""

    browser: str
    contender: str
    model: str
    threads: int
    isolated: bool | None
    turn: int
    message: str


@dataclass(frozen=True)
class Summary:
    """The median of a key's values, the least and the greatest, and how many there are."""

    median: float
    least: float
    greatest: float
    count: int


def summarise(samples: Iterable[Sample]) -> dict[Key, Summary]:
    """Give the summary of every key that has a value."""
    values: dict[Key, list[float]] = {}
    for sample in samples:
        values.setdefault(sample.key, []).append(sample.value)
    return {
        key: Summary(statistics.median(each), min(each), max(each), len(each))
        for key, each in values.items()
    }
