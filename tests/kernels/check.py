"""Programs that compare parts of wasm/ with a definition, compiled as in the wheel, under node."""

import subprocess
from pathlib import Path

from tools.cache import artefact, tree_digest
from tools.toolchain import prepare

__all__ = ["compile_check", "compile_program", "run_check"]

REPOSITORY = Path(__file__).parents[2]
WASM = REPOSITORY / "wasm"


def compile_program(source: str, *files: str) -> Path:
    """Compile a file of the checkout with these of wasm/, which lie in one folder."""
    toolchain = prepare()
    sources = [f"/project/{source}", *(f"/project/wasm/{file}" for file in files)]
    command = (
        "em++ -O3 -std=c++17 -msimd128 -fwasm-exceptions -sINITIAL_MEMORY=256MB "
        "-pthread -sPTHREAD_POOL_SIZE=8 -sEXIT_RUNTIME -sENVIRONMENT=node,worker "
        f"-I/project/wasm {' '.join(sources)} -o /made/program.js"
    )

    def build(folder: Path) -> None:
        mounts = {REPOSITORY: "/project", folder: "/made"}
        toolchain.run(["bash", "-c", command], mounts=mounts)

    inputs = {
        "files": tree_digest(WASM / Path(files[0]).parent),
        "source": tree_digest(REPOSITORY / source),
        "command": command,
        "toolchain": toolchain.identity,
    }
    return artefact(Path(source).stem.replace("_", "-"), inputs, build) / "program.js"


def compile_check(name: str, *files: str) -> Path:
    """Compile ``NAME_check.cc`` with these files of wasm/, which lie in one folder."""
    return compile_program(f"tests/kernels/{name}_check.cc", *files)


def run_check(program: Path, *arguments: object) -> list[float]:
    """Run it, and give the numbers that it prints."""
    command = ["node", str(program), *map(str, arguments)]
    run = subprocess.run(command, check=False, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr or "memory beside the output was written"
    return [float(number) for number in run.stdout.split()]
