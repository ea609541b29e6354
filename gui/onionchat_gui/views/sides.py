"""The list of conversations and the page: beside each other, or one of them where it is narrow.

What lives here: the list's side with what stands above and below it, and when which side is seen.
What may not: what the sides show, and which page is open (`main_window`).
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from onionchat_gui import theme
from onionchat_gui.theme import Theme

WIDE: Final = 44
"""Lines of text, laid beside each other, from which on there is room for both sides."""
LEAST: Final = 22
"""The same, of the narrowest window."""
USUAL: Final = 330
"""Pixels of the list's side, until somebody moves what is between both."""


class Aside(QFrame):
    """The list's side: the search field, the strip, who waits, the list, one's own name."""

    def __init__(
        self, search: QWidget, strip: QWidget, waiting: QWidget, rows: QWidget, footer: QWidget
    ) -> None:
        super().__init__()
        self.setObjectName("aside")
        self.list, self.footer = rows, footer
        self._strip = strip
        self.top = QWidget(self)
        top = QHBoxLayout(self.top)
        top.setContentsMargins(theme.M, theme.M, theme.M, theme.S)
        top.addWidget(search)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top)
        # Hidden with what is around it: whether it says something is its own.
        self.said = QWidget(self)
        said = QVBoxLayout(self.said)
        said.setContentsMargins(0, 0, 0, 0)
        said.addWidget(strip)
        column.addWidget(self.said)
        self.asked = QWidget(self)
        asked = QVBoxLayout(self.asked)
        asked.setContentsMargins(0, 0, 0, 0)
        asked.addWidget(waiting)
        column.addWidget(self.asked)
        column.addWidget(rows, 1)
        column.addWidget(footer)

    def least(self) -> int:
        """Pixels of width that it needs where all of it is seen, whatever of it is seen now."""
        parts = (self.top, self.said, self.asked, self.footer)
        return max(self.list.minimumWidth(), *(part.minimumSizeHint().width() for part in parts))

    def says(self) -> bool:
        """Whether the strip says something."""
        return not self._strip.isHidden()


class Sides(QWidget):
    """Both sides where there is room for them. Where there is not: a page, or else the list.

    Without any conversation the page "" stands below the search field and one's own name, and what
    was found stands below the search field.
    """

    beside_changed = Signal(bool)
    """Whether the list is beside the page now."""

    def __init__(self, aside: Aside, pages: QStackedWidget, look: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.aside, self.pages, self._look = aside, pages, look
        self.beside = True
        self._page = ""
        self._some = False
        self._urgent = False
        self._sized = False
        """Whether it has a width yet."""
        self._arranging = False
        self.list_width = USUAL
        self.split = QSplitter(Qt.Orientation.Horizontal, self)
        self.split.setHandleWidth(1)
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(aside)
        self.split.addWidget(pages)
        self.split.setStretchFactor(1, 1)
        self.split.setSizes([USUAL, 2 * USUAL])
        self.split.splitterMoved.connect(self._moved)
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(0)
        self._rows.addWidget(self.split, 1)
        look.changed.connect(self._arrange)

    def keep_list(self, width: int) -> None:
        """The list's side is as wide as somebody has made it."""
        self.list_width = width
        self.split.setSizes([width, max(1, self.width() - width)])

    def _moved(self, place: int) -> None:
        self.list_width = self.split.sizes()[0]

    def show_page(self, page: str) -> None:
        """This page is open; "" where none is chosen."""
        self._page = page
        self._arrange()

    def have_conversations(self, some: bool) -> None:
        """Whether there is anything in the list."""
        self._some = some
        self._arrange()

    def warn(self, urgent: bool) -> None:
        """Whether the strip says what must be seen on every page."""
        self._urgent = urgent
        self._arrange()

    def minimumSizeHint(self) -> QSize:
        """As Qt asks for it: that of one side, for it may stand alone."""
        page = self.pages.minimumSizeHint()
        wide = max(LEAST * self._line(), self.aside.least(), page.width())
        return QSize(wide, max(self.aside.minimumSizeHint().height(), page.height()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As Qt calls it."""
        super().resizeEvent(event)
        self._sized = True
        self._arrange()

    def event(self, event: QEvent) -> bool:
        """As Qt calls it: a page may need more than it did."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._arrange()
        return super().event(event)

    def _line(self) -> int:
        return QFontMetrics(self._look.font()).lineSpacing()

    def _has_room(self) -> bool:
        if not self._sized:
            return self.beside
        need = self.aside.least() + self.pages.minimumSizeHint().width()
        return self.width() >= max(WIDE * self._line(), need + self.split.handleWidth())

    def _arrange(self) -> None:
        if self._arranging:
            return
        self._arranging = True
        focused: QWidget | None = self.window().focusWidget()
        had = focused is not None and focused.hasFocus()
        beside = self._has_room()
        turned = beside != self.beside
        if turned:
            self._turn(beside)
        lists = beside or (not self._page and self._some)
        first = not beside and not self._page and not self._some
        finds = not beside and self._page == "search"
        self.aside.top.setVisible(lists or first or finds)
        # Of Tor, the page below says more.
        self.aside.said.setVisible(lists or self._urgent)
        self.aside.asked.setVisible(lists or first)
        self.aside.list.setVisible(lists)
        self.aside.footer.setVisible(lists or first)
        urgent = self._urgent and self.aside.says()
        self.aside.setVisible(lists or first or finds or urgent)
        self.split.setVisible(beside or not lists)
        self._rows.setStretchFactor(self.aside, 1 if lists else 0)
        self._arranging = False
        if turned:
            self.updateGeometry()
            self.beside_changed.emit(beside)
            if had and focused is not None:
                self._keep_focus(focused)

    def _turn(self, beside: bool) -> None:
        """To both sides, or to one."""
        self.beside = beside
        # Where a control gets another parent, a style sheet gives it the font that it had first.
        own = [
            (part, part.font())
            for part in self.aside.findChildren(QWidget)
            if part.testAttribute(Qt.WidgetAttribute.WA_SetFont)
        ]
        if beside:
            self.split.insertWidget(0, self.aside)
            self.split.setStretchFactor(0, 0)
            # As wide as there is room now: the list keeps its width, the page has the rest.
            self._rows.activate()
            self.keep_list(self.list_width)
        else:
            self._rows.insertWidget(0, self.aside)
        for part, font in own:
            part.setFont(font)

    def _keep_focus(self, focused: QWidget) -> None:
        """What had the focus has it still, or else what is seen in its place."""
        if focused.isVisible():
            focused.setFocus()
            return
        side: QWidget = self.pages if self.pages.isVisible() else self.aside
        found = side.nextInFocusChain()
        while found is not None and found is not side:
            stops = found.focusPolicy() & Qt.FocusPolicy.TabFocus == Qt.FocusPolicy.TabFocus
            if stops and found.isVisible() and found.isEnabled() and side.isAncestorOf(found):
                found.setFocus()
                return
            found = found.nextInFocusChain()
