"""The engine: its worker, its memory, and the calls that it is asked to make."""

import asyncio
import contextlib
import gzip
import json
import os
import zlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources
from io import BytesIO
from typing import Any, BinaryIO, ClassVar

import js
from onnxruntime.capi import onnxruntime_pybind11_state as state
from pyodide.ffi import JsException, create_proxy, to_js

from . import _control as c
from . import _page, _progress

PAGE = 64 * 1024  # bytes of a page of WebAssembly memory
INITIAL_PAGES = 64 * 1024 * 1024 // PAGE  # INITIAL_MEMORY of wasm/engine/CMakeLists.txt
MAXIMA_PAGES = (65536, 32768, 16384)  # 4, 2, 1 GiB: what the browser is willing to reserve
START_TIMEOUT = 60.0  # seconds
PIECE = 256 * 1024  # bytes of the program that are unpacked at once
POLL = 50  # milliseconds between two looks at a run's progress
MOST_THREADS = 64
SCRATCH = 64 * 1024  # bytes for the inputs of small runs
EXCEPTIONS = {
    1: "Fail",
    2: "InvalidArgument",
    3: "NoSuchFile",
    4: "NoModel",
    5: "EngineError",
    6: "RuntimeException",
    7: "InvalidProtobuf",
    9: "NotImplemented",
    10: "InvalidGraph",
    11: "EPFail",
}  # ONNX Runtime's StatusCode, and the exception that its Python binding raises
Owed = tuple[str, int | str]  # a call that frees something: its name, and what
# How to free what a call has made, by its answer.
MAKERS: dict[str, Callable[[bytes], Owed]] = {
    "allocate": lambda text: ("free", int(text)),
    "create_session": lambda text: ("release_session", int(json.loads(text)["session"])),
}


class EngineStartError(RuntimeError):
    """The engine could not be started."""


class EngineStoppedError(Exception):
    """The engine that a session lived in has stopped, or died.

    Not a RuntimeError, for which `InferenceSession` would quietly try the CPU provider.
    """


class UnsupportedError(Exception):
    """A model or an option that the engine leaves to another provider."""


@dataclass(frozen=True)
class Memory:
    """The engine's memory, in bytes: its size, which never shrinks, and the part in use."""

    size: int
    used: int


