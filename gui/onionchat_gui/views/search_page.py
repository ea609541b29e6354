"""What was found, as one types: contacts and messages in a list.

What lives here: the page. What may not: the field (`search_field`), how a row looks (`found`).
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeyEvent
from PySide6.QtWidgets import QListView, QVBoxLayout, QWidget

from onionchat.displayable import displayable_line
from onionchat_gui import theme
from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels.desk import Desk
from onionchat_gui.viewmodels.marking import Words
from onionchat_gui.viewmodels.search import MAX_MESSAGES, Search, State

from .found import FoundDelegate
from .page_frame import Button, Header, Sign, Warning, label

Index = QModelIndex | QPersistentModelIndex

NEAR: Final = 800
"""Pixels to the last row at which the next page is asked for."""


class Results(QListView):
    """The rows; the field chooses among them, and so can the mouse and the keys here."""

    def __init__(self, desk: Desk, look: Theme) -> None:
        super().__init__()
        self._search = desk.search
        self.delegate = FoundDelegate(desk, look, self)
        self.setItemDelegate(self.delegate)
        self.setModel(desk.search)
        self.setAccessibleName(self.tr("Search results"))
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalScrollBar().setSingleStep(24)
        self.clicked.connect(self._open)
        self.activated.connect(self._open)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        look.changed.connect(self.viewport().update)
        desk.conversations.dataChanged.connect(self.viewport().update)
        desk.search.chosen.connect(self.follow)

    def follow(self, row: int) -> None:
        """Show that Enter opens this row."""
        index = self._search.index(row, 0) if row >= 0 else QModelIndex()
        if index != self.currentIndex():
            self.setCurrentIndex(index)
        if row == 0:
            # With its heading.
            self.scrollToTop()
        elif row > 0:
            self.scrollTo(index)

    def currentChanged(self, current: Index, previous: Index) -> None:
        """As Qt calls it: also by the keys in here."""
        super().currentChanged(current, previous)
        if current.isValid() and current.row() != self._search.row:
            self._search.choose(current.row())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """As Qt calls it. Letters are for the field, not for jumping about in the rows."""
        if event.text().strip() and event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()
            return
        super().keyPressEvent(event)

    def _open(self, index: QModelIndex) -> None:
        self._search.open(index.row())

    def _scrolled(self, value: int) -> None:
        if self.verticalScrollBar().maximum() - value < NEAR:
            self._search.want_more()


class SearchPage(QWidget):
    """What was found, or a sentence that says why nothing is here."""

    def __init__(self, desk: Desk, look: Theme) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._desk = desk
        self.model: Search = desk.search
        header = Header(desk, look)
        self.title, self.back = header.title, header.back
        self.everywhere = Button(look, self.tr("Search everywhere"), "messages-square")
        self.everywhere.clicked.connect(lambda: desk.open_page("search"))
        self.fresh = Button(look, self.tr("Show %n new message(s)", "", 0), "refresh-cw")
        self.fresh.clicked.connect(self.model.ask)
        self.problem = Warning(look)
        self.again = Button(look, self.tr("Try again"), "rotate-cw")
        self.again.clicked.connect(self.model.ask)
        self.limit = label("", "dim")
        self.saying, self.hint = label(), label("", "dim")
        self.saying.setFont(look.font(theme.LARGE))
        for words in (self.saying, self.hint):
            words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.results = Results(desk, look)
        above = QVBoxLayout()
        above.setContentsMargins(theme.L, theme.S, theme.L, theme.S)
        above.setSpacing(theme.S)
        above.addWidget(self.problem)
        for part in (self.everywhere, self.again, self.fresh):
            above.addWidget(part, 0, Qt.AlignmentFlag.AlignHCenter)
        above.addWidget(self.limit)
        # Tab follows the order in which they come into the page, which is that of reading.
        self._above = QWidget()
        self._above.setLayout(above)
        self._between = QWidget()
        middle = QVBoxLayout(self._between)
        middle.setContentsMargins(theme.XL, theme.XL, theme.XL, theme.XL)
        middle.setSpacing(theme.M)
        middle.addStretch(1)
        middle.addWidget(Sign(look, "search", "text_dim", 40), 0, Qt.AlignmentFlag.AlignHCenter)
        for words in (self.saying, self.hint):
            middle.addWidget(words)
        middle.addStretch(2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(header)
        column.addWidget(self._above)
        column.addWidget(self.results, 1)
        column.addWidget(self._between, 1)
        self.model.changed.connect(self._show)
        self.model.modelReset.connect(self._show)
        self.model.chosen.connect(self._read_out)
        desk.conversations.dataChanged.connect(self._show)
        self._show()
        self.results.follow(self.model.row)

    def _show(self) -> None:
        model = self.model
        person = self._desk.conversations.contact(model.contact) if model.contact else None
        name = displayable_line(person.name) if person is not None else ""
        title = (
            self.tr("Search in the conversation with %1").replace("%1", name)
            if name
            else self.tr("Search")
        )
        self.title.setText(title)
        self.everywhere.setVisible(bool(model.contact))
        self.problem.say(model.problem)
        self.again.setVisible(bool(model.problem))
        self.fresh.setText(self.tr("Show %n new message(s)", "", model.fresh))
        self.fresh.setVisible(model.fresh > 0)
        newest = self.tr("These are the newest %1 messages. Type more to find others.")
        self.limit.setText(newest.replace("%1", str(MAX_MESSAGES)))
        self.limit.setVisible(model.cut)
        says = bool(model.problem) or model.fresh > 0 or model.cut
        self._above.setVisible(says or bool(model.contact))
        found = model.rowCount() > 0
        self.results.setVisible(found)
        self._between.setVisible(not found)
        said, hint = self._words()
        self.saying.setText(said)
        self.hint.setText(hint)
        self.hint.setVisible(bool(hint))

    def _words(self) -> tuple[str, str]:
        """What is said where no rows are, and what helps."""
        match self.model.state:
            case State.EMPTY:
                return self.tr("Type a word, or how it begins."), ""
            case State.ASKING:
                return self.tr("Searching…"), ""
            case State.FAILED:
                return self.tr("The search did not work."), ""
        nothing = self.tr("Nothing was found.")
        if not Words(self.model.text):
            return nothing, self.tr("Type letters or digits: signs alone cannot be found.")
        return nothing, self.tr(
            "Words are found by how they begin: “brid” finds “bridge”, but “ridge” does not."
            " Of several words, only the last may be a beginning."
        )

    def _read_out(self, row: int) -> None:
        """Who writes in the field does not see the focus move: screen readers are told."""
        if row >= 0 and QAccessible.isActive() and not self.results.hasFocus():
            words = self.model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole)
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))
