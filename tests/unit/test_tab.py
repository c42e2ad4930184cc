"""Tests of the tab: the browser's fetch, cache, digests and decoders, and the worker's service."""

import hashlib
import importlib
import io
import sys
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

import numpy as np
import onnxruntime
import pytest
from PIL import Image

from wasmatte import (
    BrokenPhotoError,
    Model,
    ModelCorruptError,
    ModelFetchError,
    OptionError,
    SessionError,
    UnsupportedPhotoError,
)
from wasmatte import models as registry
from wasmatte.place import memfs, tab
from wasmatte.place.extensions import FILE_DATA, FILE_DATA_SIZE
from wasmatte.service import Service, describe
from wasmatte.store import ModelStore

from .photos import AVIF, AVIF_COLOUR
from .places import FakePlace, contents
from .tiny import pieces

pytestmark = pytest.mark.tab

T = TypeVar("T")

SOURCE = "https://models.example"


def wait(work: Coroutine[Any, Any, T]) -> T:
    """Wait for a coroutine, by stack switching."""
    from pyodide.ffi import run_sync

    result: T = run_sync(work)
    return result


def script(code: str) -> Any:
    from pyodide.code import run_js

    return run_js(code)


@pytest.fixture
def mounted() -> Iterator[Path]:
    """Mount a folder whose files are to outlive the page."""
    from pyodide_js import FS

    FS.mkdirTree("/mounted")
    FS.mount(FS.filesystems.IDBFS, tab.to_js({}), "/mounted")
    yield Path("/mounted")
    FS.unmount("/mounted")


@contextmanager
def missing(owner: str, name: str) -> Iterator[None]:
    """Hide a property of a JavaScript object, as an insecure page does."""
    script(f"Object.defineProperty({owner}, '{name}', {{value: undefined, configurable: true}})")
    try:
        yield
    finally:
        script(f"delete {owner}.{name}")


@pytest.fixture(autouse=True)
def _fresh_cache() -> Iterator[None]:
    script(f"caches.delete('{tab.CACHE_NAME}')")
    yield
    script(f"caches.delete('{tab.CACHE_NAME}')")


@pytest.fixture
def place(tiny: tuple[Model, bytes], monkeypatch: pytest.MonkeyPatch) -> FakePlace:
    """Register the tiny model, and serve it without a network."""
    place = FakePlace(pieces(*tiny))
    monkeypatch.setattr(sys.modules["wasmatte.models"], "_MODELS", (*registry(), tiny[0]))
    monkeypatch.setattr(tab, "fetch", place.fetch)
    return place


class Posts:
    """Takes what the service posts."""

    def __init__(self) -> None:
        self.posts: list[tuple[object, ...]] = []

    def __call__(self, *post: object) -> None:
        self.posts.append(post)


def png(colour: tuple[int, int, int], size: tuple[int, int] = (12, 7)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, "PNG")
    return file.getvalue()


def file(data: bytes) -> Any:
    """Give a photo's file as the worker does."""
    return tab.to_js({"data": data})


def pixels(blob: Any) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(wait(blob.arrayBuffer()).to_bytes())))


def test_a_file_is_fetched_piece_by_piece() -> None:
    """All bytes come, in order."""
    data = bytes(range(256)) * 8192
    url = script("(bytes) => URL.createObjectURL(new Blob([bytes]))")(tab.to_js(data))

    async def fetched() -> list[bytes]:
        return [piece async for piece in tab.fetch(url, fresh=False)]

    assert b"".join(wait(fetched())) == data


def test_a_missing_file_is_a_lasting_failure() -> None:
    """HTTP status 404."""

    async def fetched() -> None:
        async for _ in tab.fetch("no-such-file", fresh=True):
            pass

    with pytest.raises(ModelFetchError, match="no-such-file: HTTP status 404"):
        wait(fetched())


