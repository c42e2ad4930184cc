"""Steps of the work: their names, their progress, their time."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

__all__ = ["STEPS", "Progress", "ProgressCallback", "Steps", "Unit"]

Unit = Literal["bytes", "nodes", "steps"]

STEPS = ("runtime", "model", "session", "decode", "prepare", "infer", "composite", "encode")
"""All steps in order. ``runtime`` (Pyodide and its packages) is a web page's alone."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one step is.

    Within a step ``done`` never falls, and a step that succeeds ends with ``done == total``.

    Attributes
    ----------
    step : str
        One of `STEPS`.
    done : int
        What is done, in units.
    total : int or None
        What there is to do, in units; None if that is unknown.
    unit : {"bytes", "nodes", "steps"}
        ``bytes`` for the step ``model``; ``nodes`` of the model's graph for ``infer``, where a
        desktop tells the end only; ``steps`` (0 of 1, then 1 of 1) for all others.
    """

    step: str
    done: int
    total: int | None
    unit: Unit


INTERVAL = 0.05  # seconds between two reports of a count, at least

ProgressCallback = Callable[[Progress], object]


class Steps:
    """Runs steps, reports their progress and keeps their time.

    Parameters
    ----------
    progress : callable, optional
        Called with a `Progress` at the start and at the end of every step.

    Attributes
    ----------
    seconds : dict of str to float
        Wall clock time of each step that has ended, that of all its parts together.
    """

    def __init__(self, progress: ProgressCallback | None = None) -> None:
        self._progress = progress
        self.seconds: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time the body and report its start and end."""
        self.report(Progress(name, 0, 1, "steps"))
        with self.timed(name):
            yield
        self.report(Progress(name, 1, 1, "steps"))

    @contextmanager
    def counted(self, name: str) -> Iterator[Callable[[int, int], None]]:
        """Time the body, and report the nodes that it counts: ``count(executed, nodes)``."""
        total = 1
        told = time.perf_counter()

        def count(executed: int, nodes: int) -> None:
            nonlocal told, total
            total = nodes
            now = time.perf_counter()
            if now - told >= INTERVAL and executed < nodes:
                told = now
                self.report(Progress(name, executed, nodes, "nodes"))

        self.report(Progress(name, 0, None, "nodes"))
        with self.timed(name):
            yield count
        self.report(Progress(name, total, total, "nodes"))

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """Time the body, which reports its own progress."""
        start = time.perf_counter()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start

    def report(self, progress: Progress) -> None:
        """Pass one event on."""
        if self._progress is not None:
            self._progress(progress)
