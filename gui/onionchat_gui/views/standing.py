"""How one stands with a contact, at a glance: trust and path, each a drawing with its word.

What lives here: which drawing and colour a state has, and the chip that shows it and explains it to
whoever points at it. What may not: the words themselves (`viewmodels.words`).
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from onionchat.displayable import displayable_line
from onionchat.views import ContactView
from onionchat_gui import theme
from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels import remarks
from onionchat_gui.viewmodels.words import Meaning, contact_state, path_meaning, trust_meaning

from .page_frame import Sign
from .plain import tooltip

Picture = tuple[str, str]
"""A drawing's name and the role of its colour."""

SMALL_ICON: Final = 16

_TRUST: Final[dict[str, Picture]] = {
    "validated": ("shield-check", "good"),
    "compromised": ("shield-alert", "danger"),
}
_PATH: Final[dict[bool | None, Picture]] = {
    True: ("route", "good"),
    False: ("wifi-off", "text_dim"),
    None: ("circle-alert", "text_dim"),
}


def trust_picture(trust: str) -> Picture:
    """For `ContactView.trust`."""
    return _TRUST.get(trust, ("shield", "text_dim"))


def explanation(contact: ContactView, path: bool | None) -> str:
    """Trust and path (`Conversations.path`) in whole sentences, as a tooltip of a row in which
    there is no room.
    """
    state = contact_state(contact.state)
    meanings = (trust_meaning(contact.trust), path_meaning(path))
    lines = [f"{meaning.word}: {meaning.sentence}" for meaning in meanings]
    return tooltip("\n".join([state, *lines] if state else lines))


class Chip(QWidget):
    """A small drawing and a word."""

    def __init__(self, look: Theme) -> None:
        super().__init__()
        self._sign = Sign(look, "shield", "text_dim", SMALL_ICON)
        self.word = QLabel()
        self.word.setTextFormat(Qt.TextFormat.PlainText)
        self.word.setProperty("role", "dim")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.XS)
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.word, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch(1)

    def show_trust(self, contact: ContactView) -> None:
        """Whether the contact's keys were compared."""
        self._show(trust_picture(contact.trust), trust_meaning(contact.trust))

    def show_path(self, contact: ContactView, path: bool | None) -> None:
        """How the contact is reached now (`Conversations.path`); or why one cannot just write."""
        if state := contact_state(contact.state):
            self._show(("info", "text_dim"), Meaning(state, ""))
        else:
            self._show(_PATH[path], path_meaning(path))

    def show_timer(self, contact: ContactView) -> None:
        """After how long messages disappear; nothing if they stay."""
        self.setVisible(contact.disappear > 0)
        if contact.disappear:
            span = remarks.span(contact.disappear)
            sentence = QCoreApplication.translate(
                "standing", "What is written now disappears %1 after it was seen."
            )
            self._show(("timer", "text_dim"), Meaning(span, sentence.replace("%1", span)))
            self.word.setAccessibleName(sentence.replace("%1", span))

    def text(self) -> str:
        """The word that is shown."""
        return self.word.text()

    def _show(self, picture: Picture, meaning: Meaning) -> None:
        self._sign.show_picture(*picture)
        # A label is announced, what is around it is not.
        self.word.setText(displayable_line(meaning.word))
        self.word.setAccessibleDescription(meaning.sentence)
        self.setToolTip(tooltip(meaning.sentence))
