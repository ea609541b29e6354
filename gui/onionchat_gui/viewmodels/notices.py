"""What is said at the bottom of the window, and what can be done about it.

What lives here: which notice is shown, and until when. What may not: errors that stand below their
field, and what the desktop shows (`notifications`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from onionchat.displayable import displayable_line

SECONDS: Final = 10
"""How long a notice stays that needs no answer: time to read two lines, twice."""
MAX_NOTICES: Final = 20
"""Notices that wait behind the one shown; the oldest of more goes."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence, and a way out."""

    sentence: str
    stays: bool = True
    """Until the person closes it: something was lost, or is to be known for sure."""
    action: str = ""
    """What the button says; without words there is none."""
    do: Callable[[], object] | None = None
    names_nobody: bool = False
    """Whether it may stand where the window is locked, and still stand there when it opens."""


class Notices(QObject):
    """The notices that nobody has closed yet; the newest is shown."""

    changed = Signal()
    """`shown` is another."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._kept: list[Notice] = []
        self.passing = QTimer(self, singleShot=True, interval=SECONDS * 1000)
        self.passing.timeout.connect(self._pass)

    @property
    def shown(self) -> Notice | None:
        """The one to be seen."""
        return self._kept[-1] if self._kept else None

    def add(self, notice: Notice) -> None:
        """Show this. What stays comes back when it is closed; the same sentence is said once."""
        self._kept = [
            kept for kept in self._kept if kept.stays and kept.sentence != notice.sentence
        ]
        self._kept.append(notice)
        del self._kept[:-MAX_NOTICES]
        self._show()

    def close(self) -> None:
        """The person has read it."""
        if self._kept:
            self._kept.pop()
            self._show()

    def act(self) -> None:
        """Do what the button says. The notice is answered by that."""
        notice = self.shown
        if notice is not None and notice.do is not None:
            self.close()
            notice.do()

    def clear(self) -> None:
        """The window locks: what may name somebody goes."""
        self._kept = [kept for kept in self._kept if kept.names_nobody]
        self._show()

    def hold(self, held: bool) -> None:
        """While somebody points at it or has the focus in it, a notice does not go by itself."""
        notice = self.shown
        if held or notice is None or notice.stays:
            self.passing.stop()
        else:
            self.passing.start()

    def _pass(self) -> None:
        if self.shown is not None and not self.shown.stays:
            self.close()

    def _show(self) -> None:
        self.hold(False)
        self.changed.emit()


def line(notice: Notice) -> str:
    """Its sentence as it is shown: names in it are other people's."""
    return displayable_line(notice.sentence)