def test_no_connection_is_a_passing_failure() -> None:
    """A port where nobody listens: the browser says no more than that it failed."""

    async def fetched() -> None:
        async for _ in tab.fetch("http://127.0.0.1:1/", fresh=False):
            pass

    with pytest.raises(ConnectionError):
        wait(fetched())


def test_the_cache_keeps_what_came_last() -> None:
    """What is put is got, in place of what was there."""

    async def use() -> list[bytes | None]:
        cache = await tab.open_cache("tiny")
        assert cache is not None
        found = [await cache.get(f"{SOURCE}/a")]
        await cache.put(f"{SOURCE}/a", b"chunk")
        found.append(await cache.get(f"{SOURCE}/a"))
        await cache.put(f"{SOURCE}/a", b"other")
        return [*found, await cache.get(f"{SOURCE}/a")]

    assert wait(use()) == [None, b"chunk", b"other"]


def test_a_full_cache_does_not_matter() -> None:
    """The browser's refusal to keep more is not an error."""
    full = script("({put: async () => { throw new DOMException('', 'QuotaExceededError'); }})")
    wait(tab.BrowserCache(full).put(f"{SOURCE}/a", b"chunk"))


def test_an_insecure_page_has_no_cache() -> None:
    """Then there is none to open."""
    with missing("globalThis", "caches"):
        assert wait(tab.open_cache("tiny")) is None


def test_a_forbidden_cache_does_not_matter() -> None:
    """Private windows may refuse."""
    script("globalThis.__open = caches.open; caches.open = async () => { throw new Error('no'); }")
    try:
        assert wait(tab.open_cache("tiny")) is None
    finally:
        script("delete caches.open; delete globalThis.__open")


@pytest.mark.parametrize("secure", [True, False])
def test_digests_are_sha256(tmp_path: Path, secure: bool) -> None:
    """The browser's, and Python's where the browser has none to offer; of bytes and of files."""
    data = bytes(range(256)) * 1000
    file = tmp_path / "file"
    file.write_bytes(data)
    with nullcontext() if secure else missing("crypto", "subtle"):
        digests = [wait(tab.sha256(data)), wait(tab.file_sha256(file))]
    assert digests == [hashlib.sha256(data).hexdigest()] * 2


def test_digests_of_mounted_files(mounted: Path) -> None:
    """They need not lie in the tab's memory."""
    file = mounted / "file"
    file.write_bytes(b"content")
    assert wait(tab.file_sha256(file)) == hashlib.sha256(b"content").hexdigest()


def test_a_model_is_fetched_once(tiny: tuple[Model, bytes], place: FakePlace) -> None:
    """The second load finds every chunk in the browser's cache."""
    row, data = tiny
    assert wait(contents(ModelStore(SOURCE, place=tab), row)) == data
    assert wait(contents(ModelStore(SOURCE, place=tab), row)) == data
    assert place.fetched == [f"{SOURCE}/tiny/{chunk.sha256}" for chunk in row.chunks]


def test_a_damaged_cached_chunk_is_fetched_again(
    tiny: tuple[Model, bytes], place: FakePlace
) -> None:
    """The browser's cache is believed only as far as digests go."""
    row, data = tiny

    async def load() -> bytes:
        cache = await tab.open_cache(row.name)
        assert cache is not None
        await cache.put(f"{SOURCE}/tiny/{row.chunks[0].sha256}", b"rubbish")
        return await contents(ModelStore(SOURCE, place=tab), row)

    assert wait(load()) == data


def test_a_model_that_stays_damaged_is_never_used(
    tiny: tuple[Model, bytes], place: FakePlace
) -> None:
    """The error comes after the last attempt."""
    place.spoil = lambda data, _: data[:-1]
    with pytest.raises(ModelCorruptError, match=r"\(2 attempts\)"):
        wait(contents(ModelStore(SOURCE, place=tab, attempts=2, backoff=0), tiny[0]))


