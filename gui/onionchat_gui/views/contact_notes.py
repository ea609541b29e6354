"""What has to be said of a contact's keys and devices, wherever the contact is open.

What lives here: one frame, hidden while there is nothing to say. What may not: what follows.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from onionchat.displayable import displayable_line
from onionchat.views import ContactView, DeviceNewsView
from onionchat_gui import theme
from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels import when
from onionchat_gui.viewmodels.sentences import worded

from .flow import FlowLayout
from .page_frame import Button, Sign, Warning, label


class ContactNotes(QFrame):
    """Proof against its keys, devices that came or went, and the advice to compare words (where it
    `advises`: beside a conversation, not on a page that shows the words)."""

    compare = Signal()
    """The person wants to compare safety words now."""
    later = Signal()
    """The person has read the advice."""

    def __init__(self, look: Theme, *, advises: bool = False) -> None:
        super().__init__()
        self._advises = advises
        self.against = Warning(look)
        self.news = label()
        self._about_devices = QFrame()
        row = QHBoxLayout(self._about_devices)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.S)
        row.addWidget(Sign(look, "info", "text_dim"))
        row.addWidget(self.news, 1)
        self.advice = QFrame()
        said = label(
            self.tr(
                "Nobody has checked yet that these keys are those of the person you mean. Compare"
                " the safety words once: when you meet, or in a call in which you know the voice."
            )
        )
        self.now = Button(look, self.tr("Compare now"), "shield-check")
        self.not_now = Button(look, self.tr("Not now"))
        self.now.clicked.connect(self.compare)
        self.not_now.clicked.connect(self.later)
        buttons = FlowLayout(theme.S)
        buttons.addWidget(self.now)
        buttons.addWidget(self.not_now)
        inside = QVBoxLayout(self.advice)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(theme.S)
        inside.addWidget(said)
        inside.addLayout(buttons)
        column = QVBoxLayout(self)
        if advises:
            column.setContentsMargins(theme.M, theme.S, theme.M, theme.S)
        else:
            column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.S)
        for part in (self.against, self._about_devices, self.advice):
            column.addWidget(part)
        self.hide()

    def show_contact(self, contact: ContactView) -> None:
        """Say what has to be said of this contact; nothing hides the frame."""
        self.against.say(worded(contact.against))
        news = "\n".join(self._news(item) for item in contact.news)
        self.news.setText(news)
        self._about_devices.setVisible(bool(news))
        advises = self._advises and contact.suggest_verify
        self.advice.setVisible(advises)
        self.setVisible(bool(contact.against) or bool(news) or advises)

    def _news(self, item: DeviceNewsView) -> str:
        said = {
            "added": self.tr("This contact added a device (number %1) on %2."),
            "removed": self.tr("This contact removed a device (number %1) on %2."),
        }.get(item.kind, displayable_line(item.kind))
        return said.replace("%1", str(item.device)).replace("%2", when.full_day(item.time))
