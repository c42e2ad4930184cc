"""Who is measured, in which settings, and in which order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

__all__ = [
    "CONTENDERS",
    "ROWS",
    "SETTINGS",
    "Contender",
    "Row",
    "Setting",
    "Visit",
    "visits",
]


@dataclass(frozen=True)
class Row:
    """Something that is measured.

    Attributes
    ----------
    name : str
        In code, in the report and in ``ROWS=``.
    title : str
        For people.
    unit : str
        ``s``, ``bytes`` or empty: a plain number.
    note : str
        What it means.
    """

    name: str
    title: str
    unit: str
    note: str


ROWS = (
    Row(
        "cold-start",
        "Cold start",
        "s",
        "Of a fresh browser: from a blank page to the first cut-out of the photo of 512 x 512, "
        "with the page, the runtime and the model from loopback.",
    ),
    Row(
        "session",
        "Session creation",
        "s",
        "From the model's bytes to a session that can run. The first session of a page, so that it "
        "holds the start of the runtime too: onnxruntime-web's, and of ours the engine's; on a "
        "plain page ours has no engine, and its runtime starts before.",
    ),
    Row(
        "inference",
        "Inference",
        "s",
        "1024 x 1024, the second run of a page or process: the first, in which a browser still "
        "compiles, does not count.",
    ),
    Row(
        "photo-512",
        "Photo to PNG, 512 x 512",
        "s",
        "From a JPEG file to a PNG file, after a first photo.",
    ),
    Row(
        "photo-12mp",
        "Photo to PNG, 12 megapixels",
        "s",
        "From a JPEG file to a PNG file, after the photos of 512 x 512.",
    ),
    Row(
        "memory-512",
        "Peak memory, 512 x 512",
        "bytes",
        "Resident memory of the tab's process, which holds the page and its workers, from the "
        "blank page to the second cut-out; without a browser, of the Python process.",
    ),
    Row(
        "memory-12mp",
        "Peak memory, 12 megapixels",
        "bytes",
        "The same, while the photo of 12 megapixels is cut out.",
    ),
    Row(
        "download",
        "Downloaded",
        "bytes",
        "All that the server sent until the first cut-out, the photo left out; not compressed.",
    ),
    Row(
        "difference",
        "Difference from native ONNX Runtime",
        "",
        "Mean absolute difference of the matte, in [0, 1], of the photo of 512 x 512. Where only "
        "the model runs, it is the model's output that is compared; elsewhere the PNG's alpha "
        "channel with what wasmatte makes of the native matte, so that a peer's own ways of "
        "resizing the photo and the matte count in.",
    ),
)


@dataclass(frozen=True)
class Setting:
    """How many threads a contender may use, and on what kind of page.

    Attributes
    ----------
    threads : int
        A page that is not isolated has 1.
    isolated : bool or None
        Whether the page is cross-origin isolated; None where there is no page.
    """

    threads: int
    isolated: bool | None

    @property
    def title(self) -> str:
        """The setting, for people."""
        pool = "1 thread" if self.threads == 1 else f"{self.threads} threads"
        return f"{pool}, plain page" if self.isolated is False else pool


SETTINGS = (Setting(2, True), Setting(1, True), Setting(1, False))


@dataclass(frozen=True)
class Contender:
    """Somebody who is measured.

    Attributes
    ----------
    name, title, colour : str
        In code; for people; in charts.
    page : str or None
        The module in ``pages/`` that drives it; None for what runs without a browser.
    rows : frozenset of str
        What can be measured of it.
    """

    name: str
    title: str
    colour: str
    page: str | None
    rows: frozenset[str]

    def settings(self) -> Iterator[Setting]:
        """Give the settings that it runs in."""
        if self.page is not None:
            yield from SETTINGS
        else:
            yield from (Setting(threads, None) for threads in (2, 1))


MODEL_ROWS = frozenset({"session", "inference", "memory-512", "difference"})
PHOTO_ROWS = frozenset(
    {
        "cold-start",
        "photo-512",
        "photo-12mp",
        "memory-512",
        "memory-12mp",
        "download",
        "difference",
    }
)

CONTENDERS = (
    Contender("ours", "wasmatte", "#0b7a75", "ours", MODEL_ROWS | PHOTO_ROWS),
    Contender("imgly", "@imgly/background-removal", "#d1495b", "imgly", PHOTO_ROWS),
    Contender("ort-web", "onnxruntime-web, default", "#edae49", "onnxruntime-web", MODEL_ROWS),
    Contender("ort-web-best", "onnxruntime-web, best", "#b97a1a", "onnxruntime-web", MODEL_ROWS),
    Contender("native", "native ONNX Runtime", "#6b7280", None, MODEL_ROWS),
)


@dataclass(frozen=True)
class Visit:
    """One turn of one contender: a fresh browser, one page, one model, one setting."""

    contender: Contender
    model: str
    setting: Setting

    @property
    def title(self) -> str:
        """The visit, for people."""
        return f"{self.contender.title}, {self.model}, {self.setting.title}"


def visits(models: Sequence[str], rows: Sequence[str], contenders: Sequence[str]) -> list[Visit]:
    """Give the visits of one round: those that are compared come one after the other.

    Parameters
    ----------
    models : sequence of str
        Names of the registry.
    rows : sequence of str
        What is to be measured; a contender that has none of them is left out.
    contenders : sequence of str
        Who is to be measured.
    """
    wanted = [each for each in CONTENDERS if each.rows & set(rows) and each.name in contenders]
    return [
        Visit(contender, model, own)
        for model in models
        for setting in SETTINGS
        for contender in wanted
        for own in contender.settings()
        if own == setting
        or (own.isolated is None and setting.isolated and own.threads == setting.threads)
    ]
