"""The window's process, watched from inside; `benchmarks.window_process WHAT PROFILE NOW`.

What lives here: the program as it is, with a main window that tells when it can be used and then
does what is measured, in one event loop as always. The result is a line of JSON. What may not: the
nodes, and what the figures are compared with (`window`).
"""

from __future__ import annotations

import json
import os
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

BEGAN = float(sys.argv[3]) if __name__ == "__main__" else time.monotonic()
"""When the process was started, on the clock that all processes share."""
REACHED = time.monotonic()

from onionchat_gui import __main__, application  # noqa: E402

IMPORTED = time.monotonic()

from PySide6.QtCore import QAbstractEventDispatcher, QEvent, QEventLoop, QObject, QTimer  # noqa: E402
from PySide6.QtGui import Qt  # noqa: E402
from PySide6.QtTest import QTest  # noqa: E402
from PySide6.QtWidgets import QListView, QWidget  # noqa: E402

from benchmarks.processes import proportional, resident  # noqa: E402
from onionchat.control import launch  # noqa: E402
from onionchat_gui.preference_file import PreferenceFile  # noqa: E402
from onionchat_gui.theme import Theme  # noqa: E402
from onionchat_gui.viewmodels.conversations import ConversationRole  # noqa: E402
from onionchat_gui.viewmodels.desk import Desk  # noqa: E402
from onionchat_gui.viewmodels.search import PAUSE_MILLIS, State  # noqa: E402
from onionchat_gui.viewmodels.session import Phase  # noqa: E402
from onionchat_gui.views.main_window import MainWindow  # noqa: E402

PATIENCE = 120.0
SECRET = "ONIONCHAT_BENCH_SECRET"
"""The passphrase of a made-up profile."""
FRAME = 1 / 60
CONTACT = ConversationRole.CONTACT
TICK_MILLIS = 4
TYPED = "people time"
CONVERSATIONS = 10
PAGES = 60
"""Keys of PageUp in a long conversation."""


class Painted(QObject):
    """Tells once that a widget was painted from now on."""

    def __init__(self, widget: QWidget, then: Callable[[], None]) -> None:
        super().__init__(widget)
        self._then: Callable[[], None] | None = then
        widget.installEventFilter(self)
        widget.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and self._then is not None:
            then, self._then = self._then, None
            # After the painting, which is still to come.
            QTimer.singleShot(0, then)
        return False


def until(condition: Callable[[], Any]) -> None:
    """Let the window live until something holds."""
    loop, end = QEventLoop(), time.monotonic() + PATIENCE
    look = QTimer(interval=1)

    def ask() -> None:
        if condition() or time.monotonic() > end:
            loop.quit()

    look.timeout.connect(ask)
    look.start()
    loop.exec()
    assert condition(), "waited in vain"


class Turns:
    """What the turns of the event loop cost, from one rest to the next, and how late it came to a
    clock that ticks: whatever else the machine does is in the second."""

    def __init__(self) -> None:
        self.processor: list[float] = []
        self.late: list[float] = []
        self._used = time.thread_time()
        self._ticked = time.perf_counter()
        self._clock = QTimer(interval=TICK_MILLIS, timerType=Qt.TimerType.PreciseTimer)
        self._clock.timeout.connect(self._tick)
        self._clock.start()
        self._dispatcher = QAbstractEventDispatcher.instance()
        self._dispatcher.aboutToBlock.connect(self._rests)

    def _rests(self) -> None:
        used, self._used = self._used, time.thread_time()
        self.processor.append(self._used - used)

    def _tick(self) -> None:
        ticked, self._ticked = self._ticked, time.perf_counter()
        self.late.append(self._ticked - ticked - TICK_MILLIS / 1000)

    def clear(self) -> None:
        self.processor.clear()
        self.late.clear()

    def report(self) -> dict[str, float]:
        return {
            "longest ms": 1e3 * max(self.processor, default=0.0),
            "turns above a frame": sum(each > FRAME for each in self.processor),
            "longest ms by the clock": 1e3 * max(self.late, default=0.0),
            "above a frame by the clock": sum(each > FRAME for each in self.late),
            "turns": len(self.processor),
            "processor s": sum(self.processor),
        }


class Watched(MainWindow):
    """The main window, and what is done with it."""

    def __init__(self, desk: Desk, look: Theme) -> None:
        super().__init__(desk, look)
        self.desk = desk
        self.reached: dict[str, float] = {}
        self._tried = False
        desk.session.changed.connect(self._phase_reached)
        self._phase_reached()

    def _phase_reached(self) -> None:
        phase = self.desk.session.phase
        self.reached.setdefault(phase, time.monotonic() - BEGAN)
        if phase == Phase.LOCKED and not self._tried:
            self._tried = True
            QTimer.singleShot(0, lambda: self.desk.session.unlock(os.environ[SECRET]))
        if phase == Phase.READY and "painted" not in self.reached:
            Painted(self.list.viewport(), self._usable)

    def _usable(self) -> None:
        self.reached["painted"] = time.monotonic() - BEGAN
        try:
            report = WHAT[sys.argv[1]](self)
        except BaseException:  # noqa: BLE001 - Qt would go on, and who waits would wait for ever
            traceback.print_exc()
            os._exit(1)
        report |= {"MB": resident(os.getpid()), "PSS MB": proportional(os.getpid())}
        print(json.dumps(report), flush=True)
        os._exit(0)


