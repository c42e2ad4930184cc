"""A session in the engine, with the methods of the C++ class that upstream's Python drives."""

import contextlib
import json
import weakref
from collections.abc import Mapping, Sequence
from typing import Any

from onnxruntime.capi import onnxruntime_pybind11_state as state

from . import _files
from ._binding import Binding
from ._engine import MAXIMA_PAGES, PAGE, SCRATCH, Engine, EngineStoppedError, Owed

wasm = state._wasm
STRING = 8  # ONNX TensorProto.DataType
ALIGNMENT = 64  # bytes: a cache line, and more than any kernel asks for


class EngineSession:
    """Takes the place of ``onnxruntime_pybind11_state.InferenceSession``.

    Parameters
    ----------
    engine : Engine
        Where it lives.
    options : SessionOptions
        All count; ``intra_op_num_threads`` is at most the number of the engine's threads.
    model : str or bytes
        The path of a model's file, or the file itself.
    disabled_optimizers : sequence of str
        Names of graph optimizers to leave out.
    providers : dict of str to dict
        What `get_provider_options` gives.

    Raises
    ------
    UnsupportedError
        If another provider must take it.
    """

    def __init__(
        self,
        engine: Engine,
        options: Any,
        model: str | bytes,
        disabled_optimizers: Sequence[str],
        providers: Mapping[str, Mapping[str, str]],
    ) -> None:
        described, shared, external, _ = wasm.describe_session_options(options)
        described = json.loads(described)
        self._options = wasm.copy_session_options(options)  # which the copy keeps
        self._engine = engine
        self._providers = providers
        # How to free what must stay as long as the session, and what the session copies.
        kept: list[Owed] = []
        copied: list[Owed] = []
        try:
            owed, shared_tensors = _place(engine, shared)
            kept += owed
            owed, external_tensors = _place(engine, external)
            copied += owed
            setup = {
                "options": described,
                "disabled_optimizers": list(disabled_optimizers),
                "shared_initializers": shared_tensors,
                "external_initializers": external_tensors,
            }
            made = _files.create(engine, model, setup, kept)
        except BaseException:
            engine.owed.extend(kept)
            engine.post_owed()
            raise
        else:
            self._session: int = made["session"]
            self._profiling_start_ns: int = made["profiling_start_ns"]
            self._profiling = described["enable_profiling"]
            weakref.finalize(self, _release, engine, self._session, kept, self._profiling)
        finally:
            engine.owed.extend(copied)
            engine.post_owed()
        self._signature = wasm.Signature(engine.call("describe_session", self._session))

    # --- what upstream's Session asks for ---

    @property
    def session_options(self) -> Any:
        return wasm.copy_session_options(self._options)

    @property
    def inputs_meta(self) -> Any:
        return self._signature.inputs_meta

    @property
    def outputs_meta(self) -> Any:
        return self._signature.outputs_meta

    @property
    def overridable_initializers(self) -> Any:
        return self._signature.overridable_initializers

    @property
    def model_meta(self) -> Any:
        return self._signature.model_meta

    @property
    def get_profiling_start_time_ns(self) -> int:
        return self._profiling_start_ns

    def get_providers(self) -> list[str]:
        return list(self._providers)

    def get_provider_options(self) -> dict[str, dict[str, str]]:
        return {name: dict(options) for name, options in self._providers.items()}

    def run(
        self, output_names: Sequence[str], feeds: Mapping[str, Any], run_options: Any = None
    ) -> list[Any]:
        values = {
            name: self._signature.feed(name, value)
            for name, value in sorted(feeds.items())
            if value is not None
        }
        outputs = self._run(output_names, values, run_options, adapters=True)
        return [None if value is None else wasm.to_python(value) for value in outputs]

    def run_with_ort_values(
        self, feeds: Mapping[str, Any], output_names: Sequence[str], run_options: Any = None
    ) -> Any:
        return _vector(self._run(output_names, dict(feeds), run_options, adapters=True))

    def run_with_ortvaluevector(
        self,
        run_options: Any,
        feed_names: Sequence[str],
        feeds: Any,
        fetch_names: Sequence[str],
        fetches: Any,
        fetch_devices: Sequence[Any],
    ) -> None:
        given = dict(zip(feed_names, feeds, strict=True))
        places = list(fetches) or [None] * len(fetch_names)
        for place, value in zip(places, self._run(fetch_names, given, run_options), strict=True):
            if place is None:
                fetches.push_back(wasm.nothing() if value is None else value)
            else:
                copy_into(place, value)

    def run_async(
        self,
        output_names: Sequence[str],
        feeds: Mapping[str, Any],
        callback: Any,
        user_data: Any = None,
        run_options: Any = None,
    ) -> None:
        """Refuse, as a session without threads does: Python has no thread to be called on."""
        raise state.InvalidArgument(
            "[ONNXRuntimeError] : 2 : INVALID_ARGUMENT : "
            "intra op thread pool must have at least one thread for RunAsync"
        )

    def run_with_iobinding(self, binding: Binding, run_options: Any = None) -> None:
        try:
            outputs = self._run(list(binding.outputs), dict(binding.inputs), run_options)
        except (EngineStoppedError, MemoryError):
            raise
        except Exception as error:
            # Upstream raises the message without the status in front of it.
            message = str(error)
            if message.startswith("[ONNXRuntimeError] : "):
                message = message.split(" : ", 3)[3]
            raise RuntimeError(f"Error in execution: {message}") from error
        binding.fill(outputs)

    def io_binding(self) -> Binding:
        return Binding(self._signature)

    def end_profiling(self) -> str:
        return _end_profiling(self._engine, self._session)

    def get_tuning_results(self) -> list[Any]:
        return []

    def set_tuning_results(self, results: list[Any], error_on_invalid: bool) -> None:
        if results and error_on_invalid:
            raise RuntimeError("Error in execution: the engine has no operators to be tuned")

    # --- the crossing ---

    def _run(
        self,
        output_names: Sequence[str],
        values: Mapping[str, Any],
        run_options: Any,
        *,
        adapters: bool = False,
    ) -> list[Any]:
        """Run on OrtValues, and give OrtValues (None for an output that was not computed).

        Upstream applies adapters in some of its methods only, and lets them win over values.
        """
        if isinstance(output_names, str):
            raise TypeError(f"output_names must be a sequence of names; got {output_names!r}")
        names = list(output_names)
        self._engine.ready()
        described, parameters = wasm.describe_run_options(run_options)
        given = {**values, **(parameters if adapters else {})}
        owed: list[Owed] = [("release_outputs", self._session)]
        scratch = self._engine.take_scratch()
        try:
            blocks, inputs = _place(self._engine, given, scratch)
            owed += blocks
            until = None if run_options is None else (lambda: bool(run_options.terminate))
            self._engine.rewind()
            request = {
                "inputs": inputs,
                "outputs": names,
                "options": json.loads(described),
            }
            text = self._engine.call("run", self._session, json.dumps(request), until=until)
            # Before the inputs are freed: an output that is one has its memory.
            return [
                None if output is None else _fetch(self._engine, output)
                for output in json.loads(text)
            ]
        finally:
            self._engine.owed.extend(owed)
            self._engine.give_back_scratch(scratch)
            self._engine.post_owed()