def test_the_browser_decodes_avif() -> None:
    """RGBA, within two levels: the format is lossy."""
    pixels = wait(tab.decode(AVIF))
    assert pixels is not None
    assert pixels.shape == (8, 16, 4)
    assert np.abs(pixels[..., :3].astype(int) - AVIF_COLOUR).max() <= 2
    assert (pixels[..., 3] == 255).all()


def test_the_browser_does_not_decode_rubbish() -> None:
    """It says no, and nothing breaks."""
    assert wait(tab.decode(b"rubbish")) is None


def test_waiting_is_refused() -> None:
    """A tab that waits cannot fetch; the message says what to do."""

    async def nothing() -> None:
        pass

    with pytest.raises(RuntimeError, match=r"await Matter\.load"):
        tab.run(nothing())


def test_the_service_cuts_a_photo_out(place: FakePlace) -> None:
    """From an ArrayBuffer to an object with a PNG in a Blob."""
    service, post = Service(), Posts()
    loaded = wait(service.load("tiny", SOURCE, post))
    assert (loaded.model, loaded.provider) == ("tiny", onnxruntime.get_available_providers()[0])
    assert loaded.threads == tab.thread_count(loaded.provider)
    assert {*loaded.seconds.to_py()} == {"model", "session"}
    result = wait(service.remove_background(file(png((64, 128, 192))), post))
    assert (result.width, result.height, result.model) == (12, 7, "tiny")
    assert (result.blob.type, result.matte) == ("image/png", None)
    assert [*result.seconds.to_py()] == ["decode", "prepare", "infer", "composite", "encode"]
    image = pixels(result.blob)
    assert (image == (64, 128, 192, 128)).all()
    steps = [step for step, done, total, _ in post.posts if done == total]
    assert steps == ["model", "session", "decode", "prepare", "infer", "composite", "encode"]


def test_the_service_takes_pixels_and_options(place: FakePlace) -> None:
    """Every option of the output has its way in, and the matte comes along."""
    service, post = Service(), Posts()
    wait(service.load("tiny", SOURCE, post))
    rgba = np.zeros((6, 8, 4), np.uint8)
    rgba[1:3, 2:6] = 255  # what the tiny model takes for the subject: it is bright
    photo = tab.to_js({"data": rgba.tobytes(), "width": 8, "height": 6})
    under = {"data": png((10, 20, 30))}
    options = {"format": "webp", "quality": 100, "background": under, "crop": True, "matte": True}
    result = wait(service.remove_background(photo, post, tab.to_js(options)))
    assert (result.blob.type, result.width, result.height) == ("image/webp", 4, 2)
    assert pixels(result.blob).shape == (2, 4, 3)
    assert pixels(result.matte).shape == (2, 4)


def test_the_service_blurs_the_background(place: FakePlace) -> None:
    """Whole numbers are numbers too."""
    service, post = Service(), Posts()
    wait(service.load("tiny", SOURCE, post))
    photo = file(png((64, 128, 192)))
    result = wait(service.remove_background(photo, post, tab.to_js({"background_blur": 1})))
    assert np.abs(pixels(result.blob).astype(int) - (64, 128, 192)).max() <= 1


def test_the_service_keeps_a_rectangle(place: FakePlace) -> None:
    """One outside of the photo is named before the model runs."""
    service, post = Service(), Posts()
    wait(service.load("tiny", SOURCE, post))
    photo, rectangle = file(png((64, 128, 192))), {"x": 2, "y": 1, "width": 5, "height": 4}
    result = wait(service.remove_background(photo, post, tab.to_js({"crop": rectangle})))
    assert (result.width, result.height) == (5, 4)
    post.posts.clear()
    outside = tab.to_js({"crop": {**rectangle, "x": 9}})
    with pytest.raises(OptionError, match="which is 12 x 7 pixels; got left 9, top 1, width 5"):
        wait(service.remove_background(photo, post, outside))
    assert {step for step, *_ in post.posts} == {"decode"}
    broken = tab.to_js({"crop": {**rectangle, "width": 1.5}})
    with pytest.raises(OptionError, match=r"got \(2, 1, 1\.5, 4\)"):
        wait(service.remove_background(photo, post, broken))


