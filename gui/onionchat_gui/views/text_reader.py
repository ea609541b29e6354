"""A long message, read in pages.

What lives here: one page of a text and the way to the others. What may not: where pages end
(`viewmodels.reading`).
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from onionchat_gui import theme
from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels import reading

from . import copying
from .boxes import ReadBox
from .page_frame import Button, label

_SIZE = (640, 560)
_LINKS = 20
_LINK_WIDTH = 420


class TextReader(QDialog):
    """The whole of a text that no bubble shows."""

    link_chosen = Signal(object)
    """A `Link` that the person may want to open."""

    def __init__(self, text: str, look: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("The whole message"))
        self.resize(*_SIZE)
        self._text = text
        self._pages = reading.pages(text)
        self._at = 0
        self.box = ReadBox()
        self.box.setAccessibleName(self.tr("Message"))
        self.place = label("", "dim")
        self.place.setAlignment(Qt.AlignmentFlag.AlignCenter)
        # Pages are turned in the direction in which one reads.
        back, on = "chevron-left", "chevron-right"
        if self.isRightToLeft():
            back, on = on, back
        self.before = Button(look, self.tr("Page before"), back)
        self.after = Button(look, self.tr("Next page"), on)
        self.copy = Button(look, self.tr("Copy all"), "copy")
        self.links = Button(look, self.tr("Links"), "link")
        self.close_it = Button(look, self.tr("Close"), primary=True)
        turning = QHBoxLayout()
        turning.addWidget(self.before)
        turning.addWidget(self.place, 1)
        turning.addWidget(self.after)
        row = QHBoxLayout()
        row.addWidget(self.copy)
        row.addWidget(self.links)
        row.addStretch(1)
        row.addWidget(self.close_it)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.L, theme.L, theme.L, theme.L)
        column.setSpacing(theme.M)
        column.addWidget(self.box, 1)
        column.addLayout(turning)
        column.addLayout(row)
        self.close_it.setDefault(True)
        self.before.clicked.connect(lambda: self._turn(-1))
        self.after.clicked.connect(lambda: self._turn(1))
        self.copy.clicked.connect(lambda: copying.copy(self._text))
        self.links.clicked.connect(self._list_links)
        self.close_it.clicked.connect(self.accept)
        found = reading.links_of(text)
        self._links = found[:_LINKS]
        self.links.setVisible(bool(found))
        several = len(self._pages) > 1
        for widget in (self.before, self.after, self.place):
            widget.setVisible(several)
        self._show()

    def _turn(self, by: int) -> None:
        self._at = max(0, min(len(self._pages) - 1, self._at + by))
        self._show()

    def _show(self) -> None:
        self.box.setPlainText(reading.shown(self._pages[self._at]))
        number, all_ = f"{self._at + 1}", f"{len(self._pages)}"
        self.place.setText(self.tr("Page %1 of %2").replace("%1", number).replace("%2", all_))
        # The focus stays on a button that can be pressed.
        for button, other, end in (
            (self.before, self.after, 0),
            (self.after, self.before, len(self._pages) - 1),
        ):
            if self._at == end and button.hasFocus():
                other.setFocus()
            button.setEnabled(self._at != end)

    def _list_links(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for link in self._links:
            words = self.fontMetrics().elidedText(
                link.address, Qt.TextElideMode.ElideMiddle, _LINK_WIDTH
            )
            menu.addAction(words.replace("&", "&&"), partial(self.link_chosen.emit, link))
        menu.popup(self.links.mapToGlobal(self.links.rect().bottomLeft()))
