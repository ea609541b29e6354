"""What the composer's text is for: a message of its own, an answer, or an edit.

What lives here: which message it is about, and what is typed to edit one. What may not: asking the
node, and the draft (`conversation`).
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from onionchat.views import MessageView


class Aim(QObject):
    """At most one of `answered` and `edited` is set."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.answered: MessageView | None = None
        """What is sent next answers this."""
        self.edited: MessageView | None = None
        """What is typed is to stand in the place of this one's text."""
        self.text = ""
        """What is typed to edit `edited`."""
        self.busy = False
        """The edit is asked for, and not answered yet."""

    @property
    def target(self) -> MessageView | None:
        """The message that this is about."""
        return self.edited or self.answered

    @property
    def changes(self) -> bool:
        """Whether something was typed that would be lost."""
        return self.edited is not None and self.text not in ("", self.edited.text)

    def answer(self, view: MessageView) -> None:
        """The next text answers this message."""
        self._set(answered=view)

    def edit(self, view: MessageView) -> None:
        """This text of one's own is being edited."""
        self._set(edited=view)

    def leave(self) -> None:
        """The next text is a message of its own."""
        if self.target is not None:
            self._set()

    def _set(self, answered: MessageView | None = None, edited: MessageView | None = None) -> None:
        self.answered, self.edited = answered, edited
        self.text = edited.text if edited is not None else ""
        self.busy = False
        self.changed.emit()