def test_what_is_read_of_a_download_is_freed() -> None:
    """Nobody reads the pieces again, and the browser would look for them much later."""
    serve = script("""
        const pieces = [new Uint8Array([1, 2]), new Uint8Array([3])];
        const serve = async () => new Response(new ReadableStream({
          start(controller) {
            pieces.forEach((piece) => controller.enqueue(piece));
            controller.close();
          },
        }));
        serve.sizes = () => pieces.map((piece) => piece.byteLength);
        serve
    """)

    async def read() -> list[bytes]:
        return [piece async for piece in tab.fetch(f"{SOURCE}/file", fresh=False)]

    with tab.fetching_with(serve):
        assert wait(read()) == [b"\1\2", b"\3"]
    assert [*serve.sizes()] == [0, 0]


def test_discarded_files_are_empty(tmp_path: Path) -> None:
    """Their memory is free, even if somebody has a view of it."""
    file = tmp_path / "file"
    file.write_bytes(b"content")
    view = memfs.view(file)
    assert view is not None
    tab.discard(file)
    assert (file.read_bytes(), view.length) == (b"", 0)


def extensions() -> set[Path]:
    """Name the files of the extension modules that are loaded."""
    files = {getattr(module, "__file__", None) for module in sys.modules.values()}
    return {Path(file) for file in files if isinstance(file, str) and file.endswith(".so")}


def test_the_service_empties_the_files_of_loaded_extensions() -> None:
    """Nobody reads them again, and they would take the tab's memory."""
    Service()
    loaded = extensions()
    assert Path(onnxruntime.capi.onnxruntime_pybind11_state.__file__) in loaded
    assert {file.stat().st_size for file in loaded} == {0}