class Engine:
    """A running engine.

    Attributes
    ----------
    threads : int
        The number of its threads.
    control : Int32Array
        Its control block, see `onnxruntime.wasm.control`.
    owed : deque
        What it is to free, after all that it has been asked for. Whoever adds to it calls
        `post_owed`, also in mid-call; an interrupt between the two only delays that.
    """

    current: ClassVar["Engine | None"] = None
    _starting: ClassVar[asyncio.Lock | None] = None

    @classmethod
    async def start(cls, threads: int | None, url: str | None) -> None:
        """Make the current engine one with these settings; see `onnxruntime.wasm.start`."""
        if threads is None:
            threads = _page.default_threads()
        if (
            isinstance(threads, bool)
            or not isinstance(threads, int)
            or not 1 <= threads <= MOST_THREADS
        ):
            raise ValueError(
                f"threads must be a whole number from 1 to {MOST_THREADS}; got {threads!r}"
            )
        if reason := _page.obstacle():
            raise EngineStartError(f"the engine cannot start: {reason}")
        if cls._starting is None:
            cls._starting = asyncio.Lock()
        async with cls._starting:
            running = cls.current
            if running is not None and running._ended("what was freed before") is None:
                url = running._url if url is None else url
                if (running.threads, running._url) == (threads, url):
                    return
                running.stop("another was started in its place")
            cls.current = await _Start(threads, url).engine()

    def __init__(
        self, worker: Any, memory: Any, control: int, threads: int, url: str | None
    ) -> None:
        self.threads = threads
        self.control = js.Int32Array.new(memory.buffer, control, c.FIELDS)
        self._worker = worker
        self._memory = memory
        self._url = url
        self._end: str | None = None
        self._folder = ""  # its current one, where it is known
        self._may_wait = _page.may_wait()
        self._calling = False
        self._posted = ""  # the call that has no answer yet
        self.owed: deque[Owed] = deque()
        self._made = 0  # the number of those that are owed no more
        self._scratch: list[int] = []

    def call(
        self, name: str, *arguments: int | str | Any, until: Callable[[], bool] | None = None
    ) -> bytes:
        """Have the engine call ``engine_<name>``, wait for it, and give its text.

        Parameters
        ----------
        name, *arguments
            See engine.h and host.js. A Uint8Array goes over with its memory, and is empty then.
        until : callable, optional
            Asked now and then during a run: true ends it.

        Raises
        ------
        Exception
            What ONNX Runtime's own binding raises for the status.
        MemoryError
            If the engine's memory is full.
        UnsupportedError
            If another provider must take it.
        EngineStoppedError
            If the engine is gone, dies of it, or has died of what was freed before.
        """
        self._must_be_free()
        self._calling = True
        try:
            if self._posted:
                self._settle()
            self.post_owed()
            order = _message(call=name, args=list(arguments))
            given = to_js([each.buffer for each in arguments if not isinstance(each, (int, str))])
            if (ended := self._ended("what was freed before")) is not None:
                raise ended
            js.Atomics.compareExchange(self.control, c.STATE, c.IDLE, c.BUSY)
            # An interrupt may come after any function has been called. Here, where the engine is
            # busy with nothing, it harms nobody; between noting the call and posting it, it would.
            self._posted = name
            try:
                self._worker.postMessage(order, given)
            except JsException:
                self._posted = ""
                raise
            interrupt = self._wait(watch=name == "run", until=until)
            if (ended := self._ended(name)) is not None:
                raise interrupt or ended
            status = js.Atomics.load(self.control, c.STATUS)
            text = self._text(c.TEXT, c.TEXT_SIZE)
            if log := self._text(c.LOG, c.LOG_SIZE):
                with contextlib.suppress(OSError):
                    os.write(2, log)  # where ONNX Runtime's own log goes
            if interrupt is not None:
                raise interrupt
            self._posted = ""
            if status != c.OK:
                raise _error(status, text)
            return text
        finally:
            self._calling = False
            if self._posted and self._end is None:  # nobody will want its answer
                js.Atomics.store(self.control, c.TERMINATE, 1)

    def ready(self) -> None:
        """Wait for the end of a call that an interrupt has left.

        Raises
        ------
        RuntimeError
            In mid-call, in which a callback may ask.
        EngineStoppedError
            If the engine is gone.
        """
        self._must_be_free()
        if (ended := self._ended("what was freed before")) is not None:
            raise ended
        if self._posted:
            self.memory()  # each call waits for the one before

    def take_scratch(self) -> int:
        """Give the address of SCRATCH bytes, to be given back."""
        return self._scratch.pop() if self._scratch else self.allocate(SCRATCH)

    def give_back_scratch(self, address: int) -> None:
        """Keep what `take_scratch` gave for the next run."""
        self._scratch.append(address)

    def allocate(self, size: int) -> int:
        """Reserve memory, and give its address."""
        return int(self.call("allocate", size))

    def post_owed(self) -> None:
        """Have the engine make the calls that are owed; nobody waits for them.

        A call may be posted twice, if an interrupt comes before that is noted, or a finalizer that
        owes something as well before it is posted: the engine knows it by its number.
        """
        while self.owed and self._end is None:
            number = self._made + 1
            name, argument = self.owed[0]
            self._worker.postMessage(_message(owed=number, call=name, args=[argument]))
            if self.owed and self._made == number - 1:
                del self.owed[0]
                self._made = number

    def change_folder(self, folder: str) -> None:
        """Make this its current folder, which it makes if it has none."""
        if folder != self._folder:
            self._folder = ""
            self.call("make_folder", folder)
            self.call("change_folder", folder)
            self._folder = folder

    def view(self, address: int, size: int) -> Any:
        """Give a Uint8Array over a part of the memory; it is valid until the next call."""
        return js.Uint8Array.new(self._memory.buffer, address, size)

    def rewind(self) -> None:
        """Forget the progress of the run before, and what was to end it."""
        if self._end is None:
            for field in (c.EXECUTED, c.NODES, c.TERMINATE):
                js.Atomics.store(self.control, field, 0)

    def memory(self) -> Memory:
        """Measure the memory."""
        return Memory(**json.loads(self.call("memory")))

    def stop(self, why: str) -> None:
        """End all its threads and give its memory back to the browser."""
        if self._end is not None:
            return
        worker, self._end = self._worker, why
        if Engine.current is self:
            Engine.current = None
        self._worker = self._memory = self.control = None
        worker.terminate()
        self.owed.clear()
        _page.collect_garbage()

    def _must_be_free(self) -> None:
        if self._end is not None:
            raise EngineStoppedError(
                f"the engine of this session is gone: {self._end}; "
                "start it and load the model again"
            )
        if self._calling:
            raise RuntimeError(
                "the engine is busy: a callback of a run cannot run another session in it"
            )

    def _settle(self) -> None:
        """Wait for the end of a call whose answer nobody has taken, and free what it made."""
        interrupt = self._wait(watch=False, until=None)
        name, made = self._posted, None
        if (ended := self._ended(name)) is not None:
            raise interrupt or ended
        js.Atomics.store(self.control, c.TERMINATE, 0)
        if name in MAKERS and js.Atomics.load(self.control, c.STATUS) == c.OK:
            made = MAKERS[name](self._text(c.TEXT, c.TEXT_SIZE))
        self._posted = ""
        if made is not None:
            self.owed.append(made)
        if interrupt is not None:
            raise interrupt

    def _ended(self, name: str) -> EngineStoppedError | None:
        """Give what to raise if the engine has stopped or died in this call."""
        if self._end is not None:  # a callback has stopped it
            return EngineStoppedError(f"the engine has stopped in {name}: {self._end}")
        if js.Atomics.load(self.control, c.STATE) != c.DIED:
            return None
        text = self._text(c.TEXT, c.TEXT_SIZE)
        words = text.decode(errors="replace") or "one of its threads failed"
        self.stop(f"it has died ({words})")
        return EngineStoppedError(
            f"the engine has died in {name}: {words}. Its sessions are lost; "
            "await onnxruntime.wasm.start() starts another"
        )

    def _wait(self, *, watch: bool, until: Callable[[], bool] | None) -> BaseException | None:
        """Wait for the end of the call; meanwhile tell those who want to know how far it is.

        Nothing may leave the loop before: the next call would take this one's answer for its own.
        What wants to, an interrupt or a callback's exit, ends a run and is given back.
        """
        interrupt: BaseException | None = None
        told = 0
        while True:
            try:
                if self._end is not None:
                    return interrupt
                if js.Atomics.load(self.control, c.STATE) != c.BUSY:
                    if watch:
                        self._tell(told)
                    return interrupt
                if self._may_wait:
                    js.Atomics.wait(self.control, c.STATE, c.BUSY, POLL)
                if watch:
                    told = self._tell(told)
                if until is not None and until() and self._end is None:
                    js.Atomics.store(self.control, c.TERMINATE, 1)
            except BaseException as error:
                interrupt = interrupt or error
                watch = False
                if self._end is None:
                    js.Atomics.store(self.control, c.TERMINATE, 1)

    def _tell(self, told: int) -> int:
        """Report the progress of a run if it has changed, and give it."""
        if not _progress.wanted():
            return told
        executed: int = js.Atomics.load(self.control, c.EXECUTED)
        if executed not in (0, told):
            _progress.report(executed, js.Atomics.load(self.control, c.NODES))
        return executed

    def _text(self, *fields: int) -> bytes:
        address, size = (js.Atomics.load(self.control, field) & 0xFFFFFFFF for field in fields)
        return self.view(address, size).to_bytes() if size else b""


