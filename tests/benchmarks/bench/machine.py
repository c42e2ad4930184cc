"""When, where and with what a run was made."""

import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import psutil

from tools.versions import REPOSITORY, VERSIONS

__all__ = ["facts"]

PEERS = ("onnxruntime-web", "background-removal", "background-removal-runtime", "pyodide")


def facts(command: str) -> dict[str, Any]:
    """Say what a reader must know to run it again, and to trust it."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": command,
        "commit": _commit(),
        "machine": {
            "cpu": _cpu(),
            "cores": os.cpu_count(),
            "memory_bytes": psutil.virtual_memory().total,
            "system": platform.platform(),
            "load_before": os.getloadavg()[0],
        },
        "versions": {
            "native onnxruntime": metadata.version("onnxruntime"),
            "our onnxruntime": VERSIONS["sources"]["onnxruntime"]["version"],
            **{
                name: f"{VERSIONS['npm'][name]['name']} {VERSIONS['npm'][name]['version']}"
                for name in PEERS
            },
            "python": platform.python_version(),
        },
        "browsers": {},
    }


def _commit() -> str:
    """Name the commit, and say if the files differ from it."""
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty", "--abbrev=12"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() or "unknown"


def _cpu() -> str:
    """Name the processor, and what of its instructions matters here."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    found = {name.strip(): value.strip() for name, _, value in (li.partition(":") for li in lines)}
    flags = found.get("flags", "").split()
    known = [flag for flag in ("avx2", "avx512f", "avx512_vnni", "amx_int8") if flag in flags]
    return f"{found.get('model name', platform.processor())} ({', '.join(known) or 'no AVX2'})"
