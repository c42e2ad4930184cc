#!/usr/bin/env bash
# run.sh MODULE ARGUMENTS...: run a module in the host environment, making that first if need be.
set -eu
cd "$(dirname "$0")/.."

"$(dirname "$0")/system-packages.sh"

# The pinned onnx, whose node tests are the conformance suite, has wheels for these.
if [ -n "${PYTHON:-}" ]; then candidates=("$PYTHON"); else candidates=(python3 python3.12 python3.11); fi
for candidate in "${candidates[@]}"; do
  if "$candidate" -c 'import sys, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 13))' 2>/dev/null; then
    found=$candidate
    break
  fi
done
if [ -z "${found:-}" ]; then
  echo "[wasmatte] ${PYTHON:+PYTHON=$PYTHON does not serve: }please install CPython 3.11 or 3.12 with venv (on Debian 12: python3 and python3-venv), or name one with PYTHON=" >&2
  exit 1
fi

export PYTHONPATH="src${PYTHONPATH:+:$PYTHONPATH}" PYTHONDONTWRITEBYTECODE=1
python=$("$found" -m tools.host_environment)
# Of the libraries' types and of ours; it is asked by content.
export MYPY_CACHE_DIR="${MYPY_CACHE_DIR:-${python%/host-python-*}/mypy}"
exec "$python" -m "$@"
