"""The conversation with which the next window begins: the one that was open last.

What lives here: when it is asked for and stored. It names a contact, so the node keeps it in its
encrypted database, as a setting; `window.json`, which anybody can read who has the disk, has
nothing of it. What may not: opening pages (`desk`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer

from onionchat.control import schema
from onionchat.views import SettingView
from onionchat_gui.node import Node, ignore

from .session import Phase, Session

SETTING: Final = "last-conversation"
REST_MILLIS: Final = 1000
"""Whoever walks through the list leaves no write for each conversation."""


class LastConversation(QObject):
    """Follows the pages; calls `found` once after the profile was opened, if there is one."""

    def __init__(
        self, node: Node, session: Session, found: Callable[[str], None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._node, self._session, self._found = node, session, found
        self._asked = False
        self._stored = self._open = ""
        self._rest = QTimer(self, singleShot=True, interval=REST_MILLIS)
        self._rest.timeout.connect(self.store)
        session.changed.connect(self._phase_changed)

    def opened(self, page: str, contact: str) -> None:
        """A page was opened. One that is no conversation leads back to that before it."""
        shows = self._session.phase in (Phase.READY, Phase.LOST) and not self._session.covered
        if shows and page in ("", "conversation"):
            self._open = contact if page else ""
            self._rest.start()

    def store(self) -> None:
        """Now, as far as it is not stored."""
        self._rest.stop()
        if self._open != self._stored:
            self._stored = self._open
            # What is not stored is a convenience that is missing once.
            self._node.ask(self, schema.Set(name=SETTING, value=self._open), ignore, ignore)

    def _phase_changed(self) -> None:
        match self._session.phase:
            case Phase.READY if not self._asked:
                self._asked = True
                self._node.ask(self, schema.Settings(), self._told, ignore)
            case Phase.CURTAIN if self._rest.isActive():
                self.store()
            case Phase.LOCKED | Phase.NO_PROFILE:
                self._rest.stop()
                self._asked = False
                self._stored = self._open = ""

    def _told(self, settings: tuple[SettingView, ...]) -> None:
        stored = next((view.value for view in settings if view.name == SETTING), "")
        if self._session.phase != Phase.READY or self._session.covered:
            # Locked before the answer came: asked again afterwards.
            self._asked = False
            return
        self._stored = stored
        if stored and not self._open:
            self._found(stored)
