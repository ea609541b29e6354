"""Destroying the profile for good: on request, or by the panic key.

What lives here: whom to ask for it, and that the panic key must be pressed twice. What may not: how
a profile is destroyed (the node, or the daemon where no node answers).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from onionchat.control import schema
from onionchat.errors import NodeNotRunning, OnionchatError, Stopping
from onionchat_gui.node import Node, Starter

from .preferences import Preferences
from .sentences import worded
from .session import Phase, Session

ANSWER_MILLIS: Final = 3000
"""For the node to destroy the key; then the daemon does it, whatever the node is doing."""

PANIC_SECONDS: Final = 5.0
"""Between the two times that the panic key is pressed."""
PANIC_PAUSE: Final = 0.3
"""What comes sooner after the first time is the same press: a key that bounces or repeats."""
_TICK_MILLIS: Final = 200


class Wiping(QObject):
    """What is left to do until nothing opens the profile any more."""

    changed = Signal()
    """`busy`, `armed` or `left` is another."""
    failed = Signal(str)
    """The profile is still there: a sentence."""
    done = Signal()
    """Nothing opens it any more."""

    def __init__(
        self,
        node: Node,
        starter: Starter,
        session: Session,
        preferences: Preferences,
        clock: Callable[[], float],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._node = node
        self._starter = starter
        self._session = session
        self._preferences = preferences
        self._clock = clock
        self.busy = False
        """It is being destroyed."""
        self.armed = False
        """The panic key was pressed once: once more, and everything is gone."""
        self._until = 0.0
        self._tries = 0
        self._reaches = False
        """A node that this window has not joined is being looked for."""
        self._silent = False
        self._patience = QTimer(self, singleShot=True, interval=ANSWER_MILLIS)
        self._patience.timeout.connect(self._without_node)
        self._tick = QTimer(self, interval=_TICK_MILLIS)
        self._tick.timeout.connect(self.tick)
        node.joined.connect(self._joined)
        node.parted.connect(self._parted)

    @property
    def left(self) -> int:
        """Seconds in which the panic key works the second time."""
        return math.ceil(max(0.0, self._until - self._clock())) if self.armed else 0

    def press(self) -> None:
        """The panic key. Does nothing unless it was chosen, or where there is no profile."""
        if self.busy or not self._preferences.values.panic_key:
            return
        if self._session.phase == Phase.NO_PROFILE:
            return
        if self.armed and self._clock() < self._until - PANIC_SECONDS + PANIC_PAUSE:
            return
        if self.armed and self.left:
            self._tick.stop()
            self.armed = False
            self.wipe(silent=True)
            return
        self.armed = True
        self._until = self._clock() + PANIC_SECONDS
        self._tick.start()
        self.changed.emit()

    def disarm(self) -> None:
        """Nothing happens: the person thought better of it, or the time is over."""
        self._tick.stop()
        if self.armed:
            self.armed = False
            self.changed.emit()

    def tick(self) -> None:
        """As the timer calls it: less time is left."""
        if self.left:
            self.changed.emit()
        else:
            self.disarm()

    def wipe(self, *, silent: bool = False) -> None:
        """Destroy it, without any question. `silent`: if all of it is gone, nothing says that there
        was something, as somebody else may be looking at the screen.
        """
        if self.busy:
            return
        self.busy = True
        self._silent = silent
        self._reaches = False
        self._tries += 1
        self.changed.emit()
        # It would go on with a key that it has read already.
        self._starter.stop_starting()
        self._patience.start()
        self._order()

    def _order(self) -> None:
        tries = self._tries

        def destroyed(_: schema.StopReply) -> None:
            if tries == self._tries:
                self._gone(False)

        def not_destroyed(error: OnionchatError) -> None:
            if tries != self._tries:
                return
            if isinstance(error, NodeNotRunning | Stopping) and not self._reaches:
                # One may run all the same: started in a terminal, or lost a moment ago. It has the
                # key in its memory, and nothing but itself ends it.
                self._reaches = True
                if self._session.reach():
                    self._order()
            else:
                self._without_node()

        order = schema.Wipe(confirm="wipe", profile=self._starter.identity())
        self._node.ask(self, order, destroyed, not_destroyed)

    def _joined(self) -> None:
        if self.busy and self._reaches:
            self._order()

    def _parted(self, _: OnionchatError) -> None:
        if self.busy and self._reaches:
            self._without_node()

    def _without_node(self) -> None:
        # None runs, or it hangs, or cannot: what counts is that it is done.
        self._patience.stop()
        self._reaches = False
        self._tries += 1
        self._starter.destroy(self._gone, self._not_gone)

    def _gone(self, files_left: bool) -> None:
        sentence = self.tr(
            "The key of this profile is destroyed, so nobody can open it any more. But the service"
            " in the background has not ended: it still has your messages in its memory, and some"
            " files are still there. End its process, or switch the computer off."
        )
        self._patience.stop()
        self._tries += 1
        self.busy = False
        self._session.be_gone(sentence if files_left else "", said=not self._silent)
        self.changed.emit()
        self.done.emit()

    def _not_gone(self, error: OnionchatError) -> None:
        self.busy = False
        self.failed.emit(worded(error))
        self.changed.emit()
