"""The benchmark's own arithmetic: turns, medians, verdicts, tables."""

import hashlib
from importlib import import_module
from itertools import pairwise
from pathlib import Path

import pytest

from tests.benchmarks.bench.charts import page
from tests.benchmarks.bench.peers import CHUNK, split
from tests.benchmarks.bench.plan import CONTENDERS, ROWS, Setting, visits
from tests.benchmarks.bench.report import Report
from tests.benchmarks.bench.samples import Failure, Key, Sample, Summary, summarise
from tests.benchmarks.bench.verdict import figures, format_summary, format_value, judge, markdown

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
NAMES = [contender.name for contender in CONTENDERS]
ROW_NAMES = [row.name for row in ROWS]
MODELS = ["isnet_quint8", "isnet_fp16"]
FACTS = {
    "date": "2026-11-25T12:00:00+00:00",
    "command": "make bench RUNS=3",
    "commit": "0123456789ab",
    "machine": {
        "cpu": "A <fast> one",
        "cores": 2,
        "memory_bytes": 2**33,
        "system": "Linux",
        "load_before": 0.1,
    },
    "versions": {"python": "3.11.2"},
    "browsers": {"chromium": "Chromium 156"},
}


def key(contender: str, row: str = "inference", **changes: object) -> Key:
    """Give the key of a value with two threads on an isolated page."""
    fields = {"model": "isnet_quint8", "threads": 2, "isolated": True, **changes}
    return Key(browser="chromium", contender=contender, row=row, **fields)  # type: ignore[arg-type]


def samples(contender: str, *values: float, **changes: object) -> list[Sample]:
    """Give a contender's values, one a turn."""
    return [Sample(key(contender, **changes), turn, v) for turn, v in enumerate(values, start=1)]  # type: ignore[arg-type]


def test_each_contender_has_each_setting_once() -> None:
    """A round leaves nobody out, and visits nobody twice."""
    planned = visits(MODELS, ROW_NAMES, NAMES)
    expected = sum(len(list(contender.settings())) for contender in CONTENDERS) * len(MODELS)
    assert len(planned) == len(set(planned)) == expected


def test_compared_contenders_come_one_after_the_other() -> None:
    """Model and setting change as seldom as can be, so that a slow minute slows all of them."""
    planned = visits(MODELS, ROW_NAMES, NAMES)
    blocks = [(visit.model, visit.setting.threads) for visit in planned]
    isolated = [visit.setting.isolated is False for visit in planned]
    changes = sum(a != b for a, b in pairwise(blocks))
    assert changes == 2 * len(MODELS) - 1
    assert sum(a != b for a, b in pairwise(isolated)) == 3


def test_plain_page_has_one_thread() -> None:
    """More need shared memory."""
    planned = visits(MODELS, ROW_NAMES, NAMES)
    assert {visit.setting.threads for visit in planned if visit.setting.isolated is False} == {1}


def test_who_has_none_of_the_rows_is_not_visited() -> None:
    """Asking for cold starts alone visits no mere inference."""
    names = {visit.contender.name for visit in visits(MODELS, ["cold-start"], NAMES)}
    assert names == {"ours", "imgly"}


def test_summary_is_median_and_spread() -> None:
    """The median of an even number of values lies between the two in the middle."""
    summary = summarise(samples("ours", 4.0, 1.0, 10.0, 2.0))
    assert summary == {key("ours"): Summary(3.0, 1.0, 10.0, 4)}


def test_peer_counts_with_its_best() -> None:
    """Nobody is beaten by leaving a peer's better setting out."""
    measured = samples("ours", 1.0) + samples("ort-web", 4.0) + samples("ort-web-best", 2.0)
    (verdict,) = judge(summarise(measured), "chromium")
    assert (verdict.peer_name, verdict.ratio) == ("ort-web-best", 0.5)


@pytest.mark.parametrize(
    ("ours", "word"), [(0.40, "aim"), (0.41, "must"), (0.60, "must"), (0.61, "missed")]
)
def test_verdict_has_three_words(ours: float, word: str) -> None:
    """A ratio that is just what was agreed on counts."""
    (verdict,) = judge(summarise(samples("ours", ours) + samples("ort-web", 1.0)), "chromium")
    assert verdict.word == word


def test_native_is_compared_with_the_best_of_ours() -> None:
    """With one thread that may be the plain page's."""
    measured = (
        samples("ours", 3.0, threads=1)
        + samples("ours", 2.0, threads=1, isolated=False)
        + samples("native", 1.0, threads=1, isolated=None)
    )
    (verdict,) = judge(summarise(measured), "chromium")
    assert (verdict.peer_name, verdict.ratio) == ("native", 2.0)