def start(window: Watched) -> dict[str, Any]:
    return {"python": REACHED - BEGAN, "imports": IMPORTED - REACHED, **window.reached}


def show(window: Watched, row: int) -> float:
    """Seconds from a click on a conversation until its messages are painted."""
    done: list[float] = []
    index = window.list.model().index(row, 0)
    window.list.scrollTo(index)
    QTest.qWait(0)
    began = time.perf_counter()
    at = window.list.visualRect(index).center()
    QTest.mouseClick(window.list.viewport(), Qt.MouseButton.LeftButton, pos=at)
    page: Any = window.pages.currentWidget()
    messages = page.messages

    def painted() -> None:
        if not messages.model()._asking:
            done.append(time.perf_counter() - began)
        else:
            Painted(messages.viewport(), painted)

    Painted(messages.viewport(), painted)
    until(lambda: done)
    return done[0]


def ends(messages: QListView) -> tuple[int, int]:
    """Numbers of the first and the last message that are kept; fabricated texts end in theirs."""
    model = messages.model()
    first, last = (model.index(row, 0).data() for row in (0, model.rowCount() - 1))
    return int(first.rsplit(" ", 1)[1]), int(last.rsplit(" ", 1)[1])


def scroll(window: Watched, pages: int) -> list[float]:
    """Seconds of each PageUp, and nothing is left out on the way."""
    messages = window.pages.currentWidget().messages  # type: ignore[union-attr]
    messages.setFocus()
    took = []
    for _ in range(pages):
        began = time.perf_counter()
        QTest.keyClick(messages, Qt.Key.Key_PageUp)
        QTest.qWait(0)
        took.append(time.perf_counter() - began)
        first, last = ends(messages)
        assert last - first + 1 == messages.model().rowCount(), "a hole"
        until(lambda: not messages.model()._asking)
    return took


def several(window: Watched) -> dict[str, Any]:
    """Memory after looking through some conversations."""
    rows = window.list.model().rowCount()
    for row in range(min(CONVERSATIONS, rows)):
        show(window, row)
        scroll(window, PAGES)
    return {"conversations": min(CONVERSATIONS, rows)}


def long(window: Watched) -> dict[str, Any]:
    """Opening and walking through the longest conversation, which is the newest."""
    rows = window.desk.conversations
    row = next(row for row in range(rows.rowCount()) if rows.index(row).data(CONTACT).last_text)
    opened = [show(window, row)]
    turns = Turns()
    QTest.qWait(200)
    turns.clear()
    walked = scroll(window, PAGES)
    report = turns.report()
    for _ in range(5):
        window.desk.open_page("")
        opened.append(show(window, row))
    return {"first": opened[0], "again": sorted(opened[1:])[2], "page": max(walked), **report}


def search(window: Watched) -> dict[str, Any]:
    """Seconds from each key of a word to its results, the pause for further keys among them."""
    found = window.desk.search
    box = window.search.focusProxy() or window.search
    window.search.begin()
    took = []
    for letter in TYPED:
        began = time.perf_counter()
        QTest.keyClicks(box, letter)
        until(lambda: found.state == State.DONE)
        QTest.qWait(0)
        took.append(time.perf_counter() - began)
        assert found.rowCount()
    return {"longest": max(took), "median": sorted(took)[len(took) // 2], "pause": PAUSE_MILLIS}


def burst(window: Watched) -> dict[str, Any]:
    """What comes in the conversation that is open, when we say that we are ready."""
    show(window, 0)
    messages = window.pages.currentWidget().messages  # type: ignore[union-attr]
    wanted = int(os.environ["ONIONCHAT_BENCH_BURST"])
    came: list[float] = []
    counted = [0]

    def count(events: tuple[object, ...]) -> None:
        new = sum(type(event).__name__ == "MessageAdded" for event in events)
        counted[0] += new
        came.extend([time.perf_counter()] * new)

    window.desk.node.happened.connect(count)
    turns = Turns()
    QTest.qWait(200)
    turns.clear()
    print("ready", flush=True)
    until(lambda: counted[0] >= wanted)
    QTest.qWait(200)
    report = turns.report()
    painted = messages.bubbles.painted
    return {"seconds": came[-1] - came[0], "painted": painted, **report}


WHAT: dict[str, Callable[[Watched], dict[str, Any]]] = {
    "start": start,
    "several": several,
    "long": long,
    "search": search,
    "burst": burst,
}


def main() -> int:
    launch.DAEMON_MODULE = "onionchat.testing.socket_daemon"  # type: ignore[misc]
    application.MainWindow = Watched  # type: ignore[misc]
    # As after a window that was closed a moment ago: else a node that runs is not opened unasked.
    PreferenceFile(Path(sys.argv[2])).store({"left": time.time()})
    return __main__.main([f"--profile={Path(sys.argv[2])}"])


if __name__ == "__main__":
    sys.exit(main())
