"""What all models have in common that ask the node for one thing at a time.

What lives here: whether they wait for an answer, and what becomes of an error. What may not: what
is asked.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from onionchat.errors import OnionchatError

from .sentences import worded


class Asking(QObject):
    """A model that is `busy` while something was asked for and is not answered yet."""

    changed = Signal()
    """What it shows is another."""
    failed = Signal(str)
    """Something was in vain: a sentence."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.busy = False

    def set_busy(self, busy: bool) -> None:
        """It waits for an answer, or does not any more."""
        self.busy = busy
        self.changed.emit()

    def fail(self, error: OnionchatError) -> None:
        """The answer is an error."""
        self.set_busy(False)
        self.failed.emit(worded(error))
