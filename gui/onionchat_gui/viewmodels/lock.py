"""The curtain before the window: when it falls, and what lifts it.

What lives here: idle time, asking the node for the passphrase, the pause after too many wrong ones.
What may not: what is shown meanwhile (`session`, `desk`), whether a passphrase is right.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from onionchat.control import schema
from onionchat.errors import NodeLocked, NodeNotRunning, OnionchatError, Stopping, TooManyTries
from onionchat_gui.node import Node

from .preferences import Preferences
from .sentences import worded
from .session import Phase, Session

LOOK_SECONDS: Final = 20.0
"""At most so long until the clock is looked at again: timers stand still while the computer sleeps,
and whoever opens its lid touches nothing at first."""
TICK_MILLIS: Final = 1000
"""How often the seconds that are left of a pause are told."""
_CLOCK: Final = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def seconds() -> float:
    """A clock that nobody sets, and that goes on while the computer sleeps where there is one."""
    return time.clock_gettime(_CLOCK)


class Lock(QObject):
    """Whether the window is locked, and the way back in."""

    changed = Signal()
    """`busy`, `sentence` or `wait` is another."""
    refused = Signal()
    """What was typed does not open; the sentence says why."""

    def __init__(
        self,
        node: Node,
        session: Session,
        preferences: Preferences,
        now: Callable[[], float],
        clock: Callable[[], float] = seconds,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._node = node
        self._session = session
        self._preferences = preferences
        self._now = now
        self._clock = clock
        self.busy = False
        """A passphrase is being tried."""
        self.sentence = ""
        """Why it is still locked."""
        self._typed = ""
        """What was to start a node, while one that runs already is joined to judge it."""
        self._open_again = -math.inf
        self._touched = clock()
        self._idle = QTimer(self, singleShot=True)
        self._idle.timeout.connect(self.check)
        self._tick = QTimer(self, interval=TICK_MILLIS)
        self._tick.timeout.connect(self.tick)
        session.changed.connect(self._phase_changed)
        session.in_use.connect(self._in_use)
        node.joined.connect(self._joined)
        preferences.changed.connect(self._arm)
        self._look_back()
        self._arm()

    @property
    def locked(self) -> bool:
        """Whether nothing may be shown before the passphrase was typed."""
        return self._session.covered

    @property
    def wait(self) -> int:
        """Seconds until a passphrase may be tried; 0 if now."""
        return math.ceil(max(0.0, self._open_again - self._clock()))

    def lock(self) -> None:
        """Now. Does nothing where nothing is shown anyway."""
        if not self.locked:
            self.busy, self.sentence = False, ""
            self._session.cover()
            self.changed.emit()

    def unlock(self, passphrase: str) -> None:
        """Try a passphrase."""
        if not self.locked or self.busy or self.wait or not passphrase:
            return
        self.busy, self.sentence = True, ""
        self.changed.emit()
        request = schema.VerifyPassphrase(passphrase=passphrase)

        def wrong(error: OnionchatError) -> None:
            if isinstance(error, NodeLocked):
                # Nobody has looked at it yet: that node waits for its passphrase, too.
                opening = schema.Unlock(passphrase=passphrase)
                self._node.ask(self, opening, self._right, self._wrong)
            else:
                self._wrong(error)

        self._node.ask(self, request, self._right, wrong)

    def touch(self) -> None:
        """The person did something in the window."""
        if self._due():
            # The computer slept, and the timer with it.
            self.lock()
        self._touched = self._clock()

    def leave(self) -> None:
        """The program ends, its node perhaps not: the next window asks as this one would have."""
        phase = self._session.phase
        if phase != Phase.NO_PROFILE:
            shows = phase in (Phase.READY, Phase.LOST)
            left = self._now() if shows else None
            self._preferences.change_or_drop(locked=self.locked, left=left)

    def _look_back(self) -> None:
        """Ask, unless the last window was closed in order and a short while ago. In doubt it
        asks: where nothing can be read, where the window before was killed.
        """
        preferences = self._preferences
        values = preferences.values
        if not preferences.outlasts:
            return
        # A clock that went back tells nothing.
        recent = values.left is not None and 0 <= self._now() - values.left < self._limit()
        if values.locked or not (recent or math.isinf(self._limit())):
            self.lock()
        elif values.left is not None and not preferences.change_or_drop(left=None):
            # It holds once. What cannot be taken back would open the next window, too.
            self.lock()

    def check(self) -> None:
        """As the timer calls it: lock, or wait for the rest."""
        if self._due():
            self.lock()
        else:
            self._arm()

    def tick(self) -> None:
        """As the timer calls it: the pause is shorter now."""
        if not self.wait:
            self._tick.stop()
            self.sentence = ""
        self.changed.emit()

    def _in_use(self, passphrase: str) -> None:
        self._typed = passphrase
        self.busy, self.sentence = True, ""
        self.changed.emit()

    def _joined(self) -> None:
        if self._typed:
            passphrase, self._typed, self.busy = self._typed, "", False
            self.unlock(passphrase)
            self.changed.emit()

    def _right(self, _: schema.Nothing) -> None:
        self.busy = False
        self._touched = self._clock()
        self._session.uncover()
        self.changed.emit()

    def _wrong(self, error: OnionchatError) -> None:
        self.busy = False
        self.sentence = worded(error)
        if isinstance(error, TooManyTries):
            self._open_again = self._clock() + max(1, error.wait)
            self._tick.start()
        elif isinstance(error, NodeNotRunning | Stopping):
            self.sentence = self.tr(
                "The service in the background does not answer just now. Try again in a moment."
            )
        self.changed.emit()
        self.refused.emit()

    # --- Idle time -------------------------------------------------------------------------------

    def _phase_changed(self) -> None:
        phase = self._session.phase
        if phase == Phase.CURTAIN:
            self._remember_locked()
        elif phase == Phase.READY:
            if self._preferences.values.locked:
                self._preferences.change(locked=False)
            self._touched = self._clock()
        elif self._typed and phase != Phase.CONNECTING:
            self.busy, self._typed = False, ""
        self._arm()

    def _remember_locked(self) -> None:
        """Whoever closes a locked window and opens another one is asked there, too."""
        preferences = self._preferences
        # What cannot be read asks anyway, and is left alone.
        if not preferences.values.locked and not preferences.problem:
            preferences.change_or_drop(locked=True, left=None)

    def _limit(self) -> float:
        """Idle seconds after which it locks."""
        minutes = self._preferences.values.lock_minutes
        return 60.0 * minutes if minutes and not self.locked else math.inf

    def _due(self) -> bool:
        return self._clock() - self._touched >= self._limit()

    def _arm(self) -> None:
        left = self._limit() - (self._clock() - self._touched)
        if math.isinf(left):
            self._idle.stop()
        else:
            self._idle.start(max(0, math.ceil(1000 * min(left, LOOK_SECONDS))))
