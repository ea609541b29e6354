"""A button that is a drawing and opens a menu.

What lives here: how it looks. What may not: what is in the menu.
"""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QToolButton, QWidget

from onionchat_gui import icons
from onionchat_gui.theme import Theme

from .page_frame import ICON


class MenuButton(QToolButton):
    """Three lines in the colour of the text."""

    def __init__(self, look: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.setIconSize(QSize(ICON, ICON))
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        look.changed.connect(self._draw)
        self._draw()

    def _draw(self) -> None:
        self.setIcon(icons.icon("menu", self._look.palette.text, (ICON,)))