def _message(**fields: Any) -> Any:
    """Make an object of JavaScript's."""
    return to_js(fields, dict_converter=js.Object.fromEntries)


def _error(status: int, text: bytes) -> Exception:
    """Give what a call's status means: what ONNX Runtime's own binding raises, or ours."""
    message = text.decode(errors="replace")
    if status == c.OUT_OF_MEMORY:
        return MemoryError(f"{message}; a smaller model or input may fit")
    if status == c.UNSUPPORTED:
        return UnsupportedError(message)
    kind: type[Exception] = getattr(state, EXCEPTIONS.get(status, ""), RuntimeError)
    return kind(message)


class _Start:
    """Starts one engine."""

    def __init__(self, threads: int, url: str | None) -> None:
        self._threads = threads
        self._url = url
        self._blobs: list[str] = []

    async def engine(self) -> Engine:
        """Start it, or leave nothing behind.

        Raises
        ------
        EngineStartError
            With the reason.
        """
        try:
            memory, pages = _new_memory()
            module, script = await self._program()
            worker, control = await self._worker(memory, module, script)
        except JsException as error:
            raise EngineStartError(f"the engine cannot start: {error}") from error
        finally:
            for blob in self._blobs:
                js.URL.revokeObjectURL(blob)
        engine = Engine(worker, memory, control, self._threads, self._url)
        try:
            engine.call("start", self._threads, pages)
        except Exception as error:
            engine.stop("it could not start")
            raise EngineStartError(
                f"the engine cannot start its {self._threads} threads: {error}"
            ) from error
        except BaseException:
            engine.stop("its start was interrupted")
            raise
        return engine

    async def _program(self) -> tuple[Any, str]:
        """Give the compiled program, and the address of the worker's script."""
        if self._url is not None:
            folder = js.URL.new(self._url.rstrip("/") + "/", js.location.href).href
            response = await js.fetch(f"{folder}engine.bin")
            if not response.ok:
                raise EngineStartError(
                    f"the engine cannot start: {folder}engine.bin answers with HTTP status "
                    f"{response.status}"
                )
            packed = BytesIO((await response.arrayBuffer()).to_bytes())
            return await _compiled(packed, f"{folder}engine.bin"), f"{folder}engine.js"
        files = resources.files(__package__)
        with (files / "engine.bin").open("rb") as packed:
            module = await _compiled(packed, "engine.bin")
        code = js.Blob.new(
            to_js([to_js((files / "engine.js").read_bytes())]),
            to_js({"type": "text/javascript"}, dict_converter=js.Object.fromEntries),
        )
        script = js.URL.createObjectURL(code)
        self._blobs.append(script)
        return module, script

    async def _worker(self, memory: Any, module: Any, script: str) -> tuple[Any, int]:
        """Start the worker, and give it and the address of its control block."""
        answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        def fail(reason: str) -> None:
            if not answer.done():
                answer.set_exception(EngineStartError(f"the engine cannot start: {reason}"))

        def on_message(event: Any) -> None:
            ready = getattr(event.data, "ready", None)
            if ready is None:
                fail(event.data.failed)
            elif not answer.done():
                answer.set_result(int(ready))

        def on_error(event: Any) -> None:
            said = getattr(event, "message", None)
            fail(
                f"a worker from {script} failed ({said})"
                if said
                else f"no worker could be started from {script}; the page's "
                "Content-Security-Policy must allow it (worker-src blob:), or name a folder of the "
                "page's own origin: start(url=...)"
            )

        listeners = [create_proxy(on_message), create_proxy(on_error)]
        worker = None
        try:
            worker = js.Worker.new(
                script, to_js({"name": "onnxruntime-engine"}, dict_converter=js.Object.fromEntries)
            )
            worker.onmessage, worker.onerror = listeners
            start = {"memory": memory, "module": module, "url": script, "threads": self._threads}
            worker.postMessage(to_js({"start": start}, dict_converter=js.Object.fromEntries))
            control = await asyncio.wait_for(answer, START_TIMEOUT)
        except BaseException as error:
            if worker is not None:
                worker.terminate()
            if isinstance(error, TimeoutError):
                raise EngineStartError(
                    f"the engine cannot start: its {self._threads} threads were not there after "
                    f"{START_TIMEOUT:g} s"
                ) from None
            raise
        finally:
            if worker is not None:
                worker.onmessage = worker.onerror = None
            for listener in listeners:
                listener.destroy()
        return worker, control


