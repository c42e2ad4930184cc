"""tools.javascript: what is wrong in a module's types is told."""

from pathlib import Path

import pytest

from tools.javascript import check


@pytest.mark.long
def test_wrong_types_are_told(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """In workers and in pages, each with the names that there are; right ones are not."""
    (tmp_path / "worker.js").write_text("self.postMessage(document);\n")
    (tmp_path / "right-worker.js").write_text("self.postMessage(self.location.href);\n")
    (tmp_path / "page.js").write_text(
        'document.body.append("");\n/** @param {number} n */\nexport const f = (n) => n.length;\n'
    )
    (tmp_path / "right-page.js").write_text("document.body.append(location.href);\n")
    assert not check(tmp_path)
    told = capfd.readouterr().out
    assert "worker.js(1," in told
    assert "page.js(3," in told
    assert "right" not in told
    assert told.count("error") == 2
