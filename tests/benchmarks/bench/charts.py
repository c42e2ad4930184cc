"""The page that shows a run: charts, each with its table, in one file that needs no network."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from string import Template
from typing import Any

import plotly.graph_objects as go
from plotly.offline import get_plotlyjs
from plotly.subplots import make_subplots

from .plan import CONTENDERS, ROWS, SETTINGS, Contender, Row, Setting
from .samples import Failure, Key, Sample, Summary, summarise
from .verdict import Verdict, format_summary, judge, row_named

__all__ = ["page"]

TEMPLATE = Path(__file__).with_name("report.html")
COLOURS = {"aim": "#0b7a75", "must": "#edae49", "missed": "#d1495b"}
WORDS = {"aim": "reaches the aim", "must": "does what it must", "missed": "not yet what it must"}
FONT = {"family": "system-ui, sans-serif", "size": 13, "color": "#1f2933"}
CONFIG = {"displaylogo": False, "displayModeBar": False, "responsive": True}
BAR = 24  # pixels
SCALE = {"s": 1.0, "bytes": 1e-6, "": 1.0}
AXES = {"s": "seconds", "bytes": "MB", "": "mean absolute difference"}


def page(facts: dict[str, Any], samples: Sequence[Sample], failures: Sequence[Failure]) -> str:
    """Make the page."""
    body = [section for name in facts["browsers"] for section in _browser(name, facts, samples)]
    if failures:
        body.append(_failures(failures))
    body.append(_facts(facts))
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        plotly=get_plotlyjs(),
        subtitle=escape(
            f"{', '.join(facts['browsers'].values())} on {facts['machine']['cores']} cores of "
            f"{facts['machine']['cpu']}, {facts['date'][:10]}"
        ),
        body="\n".join(body),
    )


def _browser(name: str, facts: dict[str, Any], samples: Sequence[Sample]) -> Iterator[str]:
    """Give the sections of one browser."""
    own = [sample for sample in samples if sample.key.browser == name]
    summaries = summarise(own)
    if len(facts["browsers"]) > 1:
        yield f"<h1>{escape(facts['browsers'][name])}</h1>"
    if verdicts := judge(summaries, name):
        yield _tiles(verdicts)
        yield _section(
            "Ours to the peer's",
            "The ratio of the medians: 1 is as much as the peer, less is better. A peer that was "
            "measured in several ways counts with its best.",
            _ratio_chart(verdicts),
            _ratio_table(verdicts),
        )
    for row in ROWS:
        if found := [sample for sample in own if sample.key.row == row.name]:
            yield _section(row.title, row.note, _chart(row, found), _table(row, found))


def _section(title: str, note: str, figure: go.Figure, table: str) -> str:
    figure.update_layout(
        font=FONT, paper_bgcolor="rgba(0,0,0,0)", plot_bgcolor="rgba(0,0,0,0)", hovermode="closest"
    )
    chart = figure.to_html(full_html=False, include_plotlyjs=False, config=CONFIG)
    return f"<section><h2>{escape(title)}</h2><p>{escape(note)}</p>{chart}{table}</section>"


def _tiles(verdicts: Iterable[Verdict]) -> str:
    """Show the figures with two threads and the default model, large."""
    tiles = [
        f'<div class="tile {verdict.word}"><span>{escape(row_named(verdict.figure.row).title)}'
        f"</span><strong>{verdict.ratio:.2f}</strong>"
        f"<span>to {escape(_title(verdict.peer_name))}</span>"
        f"<small>{WORDS[verdict.word]} ({verdict.figure.must:g}, {verdict.figure.aim:g})</small>"
        "</div>"
        for verdict in verdicts
        if verdict.figure.setting == SETTINGS[0] and verdict.figure.model == "isnet_quint8"
    ]
    note = "<p>With the default model and two threads, ours to the peer's (must, aim):</p>"
    return f'{note}<div class="tiles">{"".join(tiles)}</div>' if tiles else ""


def _ratio_chart(verdicts: Sequence[Verdict]) -> go.Figure:
    labels = [_label(verdict) for verdict in verdicts]
    figure = go.Figure()
    for name, symbol, colour in (("must", "line-ns", "#1f2933"), ("aim", "line-ns", "#0b7a75")):
        figure.add_scatter(
            x=[getattr(verdict.figure, name) for verdict in verdicts],
            y=labels,
            mode="markers",
            name=name,
            marker={"symbol": symbol, "size": 18, "line": {"width": 3, "color": colour}},
            hovertemplate=f"{name}: at most %{{x}}<extra></extra>",
        )
    figure.add_scatter(
        x=[verdict.ratio for verdict in verdicts],
        y=labels,
        mode="markers+text",
        name="measured",
        text=[f"{verdict.ratio:.2f}" for verdict in verdicts],
        textposition="top center",
        marker={"size": 13, "color": [COLOURS[verdict.word] for verdict in verdicts]},
        hovertemplate="%{y}: %{x:.3f}<extra></extra>",
    )
    ratios = [verdict.ratio for verdict in verdicts]
    edges = [0.2, *ratios, 2.4]
    figure.update_xaxes(
        type="log",
        title="ours / peer, logarithmic",
        tickvals=[0.1, 0.2, 0.25, 0.35, 0.5, 0.7, 1, 1.5, 2, 3, 5, 10],
        range=[math.log10(min(edges) * 0.9), math.log10(max(edges) * 1.1)],
        gridcolor="#eef0f3",
    )
    figure.update_yaxes(autorange="reversed", automargin=True)
    figure.add_vline(x=1, line={"color": "#9aa5b1", "dash": "dot"})
    figure.update_layout(
        height=80 + 38 * len(verdicts),
        margin={"l": 10, "r": 20, "t": 30, "b": 50},
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0},
    )
    return figure


def _label(verdict: Verdict) -> str:
    figure = verdict.figure
    return (
        f"<b>{row_named(figure.row).title}</b>, {figure.model}, {figure.setting.title}"
        f"<br>to {_title(verdict.peer_name)}"
    )


def _ratio_table(verdicts: Iterable[Verdict]) -> str:
    rows = []
    for verdict in verdicts:
        figure, unit = verdict.figure, row_named(verdict.figure.row).unit
        rows.append(
            f"<tr><th>{escape(row_named(figure.row).title)}"
            f"<small>{escape(f'{figure.model}, {figure.setting.title}')}</small></th>"
            f"<td>{_cell(verdict.ours, unit)}</td>"
            f"<td>{_cell(verdict.peer, unit)}<small>{escape(_title(verdict.peer_name))}</small>"
            f'</td><td class="{verdict.word}">{verdict.ratio:.2f}</td>'
            f"<td>{figure.must:.2f}</td><td>{figure.aim:.2f}</td></tr>"
        )
    head = "<tr><th>figure</th><th>ours</th><th>peer</th><th>ratio</th><th>must</th><th>aim</th>"
    return f"<table><thead>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _chart(row: Row, samples: Sequence[Sample]) -> go.Figure:
    """Draw the medians of a row as bars, with their spread, and every value as a dot."""
    models = _models(samples)
    settings = [setting.title for setting in SETTINGS]
    contenders = _contenders(samples)
    summaries = summarise(samples)
    scale = SCALE[row.unit]
    figure = make_subplots(
        cols=len(models), shared_yaxes=True, subplot_titles=models, horizontal_spacing=0.04
    )
    for column, model in enumerate(models, start=1):
        for contender in contenders:
            own = {
                _setting(key): summary
                for key, summary in summaries.items()
                if key.contender == contender.name and key.model == model
            }
            titles = [title for title in settings if title in own]
            shared = {"name": contender.title, "offsetgroup": contender.name}
            figure.add_bar(
                x=[own[title].median * scale for title in titles],
                y=titles,
                orientation="h",
                error_x={
                    "type": "data",
                    "symmetric": False,
                    "array": [(own[t].greatest - own[t].median) * scale for t in titles],
                    "arrayminus": [(own[t].median - own[t].least) * scale for t in titles],
                    "thickness": 1.2,
                    "color": "#1f2933",
                },
                text=[format_summary(own[t], row.unit).partition(" (")[0] for t in titles],
                textposition="auto",
                insidetextanchor="start",
                textangle=0,
                marker={"color": contender.colour},
                legendgroup=contender.name,
                showlegend=column == 1,
                hovertemplate=f"{contender.title}, %{{y}}: %{{x:.4g}}<extra></extra>",
                row=1,
                col=column,
                **shared,
            )
            dots = [
                (sample.value * scale, _setting(sample.key))
                for sample in samples
                if sample.key.contender == contender.name and sample.key.model == model
            ]
            figure.add_scatter(
                x=[value for value, _ in dots],
                y=[title for _, title in dots],
                mode="markers",
                orientation="h",
                marker={"size": 5, "color": "#1f2933", "opacity": 0.45},
                legendgroup=contender.name,
                showlegend=False,
                hovertemplate=f"{contender.title}: %{{x:.4g}}<extra></extra>",
                row=1,
                col=column,
                **shared,
            )
    figure.update_xaxes(rangemode="tozero", title=AXES[row.unit], gridcolor="#eef0f3", matches="x")
    figure.update_yaxes(
        categoryorder="array",
        categoryarray=settings,
        autorange="reversed",
        automargin=True,
        ticksuffix="  ",
    )
    bars = len(contenders) * len({_setting(sample.key) for sample in samples})
    figure.update_layout(
        barmode="group",
        scattermode="group",
        bargap=0.22,
        height=150 + BAR * max(bars, 4),
        margin={"l": 10, "r": 10, "t": 90 if len(contenders) > 4 else 70, "b": 45},
        legend={
            "orientation": "h",
            "y": 1.0,
            "yref": "container",
            "yanchor": "top",
            "x": 0,
            "traceorder": "normal",
        },
    )
    return figure


def _table(row: Row, samples: Sequence[Sample]) -> str:
    """Lay the medians of a row out, with their spread."""
    contenders = _contenders(samples)
    cells: Mapping[tuple[str, str, str], Summary] = {
        (key.model, _setting(key), key.contender): summary
        for key, summary in summarise(samples).items()
    }
    lines = []
    for model in _models(samples):
        for setting in (each.title for each in SETTINGS):
            found = [cells.get((model, setting, contender.name)) for contender in contenders]
            if any(found):
                shown = "".join(
                    f"<td>{_cell(each, row.unit) if each else '-'}</td>" for each in found
                )
                lines.append(f"<tr><th>{escape(model)}, {setting}</th>{shown}</tr>")
    head = "".join(f"<th>{escape(contender.title)}</th>" for contender in contenders)
    return f"<table><thead><tr><th></th>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table>"


def _cell(summary: Summary, unit: str) -> str:
    median, _, spread = format_summary(summary, unit).partition(" (")
    return median + (f"<small>{spread.removesuffix(')')}</small>" if spread else "")


def _failures(failures: Iterable[Failure]) -> str:
    items = "".join(
        f"<pre>{escape(f'{_title(each.contender)}, {each.model}, {_pool(each)}, {each.browser}')}"
        f", turn {each.turn}:\n{escape(each.message)}</pre>"
        for each in failures
    )
    return f'<section class="failed"><h2>What failed</h2>{items}</section>'


def _facts(facts: dict[str, Any]) -> str:
    machine = facts["machine"]
    listed = {
        "date": facts["date"],
        "command": facts["command"],
        "commit": facts["commit"],
        "machine": f"{machine['cpu']}; {machine['cores']} cores; "
        f"{machine['memory_bytes'] / 2**30:.0f} GiB; {machine['system']}",
        "load before the run": f"{machine['load_before']:.2f}",
        "browsers": ", ".join(facts["browsers"].values()),
        **facts["versions"],
    }
    items = "".join(
        f"<dt>{escape(name)}</dt><dd>{escape(str(value))}</dd>" for name, value in listed.items()
    )
    return (
        "<section><h2>How it was measured</h2><p>Contenders take turns: a round visits each once, "
        "in a fresh browser with an empty profile, and those that are compared come one after the "
        "other. Bars are medians over the rounds, lines go from the least value to the greatest, "
        "dots are the values. Everything is served from this machine; the browser can reach "
        f"nothing else. All values are in <code>report.json</code>.</p><dl>{items}</dl></section>"
    )


def _models(samples: Iterable[Sample]) -> list[str]:
    return list(dict.fromkeys(sample.key.model for sample in samples))


def _contenders(samples: Iterable[Sample]) -> list[Contender]:
    names = {sample.key.contender for sample in samples}
    return [contender for contender in CONTENDERS if contender.name in names]


def _setting(key: Key) -> str:
    return Setting(key.threads, key.isolated).title


def _pool(failure: Failure) -> str:
    return Setting(failure.threads, failure.isolated).title


def _title(name: str) -> str:
    (found,) = (contender.title for contender in CONTENDERS if contender.name == name)
    return found
