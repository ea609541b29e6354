"""Closing the window: what becomes of the node, and of what is not stored yet.

What lives here: the question, and the order in which things end. What may not: windows, trays.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from onionchat.control import schema
from onionchat.errors import NodeNotRunning, OnionchatError, Stopping

from .desk import Desk
from .preferences import Closing
from .sentences import worded
from .session import Phase

LOOK_MILLIS: Final = 50
"""How often is looked whether all is stored: answers come in any order."""
STORE_MILLIS: Final = 2000
"""After so long without an answer the person is asked: a node that hangs keeps no window open."""
STOP_MILLIS: Final = 5000


class Step(StrEnum):
    """How far it is."""

    STAY = "stay"
    """Nobody wants to leave."""
    ASKED = "asked"
    STORING = "storing"
    STOPPING = "stopping"
    ENDED = "ended"


class Leaving(QObject):
    """The way out of the window."""

    changed = Signal()
    """`step` or `loses` is another."""
    hidden = Signal()
    """The window goes and the program stays: it can be shown again."""
    ended = Signal()
    """The program ends."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.step = Step.STAY
        self.loses = False
        """Whether something that was written is stored nowhere, and goes with the window."""
        self.comes_back: Callable[[], bool] = lambda: False
        """Whether a hidden window can be shown again, by a tray icon say."""
        self.holds_back: Callable[[Callable[[], object]], bool] = lambda _: False
        """Whether the person is asked something else first, as over words that are shown once. On
        "yes", what it is given is called, and the program ends.
        """
        self._quits = False
        self._choice = Closing.KEEP
        self._anyway = False
        self._unasked = False
        self._look = QTimer(self, interval=LOOK_MILLIS)
        self._look.timeout.connect(self.look)
        self._patience = QTimer(self, singleShot=True)
        self._patience.timeout.connect(self._too_long)
        desk.session.changed.connect(self._phase_changed)

    def close(self, *, quits: bool = False) -> None:
        """The person closes the window, or quits."""
        if self.step not in (Step.STAY, Step.ASKED) or self.holds_back(self._end):
            return
        self._quits = quits
        self._anyway = False
        choice = self._desk.preferences.values.closing
        if not self._node_runs():
            if self._desk.keeps_something():
                self._ask(loses=True)
            else:
                self._end()
        elif choice == Closing.ASK:
            self._ask()
        else:
            self._leave(choice)

    def go(self) -> None:
        """The process is to end, say with the desktop's session: what was typed is stored if that
        is quick, and nobody is asked. The node goes on.
        """
        self._quits, self._unasked = True, True
        if self.step in (Step.STAY, Step.ASKED):
            self._leave(Closing.KEEP)

    def answer(self, choice: Closing, *, remember: bool = False) -> None:
        """The person's answer, `KEEP` or `STOP`."""
        if self.step != Step.ASKED:
            return
        if remember:
            self._desk.preferences.change(closing=choice)
        # What is lost was said with the question.
        self._anyway = self.loses
        self._leave(choice)

    def cancel(self) -> None:
        """Stay."""
        if self.step == Step.ASKED:
            self._enter(Step.STAY)

    def look(self) -> None:
        """As the timer calls it: go on when nothing is on its way any more."""
        if self.step == Step.STORING and not self._desk.keeps_something():
            self._go_on()

    # --- Steps -----------------------------------------------------------------------------------

    def _leave(self, choice: Closing) -> None:
        self._choice = choice
        self._desk.store_drafts()
        if choice == Closing.KEEP and not self._quits and self.comes_back():
            self._enter(Step.STAY)
            self.hidden.emit()
        elif self._anyway:
            self._go_on()
        else:
            self._enter(Step.STORING)
            self._look.start()
            self._patience.start(STORE_MILLIS)
            self.look()

    def _go_on(self) -> None:
        self._rest()
        if self._choice == Closing.STOP:
            self._enter(Step.STOPPING)
            self._patience.start(STOP_MILLIS)
            self._desk.node.ask(self, schema.Stop(), lambda _: self._end(), self._not_stopped)
        else:
            self._end()

    def _not_stopped(self, error: OnionchatError) -> None:
        if self.step != Step.STOPPING:
            return
        if self._unasked or isinstance(error, NodeNotRunning | Stopping):
            # It has ended already, or nobody is there to be told.
            self._end()
            return
        self._stay()
        self._desk.notify(worded(error), self.tr("Close the window"), self._end)

    def _too_long(self) -> None:
        if self._unasked:
            self._end()
        elif self.step == Step.STORING:
            self._rest()
            self._ask(loses=True)
        elif self.step == Step.STOPPING:
            self._stay()
            self._desk.notify(
                self.tr("The node does not answer; it may still be running."),
                self.tr("Close the window"),
                self._end,
            )

    def _ask(self, *, loses: bool = False) -> None:
        self.loses = loses
        self._enter(Step.ASKED)

    def _end(self) -> None:
        self._rest()
        if self.step != Step.ENDED:
            self._enter(Step.ENDED)
            self.ended.emit()

    def _stay(self) -> None:
        self._rest()
        self._enter(Step.STAY)

    def _rest(self) -> None:
        self._look.stop()
        self._patience.stop()

    def _enter(self, step: Step) -> None:
        self.step = step
        if step != Step.ASKED:
            self.loses = False
        self.changed.emit()

    # --- The node --------------------------------------------------------------------------------

    def _node_runs(self) -> bool:
        return self._desk.session.phase not in (
            Phase.NO_PROFILE,
            Phase.LOCKED,
            Phase.STARTING,
            Phase.CONNECTING,
            Phase.FAILED,
        )

    def _phase_changed(self) -> None:
        if self.step == Step.ASKED and not self._node_runs():
            # There is nothing left to ask about.
            self._enter(Step.STAY)
