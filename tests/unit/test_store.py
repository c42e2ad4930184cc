"""Tests of the model store, at a place without a network."""

from dataclasses import replace

import pytest

from wasmatte import Model, ModelCorruptError, ModelFetchError, Progress
from wasmatte.progress import ProgressCallback
from wasmatte.store import SOURCE_VARIABLE, ModelStore

from .places import FakePlace, MemoryCache, contents, finish
from .tiny import pieces

SOURCE = "https://site.example/models"


@pytest.fixture(autouse=True)
def _no_source_of_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SOURCE_VARIABLE, raising=False)


def load(store: ModelStore, row: Model, progress: ProgressCallback | None = None) -> bytes:
    return finish(contents(store, row, progress))


def store(place: FakePlace, source: str | None = SOURCE) -> ModelStore:
    return ModelStore(source, place=place, attempts=3, backoff=0)


def test_chunks_are_joined_in_order(tiny: tuple[Model, bytes]) -> None:
    """What is loaded is the model's file."""
    row, data = tiny
    assert len(row.chunks) > 2
    assert load(store(FakePlace(pieces(row, data))), row) == data


@pytest.mark.parametrize(
    ("source", "variable", "folder"),
    [
        ("https://a.example/m", None, "https://a.example/m/tiny/"),
        ("https://a.example/m/", "https://b.example", "https://a.example/m/tiny/"),
        (None, "https://b.example", "https://b.example/tiny/"),
        (None, None, "https://models.example/tiny/"),
    ],
)
def test_the_source_is_the_argument_or_the_variable_or_the_publisher(
    tiny: tuple[Model, bytes],
    monkeypatch: pytest.MonkeyPatch,
    source: str | None,
    variable: str | None,
    folder: str,
) -> None:
    """A source holds a folder per model; the publisher's own address is in the row."""
    row, data = tiny
    if variable is not None:
        monkeypatch.setenv(SOURCE_VARIABLE, variable)
    place = FakePlace(pieces(row, data))
    load(store(place, source), row)
    assert place.fetched == [folder + chunk.sha256 for chunk in row.chunks]


def test_progress_rises_from_nothing_to_the_whole(tiny: tuple[Model, bytes]) -> None:
    """Events rise strictly, inside chunks too, from 0 to the file's size."""
    row, data = tiny
    events: list[Progress] = []
    load(store(FakePlace(pieces(row, data))), row, events.append)
    done = [event.done for event in events]
    assert done == sorted({*done})
    assert (done[0], done[-1]) == (0, row.size)
    assert 32 in done
    assert {(event.step, event.total, event.unit) for event in events} == {
        ("model", row.size, "bytes")
    }


def test_a_cached_model_is_not_fetched(tiny: tuple[Model, bytes]) -> None:
    """The second load finds everything in the cache, and reports all its bytes."""
    row, data = tiny
    cache = MemoryCache()
    load(store(FakePlace(pieces(row, data), cache=cache)), row)
    events: list[Progress] = []
    assert load(store(FakePlace({}, cache=cache)), row, events.append) == data
    assert events[-1].done == row.size


def test_a_local_source_is_not_cached(tiny: tuple[Model, bytes]) -> None:
    """A copy of what is on the disk already helps nobody."""
    row, data = tiny
    cache = MemoryCache()
    load(store(FakePlace(pieces(row, data), cache=cache), "file:///models"), row)
    assert cache.kept == {}


def test_an_interrupted_fetch_goes_on_where_it_stopped(tiny: tuple[Model, bytes]) -> None:
    """Whole chunks of the first try are not fetched again."""
    row, data = tiny
    cache = MemoryCache()

    def interrupt(piece: bytes, _: int) -> bytes:
        if piece == pieces(row, data)[row.chunks[-1].sha256]:
            raise KeyboardInterrupt
        return piece

    with pytest.raises(KeyboardInterrupt):
        load(store(FakePlace(pieces(row, data), cache=cache, spoil=interrupt)), row)
    place = FakePlace(pieces(row, data), cache=cache)
    assert load(store(place), row) == data
    assert place.fetched == [f"{SOURCE}/tiny/{row.chunks[-1].sha256}"]


