"""The files of a session, which the engine keeps under the same names in its own file system."""

import json
import os
from pathlib import Path
from typing import Any

import js
from pyodide.ffi import JsException

from ._engine import MAKERS, Engine, Owed

PIECE = 4 * 1024 * 1024  # bytes of a file that are copied at once
EXTERNAL_FOLDER = "session.model_external_initializers_file_folder_path"
USE_BYTES = "session.use_ort_model_bytes_directly"
SAVED_EXTERNAL = "session.optimized_model_external_initializers_file_name"


def create(engine: Engine, model: str | bytes, setup: dict[str, Any], kept: list[Owed]) -> Any:
    """Create a session of a model's file (str) or of one in memory; give the engine's answer.

    How to free what must stay as long as the session is added to `kept`.
    """
    # It is read when the session ends, wherever the program is then.
    profile = os.path.join(Path.cwd(), setup["options"]["profile_file_prefix"])  # noqa: PTH118
    setup["options"]["profile_file_prefix"] = profile
    engine.change_folder(str(Path.cwd()))
    entries = setup["options"]["config_entries"]
    saved = _saved(setup["options"])
    path, block, size = "", 0, 0
    owed: list[Owed] = []  # at the end, whatever it is
    made = None
    try:
        try:
            if isinstance(model, str):
                path = model
                folder = Path(model).parent
                if Path(model).is_dir():
                    engine.call("make_folder", model)
                found = _send(engine, model, owed)
            else:
                size = len(model)
                folder = Path(entries.get(EXTERNAL_FOLDER, ""))
                holder = kept if entries.get(USE_BYTES) == "1" else owed
                block = engine.allocate(size)
                holder.append(("free", block))
                if size:
                    engine.view(block, size).assign(model)
                found = True
            if found:  # if not, ONNX Runtime says what is wrong
                for name in json.loads(engine.call("external_files", path, block, size)):
                    _send(engine, str(folder / name), owed)
            places = (*(file.parent for file in saved), Path(profile[: profile.rindex("/")]))
            for place in {*places} - {Path.cwd()}:
                if place.is_dir():
                    engine.call("make_folder", str(place))
            owed += (("remove_file", str(file)) for file in saved)
            made = engine.call("create_session", path, block, size, json.dumps(setup))
            for file in saved:
                fetch(engine, str(file), missing_ok=True)
        finally:
            engine.owed.extend(owed)
            engine.post_owed()
        return json.loads(made)
    except BaseException:
        if made is not None:
            engine.owed.append(MAKERS["create_session"](made))
            engine.post_owed()
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
        engine.owed.append(("remove_file", name))
        engine.post_owed()


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


def _send(engine: Engine, name: str, owed: list[Owed]) -> bool:
    """Copy a file to the engine, and add its removal to `owed`; give whether there is one."""
    if not Path(name).is_file():
        return False
    content = _content(Path(name))
    owed.append(("remove_file", name))
    engine.call("make_file", name, content)
    return True
