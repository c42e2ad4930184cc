"""The engine as an execution provider: which sessions it takes, and what becomes of the others."""

import warnings
from collections.abc import Iterable, Sequence
from typing import Any

from onnxruntime.capi import onnxruntime_pybind11_state as state

from . import _page
from ._engine import Engine, UnsupportedError
from ._session import EngineSession

PROVIDER = "WasmThreadsExecutionProvider"
CPU = "CPUExecutionProvider"

keep_options = state._wasm.keep_options


def get_available_providers() -> list[str]:
    """Name the execution providers that work in this page, the fastest first."""
    here: list[str] = state.get_available_providers()
    return here if _page.obstacle() else [PROVIDER, *here]


def create_session(
    options: Any,
    model: str | bytes,
    providers: Sequence[str],
    provider_options: Sequence[dict[str, str]],
    disabled_optimizers: Iterable[str] | None,
    *,
    read_config_from_model: bool,
) -> EngineSession | None:
    """Create a session in the engine, if `providers` prefers it.

    Returns
    -------
    EngineSession or None
        None if the next provider of the list must take the model.

    Raises
    ------
    NotImplemented
        ONNX Runtime's: if there is no next provider.
    Exception
        As ONNX Runtime's own session does, if the model or an option is wrong.
    """
    if not providers or providers[0] != PROVIDER:
        return None
    unknown = sorted(provider_options[0]) if provider_options else []
    if unknown:
        raise ValueError(f"{PROVIDER} has no option {', '.join(unknown)}; it has none at all")
    reason = _refusal(options, read_config_from_model=read_config_from_model)
    if reason is None:
        try:
            names = dict.fromkeys([*providers, CPU])
            return EngineSession(
                _running(),
                options,
                model,
                sorted(disabled_optimizers or ()),
                {name: {} for name in names},
            )
        except UnsupportedError as unsupported:
            reason = str(unsupported)
    if len(providers) == 1:
        raise state.NotImplemented(
            f"[ONNXRuntimeError] : 9 : NOT_IMPLEMENTED : {PROVIDER} cannot run this model: "
            f"{reason}. "
            f"Name another provider after it: providers=['{PROVIDER}', '{CPU}']"
        )
    if Engine.current is None and _page.obstacle() is None:
        warnings.warn(f"{providers[1]} takes the place of {PROVIDER}: {reason}", stacklevel=4)
    return None


def others(
    providers: Sequence[str], provider_options: Sequence[dict[str, str]]
) -> tuple[list[str], list[dict[str, str]]]:
    """Leave the engine out of a list of providers, for the C++ class, which does not know it."""
    kept = [
        (name, options)
        for name, options in zip(providers, provider_options, strict=True)
        if name != PROVIDER
    ]
    return [name for name, _ in kept], [options for _, options in kept]


def _refusal(options: Any, *, read_config_from_model: bool) -> str | None:
    """Say why the engine takes no session with these options now; None if it does."""
    if reason := _page.obstacle():
        return reason
    if Engine.current is None:
        return "the engine is not started; await onnxruntime.wasm.start() first"
    if read_config_from_model:
        return "options that are read from the model are for the CPU provider"
    *_, custom = state._wasm.describe_session_options(options)
    return "custom operators are for the CPU provider" if custom else None


def _running() -> Engine:
    engine = Engine.current
    assert engine is not None  # _refusal has looked
    return engine
