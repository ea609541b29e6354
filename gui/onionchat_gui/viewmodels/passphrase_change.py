"""Another passphrase for the profile that is open.

What lives here: asking the node for it, and where what goes wrong belongs. What may not: how strong
a passphrase is (`new_passphrase`). What is typed passes through and is not kept.
"""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QObject, Signal

from onionchat.control import schema
from onionchat.errors import InvalidInput, OnionchatError
from onionchat_gui.node import Node

from .new_passphrase import Flaw, NewPassphrase
from .sentences import worded


class Field(StrEnum):
    """Where something is wrong."""

    OLD = "old"
    NEW = "new"
    AGAIN = "again"


class PassphraseChange(QObject):
    """One change at a time."""

    changed = Signal()
    """`busy` is another."""
    failed = Signal(str, str)
    """A `Field`, and the sentence that belongs below it."""
    done = Signal()
    """The new one holds from now on."""

    def __init__(self, node: Node, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._node = node
        self.new = NewPassphrase(self)
        self.busy = False
        """The node derives keys, which takes a second or two."""

    def change(self, old: str, new: str, again: str) -> None:
        """Ask for it, if it can be asked for; else `failed` says what is missing."""
        if self.busy:
            return
        if not old:
            self.failed.emit(Field.OLD, self.tr("Type the passphrase that you have now."))
            return
        flaw = self.new.flaw(new, again)
        if flaw:
            field = Field.AGAIN if flaw == Flaw.DIFFERENT else Field.NEW
            self.failed.emit(field, self.new.sentence)
        else:
            self._ask(old, self.new.normal(new))

    def _ask(self, old: str, new: str) -> None:
        def done(_: schema.Nothing) -> None:
            self.busy = False
            self.changed.emit()
            self.done.emit()

        def not_done(error: OnionchatError) -> None:
            self.busy = False
            self.changed.emit()
            about_new = isinstance(error, InvalidInput)
            self.failed.emit(Field.NEW if about_new else Field.OLD, worded(error))

        self.busy = True
        self.changed.emit()
        self._node.ask(self, schema.ChangePassphrase(old=old, new=new), done, not_done)
