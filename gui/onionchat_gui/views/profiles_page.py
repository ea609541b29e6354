"""The profiles of this user.

What lives here: the page. What may not: opening one (`viewmodels.profiles`).
"""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from onionchat.control.profiles import ProfileView
from onionchat.displayable import displayable, displayable_line
from onionchat_gui import theme
from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels.desk import Desk
from onionchat_gui.viewmodels.profiles import Profiles

from .boxes import LineBox
from .flow import FlowLayout
from .page_frame import Button, PageFrame, Sign, Warning, label


class ProfilesPage(PageFrame):
    """A row for each, and a field for a new one."""

    def __init__(self, desk: Desk, look: Theme) -> None:
        super().__init__(desk, look)
        self.title.setText(self.tr("Profiles"))
        self._desk = desk
        self.buttons: dict[str, Button] = {}
        self.column.addWidget(
            label(
                self.tr(
                    "Each profile has contacts, messages, an address and a passphrase of its own."
                    " It opens in a window of its own."
                ),
                "dim",
            )
        )
        self.problem = Warning(look)
        self.column.addWidget(self.problem)
        card = self.card()
        self._rows = QVBoxLayout()
        self._rows.setSpacing(theme.M)
        card.addLayout(self._rows)
        self._new(self.card(self.tr("New profile")))
        self.finish()
        self.setFocusProxy(self.back)
        assert desk.windows is not None, "see `pages`"
        self.model = Profiles(desk.windows, self)
        self.model.changed.connect(self._show)
        self.model.refused.connect(self.refusal.say)
        self.model.opened.connect(self._opened)
        self.model.load()

    def changeEvent(self, event: QEvent) -> None:
        """As Qt calls it: who comes back from another window finds what it did."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.model.load()

    def _new(self, card: QVBoxLayout) -> None:
        self.refusal = Warning(self._look)
        self.name = LineBox(says=self.refusal)
        self.name.setPlaceholderText(self.tr("Name of its folder"))
        self.name.setAccessibleName(self.tr("Name of the new profile's folder"))
        self.make = Button(self._look, self.tr("Make a new profile"), "plus")
        below = FlowLayout(theme.S)
        below.addWidget(self.make)
        card.addWidget(
            label(
                self.tr(
                    "Only this computer sees the name, and whoever can look into your folders:"
                    " choose one that gives nothing away."
                ),
                "dim",
            )
        )
        card.addWidget(self.name)
        card.addLayout(below)
        card.addWidget(self.refusal)
        self.make.clicked.connect(self._create)
        self.name.returnPressed.connect(self._create)

    def _create(self) -> None:
        self.refusal.say("")
        self.model.create(self.name.text())

    def _opened(self, name: str) -> None:
        self.name.clear()
        self._desk.mention(
            self.tr("The window of “%1” opens.").replace("%1", displayable_line(name))
        )

    def _show(self) -> None:
        focused = next((name for name, button in self.buttons.items() if button.hasFocus()), "")
        self.problem.say(self.model.problem)
        while (item := self._rows.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.buttons.clear()
        elsewhere = self.model.elsewhere
        if elsewhere is not None:
            self._rows.addWidget(self._row(displayable(str(elsewhere)), self.tr("this window")))
        for view in self.model.views:
            self._rows.addWidget(self._profile(view))
        order = (self.back, *self.buttons.values(), self.name)
        for one, following in pairwise(order):
            self.setTabOrder(one, following)
        if focused in self.buttons:
            self.buttons[focused].setFocus()

    def _profile(self, view: ProfileView) -> QWidget:
        name = displayable_line(view.name)
        if self.model.is_own(view):
            return self._row(name, self.tr("this window"))
        if not view.key:
            return self._row(name, self.tr("cannot be opened: its key is missing"))
        state = self.tr("receives messages") if view.running else self.tr("is not running")
        button = Button(self._look, self.tr("Open"))
        button.setAccessibleName(self.tr("Open %1").replace("%1", name))
        button.clicked.connect(lambda: self.model.open(view))
        self.buttons[view.name] = button
        return self._row(name, state, button)

    def _row(self, name: str, state: str, button: Button | None = None) -> QWidget:
        area = QFrame()
        row = QHBoxLayout(area)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.M)
        words = QVBoxLayout()
        words.setSpacing(0)
        heading = label(name)
        heading.setFont(self._look.font(bold=True))
        words.addWidget(heading)
        words.addWidget(label(state, "dim"))
        row.addWidget(Sign(self._look, "user", "text_dim"))
        row.addLayout(words, 1)
        if button is not None:
            row.addWidget(button)
        return area