async def _compiled(packed: BinaryIO, name: str) -> Any:
    """Compile the program from its file, which is gzip's.

    It is unpacked in pieces, since Python's memory would keep the room of the whole for ever, and
    what it is compiled from is freed at once: the browser may look for garbage much later.
    """
    try:
        packed.seek(-4, os.SEEK_END)
        size = int.from_bytes(packed.read(), "little")  # so the format ends
        packed.seek(0)
        with gzip.open(packed) as file:
            file.peek(1)  # fails if it is another format
            program = js.Uint8Array.new(size)
            offset = 0
            while piece := file.read(PIECE):
                program.subarray(offset, offset + len(piece)).assign(piece)
                offset += len(piece)
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise EngineStartError(
            f"the engine cannot start: {name} is not as the wheel has it: {error}"
        ) from error
    try:
        return await js.WebAssembly.compile(program)
    finally:
        if hasattr(program.buffer, "transfer"):  # browsers before 2024 free it later
            program.buffer.transfer(0)


def _new_memory() -> tuple[Any, int]:
    """Make the shared memory, as large as the browser allows; give it and its limit in pages."""
    for maximum in MAXIMA_PAGES:
        limits = {"initial": INITIAL_PAGES, "maximum": maximum, "shared": True}
        try:
            memory = js.WebAssembly.Memory.new(to_js(limits, dict_converter=js.Object.fromEntries))
            return memory, maximum
        except JsException as error:
            refusal = error
    raise EngineStartError(f"the engine cannot start: the browser gives it no memory ({refusal})")
