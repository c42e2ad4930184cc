"""A tab at work: serve the page, drive the browser, yield what pytest in the tab posts."""

import json
import shutil
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

from selenium.common.exceptions import TimeoutException, WebDriverException

from tests.chromium import chromium
from tools.serve import SiteServer

__all__ = ["Event", "Tab"]

Event = dict[str, object]

HERE = Path(__file__).parent
PAGE = ("index.html", "worker.js")
LOG_LINES = 20


class Tab:
    """One Chromium tab that runs tests.

    Parameters
    ----------
    distribution : Path
        The folder of the Pyodide distribution under test, with its ``pyodide-lock.json``.
    packages : iterable of str
        Packages of the distribution to load.
    tests : list of str
        Node ids to run.
    write_bundle : callable
        Writes the bundle (see ``bundle``) to the path that it is given.
    timeout : float
        Seconds without any event after which the tab is taken for dead.
    """

    def __init__(
        self,
        distribution: Path,
        packages: Iterable[str],
        tests: list[str],
        write_bundle: Callable[[Path], None],
        timeout: float,
    ) -> None:
        self._timeout = timeout
        self._log: deque[str] = deque(maxlen=LOG_LINES)
        with ExitStack() as stack:
            root = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            for name in PAGE:
                shutil.copyfile(HERE / name, root / name)
            write_bundle(root / "suite.zip")
            (root / "pyodide").symlink_to(distribution.resolve(), target_is_directory=True)
            server = stack.enter_context(SiteServer(root))
            self._driver = stack.enter_context(chromium())
            self._driver.set_script_timeout(timeout)
            self._driver.get(server.url)
            self._driver.execute_script("harness.start(...arguments)", [*packages], tests)
            self._stack = stack.pop_all()

    def events(self) -> Iterator[Event]:
        """Yield the events of ``inside``, and ``crash`` (with a ``reason``) if the tab dies.

        ``end`` or ``crash`` is the last one.
        """
        while True:
            for event in self._next():
                if event["event"] == "log":
                    self._log.append(str(event["line"]))
                    continue
                if event["event"] == "crash":
                    event["reason"] = "\n".join([str(event["reason"]), *self._log])
                yield event
                if event["event"] in ("end", "crash"):
                    return

    def close(self) -> None:
        """End the browser and the server."""
        self._stack.close()

    def _next(self) -> list[Event]:
        """Wait for events."""
        try:
            texts = self._driver.execute_async_script("harness.next().then(arguments[0])")
        except TimeoutException:
            return [{"event": "crash", "reason": f"nothing happened for {self._timeout:g} s"}]
        except WebDriverException as error:
            return [{"event": "crash", "reason": str(error.msg)}]
        return [json.loads(text) for text in texts]
