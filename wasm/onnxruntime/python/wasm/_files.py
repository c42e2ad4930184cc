"""The files of a session, which the engine keeps under the same names in its own file system."""

import contextlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import js
from pyodide.ffi import JsException

from ._engine import Engine, EngineStoppedError

PIECE = 4 * 1024 * 1024  # bytes of a file that are copied at once
EXTERNAL_FOLDER = "session.model_external_initializers_file_folder_path"
USE_BYTES = "session.use_ort_model_bytes_directly"
SAVED_EXTERNAL = "session.optimized_model_external_initializers_file_name"


def create(engine: Engine, model: str | bytes, setup: dict[str, Any], kept: list[int]) -> Any:
    """Create a session of a model's file (str) or of one in memory; give the engine's answer.

    Memory of the engine that must stay as long as the session is added to `kept`.
    """
    # It is read when the session ends, wherever the program is then.
    profile = os.path.join(Path.cwd(), setup["options"]["profile_file_prefix"])  # noqa: PTH118
    setup["options"]["profile_file_prefix"] = profile
    engine.call("make_folder", str(Path.cwd()))
    engine.call("change_folder", str(Path.cwd()))
    made = None
    try:
        with _sent(engine) as (names, send):
            entries = setup["options"]["config_entries"]
            path, block, size = "", 0, 0
            try:
                if isinstance(model, str):
                    path = model
                    folder = Path(model).parent
                    if Path(model).is_dir():
                        engine.call("make_folder", model)  # what is wrong, ONNX Runtime says
                    if not send(model):
                        made = engine.call("create_session", path, 0, 0, json.dumps(setup))
                        return json.loads(made)
                else:
                    size = len(model)
                    folder = Path(entries.get(EXTERNAL_FOLDER, ""))
                    block = engine.allocate(size)
                    if entries.get(USE_BYTES) == "1":
                        kept.append(block)
                    if size:
                        engine.view(block, size).assign(model)
                for name in json.loads(engine.call("external_files", path, block, size)):
                    send(str(folder / name))
                saved = _saved(setup["options"])
                places = (*(file.parent for file in saved), Path(profile[: profile.rindex("/")]))
                for folder in {*places}:
                    if folder.is_dir():
                        engine.call("make_folder", str(folder))
                names += map(str, saved)
                made = engine.call("create_session", path, block, size, json.dumps(setup))
            finally:
                if block and block not in kept:
                    engine.free(block)
            for file in saved:
                fetch(engine, str(file), missing_ok=True)
        return json.loads(made)
    except BaseException:
        if made is not None:
            engine.release(json.loads(made)["session"])
        raise


def fetch(engine: Engine, name: str, *, missing_ok: bool = False) -> None:
    """Move a file from the engine to the same name here; it appears only when it is whole."""
    try:
        try:
            content = engine.call("read_file", name)
        except RuntimeError:
            if missing_ok:
                return
            raise
        part = Path(f"{name}.part")
        try:
            part.write_bytes(content)
            part.replace(name)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    finally:
        engine.call("remove_file", name)


def _saved(options: dict[str, Any]) -> list[Path]:
    """Name the files that creating the session will write."""
    if not options["optimized_model_filepath"]:
        return []
    model = Path(options["optimized_model_filepath"])
    beside = options["config_entries"].get(SAVED_EXTERNAL)
    return [model, model.with_name(beside)] if beside else [model]


def _content(path: Path) -> Any:
    """Copy a file into a Uint8Array; in pieces, for Python's memory would keep the whole's room."""
    size = path.stat().st_size
    try:
        content = js.Uint8Array.new(size)
    except JsException as error:
        raise MemoryError(f"the browser has no memory for {path}, {size >> 20} MiB") from error
    with path.open("rb") as file:
        offset = 0
        while piece := file.read(PIECE):
            content.subarray(offset, offset + len(piece)).assign(piece)
            offset += len(piece)
    return content


@contextmanager
def _sent(engine: Engine) -> Iterator[tuple[list[str], Callable[[str], bool]]]:
    """Give a function that copies a file to the engine if it exists, and the list of the names.

    All files that it names are removed at the end.
    """
    names: list[str] = []

    def send(name: str) -> bool:
        if not Path(name).is_file():
            return False
        content = _content(Path(name))
        names.append(name)
        engine.call("make_file", name, content)
        return True

    try:
        yield names, send
    finally:
        with contextlib.suppress(EngineStoppedError):  # what it died of is being raised
            engine.owe(*(("remove_file", name) for name in names))
