"""Tests of the desktop: a real server on loopback, real files."""

import asyncio
import hashlib
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from wasmatte import Model, ModelCorruptError, ModelFetchError
from wasmatte.place import desktop
from wasmatte.place.desktop import FolderCache, cache_folder, locate, run
from wasmatte.store import ModelStore

from .places import contents
from .tiny import pieces

pytestmark = pytest.mark.desktop

Answer = Callable[["Handler", bytes], None]


class Handler(BaseHTTPRequestHandler):
    """Serves files by their name, or misbehaves."""

    server: "Server"

    def do_GET(self) -> None:
        name = self.path.rpartition("/")[2]
        self.server.asked[name] += 1
        self.server.headers.append(dict(self.headers))
        if name not in self.server.files:
            self.send_error(404)
        elif self.server.asked[name] <= self.server.bad_attempts:
            self.server.bad_answer(self, self.server.files[name])
        else:
            self.answer(self.server.files[name])

    def answer(self, data: bytes, *, length: int | None = None) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(data) if length is None else length))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


class Server(ThreadingHTTPServer):
    """A loopback server that misbehaves a number of times for each file."""

    daemon_threads = True

    def __init__(self, files: dict[str, bytes]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.files = files
        self.asked: Counter[str] = Counter()
        self.headers: list[dict[str, str]] = []
        self.bad_attempts = 0
        self.bad_answer: Answer = corrupt
        self.url = f"http://127.0.0.1:{self.server_port}/models"


def corrupt(handler: Handler, data: bytes) -> None:
    handler.answer(bytes([data[0] ^ 255]) + data[1:])


def cut(handler: Handler, data: bytes) -> None:
    handler.answer(data[:-5], length=len(data))


def shorten(handler: Handler, data: bytes) -> None:
    handler.answer(data[:-5])


def refuse(handler: Handler, data: bytes) -> None:
    handler.send_error(503)


def hang_up(handler: Handler, data: bytes) -> None:
    handler.close_connection = True


@pytest.fixture
def server(tiny: tuple[Model, bytes]) -> Iterator[Server]:
    with Server(pieces(*tiny)) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Give a cache folder of the test's own."""
    monkeypatch.setattr(desktop, "cache_folder", lambda: tmp_path / "cache")
    return tmp_path / "cache" / "models" / "tiny"


def load(row: Model, source: str) -> bytes:
    return run(contents(ModelStore(source, attempts=3, backoff=0), row))


def test_a_model_is_fetched_once(tiny: tuple[Model, bytes], server: Server, cache: Path) -> None:
    """The second load asks the server for nothing."""
    row, data = tiny
    assert load(row, server.url) == data
    assert load(row, server.url) == data
    assert server.asked == Counter({chunk.sha256: 1 for chunk in row.chunks})
    assert {file.name for file in cache.iterdir()} == {chunk.sha256 for chunk in row.chunks}


@pytest.mark.parametrize("answer", [corrupt, cut, shorten, refuse, hang_up])
def test_what_goes_wrong_is_tried_again(
    tiny: tuple[Model, bytes], server: Server, answer: Answer
) -> None:
    """Two bad answers for every chunk, then a good one."""
    row, data = tiny
    server.bad_answer, server.bad_attempts = answer, 2
    assert load(row, server.url) == data
    assert server.asked == Counter({chunk.sha256: 3 for chunk in row.chunks})


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (corrupt, ModelCorruptError),
        (cut, ModelCorruptError),
        (shorten, ModelCorruptError),
        (refuse, ModelFetchError),
        (hang_up, ModelFetchError),
    ],
)
def test_what_stays_wrong_is_an_error_and_is_not_cached(
    tiny: tuple[Model, bytes],
    server: Server,
    cache: Path,
    answer: Answer,
    error: type[Exception],
) -> None:
    """After three attempts the server is left alone."""
    row, _ = tiny
    server.bad_answer, server.bad_attempts = answer, 99
    with pytest.raises(error, match=r"\(3 attempts\)"):
        load(row, server.url)
    assert server.asked == Counter({row.chunks[0].sha256: 3})
    assert not cache.exists()


def test_attempts_after_the_first_go_round_caches(
    tiny: tuple[Model, bytes], server: Server
) -> None:
    """A proxy that holds a damaged copy is asked for a fresh one."""
    server.bad_attempts = 1
    load(tiny[0], server.url)
    assert [h.get("Cache-Control") for h in server.headers[:2]] == [None, "no-cache"]