def copy_into(place: Any, value: Any) -> None:
    """Copy a tensor into another of the same type and shape.

    Raises
    ------
    RuntimeError
        If it has another.
    """
    if place.element_type() != value.element_type() or place.shape() != value.shape():
        raise RuntimeError(
            f"Error in execution: the output is a {value.data_type()} of shape {value.shape()}; "
            f"it is bound to a {place.data_type()} of shape {place.shape()}"
        )
    wasm.data(place)[:] = wasm.data(value)


def _place(
    engine: Engine, values: Mapping[str, Any], scratch: int = 0
) -> tuple[list[Owed], list[dict[str, Any]]]:
    """Copy tensors into the engine's memory; give how to free that, and describe them.

    They go into the `scratch` if they fit, which is not freed.
    """
    described = []
    contents = []
    total = 0
    for name, value in values.items():
        kind = value.element_type() if value.is_tensor() else 0
        data = memoryview(b"") if kind == STRING else wasm.data(value)
        shape = value.shape()
        described.append(
            {"name": name, "type": kind, "shape": shape, "data": total, "size": len(data)}
        )
        contents.append(data)
        total += -(-len(data) // ALIGNMENT) * ALIGNMENT
    most = MAXIMA_PAGES[0] * PAGE
    if total + ALIGNMENT >= most:  # 32 bits cannot say its size
        raise MemoryError(
            f"the inputs take {total >> 20} MiB, and the engine has at most {most >> 20} MiB"
        )
    if not values:
        return [], []
    owed: list[Owed] = []
    if scratch and total + ALIGNMENT <= SCRATCH:
        block = scratch
    else:
        block = engine.allocate(total + ALIGNMENT)
        owed.append(("free", block))
    start = -(-block // ALIGNMENT) * ALIGNMENT
    try:
        for description, data in zip(described, contents, strict=True):
            description["data"] += start
            if len(data):
                engine.view(description["data"], len(data)).assign(data)
    except BaseException:
        engine.owed.extend(owed)
        engine.post_owed()
        raise
    return owed, described


def _fetch(engine: Engine, output: Mapping[str, Any]) -> Any:
    """Copy a tensor out of the engine's memory, into an OrtValue."""
    device = state.OrtDevice(state.OrtDevice.cpu(), state.OrtDevice.default_memory(), 0)
    value = state.OrtValue.ortvalue_from_shape_and_onnx_type(
        output["shape"], output["type"], device
    )
    if output["size"]:
        engine.view(output["data"], output["size"]).assign_to(wasm.data(value))
    return value


def _vector(values: Sequence[Any]) -> Any:
    vector = state.OrtValueVector()
    for value in values:
        vector.push_back(wasm.nothing() if value is None else value)
    return vector


def _end_profiling(engine: Engine, session: int) -> str:
    name: str = json.loads(engine.call("end_profiling", session))["file"]
    if name:
        _files.fetch(engine, name)
    return name


def _release(engine: Engine, session: int, kept: Sequence[Owed], profiling: bool) -> None:
    """Free a session and what it stood on; its profile becomes a file, as when upstream's ends."""
    try:
        # The profile may have no place to go: its folder, say, is gone.
        with contextlib.suppress(Exception):
            if profiling:
                _end_profiling(engine, session)
    finally:
        engine.owed.extend([("release_session", session), *kept])
        engine.post_owed()
