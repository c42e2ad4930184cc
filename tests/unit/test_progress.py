"""Tests of steps and progress."""

from types import SimpleNamespace

import pytest

from wasmatte import STEPS, Progress
from wasmatte import progress as module
from wasmatte.progress import Steps


def test_a_step_reports_its_start_and_its_end() -> None:
    """Two events, 0 of 1 and 1 of 1, around the work."""
    events: list[object] = []
    with Steps(events.append).step("infer"):
        events.append("work")
    assert events == [
        Progress("infer", 0, 1, "steps"),
        "work",
        Progress("infer", 1, 1, "steps"),
    ]


def test_a_failed_step_reports_no_end_and_keeps_no_time() -> None:
    """Whoever sees an end may rely on it."""
    events: list[Progress] = []
    steps = Steps(events.append)
    with pytest.raises(ZeroDivisionError), steps.step("decode"):
        _ = 1 // 0
    assert [event.done for event in events] == [0]
    assert steps.seconds == {}


def test_time_is_kept_without_a_listener() -> None:
    """Seconds are those of the steps that ran, and none is negative."""
    steps = Steps()
    with steps.step("decode"), steps.timed("prepare"):
        pass
    assert {*steps.seconds} == {"decode", "prepare"} < {*STEPS}
    assert all(seconds >= 0 for seconds in steps.seconds.values())


def test_a_step_in_parts_has_the_time_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """What lies between them is no part of it."""
    ticks = iter([0.0, 1.0, 5.0, 7.0])
    monkeypatch.setattr(module, "time", SimpleNamespace(perf_counter=lambda: next(ticks)))
    steps = Steps()
    for _ in range(2):
        with steps.timed("session"):
            pass
    assert steps.seconds == {"session": 3.0}
