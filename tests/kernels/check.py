"""Programs that compare parts of wasm/ with a definition, compiled as in the wheel, under node."""

import subprocess
from functools import cache
from pathlib import Path

from tools.cache import artefact, tree_digest
from tools.toolchain import prepare

__all__ = ["compile_check", "compile_program", "run_check"]

REPOSITORY = Path(__file__).parents[2]
WASM = REPOSITORY / "wasm"


FLAGS = "-O3 -std=c++17 -msimd128 -fwasm-exceptions -pthread"
LINK = "-sINITIAL_MEMORY=256MB -sEXIT_RUNTIME -sENVIRONMENT=node,worker"


def compile_program(source: str, *files: str) -> Path:
    """Compile a file of the checkout with these of wasm/, which lie in one folder.

    Those in relaxed SIMD (``*_relaxed.cc``) are told so, and no others.
    """
    toolchain = prepare()
    steps, objects = [], []
    for file in (source, *(f"wasm/{file}" for file in files)):
        relaxed = "-mrelaxed-simd " if file.endswith("_relaxed.cc") else ""
        objects.append(f"/made/{Path(file).stem}.o")
        steps.append(f"em++ {FLAGS} {relaxed}-I/project/wasm -c /project/{file} -o {objects[-1]}")
    steps.append(f"em++ {FLAGS} {LINK} {' '.join(objects)} -o /made/program.js")
    command = " && ".join(steps)

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
    command = ["node", *_node_options(), str(program), *map(str, arguments)]
    run = subprocess.run(command, check=False, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr or "memory beside the output was written"
    return [float(number) for number in run.stdout.split()]


@cache
def _node_options() -> list[str]:
    """Name what Node.js before version 21 needs for relaxed SIMD."""
    option = "--experimental-wasm-relaxed-simd"
    run = subprocess.run(["node", "--v8-options"], check=True, capture_output=True, text=True)
    return [option] if option in run.stdout else []