def test_the_service_frees_the_loaders_copies_of_extensions() -> None:
    """Python's memory, which never shrinks, has had them as well."""
    from pyodide_js import _module

    Service()
    loaded = list(_module.LDSO.loadedLibsByHandle.object_entries())
    assert len(loaded) > 1
    for handle, library in loaded:
        address = int(handle)
        assert _module.HEAPU32[(address + FILE_DATA) // 4] == 0
        # The fields are where they are thought to be: the name follows them.
        name = library.name.encode()
        follows = address + FILE_DATA_SIZE + 4
        found = bytes(_module.HEAPU8.subarray(follows, follows + len(name)).to_py())
        assert found == name or library.name == "__main__"


def test_an_extension_behind_a_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the file that the link names that is emptied."""
    file = tmp_path / "extension.so"
    file.write_bytes(b"\0asm")
    link = tmp_path / "link.so"
    link.symlink_to(file)
    module = ModuleType("linked")
    module.__file__ = str(link)
    monkeypatch.setitem(sys.modules, "linked", module)
    Service()
    assert link.is_symlink()
    assert file.stat().st_size == 0


def test_emptied_extensions_are_imported_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """As they would be without it."""
    Service()
    before = sys.modules["PIL._imaging"]
    monkeypatch.delitem(sys.modules, "PIL._imaging")
    assert importlib.import_module("PIL._imaging").new("L", (2, 3)).size == (2, 3)
    assert importlib.import_module("PIL._imaging").__file__ == before.__file__


def test_extensions_are_loaded_after_others_were_emptied() -> None:
    """Files of extensions that are not loaded stay whole."""
    Service()
    packages = Path(np.__file__).parents[1]
    others = set(packages.rglob("*.so")) - extensions()
    assert others
    assert all(file.stat().st_size for file in others)
    assert importlib.import_module("numpy.linalg.lapack_lite").__file__


def test_mounted_extensions_stay(mounted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are not the tab's."""
    file = mounted / "extension.so"
    file.write_bytes(b"content")
    module = ModuleType("extension")
    module.__file__ = str(file)
    monkeypatch.setitem(sys.modules, "extension", module)
    Service()
    tab.discard(file)
    assert file.read_bytes() == b"content"


def test_the_service_refines(place: FakePlace) -> None:
    """A photo of one colour stays what it is, to the rounding of what weighs little."""
    service, post = Service(), Posts()
    wait(service.load("tiny", SOURCE, post))
    photo = file(png((64, 128, 192)))
    result = wait(service.remove_background(photo, post, tab.to_js({"refine": True})))
    assert np.abs(pixels(result.blob).astype(int) - (64, 128, 192, 128)).max() <= 5


def test_the_service_applies_a_mask_without_a_model() -> None:
    """The mask's alpha counts if it has one."""
    mask = np.zeros((7, 12, 4), np.uint8)
    mask[0, :, 3] = 255
    given = tab.to_js({"data": mask.tobytes(), "width": 12, "height": 7})
    result = wait(Service().apply_mask(file(png((9, 8, 7))), given, Posts()))
    assert (pixels(result.blob)[0] == (9, 8, 7, 255)).all()
    assert not pixels(result.blob)[1:].any()
    assert {*result.seconds.to_py()} == {"decode", "composite", "encode"}


def test_the_service_names_a_value_that_is_not_allowed(place: FakePlace) -> None:
    """Before the model runs."""
    service, post = Service(), Posts()
    wait(service.load("tiny", SOURCE, post))
    post.posts.clear()
    with pytest.raises(OptionError, match="format must be one of png, webp, jpeg; got 'gif'"):
        wait(service.remove_background(file(png((0, 0, 0))), post, tab.to_js({"format": "gif"})))
    assert post.posts == []


def test_the_service_takes_a_provider_by_name(place: FakePlace) -> None:
    """One that is not there is an error that names those that are."""
    service, post = Service(), Posts()
    loaded = wait(service.load("tiny", SOURCE, post, None, "CPUExecutionProvider"))
    assert loaded.provider == "CPUExecutionProvider"
    with pytest.raises(SessionError, match=r"there are .*CPUExecutionProvider"):
        wait(service.load("tiny", SOURCE, post, None, "CUDAExecutionProvider"))


def test_the_service_loads_a_model_once(place: FakePlace) -> None:
    """Loading again does nothing; loading another one replaces it."""
    service, post = Service(), Posts()
    wait(service.load("tiny", SOURCE, post))
    first = service._matter
    wait(service.load("tiny", SOURCE, post))
    assert service._matter is first
    wait(service.load("tiny", f"{SOURCE}/other", post))
    assert service._matter is not first


def test_the_service_takes_what_only_the_browser_knows(place: FakePlace) -> None:
    """AVIF goes through the browser's decoder."""
    service, post = Service(), Posts()
    wait(service.load("tiny", SOURCE, post))
    result = wait(service.remove_background(file(AVIF), post))
    assert (result.width, result.height) == (16, 8)


@pytest.mark.parametrize(
    ("data", "error"),
    [(b"rubbish", UnsupportedPhotoError), (png((0, 0, 0))[:45], BrokenPhotoError)],
)
def test_the_service_survives_bad_photos(
    place: FakePlace, data: bytes, error: type[Exception]
) -> None:
    """Errors are ours, and the next photo is cut out."""
    service, post = Service(), Posts()
    wait(service.load("tiny", SOURCE, post))
    with pytest.raises(error):
        wait(service.remove_background(file(data), post))
    assert wait(service.remove_background(file(png((0, 0, 0))), post)).width == 12


def test_the_service_needs_a_model() -> None:
    """The message says what to do."""
    with pytest.raises(SessionError, match=r"call load\(\) first"):
        wait(Service().remove_background(file(b""), Posts()))


def test_errors_are_described_in_words() -> None:
    """Ours speak for themselves; others are marked as unexpected."""
    known = describe(SessionError("the session is closed"))
    assert (known.name, known.message) == ("SessionError", "the session is closed")
    unknown = describe(ZeroDivisionError("division by zero"))
    assert unknown.message == "unexpected ZeroDivisionError: division by zero"