def test_plain_page_is_compared_with_plain_page() -> None:
    """Isolation is not mixed up."""
    measured = samples("ours", 1.0, row="photo-12mp", threads=1, isolated=False) + samples(
        "imgly", 2.0, row="photo-12mp", threads=1, isolated=True
    )
    assert judge(summarise(measured), "chromium") == []


def test_other_browsers_values_do_not_count() -> None:
    """A verdict is of one browser."""
    measured = summarise(samples("ours", 1.0) + samples("ort-web", 2.0))
    assert judge(measured, "firefox") == []


def test_aims_are_beyond_musts() -> None:
    """Every figure asks for something that its contenders have."""
    rows = {contender.name: contender.rows for contender in CONTENDERS}
    for figure in figures():
        assert 0 < figure.aim < figure.must
        assert all(figure.row in rows[name] for name in ("ours", *figure.peers))


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(1.2345, "s", "1.23 s"), (1.5e9, "bytes", "1500 MB"), (0.00123, "", "0.0012")],
)
def test_value_has_its_unit(value: float, unit: str, text: str) -> None:
    """Three units are known."""
    assert format_value(value, unit) == text


def test_single_value_has_no_spread() -> None:
    """One run says nothing about the next."""
    assert format_summary(Summary(1.0, 1.0, 1.0, 1), "s") == "1.00 s"
    assert format_summary(Summary(1.0, 0.5, 2.0, 3), "s") == "1.00 s (0.50 to 2.00)"


def test_markdown_marks_what_is_reached() -> None:
    """A ratio in bold does what it must."""
    measured = summarise(samples("ours", 1.0, 1.2, 0.8) + samples("ort-web", 2.0))
    line = markdown(judge(measured, "chromium"))[-1]
    assert line == (
        "| Inference, isnet_quint8, 2 threads | 1.00 s (0.80 to 1.20) "
        "| onnxruntime-web, default: 2.00 s | **0.50** | 0.60 | 0.40 |"
    )


def test_setting_is_said_in_words() -> None:
    """What runs without a browser has no page."""
    settings = [Setting(2, True), Setting(1, False), Setting(1, None)]
    assert [each.title for each in settings] == ["2 threads", "1 thread, plain page", "1 thread"]


@pytest.fixture
def report() -> Report:
    """Give a report of a short run, in which somebody failed."""
    measured = samples("ours", 1.0, 1.2, 0.8) + samples("ort-web", 2.0, 2.1, 1.9)
    failure = Failure("chromium", "imgly", "isnet_fp16", 1, False, 2, "out of <memory>\nat line 1")
    return Report(FACTS, measured, [failure])


def test_report_can_be_read_again(report: Report, tmp_path: Path) -> None:
    """Nothing is lost in the file."""
    report.write(tmp_path)
    assert Report.read(tmp_path / "report.json") == report


def test_report_names_who_failed(report: Report, tmp_path: Path) -> None:
    """A failure is in the table and on the page, with its words."""
    report.write(tmp_path)
    assert "- failed: imgly, isnet_fp16" in (tmp_path / "table.md").read_text()
    assert "out of &lt;memory&gt;" in (tmp_path / "index.html").read_text()


def test_page_asks_for_nothing_else(report: Report) -> None:
    """It is one file: no script, style, font or picture comes from elsewhere."""
    text = page(report.facts, report.samples, report.failures)
    markup = text[: text.index("<script>")] + text[text.index("<body>") :]
    assert "A &lt;fast&gt; one" in markup
    assert "src=" not in markup
    assert "http" not in markup


def test_file_is_split_as_its_publisher_does(tmp_path: Path) -> None:
    """Chunks are named by their sha256 and say where they belong."""
    data = b"a" * CHUNK + b"b"
    entry = split(data, "application/wasm", tmp_path)
    assert entry["size"] == CHUNK + 1
    assert [chunk["offsets"] for chunk in entry["chunks"]] == [[0, CHUNK], [CHUNK, CHUNK + 1]]
    names = [chunk["name"] for chunk in entry["chunks"]]
    assert names == [hashlib.sha256(part).hexdigest() for part in (data[:CHUNK], data[CHUNK:])]
    assert b"".join((tmp_path / name).read_bytes() for name in names) == data


@pytest.mark.parametrize("name", [path.stem for path in sorted(BENCHMARKS.glob("*.py"))])
def test_benchmarks_find_what_they_use(name: str) -> None:
    """They run seldom, and use what the tests have."""
    import_module(f"tests.benchmarks.{name}")
