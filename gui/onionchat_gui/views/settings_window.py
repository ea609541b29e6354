"""Settings of the window itself: when it locks, what it tells, how it looks, what closing means.

What lives here: a card for each. What may not: what follows from a choice (`viewmodels.lock`,
`theme`, and whoever shows notifications).
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from onionchat_gui import theme, translation
from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels.desk import Desk
from onionchat_gui.viewmodels.preferences import MAX_SCALE, MIN_SCALE, Closing, Scheme, Telling

from .choices import Choice, Choices, Select
from .flow import FlowLayout
from .page_frame import Button, heading, label
from .shortcuts import KEYS, Action, native

MINUTES: Final = (1, 2, 5, 15, 30, 60, 240, 0)
SCALES: Final = (MIN_SCALE, 90, 100, 110, 125, 150, 175, MAX_SCALE)


class LockCard(QObject):
    """When the window locks by itself, and locking now."""

    def __init__(self, desk: Desk, look: Theme, card: QVBoxLayout, parent: QObject) -> None:
        super().__init__(parent)
        self._preferences = desk.preferences
        card.addWidget(
            label(
                self.tr(
                    "A locked window shows nothing and asks for your passphrase. Messages go on"
                    " arriving. Lock before you leave the computer: %1."
                ).replace("%1", native(KEYS[Action.LOCK][0])),
                "dim",
            )
        )
        choices = [(minutes, self._words(minutes)) for minutes in MINUTES]
        self.minutes = Select(look, self.tr("Lock by itself after"), choices)
        self.minutes.picked.connect(self._pick)
        _row(card, look, self.tr("Lock by itself after"), self.minutes)
        self.now = Button(look, self.tr("Lock now"), "lock")
        self.now.clicked.connect(desk.lock.lock)
        buttons = FlowLayout(theme.S)
        buttons.addWidget(self.now)
        card.addLayout(buttons)
        self._preferences.changed.connect(self._show)
        self._show()

    def _pick(self, minutes: int) -> None:
        self._preferences.change(lock_minutes=minutes)

    def _show(self) -> None:
        minutes = self._preferences.values.lock_minutes
        self.minutes.show_value(minutes, self._words(minutes))

    def _words(self, minutes: int) -> str:
        if not minutes:
            return self.tr("Never")
        if minutes % 60 == 0:
            return self.tr("%n hour(s)", "", minutes // 60)
        return self.tr("%n minute(s)", "", minutes)


class NotificationsCard(QObject):
    """How much a notification says."""

    def __init__(self, desk: Desk, look: Theme, card: QVBoxLayout, parent: QObject) -> None:
        super().__init__(parent)
        self._preferences = desk.preferences
        card.addWidget(
            label(
                self.tr(
                    "Notifications are shown by your desktop: on the locked screen, in its history,"
                    " and to whoever looks over your shoulder. A locked window tells only that"
                    " there is something."
                ),
                "dim",
            )
        )
        self.telling = Choices(
            self.tr("What do notifications say?"),
            (
                Choice(Telling.NOTHING, self.tr("No notifications")),
                Choice(Telling.SOMETHING, self.tr("Only that there is something new")),
                Choice(Telling.NAME, self.tr("From whom it is")),
                Choice(Telling.TEXT, self.tr("From whom it is, and what it says")),
            ),
        )
        self.telling.chosen.connect(self._choose)
        card.addWidget(heading(look, self.telling.accessibleName()))
        card.addWidget(self.telling)
        card.addWidget(
            label(
                self.tr(
                    "Names and texts are shown only where the desktop can take them back when the"
                    " window locks. Elsewhere it says how many messages are new."
                ),
                "dim",
            )
        )
        self._preferences.changed.connect(self._show)
        self._show()

    def _choose(self, value: str) -> None:
        self._preferences.change(telling=Telling(value))

    def _show(self) -> None:
        self.telling.show_value(self._preferences.values.telling)


class AppearanceCard(QObject):
    """Colours, size of the text, language."""

    def __init__(self, desk: Desk, look: Theme, card: QVBoxLayout, parent: QObject) -> None:
        super().__init__(parent)
        self._preferences = desk.preferences
        self.scheme = Choices(
            self.tr("Colours"),
            (
                Choice(Scheme.SYSTEM, self.tr("As the system")),
                Choice(Scheme.LIGHT, self.tr("Light")),
                Choice(Scheme.DARK, self.tr("Dark")),
            ),
        )
        self.scheme.chosen.connect(self._choose_scheme)
        card.addWidget(heading(look, self.scheme.accessibleName()))
        card.addWidget(self.scheme)
        scales = [(scale, self._percent(scale)) for scale in SCALES]
        self.scale = Select(look, self.tr("Size of the text"), scales)
        self.scale.picked.connect(self._pick_scale)
        _row(card, look, self.tr("Size of the text"), self.scale)
        languages = [("", self.tr("As the system")), *translation.LANGUAGES.items()]
        self.language = Select(look, self.tr("Language"), languages)
        self.language.picked.connect(self._pick_language)
        _row(card, look, self.tr("Language"), self.language)
        self.later = label(self.tr("The new language is used from the next start on."), "dim")
        self._language_before = self._preferences.values.language
        card.addWidget(self.later)
        self._preferences.changed.connect(self._show)
        self._show()

    def _choose_scheme(self, value: str) -> None:
        self._preferences.change(scheme=Scheme(value))

    def _pick_scale(self, scale: int) -> None:
        self._preferences.change(text_scale=scale)

    def _pick_language(self, language: str) -> None:
        self._preferences.change(language=language)

    def _show(self) -> None:
        values = self._preferences.values
        self.scheme.show_value(values.scheme)
        self.scale.show_value(values.text_scale, self._percent(values.text_scale))
        self.language.show_value(values.language, values.language)
        self.later.setVisible(values.language != self._language_before)

    def _percent(self, scale: int) -> str:
        return self.tr("%1 %").replace("%1", str(scale))


class ClosingCard(QObject):
    """What becomes of the node when the window closes."""

    def __init__(self, desk: Desk, look: Theme, card: QVBoxLayout, parent: QObject) -> None:
        super().__init__(parent)
        self._preferences = desk.preferences
        self.closing = Choices(
            self.tr("When the window closes"),
            (
                Choice(Closing.ASK, self.tr("Ask each time")),
                Choice(
                    Closing.KEEP,
                    self.tr("Keep receiving messages in the background"),
                ),
                Choice(
                    Closing.STOP,
                    self.tr("Stop receiving"),
                    self.tr(
                        "Nothing runs any more, and your keys leave the computer's memory."
                        " Messages wait until you open onionchat again."
                    ),
                ),
            ),
        )
        self.closing.chosen.connect(self._choose)
        card.addWidget(self.closing)
        self._preferences.changed.connect(self._show)
        self._show()

    def _choose(self, value: str) -> None:
        self._preferences.change(closing=Closing(value))

    def _show(self) -> None:
        self.closing.show_value(self._preferences.values.closing)


def _row(card: QVBoxLayout, look: Theme, title: str, control: Select) -> None:
    words = heading(look, title)
    words.setBuddy(control)
    row = QHBoxLayout()
    row.setSpacing(theme.M)
    row.addWidget(words, 1)
    row.addWidget(control)
    card.addLayout(row)
