"""Where an emoji is chosen: categories, a search, a grid that keys walk through.

What lives here: the popup above the composer. What may not: which emoji there are and which were
used last (`viewmodels.emoji`), inserting.

What no font of this machine has is not offered: it would be a box here, whatever it is elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QListView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from onionchat_gui import icons, theme
from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels.emoji import MAX_WORDS, Category, Emoji, EmojiBook
from onionchat_gui.viewmodels.preferences import Preferences

from .boxes import LineBox
from .choices import lead_tab
from .page_frame import ICON, label

Index = QModelIndex | QPersistentModelIndex

COLUMNS: Final = 9
_ROWS: Final = 6

_PICTURES: Final = {
    Category.RECENT: "clock",
    Category.FACES: "smile",
    Category.PEOPLE: "thumbs-up",
    Category.NATURE: "cat",
    Category.FOOD: "utensils",
    Category.PLACES: "plane",
    Category.PLAY: "trophy",
    Category.THINGS: "lightbulb",
    Category.SIGNS: "heart",
}


def category_name(category: Category) -> str:
    """What a category is called."""
    return {
        Category.RECENT: QCoreApplication.translate("EmojiPicker", "Used last"),
        Category.FACES: QCoreApplication.translate("EmojiPicker", "Faces"),
        Category.PEOPLE: QCoreApplication.translate("EmojiPicker", "People and hands"),
        Category.NATURE: QCoreApplication.translate("EmojiPicker", "Animals, plants and weather"),
        Category.FOOD: QCoreApplication.translate("EmojiPicker", "Food and drink"),
        Category.PLACES: QCoreApplication.translate("EmojiPicker", "Travel and places"),
        Category.PLAY: QCoreApplication.translate("EmojiPicker", "Games, sports and feasts"),
        Category.THINGS: QCoreApplication.translate("EmojiPicker", "Things"),
        Category.SIGNS: QCoreApplication.translate("EmojiPicker", "Hearts and signs"),
    }[category]


class _Found(QAbstractListModel):
    """The emoji that are shown."""

    def __init__(self, side: int, parent: QObject) -> None:
        super().__init__(parent)
        self._emoji: Sequence[Emoji] = ()
        self._size = QSize(side, side)

    def show(self, emoji: Sequence[Emoji]) -> None:
        self.beginResetModel()
        self._emoji = emoji
        self.endResetModel()

    def at(self, row: int) -> Emoji:
        return self._emoji[row]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._emoji)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        if not 0 <= index.row() < len(self._emoji):
            return None
        emoji = self._emoji[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return emoji.text
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleTextRole:
                return emoji.name
            case Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignCenter
            case Qt.ItemDataRole.SizeHintRole:
                return self._size
        return None


class EmojiPicker(QFrame):
    """A popup: goes by Escape, by a click elsewhere, and when one was chosen."""

    chosen = Signal(str)

    def __init__(self, preferences: Preferences, look: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("picker")
        self.setAccessibleName(QCoreApplication.translate("EmojiPicker", "Choose an emoji"))
        self._look = look
        font = look.font(theme.TITLE)
        self.book = EmojiBook(preferences, _Drawable(font))
        self.search = LineBox()
        self.search.setMaxLength(MAX_WORDS)
        self.search.setClearButtonEnabled(False)
        self.search.setPlaceholderText(
            QCoreApplication.translate("EmojiPicker", "Search by English name")
        )
        self.search.setAccessibleName(QCoreApplication.translate("EmojiPicker", "Search emoji"))
        self.categories = QButtonGroup(self)
        self._kinds: list[Category] = list(Category)
        bar = QHBoxLayout()
        bar.setSpacing(theme.XS)
        for number, category in enumerate(self._kinds):
            bar.addWidget(self._button(number, category))
        bar.addStretch(1)
        side = QFontMetrics(font).height() + 2 * theme.S
        self._model = _Found(side, self)
        self.grid = QListView()
        self.grid.setObjectName("emoji")
        self.grid.setAccessibleName(QCoreApplication.translate("EmojiPicker", "Emoji"))
        self.grid.setModel(self._model)
        self.grid.setFont(font)
        self.grid.setViewMode(QListView.ViewMode.IconMode)
        self.grid.setMovement(QListView.Movement.Static)
        self.grid.setResizeMode(QListView.ResizeMode.Adjust)
        self.grid.setUniformItemSizes(True)
        self.grid.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.grid.setGridSize(QSize(side, side))
        scroll = self.grid.verticalScrollBar().sizeHint().width()
        self.grid.setFixedSize(COLUMNS * side + scroll + theme.S, _ROWS * side)
        self.grid.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.grid.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.name = label("", "dim")
        self.name.setMinimumHeight(self.name.fontMetrics().height())
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.M, theme.M, theme.M, theme.M)
        column.setSpacing(theme.S)
        column.addWidget(self.search)
        column.addLayout(bar)
        column.addWidget(self.grid)
        column.addWidget(self.name)
        self.search.textChanged.connect(self._searched)
        self.categories.idClicked.connect(self._show_kind)
        # One click is enough, whatever the desktop does with icons; Enter comes by `activated`.
        self.grid.clicked.connect(self._choose)
        self.grid.activated.connect(self._choose)
        self.grid.selectionModel().currentChanged.connect(self._name)
        self.search.installEventFilter(self)
        self.grid.installEventFilter(self)
        look.changed.connect(self._draw)
        self._draw()
        first = Category.RECENT if self.book.of(Category.RECENT) else Category.FACES
        self._show_kind(self._kinds.index(first))

    def pop_up(self, above: QWidget, at: QPoint | None = None) -> None:
        """Open over a button, or over a point of a widget, where there is room on its screen."""
        self.adjustSize()
        screen = above.screen().availableGeometry()
        corner = above.mapToGlobal(at or QPoint(0, 0))
        left = max(screen.left(), min(corner.x(), screen.right() - self.width()))
        top = max(screen.top(), corner.y() - self.height() - theme.XS)
        self.move(left, top)
        self.show()
        self.search.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Down goes from the search to the grid, Enter takes the first that was found, and what is
        typed in the grid is searched for.
        """
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        key = event.key()
        if watched is self.search:
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._model.rowCount():
                self._choose(self._model.index(0))
                return True
            if key == Qt.Key.Key_Down:
                self.grid.setFocus()
                self.grid.setCurrentIndex(self._model.index(0))
                return True
        elif watched is self.grid:
            first_row = self.grid.currentIndex().row() < COLUMNS
            if key == Qt.Key.Key_Up and first_row:
                self.search.setFocus()
                return True
            if key == Qt.Key.Key_Backspace or (event.text().strip() and event.text().isprintable()):
                self.search.setFocus()
                QCoreApplication.sendEvent(self.search, event)
                return True
        return False

    def _button(self, number: int, category: Category) -> QToolButton:
        button = QToolButton()
        button.setCheckable(True)
        button.setToolTip(category_name(category))
        button.setAccessibleName(category_name(category))
        button.setIconSize(QSize(ICON, ICON))
        self.categories.addButton(button, number)
        return button

    def _draw(self) -> None:
        for number, category in enumerate(self._kinds):
            picture = icons.icon(_PICTURES[category], self._look.palette.text, (ICON,))
            self.categories.button(number).setIcon(picture)

    def _show_kind(self, number: int) -> None:
        self.search.clear()
        self.categories.button(number).setChecked(True)
        lead_tab(self.categories)
        self._show(self.book.of(self._kinds[number]))
        self.name.setText(category_name(self._kinds[number]))

    def _searched(self, words: str) -> None:
        if words.strip():
            self._show(self.book.search(words))
        else:
            self._show(self.book.of(self._kinds[self.categories.checkedId()]))

    def _show(self, emoji: Sequence[Emoji]) -> None:
        self._model.show(emoji)
        stop = Qt.FocusPolicy.StrongFocus if emoji else Qt.FocusPolicy.NoFocus
        self.grid.setFocusPolicy(stop)
        self.grid.scrollToTop()
        self.name.setText(
            ""
            if emoji
            else QCoreApplication.translate("EmojiPicker", "None that can be shown here.")
        )

    def _name(self, index: QModelIndex) -> None:
        if index.isValid():
            self.name.setText(self._model.at(index.row()).name)

    def _choose(self, index: QModelIndex) -> None:
        if not self.isVisible():
            # Where one click activates, it comes twice.
            return
        emoji = self._model.at(index.row())
        self.close()
        self.book.use(emoji)
        self.chosen.emit(emoji.text)


class _Drawable:
    """Whether a font, or one that Qt takes in its place, has a glyph."""

    def __init__(self, font: QFont) -> None:
        self._metrics = QFontMetrics(font)

    def __call__(self, text: str) -> bool:
        return self._metrics.inFontUcs4(ord(text[0]))
