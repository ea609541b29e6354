"""Everything that a page may use: the view models, navigation, notices.

What lives here: who is there and which page is open. What may not: a page's own model.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, Signal

from onionchat.views import Warned
from onionchat_gui.node import Node, Starter

from .conversation import Conversation
from .conversations import Conversations
from .preferences import Preferences
from .sentences import worded
from .session import Phase, Session

MAX_CONVERSATIONS: Final = 8
"""Conversations kept with their rows; the one opened longest ago goes, unless a text in it is not
stored (yet)."""

MAX_WAY: Final = 20
"""Pages to which one can go back; before the first of them comes the page ""."""


class Desk(QObject):
    """What the main window and its pages share."""

    page_opened = Signal(str, str)
    """A page's name, and the contact's id that it is about, or nothing."""
    noticed = Signal(str)
    """A sentence to be shown at the bottom of the window."""

    def __init__(
        self,
        node: Node,
        starter: Starter,
        now: Callable[[], float],
        parent: QObject | None = None,
        *,
        preferences: Preferences | None = None,
    ) -> None:
        super().__init__(parent)
        self.node = node
        self.now = now
        self.starter = starter
        self.preferences = preferences or Preferences(parent=self)
        self.conversations = Conversations(node, self)
        self.session = Session(node, starter, self.conversations, self)
        self._open: dict[str, Conversation] = {}
        self._way: list[tuple[str, str]] = []
        self.preferences.failed.connect(self.noticed)
        self.conversations.failed.connect(self.noticed)
        self.session.changed.connect(self._phase_changed)
        node.joined.connect(self._joined)
        node.happened.connect(self._happened)

    def open_page(self, page: str, contact: str = "") -> None:
        """Go to a page of `views.pages.PAGES`. At "" every way begins and ends."""
        if not page:
            self._way.clear()
        elif self._way[-1:] != [(page, contact)]:
            self._way.append((page, contact))
            del self._way[:-MAX_WAY]
        self.conversations.show(contact if page == "conversation" else None)
        self.page_opened.emit(page, contact)

    def back(self) -> None:
        """To the page before this one; the only way back that the window has."""
        if self._way:
            self._way.pop()
            self.open_page(*(self._way[-1] if self._way else ("", "")))

    def conversation(self, contact: str) -> Conversation:
        """The conversation with a contact, opened if it was not."""
        found = self._open.pop(contact, None)
        if found is None:
            found = Conversation(self.node, contact, self.now, self)
            found.failed.connect(self.noticed)
            found.open()
        self._open[contact] = found
        self._forget_oldest()
        return found

    def store_drafts(self) -> None:
        """Before the window closes."""
        for conversation in self._open.values():
            conversation.store_draft()

    def _forget_oldest(self) -> None:
        # The last one is being opened.
        for conversation in list(self._open.values())[:-1]:
            if len(self._open) <= MAX_CONVERSATIONS:
                return
            conversation.store_draft()
            if not conversation.keeps_something():
                del self._open[conversation.contact]
                conversation.deleteLater()

    def _joined(self) -> None:
        for conversation in self._open.values():
            conversation.resume()

    def _phase_changed(self) -> None:
        if self.session.phase in (Phase.LOCKED, Phase.NO_PROFILE):
            self.conversations.clear()
            for conversation in self._open.values():
                conversation.deleteLater()
            self._open.clear()
            self.open_page("")

    def _happened(self, events: tuple[object, ...]) -> None:
        for event in events:
            if isinstance(event, Warned):
                self.noticed.emit(worded(event.sentence))
