"""Read the fenced snippets out of a Markdown document."""

import re
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Snippet", "snippets"]

HEADING = re.compile(r"#+ +(?P<heading>.+)")
FENCE = re.compile(r"```(?P<language>.*)")


@dataclass(frozen=True)
class Snippet:
    """What stands between two fences.

    Attributes
    ----------
    place : str
        The document and the line of the opening fence.
    heading : str
        The heading that it stands under.
    language : str
        What follows the opening fence; "" if nothing does.
    text : str
        The lines between the fences.
    """

    place: str
    heading: str
    language: str
    text: str


def snippets(document: Path) -> list[Snippet]:
    """Return the snippets of a document, in its order."""
    found, heading, opened = [], "", None
    for number, line in enumerate(document.read_text(encoding="utf-8").splitlines(), 1):
        if opened is None:
            if match := HEADING.fullmatch(line):
                heading = match["heading"]
            elif match := FENCE.fullmatch(line):
                opened, lines = (f"{document.name}:{number}", heading, match["language"]), []
        elif line == "```":
            found.append(Snippet(*opened, "\n".join([*lines, ""])))
            opened = None
        else:
            lines.append(line)
    if opened is not None:
        raise ValueError(f"{opened[0]}: the snippet has no end")
    return found
