"""A pytest plugin that runs tests a second time, inside a Chromium tab.

Every test of the folders named by the ini option ``tab_folders`` gets a twin whose name ends in
``@chromium``. The twins run in one tab, by a pytest of their own, beside all other tests; what that
pytest reports is replayed here after them, tracebacks and captured output included. If the tab
dies, the test that was running fails and a fresh tab goes on with the rest.

With pytest-xdist's workers (``-n``), one of them has the tab, and starts with it; the others share
the files of all other tests.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from selenium.common.exceptions import WebDriverException
from xdist.scheduler import LoadScopeScheduling

from tools.browser import BrowserMissingError

from .bundle import write_bundle
from .session import Event, Tab

__all__ = ["TabItem"]

SUFFIX = "@chromium"
PLACES = ("native", "tab", "both")


class Hooks:
    """The hook that this plugin adds."""

    def pytest_tab_files(self, config: pytest.Config) -> Mapping[str, Path]:  # type: ignore[empty-body]
        """Give further files for the tab: their path under the root there, and where they are.

        Called when a tab opens.
        """


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Add the hook."""
    pluginmanager.add_hookspecs(Hooks)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("tab", "tests inside a Chromium tab")
    group.addoption(
        "--place", choices=PLACES, default="both", help="where tests run (default: both)"
    )
    group.addoption("--site", type=Path, default=None, help="the built site (default: build/site)")
    group.addoption(
        "--tab-timeout",
        type=float,
        default=300.0,
        metavar="SECONDS",
        help="how long one test may take in the tab (default: 300)",
    )
    parser.addini(
        "tab_folders",
        "folders whose tests run in the tab too",
        type="args",
        default=["tests/unit", "tests/wheel"],
    )
    parser.addini(
        "tab_packages",
        "packages of the site that the tab loads",
        type="args",
        default=["onnxruntime", "wasmatte"],
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register the part that keeps the tab."""
    config.pluginmanager.register(Places(config), "tab-places")


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling | None:
    """Share the tests among workers, unless another way is asked for (``--dist``)."""
    return Scheduler(config, log) if config.getvalue("dist") == "load" else None


class Scheduler(LoadScopeScheduling):
    """Gives workers whole files, and one of them all twins."""

    def __init__(self, config: pytest.Config, log: Any) -> None:
        config.option.loadscopereorder = False  # the twins come first, and take longest
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        return SUFFIX if nodeid.endswith(SUFFIX) else nodeid.partition("::")[0]


class TabItem(pytest.Item):
    """The twin of a test; it runs in the tab."""

    def __init__(self, *, twin: pytest.Item, **kwargs: object) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]
        self.path = twin.path
        self.keywords.update(twin.keywords)
        self.own_markers.extend(twin.iter_markers())
        self.extra_keyword_matches.update(node.name for node in twin.listchain())
        self.twin_id = twin.nodeid
        self._info = twin.reportinfo()

    @classmethod
    def of(cls, twin: pytest.Item) -> "TabItem":
        """Make the twin of a test.

        Its parent is the session: a module's fixtures end with its last native test.
        """
        item: TabItem = cls.from_parent(
            twin.session, name=twin.name + SUFFIX, nodeid=twin.nodeid + SUFFIX, twin=twin
        )
        return item

    def reportinfo(self) -> tuple[object, int | None, str]:  # type: ignore[override]
        """Name the place in the source, which is the twin's."""
        path, line, name = self._info
        return path, line, name + SUFFIX

    def runtest(self) -> None:
        """Refuse: ``Places`` runs the item."""
        raise AssertionError(f"{self.nodeid} ran natively")


class Places:
    """Decides where each test runs, and runs those of the tab."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._tab: Tab | None = None
        self._events: Iterator[Event] = iter(())
        self._waiting: dict[str, TabItem] = {}  # in order; by the twin's node id
        self._reports: dict[str, list[pytest.TestReport]] = {}
        self._running: str | None = None
        self._started = False  # whether the tab has come as far as a test
        self._alone = not hasattr(config, "workerinput")  # whether there are no workers
        self._early = self._alone  # whether it may be opened beside other tests
        self._internal = ""

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """Add the twins, and take away what does not belong to the chosen places."""
        place = config.getoption("place")
        folders = [config.rootpath / folder for folder in config.getini("tab_folders")]
        native = [] if place == "tab" else [i for i in items if not i.get_closest_marker("tab")]
        twins = [
            TabItem.of(item)
            for item in items
            if place != "native"
            and any(folder in item.path.parents for folder in folders)
            and not item.get_closest_marker("desktop")
        ]
        items[:] = [*native, *twins] if self._alone else [*twins, *native]

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Note the twins that are left, and refuse to start without a site."""
        twins = [item for item in session.items if isinstance(item, TabItem)]
        if not twins or session.config.option.collectonly:
            return
        if self._alone:  # a worker must not end before its tests
            try:
                self._distribution()
            except FileNotFoundError as error:
                raise pytest.UsageError(str(error)) from error
        self._waiting = {item.twin_id: item for item in twins}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(
        self, item: pytest.Item, nextitem: pytest.Item | None
    ) -> bool | None:
        """Replay what happens to a twin in the tab."""
        if not isinstance(item, TabItem):
            if self._early and self._waiting:
                self._early = False
                with suppress(BrowserMissingError, WebDriverException):  # the first twin says so
                    self._open()
            return None
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        while item.twin_id in self._waiting:
            self._advance(item.session)
        for report in self._reports.pop(item.twin_id):
            item.ihook.pytest_runtest_logreport(report=report)
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        return True

    def pytest_unconfigure(self) -> None:
        """Close the tab."""
        self._close()

    def _advance(self, session: pytest.Session) -> None:
        """Take one event from the tab."""
        if self._tab is None:
            try:
                self._open()
            except (BrowserMissingError, FileNotFoundError, WebDriverException) as error:
                self._give_up(session, f"no tab opened: {error}")
                return
        event = next(self._events)
        match event["event"]:
            case "start":
                self._running = str(event["test"])
                self._started = True
                self._reports[self._running] = []
            case "report":
                self._keep(str(event["test"]), event["report"])
            case "finish":
                del self._waiting[str(event["test"])]
                self._running = None
            case "uncollected":
                path = str(event["path"])
                for test in [test for test in self._waiting if test.startswith(path)]:
                    self._fail(test, f"not collected in the tab:\n{event['reason']}")
            case "internal":
                self._internal = str(event["reason"])
            case "end":
                reason = f"the tab's pytest ended (exit code {event['code']}) without this test"
                for test in [*self._waiting]:
                    self._fail(test, f"{reason}\n{self._internal}".rstrip())
                self._close()
            case "crash" if self._running is not None:
                self._fail(self._running, f"the tab died in this test: {event['reason']}")
                self._close()
            case "crash" if self._started:
                test = next(iter(self._waiting))
                self._fail(test, f"the tab died before this test: {event['reason']}")
                self._close()
            case "crash":
                self._give_up(session, f"the tab died before any test: {event['reason']}")

    def _open(self) -> None:
        """Open a tab for all tests that wait."""

        def bundle(path: Path) -> None:
            extra: dict[str, Path] = {}
            for files in self._config.hook.pytest_tab_files(config=self._config):
                extra.update(files)
            folders = self._config.getini("tab_folders")
            write_bundle(path, self._config.rootpath, folders, extra)

        self._tab = Tab(
            self._distribution(),
            self._config.getini("tab_packages"),
            [*self._waiting],
            bundle,
            self._config.getoption("tab_timeout"),
        )
        self._events = self._tab.events()

    def _give_up(self, session: pytest.Session, reason: str) -> None:
        """Fail the next test with the reason, and run no further one."""
        self._fail(next(iter(self._waiting)), reason)
        self._close()
        session.shouldfail = reason.partition(":")[0]

    def _close(self) -> None:
        """Close the tab; the next test opens a fresh one."""
        if self._tab is not None:
            self._tab.close()
        self._tab = None
        self._running = None
        self._started = False

    def _keep(self, test: str, data: object) -> None:
        """Keep a report of the tab, under the twin's name."""
        report = self._config.hook.pytest_report_from_serializable(config=self._config, data=data)
        item = self._waiting[test]
        report.nodeid, report.location = item.nodeid, item.location
        if report.skipped and isinstance(report.longrepr, list):  # a tuple, before JSON
            _, line, reason = report.longrepr
            report.longrepr = (str(item.path), line, reason)
        self._reports[test].append(report)

    def _fail(self, test: str, reason: str) -> None:
        """Report a test as failed that could not report itself."""
        item = self._waiting.pop(test)
        report = pytest.TestReport(
            item.nodeid, item.location, {}, "failed", longrepr=reason, when="call"
        )
        self._reports.setdefault(test, []).append(report)

    def _distribution(self) -> Path:
        """Name the folder of the site's Pyodide distribution.

        Raises
        ------
        FileNotFoundError
            If it is not there.
        """
        site: Path = self._config.getoption("site") or self._config.rootpath / "build" / "site"
        lock = site / "pyodide" / "pyodide-lock.json"
        if not lock.is_file():
            raise FileNotFoundError(
                f"{lock} does not exist, and tests that run in a tab need it: type `make site`, "
                "or choose --place=native"
            )
        return lock.parent
