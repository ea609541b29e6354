"""Settings: a card for each subject, and a row of subjects that leads to them.

What lives here: the page. What may not: what is in a card (`settings_*`).
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from onionchat_gui import theme
from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels.desk import Desk
from onionchat_gui.viewmodels.settings import Field, Settings

from .flow import FlowLayout
from .page_frame import Button, PageFrame, Warning, label
from .settings_danger import DangerCard
from .settings_passphrase import PassphraseCard
from .settings_privacy import Privacy
from .settings_storage import StorageCard
from .settings_window import AppearanceCard, ClosingCard, LockCard, NotificationsCard
from .settings_words import WordsCard


class SettingsPage(PageFrame):
    """What can be chosen, of the node and of the window."""

    def __init__(self, desk: Desk, look: Theme) -> None:
        super().__init__(desk, look)
        self._desk = desk
        self.title.setText(self.tr("Settings"))
        self.model = Settings(desk.node, self)
        self.sections: dict[str, Button] = {}
        bar = QFrame(self)
        bar.setObjectName("header")
        around = QVBoxLayout(bar)
        around.setContentsMargins(theme.S, theme.XS, theme.S, theme.XS)
        self._bar = FlowLayout(theme.XS)
        around.addLayout(self._bar)
        self.problem = Warning(look)
        self.column.addWidget(self.problem)
        self.cards: dict[str, QObject] = {
            "privacy": Privacy(
                self.model, look, self._section("privacy", self.tr("Privacy"), "eye"), self
            ),
            "lock": LockCard(desk, look, self._section("lock", self.tr("Lock"), "lock"), self),
            "notifications": NotificationsCard(
                desk, look, self._section("notifications", self.tr("Notifications"), "bell"), self
            ),
            "appearance": AppearanceCard(
                desk, look, self._section("appearance", self.tr("Appearance"), "palette"), self
            ),
            "storage": StorageCard(
                desk,
                self.model,
                look,
                self._section("storage", self.tr("Storage and backup"), "hard-drive"),
                self,
            ),
            "passphrase": PassphraseCard(
                desk, look, self._section("passphrase", self.tr("Passphrase"), "key-round"), self
            ),
        }
        if desk.preferences.values.words_open:
            self._words()
        self._tor()
        self.cards["closing"] = ClosingCard(
            desk,
            look,
            self._section("closing", self.tr("When the window closes"), "power"),
            self,
        )
        self.cards["danger"] = DangerCard(
            desk, look, self._section("danger", self.tr("Danger"), "flame"), self
        )
        self.finish()
        self._sections_bar = bar
        desk.beside_changed.connect(self._stand)
        self._stand(desk.beside)
        last = self.back
        for button in self.sections.values():
            self.setTabOrder(last, button)
            last = button
        self.model.failed.connect(self._fail)
        self.setFocusProxy(self.back)
        self.model.load()

    def _words(self) -> None:
        card = self._section("words", self.tr("Recovery words"), "triangle-alert")
        self.cards["words"] = WordsCard(self._desk, self._look, card, self)
        self._desk.preferences.changed.connect(self._words_confirmed)

    def _words_confirmed(self) -> None:
        if self._desk.preferences.values.words_open:
            return
        card = self.cards["words"]
        assert isinstance(card, WordsCard)
        frame = card.have.parentWidget()
        assert frame is not None
        if frame.isVisible():
            self.sections["passphrase"].setFocus()
        for part in (frame, self.sections["words"]):
            part.hide()

    def _stand(self, beside: bool) -> None:
        """The row of subjects: above what scrolls; in a narrow window it would take half of it."""
        rows = self.layout()
        assert isinstance(rows, QVBoxLayout)
        if beside:
            rows.insertWidget(1, self._sections_bar)
        else:
            self.column.insertWidget(0, self._sections_bar)
        self._sections_bar.setObjectName("header" if beside else "card")
        # Qt looks at names only when it is told to.
        self._sections_bar.style().polish(self._sections_bar)

    def _tor(self) -> None:
        card = self._section("tor", self.tr("Tor and bridges"), "route")
        card.addWidget(
            label(
                self.tr("How you are connected, and what helps where Tor is blocked."),
                "dim",
            )
        )
        self.tor = Button(self._look, self.tr("Open the page about Tor"), "route")
        self.tor.clicked.connect(partial(self._desk.open_page, "tor"))
        buttons = FlowLayout(theme.S)
        buttons.addWidget(self.tor)
        card.addLayout(buttons)

    def _section(self, name: str, title: str, picture: str) -> QVBoxLayout:
        """A card, and the button that leads to it."""
        inside = self.card()
        heading = label(title)
        heading.setFont(self._look.font(theme.LARGE, bold=True))
        inside.addWidget(heading)
        frame = inside.parentWidget()
        assert frame is not None
        role = "danger" if name == "danger" else ""
        button = Button(self._look, title, picture, role=role)
        button.setFlat(True)
        button.clicked.connect(partial(self._go, frame))
        self._bar.addWidget(button)
        self.sections[name] = button
        return inside

    def _go(self, card: QWidget) -> None:
        """Show a card from its top on, and let Tab go on in it."""
        bar = self.area.verticalScrollBar()
        column = self.area.widget()
        assert column is not None
        bar.setValue(card.mapTo(column, card.rect().topLeft()).y() - theme.L)
        controls = (
            found
            for found in card.findChildren(QWidget)
            if found.isVisible()
            and found.isEnabled()
            and found.focusPolicy() & Qt.FocusPolicy.TabFocus
        )
        first = next(controls, None)
        if first is not None:
            first.setFocus()

    def _fail(self, field: str, sentence: str) -> None:
        if field == Field.ALL:
            self.problem.say(sentence)
