"""What every test gets without asking.

* A failure that Twisted logged and nobody looked at fails the test that caused it, also the
  "Unhandled error in Deferred" that only appears once the Deferred is collected.
* Tests in tests/gui/ are collected only where they are named: they need Qt, and a process without
  a reactor.
* Tests in tests/gui/, tests/loopback/ and tests/tor/ carry the marker of their folder, so that a
  forgotten `pytestmark` cannot put a test that needs real processes into the fast run.
* Hypothesis judges no duration: a busy machine is no defect.
* Ctrl-C reaches what tests start, also where this run was started in the background of a shell,
  which then has it ignored.
"""

import gc
import os
import signal
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest
from twisted.logger import LogEvent, formatEvent, globalLogPublisher
from twisted.python.failure import Failure

FOLDER_MARKERS = ("gui", "loopback", "tor")

hypothesis.settings.register_profile(
    "onionchat",
    deadline=None,
    print_blob=True,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("onionchat")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

FlushLoggedErrors = Callable[..., list[Failure]]


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave tests/gui/ out unless its own conftest was loaded, which naming it does."""
    if collection_path == Path(__file__).parent / "gui":
        return not config.pluginmanager.hasplugin("pytestqt.plugin") or None
    return None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by their folder, before `-m` selects."""
    here = Path(__file__).parent
    for item in items:
        folders = item.path.relative_to(here).parts[:-1] if item.path.is_relative_to(here) else ()
        for name in FOLDER_MARKERS:
            if name in folders[:1]:
                item.add_marker(name)


def pytest_collection_finish() -> None:
    """Keep what is loaded by now out of the collections below: they run after every test."""
    gc.collect()
    gc.freeze()


NOBODY = 65534


@pytest.fixture
def place_of_a_user() -> Iterator[Path]:
    """An empty folder, and a test that runs as an ordinary user until its end: also where all tests
    run as root, as in a container, who may do everything."""
    root = os.geteuid() == 0
    with tempfile.TemporaryDirectory(dir="/tmp") as place:
        if root:
            os.chown(place, NOBODY, NOBODY)
            os.setegid(NOBODY)
            os.seteuid(NOBODY)
        try:
            yield Path(place)
        finally:
            if root:
                os.seteuid(0)
                os.setegid(0)


class _ErrorObserver:
    """Collects the failures that Twisted's log receives, each with the text it was logged with."""

    def __init__(self) -> None:
        self.logged: list[tuple[str, Failure]] = []

    def __call__(self, event: LogEvent) -> None:
        # The old interface, `log.err`, puts it under another name than `Logger.failure` does.
        failure = event.get("log_failure") or event.get("failure")
        if isinstance(failure, Failure):
            self.logged.append((formatEvent(event), failure))

    def flush(self, *types: type[BaseException]) -> list[Failure]:
        """Take out and return the failures of these types; of all types if none is named."""
        gc.collect()
        flushed = [f for _, f in self.logged if not types or f.check(*types)]
        self.logged = [entry for entry in self.logged if entry[1] not in flushed]
        return flushed


@pytest.fixture(autouse=True)
def _observe_errors() -> Iterator[_ErrorObserver]:
    """Fail the test if a logged failure was not flushed.

    Set up before the test's own fixtures, hence torn down after them: what their clean-up logs
    counts as well.
    """
    observer = _ErrorObserver()
    globalLogPublisher.addObserver(observer)
    try:
        yield observer
        # A Deferred with an unhandled failure logs it when it is collected.
        gc.collect()
    finally:
        globalLogPublisher.removeObserver(observer)
    if observer.logged:
        reports = [f"{text}\n{failure.getTraceback()}" for text, failure in observer.logged]
        # The failures hold frames, the frames hold the test's objects: let go of them.
        observer.logged.clear()
        pytest.fail(
            "logged and not flushed (flush_logged_errors):\n" + "\n".join(reports), pytrace=False
        )


@pytest.fixture
def flush_logged_errors(_observe_errors: _ErrorObserver) -> FlushLoggedErrors:
    """A function that takes expected failures out of the log and returns them.

    `flush_logged_errors(ZeroDivisionError)` for one type, no argument for all.
    """
    return _observe_errors.flush