def test_a_fetch_goes_on_after_an_interruption(tiny: tuple[Model, bytes], server: Server) -> None:
    """Chunks that came before the connection broke are not fetched again."""
    row, data = tiny
    last = row.chunks[-1].sha256
    missing = server.files.pop(last)
    with pytest.raises(ModelFetchError, match=f"{last}: HTTP status 404 Not Found"):
        load(row, server.url)
    server.files[last] = missing
    assert load(row, server.url) == data
    assert server.asked == Counter({chunk.sha256: 1 for chunk in row.chunks}) + Counter([last])


@pytest.mark.parametrize("left", [b"", b"part of a chunk"])
def test_a_damaged_cached_chunk_is_fetched_again(
    tiny: tuple[Model, bytes], server: Server, cache: Path, left: bytes
) -> None:
    """What a crash or a full disk left behind heals itself."""
    row, data = tiny
    load(row, server.url)
    (cache / row.chunks[1].sha256).write_bytes(left)
    assert load(row, server.url) == data
    assert server.asked[row.chunks[1].sha256] == 2
    assert hashlib.sha256((cache / row.chunks[1].sha256).read_bytes()).hexdigest() == (
        row.chunks[1].sha256
    )


def test_without_a_cache_folder_models_load(
    tiny: tuple[Model, bytes], server: Server, cache: Path
) -> None:
    """A file where the folder should be: nothing can be kept, and nothing fails."""
    cache.parent.parent.parent.mkdir(exist_ok=True)
    cache.parent.parent.write_text("in the way")
    assert load(tiny[0], server.url) == tiny[1]


def test_nobody_answers(tiny: tuple[Model, bytes]) -> None:
    """A port without a server is an error with the remedy."""
    with Server({}) as server:
        url = server.url
    with pytest.raises(ModelFetchError, match=r"\(3 attempts\); check the connection"):
        load(tiny[0], url)


def test_a_folder_is_a_source(
    tiny: tuple[Model, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cache: Path
) -> None:
    """Absolute, relative, and as a file: address; nothing is copied into the cache."""
    row, data = tiny
    folder = tmp_path / "my models" / "tiny"
    folder.mkdir(parents=True)
    for name, piece in pieces(row, data).items():
        (folder / name).write_bytes(piece)
    monkeypatch.chdir(tmp_path)
    for source in (str(folder.parent), "my models", folder.parent.as_uri()):
        assert load(row, source) == data
    assert not cache.exists()


def test_a_folder_without_the_model(tiny: tuple[Model, bytes], tmp_path: Path) -> None:
    """The error names the file that is missing."""
    with pytest.raises(ModelFetchError, match=f"{tiny[0].chunks[0].sha256}: No such file"):
        load(tiny[0], str(tmp_path))


@pytest.mark.parametrize("source", ["https://a.example/m", "http://a.example/m/", "file:///m"])
def test_addresses_stay_addresses(source: str) -> None:
    """They only get a slash at the end."""
    assert locate(source) == source.rstrip("/") + "/"


def test_a_file_appears_only_when_it_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A write that fails half way leaves nothing behind."""
    cache = FolderCache(tmp_path)

    def fail(self: Path, data: bytes) -> None:
        self.touch()
        raise OSError("no space left on device")

    monkeypatch.setattr(Path, "write_bytes", fail)
    run(cache.put("https://a.example/m/tiny/0123", b"data"))
    assert [*tmp_path.iterdir()] == []
    assert run(cache.get("https://a.example/m/tiny/0123")) is None


@pytest.mark.parametrize(
    ("platform", "variable", "expected"),
    [
        ("linux", "XDG_CACHE_HOME", "given/wasmatte"),
        ("linux", None, "home/.cache/wasmatte"),
        ("darwin", None, "home/Library/Caches/wasmatte"),
        ("win32", "LOCALAPPDATA", "given/wasmatte/cache"),
        ("win32", None, "home/AppData/Local/wasmatte/cache"),
    ],
)
def test_the_cache_is_where_the_system_wants_it(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    platform: str,
    variable: str | None,
    expected: str,
) -> None:
    """The XDG base directories, Apple's and Microsoft's conventions."""
    monkeypatch.setattr(desktop.sys, "platform", platform)
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    if variable is not None:
        monkeypatch.setenv(variable, str(tmp_path / "given"))
    assert cache_folder() == tmp_path / expected


def test_waiting_works_inside_an_event_loop() -> None:
    """A notebook has a running loop; work then runs beside it."""

    async def answer() -> int:
        await asyncio.sleep(0)
        return 42

    async def notebook() -> int:
        return run(answer())

    assert run(answer()) == 42
    assert asyncio.run(notebook()) == 42
