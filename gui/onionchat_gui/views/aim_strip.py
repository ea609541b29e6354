"""The strip above the composer: which message is answered or edited, and the way out of that.

What lives here: how it looks. What may not: what follows (`viewmodels.aim`, `conversation`).
"""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from onionchat.displayable import displayable_line
from onionchat_gui import theme
from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels.aim import Aim
from onionchat_gui.viewmodels.changing_rows import QUOTED

from . import shortcuts
from .line import Line
from .page_frame import Button, Sign
from .shortcuts import Action

_ISOLATE, _END = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"


class AimStrip(QFrame):
    """A title, the beginning of the message, and a cross."""

    def __init__(self, aim: Aim, look: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self._aim = aim
        self._sign = Sign(look, "reply", "accent")
        self._title, self._line = Line(), Line()
        self._title.setFont(look.font(theme.SMALL, bold=True))
        self._line.setFont(look.font(theme.SMALL))
        self._line.setProperty("role", "dim")
        self.leave = Button(look, "", "x")
        self.leave.setFlat(True)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._title)
        words.addWidget(self._line)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.L, theme.XS, theme.M, theme.XS)
        row.setSpacing(theme.S)
        row.addWidget(self._sign)
        row.addLayout(words, 1)
        row.addWidget(self.leave)
        aim.changed.connect(self._show)
        self._show()

    def text(self) -> str:
        """What it says."""
        return f"{self._title.text()}: {self._line.text().strip(_ISOLATE + _END)}"

    def _show(self) -> None:
        view = self._aim.target
        if view is None:
            self._title.clear()
            self._line.clear()
        else:
            edits = self._aim.edited is not None
            self._sign.show_picture("pencil" if edits else "reply", "accent")
            if edits:
                title, leave = self.tr("Editing your message"), self.tr("Stop editing")
            elif view.mine:
                title, leave = self.tr("In answer to yourself"), self.tr("No answer")
            else:
                title, leave = self.tr("In answer to %1"), self.tr("No answer")
            self._title.setText(title.replace("%1", displayable_line(view.author)))
            # In its own direction, whatever the window's is.
            self._line.setText(_ISOLATE + displayable_line(view.text[:QUOTED]) + _END)
            self.leave.setAccessibleName(leave)
            self.leave.setToolTip(shortcuts.with_keys(leave, Action.BACK))
        self.setVisible(view is not None)
