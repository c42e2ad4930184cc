"""Kernels in relaxed SIMD, for sessions of the CPU provider; the engine loads its own."""

from typing import Any

import js
from onnxruntime.capi import onnxruntime_pybind11_state as state
from pyodide.ffi import JsException, to_js


def use_relaxed() -> bool:
    """Have float convolutions use relaxed SIMD where the browser knows it; say whether they do.

    It multiplies and adds in one instruction, and rounds once where others round twice. A browser
    without it refuses a whole module for one such instruction, so that these are in one of their
    own, which shares the memory.
    """
    from pyodide_js import _module

    code = to_js(state._wasm.relaxed_kernels())
    if not js.WebAssembly.validate(code):
        return False
    try:
        imports: dict[str, Any] = {"env": {"memory": _module.memory}}
        instance = js.WebAssembly.Instance.new(
            js.WebAssembly.Module.new(code), to_js(imports, dict_converter=js.Object.fromEntries)
        )
        index = _module.addFunction(instance.exports.multiply)
    except (AttributeError, JsException):
        return False  # another Pyodide keeps these elsewhere: it goes without
    state._wasm.use_relaxed_multiply(index)
    return True
