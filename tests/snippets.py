"""The snippets of a document, so that tests can run what it tells people to do."""

import re
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Snippet", "snippets"]

FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Snippet:
    """A block of code.

    Attributes
    ----------
    language : str
        What stands behind the three backticks.
    code : str
        The block's text.
    line : int
        Where it begins in its file.
    """

    language: str
    code: str
    line: int


def snippets(file: Path, language: str) -> list[Snippet]:
    """Return the blocks of a Markdown file in one language, in order.

    Raises
    ------
    LookupError
        If there is none: a test of nothing would pass.
    """
    text = file.read_text(encoding="utf-8")
    found = [
        Snippet(match[1], match[2], text.count("\n", 0, match.start()) + 1)
        for match in FENCE.finditer(text)
        if match[1] == language
    ]
    if not found:
        raise LookupError(f"{file} has no snippet in {language}")
    return found
