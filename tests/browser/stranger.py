"""A stranger's page, on another origin than the site that it takes the script from."""

import base64
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from tests.browser.snippets import snippets
from tools.serve import SiteHandler

__all__ = [
    "DOCS",
    "ELEMENT_RESULT",
    "HOST",
    "OpenHost",
    "answering",
    "is_cut_out",
    "policies",
    "ten_lines",
]

DOCS = Path(__file__).parents[2] / "docs"
HOST = "https://any.host/wasmatte/"  # where the documentation's snippets say that the site lies

# (address of a photo): have the page's element cut it out; give what came of it.
ELEMENT_RESULT = """
const [url, done] = arguments;
(async () => {
  await customElements.whenDefined("wasmatte-remover");
  const remover = document.querySelector("wasmatte-remover");
  let error = null;
  remover.addEventListener("error", ({ detail }) => {
    error = `${detail.error.name}: ${detail.error.message}`;
  });
  const result = await remover.process(await (await fetch(url)).blob());
  const { blob, ...facts } = result ?? {};
  const bytes = new Uint8Array(await (blob ?? new Blob()).arrayBuffer());
  return { error, state: remover.state, type: blob?.type, bytes: bytes.toBase64?.()
    ?? btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")), ...facts };
})().then(done, (error) => done({ error: String(error) }));
"""


def is_cut_out(answer: dict[str, Any]) -> bool:
    """Tell whether a result of `ELEMENT_RESULT` is the photo "coffee" without its background."""
    assert (answer["error"], answer["state"], answer["type"]) == (None, "done", "image/png")
    alpha = np.asarray(Image.open(io.BytesIO(base64.b64decode(answer["bytes"]))))[..., 3]
    corner, middle = alpha[:20, :20], alpha[180:220, 280:320]
    return alpha.shape == (400, 600) and corner.max() < 10 and bool(middle.min() > 245)


class OpenHost(SiteHandler):
    """A host that lets pages of any origin load its files, as docs/embedding.md says."""

    def end_headers(self) -> None:
        self.send_header("Access-Control-Allow-Origin", "*")
        super().end_headers()


def answering(headers: Mapping[str, str]) -> type[SiteHandler]:
    """Make a host that sends further headers with every file."""

    class Host(SiteHandler):
        def end_headers(self) -> None:
            for name, value in headers.items():
                self.send_header(name, value)
            super().end_headers()

    return Host


def ten_lines(site: str) -> str:
    """Return the page of docs/embedding.md that needs no more than the script."""
    return _embedding("html")[0].replace(HOST, site)


def policies(site: str) -> tuple[str, str]:
    """Return the policies of docs/embedding.md: with the files elsewhere, and on one's own host."""
    foreign, own = _embedding("csp")
    return foreign.strip().replace(HOST, site), own.strip()


def _embedding(language: str) -> list[str]:
    """Give the snippets of docs/embedding.md in a language."""
    found = snippets(DOCS / "embedding.md")
    return [snippet.text for snippet in found if snippet.language == language]
