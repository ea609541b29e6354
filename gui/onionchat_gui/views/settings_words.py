"""Settings: recovery words that nobody confirmed to have, since the first run did not end in order.

What lives here: one card. What may not: the words, which nothing keeps.
"""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QVBoxLayout

from onionchat_gui import theme
from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels.desk import Desk

from .flow import FlowLayout
from .page_frame import Button, Warning, label


class WordsCard(QObject):
    """Fills a card, which is there only while something is to be said."""

    def __init__(self, desk: Desk, look: Theme, card: QVBoxLayout, parent: QObject) -> None:
        super().__init__(parent)
        self._preferences = desk.preferences
        self.problem = Warning(look)
        self.problem.say(
            self.tr("Nobody has confirmed that the recovery words of this profile are on paper.")
        )
        card.addWidget(self.problem)
        self.meaning = label(
            self.tr(
                "They cannot be shown again: nothing on this device holds them. Your passphrase"
                " opens this profile all the same, and a backup brings it back. But without the"
                " words you could not prove that the account is yours, should the device be stolen."
                " If that matters to you, make another profile, write its words down, and give your"
                " contacts its link."
            ),
            "dim",
        )
        card.addWidget(self.meaning)
        self.have = Button(look, self.tr("I have them on paper"), "check")
        self.have.setAccessibleDescription(self.problem.words.text())
        self.have.clicked.connect(lambda: desk.preferences.change(words_open=False))
        self.profiles = Button(look, self.tr("Make another profile"), "users")
        self.profiles.clicked.connect(lambda: desk.open_page("profiles"))
        buttons = FlowLayout(theme.S)
        buttons.addWidget(self.have)
        buttons.addWidget(self.profiles)
        card.addLayout(buttons)