@pytest.mark.parametrize("wrong", [b"", b"rubbish", b"\x00" * 100])
def test_a_wrong_cached_chunk_is_replaced(tiny: tuple[Model, bytes], wrong: bytes) -> None:
    """A cache is believed only as far as digests go."""
    row, data = tiny
    spoilt = f"{SOURCE}/tiny/{row.chunks[0].sha256}"
    cache = MemoryCache({spoilt: wrong})
    assert load(store(FakePlace(pieces(row, data), cache=cache)), row) == data
    assert cache.kept[spoilt] == data[: row.chunks[0].size]


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:-1],
        lambda data: b"",
        lambda data: data + b"!",
        lambda data: bytes([data[0] ^ 1]) + data[1:],
    ],
    ids=["cut off", "empty", "too long", "one bit"],
)
def test_a_damaged_chunk_is_fetched_again(tiny: tuple[Model, bytes], damage: object) -> None:
    """Damage at the first attempt is healed by the second, which goes round caches."""
    row, data = tiny
    assert callable(damage)
    place = FakePlace(pieces(row, data), spoil=lambda d, attempt: damage(d) if attempt == 1 else d)
    assert load(store(place), row) == data
    assert place.fresh == [False, True] * len(row.chunks)


def test_a_lost_connection_is_tried_again(tiny: tuple[Model, bytes]) -> None:
    """Failures that may pass are given time to."""
    row, data = tiny

    def spoil(piece: bytes, attempt: int) -> bytes:
        if attempt < 3:
            raise ConnectionResetError("connection reset by peer")
        return piece

    assert load(store(FakePlace(pieces(row, data), spoil=spoil)), row) == data


def test_a_chunk_that_stays_wrong_is_never_used(tiny: tuple[Model, bytes]) -> None:
    """After the last attempt comes an error with address, fault and remedy; nothing is cached."""
    row, data = tiny
    cache = MemoryCache()
    place = FakePlace(pieces(row, data), cache=cache, spoil=lambda d, _: d[:-1])
    expected = (
        rf"{row.chunks[0].sha256}: cut off after 63 of 64 bytes \(3 attempts\).*{SOURCE_VARIABLE}"
    )
    with pytest.raises(ModelCorruptError, match=expected):
        load(store(place), row)
    assert len(place.fetched) == 3
    assert cache.kept == {}


def test_a_connection_that_stays_away_is_an_error(tiny: tuple[Model, bytes]) -> None:
    """The error carries its cause."""
    row, data = tiny

    def spoil(piece: bytes, _: int) -> bytes:
        raise TimeoutError("timed out")

    with pytest.raises(ModelFetchError, match=r"timed out \(3 attempts\)") as caught:
        load(store(FakePlace(pieces(row, data), spoil=spoil)), row)
    assert isinstance(caught.value.__cause__, TimeoutError)


def test_a_missing_chunk_is_not_asked_for_again(tiny: tuple[Model, bytes]) -> None:
    """A failure that will not pass ends at once."""
    place = FakePlace({})
    with pytest.raises(ModelFetchError, match="404"):
        load(store(place), tiny[0])
    assert len(place.fetched) == 1


def test_progress_never_turns_back(tiny: tuple[Model, bytes]) -> None:
    """A chunk that is fetched again does not take bytes away."""
    row, data = tiny
    events: list[Progress] = []
    place = FakePlace(pieces(row, data), spoil=lambda d, attempt: d if attempt == 2 else d[:-1])
    load(store(place), row, events.append)
    done = [event.done for event in events]
    assert done == sorted({*done})


def test_the_whole_file_is_checked(tiny: tuple[Model, bytes]) -> None:
    """Right chunks in a wrong order, by a wrong row, are refused."""
    row, data = tiny
    wrong = replace(row, chunks=row.chunks[::-1])
    with pytest.raises(ModelCorruptError, match=f"expected {row.sha256}"):
        load(store(FakePlace(pieces(row, data))), wrong)
