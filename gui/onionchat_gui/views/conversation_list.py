"""The list of conversations, and how a row of it is painted.

What lives here: one view and its delegate. What may not: the order of the rows (`viewmodels`).
"""

from __future__ import annotations

import zlib
from typing import Final

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QContextMenuEvent, QFontMetrics, QHelpEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QDialog,
    QListView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)

from onionchat.views import ContactView
from onionchat_gui import icons, theme
from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels import when
from onionchat_gui.viewmodels.contact import Contact
from onionchat_gui.viewmodels.conversations import ConversationRole
from onionchat_gui.viewmodels.desk import Desk
from onionchat_gui.viewmodels.words import contact_state

from .conversation_menu import ConversationMenu
from .standing import SMALL_ICON, explanation, trust_picture

Index = QModelIndex | QPersistentModelIndex

AVATAR: Final = 44
_DOT: Final = 12
_INITIALS: Final = 0.36
"""The height of initials, as a part of their circle."""
_MANY: Final = 999
_BEGINNING: Final = 8
"""So many letters of a name are seen before there is room for the time."""


class ConversationList(QListView):
    """All conversations; `chosen` says which one the person wants."""

    chosen = Signal(str)
    stops_changed = Signal()
    """Tab stops here now, or not any more; Qt has no order for what it passes by."""

    def __init__(self, desk: Desk, look: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._conversations = desk.conversations
        self.setModel(desk.conversations)
        self._look = look
        self.setItemDelegate(_RowDelegate(desk, look, self))
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Conversations"))
        look.changed.connect(self.viewport().update)
        # Not the current row: that moves by itself when its contact is removed, and with the arrow
        # keys, and whoever passes by a conversation has not read it.
        self.clicked.connect(self._choose)
        self.activated.connect(self._choose)
        self._about = ""
        """The contact that the open page is about."""
        desk.page_opened.connect(self._follow)
        desk.conversations.rowsInserted.connect(self._mark)
        for signal in (
            desk.conversations.rowsInserted,
            desk.conversations.rowsRemoved,
            desk.conversations.modelReset,
        ):
            signal.connect(self._stop_tab)
        desk.conversations.modelReset.connect(self._drop)
        self._stop_tab()

    def _drop(self) -> None:
        """What was asked about a contact goes with the list: when the window locks, say."""
        for asked in (*self.findChildren(QMenu), *self.findChildren(QDialog)):
            asked.close()
        for model in self.findChildren(Contact):
            model.deleteLater()

    def _stop_tab(self) -> None:
        """Where there is nothing to choose, Tab passes by."""
        some = self._conversations.rowCount() > 0
        policy = Qt.FocusPolicy.StrongFocus if some else Qt.FocusPolicy.NoFocus
        if policy != self.focusPolicy():
            self.setFocusPolicy(policy)
            self.stops_changed.emit()

    def select(self, row: int) -> None:
        """Choose a row, as a click would."""
        index = self.model().index(row, 0)
        self.setCurrentIndex(index)
        self._choose(index)

    def choose(self, row: int) -> None:
        """Choose a row, if there is one."""
        if 0 <= row < self.model().rowCount():
            self.select(row)

    def step(self, by: int) -> None:
        """Choose the next row or the one before; the first comes after the last."""
        rows = self.model().rowCount()
        if not rows:
            return
        chosen = [index.row() for index in self.selectedIndexes()]
        start = chosen[0] if chosen else (-1 if by > 0 else 0)
        self.select((start + by) % rows)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """By the right button, the key for menus, or Shift+F10: then about the current row."""
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            index = self.currentIndex()
            place = self.viewport().mapToGlobal(self.visualRect(index).center())
        else:
            index = self.indexAt(self.viewport().mapFromGlobal(event.globalPos()))
            place = event.globalPos()
        contact: ContactView | None = index.data(ConversationRole.CONTACT)
        if contact is not None and QApplication.activePopupWidget() is None:
            ConversationMenu(self._desk, self._look, contact, self).popup(place)

    def _follow(self, _: str, contact: str) -> None:
        """Mark the row of whom the page is about; none if it is about nobody."""
        self._about = contact
        self._mark()

    def _mark(self) -> None:
        row = self._conversations.row(self._about)
        if row >= 0:
            self.setCurrentIndex(self.model().index(row, 0))
        else:
            self.clearSelection()

    def _choose(self, index: QModelIndex) -> None:
        contact = index.data(ConversationRole.CONTACT)
        if contact is not None:
            self.chosen.emit(contact.id)


class _RowDelegate(QStyledItemDelegate):
    def __init__(self, desk: Desk, look: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self._look = look

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        lines = QFontMetrics(self._look.font()).height() * 2 + theme.XS
        return QSize(200, max(AVATAR, lines) + 2 * theme.M)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        contact: ContactView = index.data(ConversationRole.CONTACT)
        look, rect = self._look, option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        state = option.state
        if state & QStyle.StateFlag.State_Selected or state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            ground = look.colour("selected")
            if not state & QStyle.StateFlag.State_Selected:
                ground.setAlphaF(0.5)
            painter.setBrush(ground)
            painter.drawRoundedRect(rect.adjusted(theme.XS, 1, -theme.XS, -1), 10, 10)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(look.colour("accent"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect.adjusted(theme.XS, 1, -theme.XS - 1, -2), 10, 10)
        rtl = option.direction == Qt.LayoutDirection.RightToLeft
        inner = rect.adjusted(theme.M, theme.M, -theme.M, -theme.M)
        top = inner.top() + (inner.height() - AVATAR) // 2
        left = inner.right() - AVATAR if rtl else inner.left()
        name = index.data()
        paint_avatar(painter, look, QRect(left, top, AVATAR, AVATAR), name, contact)
        gap = AVATAR + theme.M
        words = inner.adjusted(0 if rtl else gap, 0, -gap if rtl else 0, 0)
        self._words(painter, words, contact, name, index.data(ConversationRole.LINE), rtl)
        painter.restore()

    def time_beside(self, contact: ContactView, name: str, width: int) -> str:
        """When the last message came, if there is room beside the beginning of the name: who it is
        comes first.
        """
        time = when.brief(contact.last_time or contact.created, self._desk.now())
        bold = QFontMetrics(self._look.font(bold=True))
        begin = min(bold.horizontalAdvance(name), _BEGINNING * bold.averageCharWidth())
        taken = QFontMetrics(self._look.font(theme.SMALL)).horizontalAdvance(time) + theme.S
        sign = SMALL_ICON + theme.XS
        return time if begin + sign + taken <= width else ""

    def _words(
        self, painter: QPainter, area: QRect, contact: ContactView, name: str, line: str, rtl: bool
    ) -> None:
        look = self._look
        start = Qt.AlignmentFlag.AlignRight if rtl else Qt.AlignmentFlag.AlignLeft
        end = Qt.AlignmentFlag.AlignLeft if rtl else Qt.AlignmentFlag.AlignRight
        # Each text in its own direction; where it stands is the window's.
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
        upper = QRect(area.left(), area.top(), area.width(), area.height() // 2)
        lower = QRect(area.left(), upper.bottom(), area.width(), area.height() // 2)
        small = look.font(theme.SMALL)
        time = self.time_beside(contact, name, area.width())
        painter.setFont(small)
        painter.setPen(look.colour("text_dim"))
        painter.drawText(upper, end | middle, time)
        width = QFontMetrics(small).horizontalAdvance(time) + theme.S if time else 0
        room = upper.adjusted(width if rtl else 0, 0, 0 if rtl else -width, 0)
        bold = look.font(bold=True)
        painter.setFont(bold)
        painter.setPen(look.colour("text"))
        metrics = QFontMetrics(bold)
        sign = SMALL_ICON + theme.XS
        shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, room.width() - sign)
        painter.drawText(room, start | middle, shown)
        wide = metrics.horizontalAdvance(shown) + theme.XS
        side = room.right() - wide - SMALL_ICON if rtl else room.left() + wide
        self._trust(painter, QPoint(side, room.center().y() - SMALL_ICON // 2), contact)
        if contact.unread:
            count = str(contact.unread) if contact.unread <= _MANY else f"{_MANY}+"
            font = look.font(theme.SMALL, bold=True)
            high = QFontMetrics(font).height() + 4
            wide = max(high, QFontMetrics(font).horizontalAdvance(count) + theme.M)
            corner = lower.left() if rtl else lower.right() - wide
            badge = QRect(corner, lower.center().y() - high // 2 + 2, wide, high)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("accent"))
            painter.drawRoundedRect(badge, high / 2, high / 2)
            painter.setFont(font)
            painter.setPen(look.colour("on_accent"))
            painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, count)
            lower = lower.adjusted(
                wide + theme.S if rtl else 0, 0, 0 if rtl else -wide - theme.S, 0
            )
        painter.setFont(look.font())
        painter.setPen(look.colour("text_dim"))
        if contact.draft:
            painter.setPen(look.colour("danger"))
        shown = self.line(contact, line)
        painter.drawText(
            lower,
            start | middle,
            painter.fontMetrics().elidedText(shown, Qt.TextElideMode.ElideRight, lower.width()),
        )

    def _trust(self, painter: QPainter, at: QPoint, contact: ContactView) -> None:
        name, role = trust_picture(contact.trust)
        drawn = icons.icon(name, getattr(self._look.palette, role), (SMALL_ICON,))
        drawn.paint(painter, QRect(at, QSize(SMALL_ICON, SMALL_ICON)))

    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> bool:
        """As Qt calls it when the mouse rests: what the row's signs mean."""
        contact: ContactView | None = index.data(ConversationRole.CONTACT)
        if event.type() != QEvent.Type.ToolTip or contact is None:
            return False
        path = index.data(ConversationRole.PATH)
        QToolTip.showText(event.globalPos(), explanation(contact, path), view)
        return True

    def line(self, contact: ContactView, last: str) -> str:
        """What stands below the name: a draft, how one stands with the contact, or `last`."""
        if contact.draft:
            return self.tr("Draft: ") + last
        return contact_state(contact.state) or last


def paint_avatar(
    painter: QPainter, look: Theme, rect: QRect, name: str, contact: ContactView | None
) -> None:
    """A coloured circle with initials, always the same for the same contact; a dot if connected."""
    seed = zlib.crc32((contact.id if contact else name).encode())
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.avatar(seed)))
    painter.drawEllipse(rect)
    painter.setPen(QColor(theme.ON_AVATAR))
    font = look.font(bold=True)
    # As the circle, which stays as it is when texts get larger.
    font.setPixelSize(round(_INITIALS * rect.height()))
    painter.setFont(font)
    words = [word for word in name.split() if word]
    initials = "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, initials.upper())
    if contact is not None and contact.connected:
        corner = rect.bottomRight() - QPoint(_DOT, _DOT)
        painter.setPen(look.colour("side"))
        painter.setBrush(look.colour("good"))
        painter.drawEllipse(QRect(corner, QSize(_DOT, _DOT)))
