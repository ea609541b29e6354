"""The page that is open when no other one is: connecting to Tor, the first contact, or a hint.

What lives here: the page "". What may not: the first run of a profile, which comes before it.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from onionchat_gui import icons, theme
from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels.desk import Desk
from onionchat_gui.viewmodels.tor import Tor

from .column import Column
from .page_frame import Button, Words, label
from .roll import Roll
from .tor_progress import TorProgress

PICTURE = 96
COLUMN = 460


class WelcomePage(QWidget):
    """What to do next, for somebody who has opened nothing."""

    def __init__(self, desk: Desk, look: Theme) -> None:
        super().__init__()
        self.setObjectName("empty")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._desk = desk
        self.model = Tor(desk.node, desk.session, self)
        picture = QLabel()
        size = QSize(PICTURE, PICTURE)
        picture.setPixmap(icons.pixmap(icons.APPLICATION, "", size, self.devicePixelRatioF()))
        picture.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.title = _centred()
        self.title.setFont(look.font(theme.TITLE, bold=True))
        self.sentence = _centred("dim")
        self.progress_card = QFrame()
        self.progress_card.setObjectName("card")
        self.progress = TorProgress(self.model, look, desk.now)
        inside = QVBoxLayout(self.progress_card)
        inside.setContentsMargins(theme.L, theme.L, theme.L, theme.L)
        inside.addWidget(self.progress)
        self.first = QFrame()
        self.meanwhile = _centred("dim")
        self.add = Button(look, self.tr("Add a contact"), "user-plus", primary=True)
        self.invite = Button(look, self.tr("Invite somebody"), "qr-code")
        self.mine = Button(look, self.tr("This is another device of mine"), "monitor-smartphone")
        buttons = (self.add, self.invite, self.mine)
        for button in buttons[:2]:
            button.setFont(look.font(theme.LARGE, bold=True))
            button.setMinimumHeight(button.fontMetrics().height() + 2 * theme.L)
        hints = (
            label(self.tr("You got a link or a code from somebody."), "dim"),
            label(self.tr("Make a link or a code and give it to somebody."), "dim"),
            label(self.tr("Your contacts and messages are on your other device."), "dim"),
        )
        below = QVBoxLayout(self.first)
        below.setContentsMargins(0, theme.M, 0, 0)
        below.setSpacing(theme.L)
        below.addWidget(self.meanwhile)
        # Below each other: side by side, longer words would not have room.
        for button, hint in zip(buttons, hints, strict=True):
            button.setAccessibleDescription(hint.text())
            hint.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            one = QVBoxLayout()
            one.setSpacing(theme.S)
            one.addWidget(button)
            one.addWidget(hint)
            below.addLayout(one)
        self._lay_out((picture, self.title, self.sentence, self.progress_card, self.first))
        self.add.clicked.connect(partial(desk.open_page, "add"))
        self.invite.clicked.connect(partial(desk.open_page, "add", "invite"))
        self.mine.clicked.connect(partial(desk.open_page, "join"))
        self.progress.bridge_wanted.connect(partial(desk.open_page, "tor", "bridges"))
        self.model.changed.connect(self._show)
        for signal in (
            desk.conversations.rowsInserted,
            desk.conversations.rowsRemoved,
            desk.conversations.modelReset,
        ):
            signal.connect(self._show)
        self._show()

    def _lay_out(self, parts: tuple[QWidget, ...]) -> None:
        inside = QWidget()
        inside.setObjectName("page")
        column = Column(COLUMN, inside)
        rows = QVBoxLayout(column)
        rows.setContentsMargins(theme.L, theme.XL, theme.L, theme.XL)
        rows.setSpacing(theme.M)
        rows.addStretch(2)
        for part in parts:
            rows.addWidget(part)
        rows.addStretch(3)
        around = QHBoxLayout(inside)
        around.setContentsMargins(0, 0, 0, 0)
        around.addStretch(1)
        around.addWidget(column, 100)
        around.addStretch(1)
        area = Roll(self)
        area.setWidget(inside)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)

    def showEvent(self, event: QShowEvent) -> None:
        """As Qt calls it: somebody looks."""
        super().showEvent(event)
        self._look_at_tor()

    def hideEvent(self, event: QHideEvent) -> None:
        """As Qt calls it: nobody looks."""
        super().hideEvent(event)
        self.model.close()

    def _look_at_tor(self) -> None:
        # Of a Tor that is up nothing is shown here, so nothing more is asked.
        if self.isVisible() and not self.model.up:
            self.model.open()
        else:
            self.model.close()

    def _show(self) -> None:
        self._look_at_tor()
        alone = self._desk.conversations.rowCount() == 0
        connecting = self.model.tor is not None and not self.model.up
        self.progress_card.setVisible(connecting)
        self.first.setVisible(alone)
        self.meanwhile.setVisible(alone and connecting)
        if connecting:
            self.title.setText(
                self.tr("Connecting to Tor") if self.model.running else self.tr("Tor does not run")
            )
            self.sentence.setText(
                self.tr("Tor hides who talks to whom. The first time takes a minute or two.")
            )
            self.meanwhile.setText(self.tr("You need not wait for it:"))
        elif alone:
            self.title.setText(self.tr("Welcome to onionchat"))
            self.sentence.setText(
                self.tr("Nobody is here yet. Two people become contacts by a link or a code.")
            )
        else:
            self.title.setText("")
            self.sentence.setText(self.tr("Choose a conversation, or add a contact."))
        self.title.setVisible(bool(self.title.text()))


def _centred(role: str = "") -> Words:
    made = label("", role)
    made.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    return made
