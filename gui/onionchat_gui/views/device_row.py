"""One of the person's own devices, in the list of them; its name is changed in its place.

What lives here: the row. What may not: asking the node.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from onionchat.displayable import displayable_line
from onionchat.views import DeviceView
from onionchat_gui import theme
from onionchat_gui.theme import Theme

from .boxes import LineBox
from .flow import FlowLayout
from .page_frame import Button, Sign, heading, label


class DeviceRow(QFrame):
    """A name, what the device is, and what can be done about it."""

    wanted = Signal(str)
    """It shall have this name."""
    unwanted = Signal()
    """It shall be put out of the account."""

    def __init__(self, look: Theme) -> None:
        super().__init__()
        self.sign = Sign(look, "monitor-smartphone", "text_dim")
        self.name = heading(look, "")
        self.state = label("", "dim")
        self.box = LineBox()
        self.box.setAccessibleName(self.tr("New name of the device"))
        self.rename = Button(look, self.tr("Rename"), "pencil")
        self.out = Button(look, self.tr("Put out…"), "ban", role="danger")
        self.store = Button(look, self.tr("Store"), "check", primary=True)
        self.leave = Button(look, self.tr("Leave it"), "x")
        self._view: DeviceView | None = None
        self._edits = self._may_go = False
        texts = QVBoxLayout()
        texts.setSpacing(theme.XS)
        texts.addWidget(self.name)
        texts.addWidget(self.box)
        texts.addWidget(self.state)
        self.buttons = FlowLayout(theme.S)
        for button in (self.rename, self.out, self.store, self.leave):
            self.buttons.addWidget(button)
        texts.addLayout(self.buttons)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.M)
        row.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(texts, 1)
        self.rename.clicked.connect(self._begin)
        self.store.clicked.connect(self._store)
        self.box.returnPressed.connect(self._store)
        self.leave.clicked.connect(self.end)
        self.out.clicked.connect(self.unwanted)

    def stops(self) -> tuple[QWidget, ...]:
        """What Tab comes to, in the order of reading."""
        return self.box, self.rename, self.out, self.store, self.leave

    def show_view(self, view: DeviceView, *, known: bool, busy: bool, may_go: bool) -> None:
        """This is what the node says of it now; what is being typed stays. `known`: whether what
        it said of connections still holds; `may_go`: whether it can be put out from here.
        """
        self._view = view
        name = displayable_line(view.name)
        self.name.setText(name)
        if view.state != "active":
            state = self.tr("Put out of your account")
        elif view.this:
            state = self.tr("This device")
        elif not known:
            state = self.tr("Not known now")
        elif view.connected:
            state = self.tr("Connected")
        else:
            state = self.tr("Not connected")
        self.state.setText(state)
        there = view.state == "active" and (view.this or (view.connected and known))
        role = "good" if there else "text_dim"
        picture = "monitor-smartphone" if view.state == "active" else "ban"
        self.sign.show_picture(picture, role)
        self.rename.setAccessibleName(self.tr("Rename") + ": " + name)
        what = self.tr("Leave the account…") if view.this else self.tr("Put out…")
        self.out.setText(what)
        self.out.setAccessibleName(what + ": " + name)
        self.store.setEnabled(not busy)
        self._may_go = may_go
        self._lay_out()

    def end(self) -> None:
        """Back to what it is called."""
        had_focus = any(part.hasFocus() for part in (self.box, self.store, self.leave))
        self._edits = False
        self.box.clear()
        self._lay_out()
        if had_focus:
            self.rename.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """As Qt calls it: Escape leaves the name as it was."""
        if self._edits and event.key() == Qt.Key.Key_Escape:
            self.end()
        else:
            super().keyPressEvent(event)

    def _begin(self) -> None:
        if self._view is None:
            return
        self._edits = True
        self.box.setText(displayable_line(self._view.name))
        self._lay_out()
        self.box.setFocus()
        self.box.selectAll()

    def _store(self) -> None:
        if self._edits and self.store.isEnabled():
            self.wanted.emit(self.box.text())

    def _lay_out(self) -> None:
        active = self._view is not None and self._view.state == "active"
        self.name.setVisible(not self._edits)
        self.rename.setVisible(active and not self._edits)
        self.out.setVisible(self._may_go and not self._edits)
        for part in (self.box, self.store, self.leave):
            part.setVisible(self._edits)
