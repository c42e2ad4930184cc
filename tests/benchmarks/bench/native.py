"""Native ONNX Runtime on the same model: ``python -m tests.benchmarks.bench.native ORDER``.

The order is JSON: the model's file, the tensor's file, the number of threads and of runs, and a
file for the matte. The answer, printed, is JSON too.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
import onnxruntime

__all__ = ["main"]

ERRORS_ONLY = 3


def main() -> None:
    """Measure and print."""
    order = json.loads(sys.argv[1])
    data = Path(order["model"]).read_bytes()
    tensor = np.fromfile(order["tensor"], np.float32).reshape(1, 3, 1024, 1024)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = order["threads"]
    options.log_severity_level = ERRORS_ONLY
    started = time.perf_counter()
    session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    seconds = {"session": time.perf_counter() - started}
    runs = []
    for _ in range(order["runs"]):
        started = time.perf_counter()
        (matte,) = session.run(["output"], {"input": tensor})
        runs.append(time.perf_counter() - started)
    np.asarray(matte, np.float32).tofile(order["matte"])
    print(json.dumps({"seconds": seconds, "runs": runs, "peak": peak_memory()}))


def peak_memory() -> int | None:
    """Give the highest resident memory of this process in bytes, where the system tells.

    ``getrusage`` is not asked: on Linux it counts the parent's memory too.
    """
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return None
    found = [int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:")]
    return found[0] if found else None


if __name__ == "__main__":
    main()
