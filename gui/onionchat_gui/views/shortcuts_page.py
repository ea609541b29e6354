"""Which key does what.

What lives here: the page. What may not: the keys, which have a table (`shortcuts`).
"""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QGridLayout, QWidget

from onionchat_gui import theme
from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels.desk import Desk

from . import shortcuts
from .flow import FlowLayout
from .page_frame import PageFrame, Words, label
from .shortcuts import Action

_FEW: Final = 3
"""More keys than this are shown as the first and the last."""


class ShortcutsPage(PageFrame):
    """All keys of the window."""

    def __init__(self, desk: Desk, look: Theme) -> None:
        super().__init__(desk, look)
        self.title.setText(self.tr("Keyboard shortcuts"))
        for heading, actions in shortcuts.groups():
            grid = QGridLayout()
            grid.setHorizontalSpacing(theme.L)
            grid.setVerticalSpacing(theme.M)
            for column in (0, 1):
                grid.setColumnStretch(column, 1)
            for row, action in enumerate(actions):
                grid.addWidget(label(shortcuts.title(action)), row, 0)
                grid.addWidget(self._keys(action), row, 1)
            self.card(heading).addLayout(grid)
        self.column.addWidget(
            label(self.tr("With Tab you reach everything in the window, one after another."), "dim")
        )
        self.finish()
        self.setFocusProxy(self.back)

    def _keys(self, action: Action) -> QWidget:
        keys = [shortcuts.native(keys) for keys in shortcuts.KEYS[action]]
        between = self.tr("or")
        if len(keys) > _FEW:
            keys, between = [keys[0], keys[-1]], self.tr("to")
        area = QWidget()
        row = FlowLayout(theme.S, area)
        for place, words in enumerate(keys):
            if place:
                word = _line(between, "dim")
                # As high as the keys beside it.
                word.setContentsMargins(0, theme.XS + 1, 0, theme.XS + 1)
                row.addWidget(word)
            cap = _line(words)
            cap.setObjectName("key")
            row.addWidget(cap)
        return area


def _line(words: str, role: str = "") -> Words:
    made = label(words, role)
    made.setWordWrap(False)
    return made
