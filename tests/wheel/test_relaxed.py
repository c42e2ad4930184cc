"""Float convolutions in relaxed SIMD, which the tests' browser has."""

import numpy as np
import onnxruntime as ort
import pytest
from onnxruntime.capi import onnxruntime_pybind11_state as state

from .data import ENGINE, open_session, use_providers

pytestmark = pytest.mark.tab  # a desktop has instructions of its own

TOLERANCE = 2e-5  # of the largest value, as tests/kernels


def convolve(x: np.ndarray) -> np.ndarray:
    [y] = open_session("conv").run(None, {"x": x})
    return y


def test_both_providers_use_it() -> None:
    """Where products and sums are rounded once, bits differ from those without it, and little."""
    from pyodide.ffi import run_sync

    x = np.random.default_rng(3).normal(size=(1, 16, 21, 34)).astype(np.float32)
    relaxed = convolve(x)
    run_sync(ort.wasm.start(2))
    with use_providers(ENGINE):
        threaded = convolve(x)
    state._wasm.use_relaxed_multiply(0)
    try:
        baseline = convolve(x)
    finally:
        assert ort.wasm._relaxed.use_relaxed()
    np.testing.assert_array_equal(threaded, relaxed)
    np.testing.assert_array_equal(convolve(x), relaxed)
    assert (baseline != relaxed).any()
    assert np.abs(baseline - relaxed).max() <= TOLERANCE * np.abs(baseline).max()
