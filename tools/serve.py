"""Serve a static site from the loopback interface.

As a command: ``python -m tools.serve --root build/site --port 8000``; ``--plain`` leaves the
headers away that isolate a page, as most hosts do.
"""

import argparse
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self

__all__ = ["MIME_TYPES", "SiteHandler", "SiteServer", "main"]

ISOLATING_HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
}

# The machine's own table of types is not asked: it differs from machine to machine.
MIME_TYPES = {
    "": "application/octet-stream",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".whl": "application/zip",
    ".zip": "application/zip",
}


class SiteHandler(SimpleHTTPRequestHandler):
    """Answers one request with a file of the site.

    A connection serves one request (HTTP/1.0), so that none outlives its server.

    Parameters
    ----------
    isolated : bool
        Send the headers that isolate a page from other origins.
    """

    extensions_map = MIME_TYPES

    def __init__(self, *args: Any, isolated: bool, **kwargs: Any) -> None:
        self._isolated = isolated
        super().__init__(*args, **kwargs)

    def end_headers(self) -> None:
        """Add the headers that every answer has.

        The browser asks each time whether a file has changed, and so does the service worker for
        the list of the site's files: what was just built is offered at once.
        """
        self.send_header("Cache-Control", "no-cache")
        if self._isolated:
            for name, value in ISOLATING_HEADERS.items():
                self.send_header(name, value)
        super().end_headers()

    def guess_type(self, path: Any) -> str:
        """Name the type of a file by the end of its name."""
        return self.extensions_map.get(Path(path).suffix.lower(), self.extensions_map[""])

    def list_directory(self, path: Any) -> None:
        """Refuse: a static host shows no folder."""
        self.send_error(404, "File not found")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the base class's name)
        """Stay quiet."""


class SiteServer:
    """A static site, served from threads of its own until closed.

    Use it as a context manager.

    Parameters
    ----------
    root : Path
        The folder of the site.
    port : int
        The port to listen on; 0 takes a free one.
    isolated : bool
        Send the headers that isolate a page (COOP, COEP, CORP).
    host : str
        The address to listen on.
    handler : type
        What answers a request; a test's own one may answer wrongly.

    Attributes
    ----------
    url : str
        Where the site is, with a slash at the end.

    Raises
    ------
    FileNotFoundError
        If there is no such folder.
    OSError
        If the port is taken.
    """

    def __init__(
        self,
        root: Path,
        *,
        port: int = 0,
        isolated: bool = True,
        host: str = "127.0.0.1",
        handler: type[SiteHandler] = SiteHandler,
    ) -> None:
        if not root.is_dir():
            raise FileNotFoundError(f"no site to serve: the folder {root} does not exist")
        self._server = _Server(
            (host, port), partial(handler, isolated=isolated, directory=str(root))
        )
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self.url = f"http://{host}:{self._server.server_port}/"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    """One thread per connection; a browser opens many at once."""

    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Report what went wrong, except that a browser went away in the middle."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def main() -> None:
    """Serve a site until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m tools.serve", description=main.__doc__)
    parser.add_argument("--root", type=Path, default=Path("build/site"), help="(%(default)s)")
    parser.add_argument("--port", type=int, default=8000, help="0 takes a free one (%(default)s)")
    parser.add_argument("--plain", action="store_true", help="do not isolate the page")
    arguments = parser.parse_args()
    try:
        server = SiteServer(arguments.root, port=arguments.port, isolated=not arguments.plain)
    except OSError as error:
        parser.exit(1, f"{error}\n")
    with server:
        print(f"{server.url} serves {arguments.root}; Ctrl-C ends it", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print()


if __name__ == "__main__":
    main()
