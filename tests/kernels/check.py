"""Programs that compare parts of wasm/ with a definition, compiled as in the wheel, under node."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from tools.cache import artefact, tree_digest
from tools.toolchain import prepare

__all__ = ["Check", "compile_program", "open_check", "run_program"]

REPOSITORY = Path(__file__).parents[2]
WASM = REPOSITORY / "wasm"


FLAGS = "-O3 -std=c++17 -msimd128 -fwasm-exceptions -pthread"
LINK = "-sINITIAL_MEMORY=256MB -sENVIRONMENT=node,worker"
RUNS_ONCE = "-sEXIT_RUNTIME"
RUNS_OFTEN = "-sMODULARIZE -sEXPORTED_RUNTIME_METHODS=callMain"
DRIVER = Path(__file__).with_name("check.cjs")


def compile_program(source: str, *files: str, link: str = RUNS_ONCE) -> Path:
    """Compile a file of the checkout with these of wasm/, which lie in one folder.

    Those in relaxed SIMD (``*_relaxed.cc``) are told so, and no others.
    """
    toolchain = prepare()
    steps, objects = [], []
    for file in (source, *(f"wasm/{file}" for file in files)):
        relaxed = "-mrelaxed-simd " if file.endswith("_relaxed.cc") else ""
        objects.append(f"/made/{Path(file).stem}.o")
        steps.append(f"em++ {FLAGS} {relaxed}-I/project/wasm -c /project/{file} -o {objects[-1]}")
    steps.append(f"em++ {FLAGS} {LINK} {link} {' '.join(objects)} -o /made/program.js")
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


def run_program(program: Path, *words: object) -> list[float]:
    """Run a program once, and give the numbers that it prints."""
    command = ["node", *_node_options(), str(program), *map(str, words)]
    run = subprocess.run(command, check=False, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return [float(number) for number in run.stdout.split()]


@contextmanager
def open_check(name: str, *files: str) -> Iterator["Check"]:
    """Compile ``NAME_check.cc`` with these files of wasm/, which lie in one folder; start it."""
    check = Check(compile_program(f"tests/kernels/{name}_check.cc", *files, link=RUNS_OFTEN))
    try:
        yield check
    finally:
        check.close()


class Check:
    """A program that compares one case after the other, as check.cjs says."""

    def __init__(self, program: Path) -> None:
        self._command = ["node", *_node_options(), str(DRIVER), str(program)]
        self._process: subprocess.Popen[str] | None = None

    def __call__(self, *words: object) -> list[float]:
        """Compare a case, and give the numbers that the program prints."""
        process = self._started()
        try:
            return self._answer(process, words)
        except BaseException:  # what is left of an answer must not be taken for the next one
            process.kill()
            process.wait()
            raise

    def _answer(self, process: "subprocess.Popen[str]", words: tuple[object, ...]) -> list[float]:
        assert process.stdin is not None
        assert process.stdout is not None
        print(*words, file=process.stdin, flush=True)
        numbers = []
        for line in process.stdout:
            if line.startswith("= "):
                assert int(line[2:]) == 0, "memory beside the output was written"
                return numbers
            numbers += map(float, line.split())
        _, errors = process.communicate()
        raise AssertionError(errors or f"node ended with {process.returncode}")

    def close(self) -> None:
        """End the program."""
        if self._process is not None:
            self._process.communicate()
        self._process = None

    def _started(self) -> "subprocess.Popen[str]":
        """Give the program, started anew after one that a case has ended."""
        if self._process is None or self._process.poll() is not None:
            self.close()
            pipe = subprocess.PIPE
            self._process = subprocess.Popen(
                self._command, stdin=pipe, stdout=pipe, stderr=pipe, text=True
            )
        return self._process


@cache
def _node_options() -> list[str]:
    """Name what Node.js before version 21 needs for relaxed SIMD."""
    option = "--experimental-wasm-relaxed-simd"
    run = subprocess.run(["node", "--v8-options"], check=True, capture_output=True, text=True)
    return [option] if option in run.stdout else []
