"""How a message is painted: day separator, bubble, text, time, state.

What lives here: one delegate and its bounded cache of heights. What may not: widgets per row.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from onionchat_gui import icons, theme
from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels import when
from onionchat_gui.viewmodels.links import Link
from onionchat_gui.viewmodels.message_row import Row
from onionchat_gui.viewmodels.message_rows import MessageRole
from onionchat_gui.viewmodels.messages import Messages
from onionchat_gui.viewmodels.remarks import Reaction
from onionchat_gui.viewmodels.words import message_state

from . import asides
from .text_layout import layout, link_at, measure

Index = QModelIndex | QPersistentModelIndex

WIDEST: Final = 560
"""Pixels of the widest bubble: longer lines are hard to read."""
_PART: Final = 0.78
"""A bubble takes at most this part of the width."""
_CACHED: Final = 4000

PICTURES: Final = {
    "sending": "refresh-cw",
    "queued": "clock",
    "sent": "send",
    "delivered": "check",
    "read": "check-check",
    "failed": "circle-alert",
}
"""What stands before a state's word."""


class BubbleDelegate(QStyledItemDelegate):
    """Paints rows of `viewmodels.messages.Messages`."""

    def __init__(self, look: Theme, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._view = view
        self._look = look
        self._sizes: OrderedDict[tuple[str, int, int], QSize] = OrderedDict()
        self.painted = 0
        """Rows painted so far; counted by tests."""
        # A method of its own, which Qt disconnects with it; `clear` would keep the sizes for good.
        look.changed.connect(self._forget)

    def _forget(self) -> None:
        self._sizes.clear()

    def _foot_width(self, row: Row, metrics: QFontMetrics) -> int:
        """Of the time, and of the picture and the word of a message of one's own."""
        width = metrics.horizontalAdvance(when.clock(row.view.time))
        if row.view.edited is not None:
            width += metrics.horizontalAdvance(self.tr("edited")) + theme.S
        if row.left:
            width += metrics.height() + theme.XS + metrics.horizontalAdvance(row.left) + theme.S
        if row.view.mine:
            word = metrics.horizontalAdvance(message_state(row.view.state))
            width += theme.S + metrics.height() + theme.XS + word
        return width

    def _extra(self, row: Row) -> str:
        lines = []
        if row.cut:
            lines.append(self.tr("Long message. Click here or press Enter to read all of it."))
        if row.problem:
            lines.append(row.problem + " " + self.tr("Click here or press Enter to try again."))
        if row.remark and not row.bare:
            lines.append(row.remark)
        return "\n".join(lines)

    def _text_size(self, row: Row, width: int) -> QSize:
        said = (row.text, row.problem, row.view.state, row.cut, row.remark, row.left, row.quote)
        key = (row.view.id, width, hash((*said, row.view.edited)))
        found = self._sizes.get(key)
        if found is None:
            small = QFontMetrics(self._look.font(theme.SMALL))
            size = measure(row.text or row.remark or " ", self._body_font(row), width)
            size = QSize(max(size.width(), self._foot_width(row, small)), size.height())
            if row.quote is not None:
                above = asides.quote_size(row.quote, self._look, width)
                size = QSize(max(size.width(), above.width()), size.height() + above.height())
            if extra := self._extra(row):
                more = measure(extra, self._look.font(theme.SMALL), width)
                size = QSize(
                    max(size.width(), more.width()), size.height() + more.height() + theme.XS
                )
            found = QSize(size.width(), size.height() + small.height() + 2)
            self._sizes[key] = found
            if len(self._sizes) > _CACHED:
                self._sizes.popitem(last=False)
        return found

    def _body_font(self, row: Row) -> QFont:
        """Of its text; what stands in the place of one is not upright."""
        font = self._look.font()
        font.setItalic(row.bare)
        return font

    def _line_size(self, row: Row, width: int) -> QSize:
        key = (row.view.id, width, hash(row.remark))
        found = self._sizes.get(key)
        if found is None:
            found = asides.line_size(row.remark, self._look, width)
            self._sizes[key] = found
        return found

    def _day_height(self) -> int:
        return QFontMetrics(self._look.font(theme.SMALL)).height() + 2 * theme.M

    @staticmethod
    def _room(width: int) -> int:
        return int(min(WIDEST, width * _PART)) - 2 * theme.M

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """As Qt asks for it."""
        # Of all rows, whenever some come or go: so it asks the model at once, not role by role.
        width = self._view.viewport().width()
        messages = self._view.model()
        assert isinstance(messages, Messages)
        row, new_day, grouped = messages.standing(index.row())
        if row.is_line:
            height = self._line_size(row, width).height()
        else:
            height = self._text_size(row, self._room(width)).height() + 2 * theme.S
            if row.reactions:
                height += asides.reactions_height(self._look)
        height += 2 if grouped else theme.S
        if above := new_day + (row.view.id == messages.unread_from):
            height += self._day_height() * above
        return QSize(width, height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """As Qt asks for it."""
        self.painted += 1
        row: Row = index.data(MessageRole.ROW)
        rect = QRect(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if index.data(MessageRole.NEW_DAY):
            self._pill(painter, rect, when.full_day(row.view.time), "side", "text_dim")
            rect.setTop(rect.top() + self._day_height())
        if index.data(MessageRole.FIRST_UNREAD):
            self._pill(painter, rect, self.tr("New messages"), "accent", "on_accent")
            rect.setTop(rect.top() + self._day_height())
        if index.data(MessageRole.JUMPED):
            self._band(painter, rect, option.direction == Qt.LayoutDirection.RightToLeft)
        bubble = self.bubble(QRect(option.rect), index)
        edge = self._edge(row, option.state)
        if row.is_line:
            asides.paint_line(painter, bubble, row.remark, self._look, edge)
        else:
            self._bubble(painter, bubble, row, edge)
            if row.reactions:
                at_end = row.view.mine != (option.direction == Qt.LayoutDirection.RightToLeft)
                asides.paint_reactions(painter, bubble, row.reactions, self._look, at_right=at_end)
        painter.restore()

    def bubble(self, rect: QRect, index: Index) -> QRect:
        """Where in a row's rectangle its bubble stands."""
        row: Row = index.data(MessageRole.ROW)
        top = rect.top() + (2 if index.data(MessageRole.GROUPED) else theme.S)
        separators = (MessageRole.NEW_DAY, MessageRole.FIRST_UNREAD)
        top += self._day_height() * sum(bool(index.data(role)) for role in separators)
        if row.is_line:
            size = self._line_size(row, rect.width())
            left = rect.left() + (rect.width() - size.width()) // 2
            return QRect(left, top, size.width(), size.height())
        size = self._text_size(row, self._room(rect.width()))
        mirrored = self._view.layoutDirection() == Qt.LayoutDirection.RightToLeft
        width = size.width() + 2 * theme.M
        at_right = row.view.mine != mirrored
        left = rect.right() - theme.L - width if at_right else rect.left() + theme.L
        return QRect(left, top, width, size.height() + 2 * theme.S)

    def link_at(self, point: QPoint) -> Link | None:
        """The link under a point of the view."""
        index = self._view.indexAt(point)
        row: Row | None = index.data(MessageRole.ROW)
        if row is None or not row.links:
            return None
        bubble = self.bubble(self._view.visualRect(index), index)
        inner = bubble.adjusted(theme.M, theme.S, -theme.M, -theme.S)
        if row.quote is not None:
            inner.setTop(inner.top() + asides.quote_height(self._look))
        made = layout(row.text, self._look.font(), inner.width())
        return link_at(made, row.text, row.links, QPointF(point - inner.topLeft()))

    def quoted_at(self, point: QPoint) -> str:
        """The id of the message whose quotation is under a point of the view, if it is here."""
        index = self._view.indexAt(point)
        row: Row | None = index.data(MessageRole.ROW)
        if row is None or row.quote is None or not row.quote.here:
            return ""
        bubble = self.bubble(self._view.visualRect(index), index)
        area = bubble.adjusted(theme.M, theme.S, -theme.M, 0)
        area.setHeight(asides.quote_height(self._look) - theme.XS)
        return row.quote.id if area.contains(point) else ""

    def reaction_at(self, point: QPoint) -> tuple[str, Reaction] | None:
        """The reaction under a point of the view, and the id of its message."""
        index = self._view.indexAt(point)
        row: Row | None = index.data(MessageRole.ROW)
        if row is None or not row.reactions or row.is_line:
            return None
        bubble = self.bubble(self._view.visualRect(index), index)
        mirrored = self._view.layoutDirection() == Qt.LayoutDirection.RightToLeft
        at_right = row.view.mine != mirrored
        shown = asides.chips(bubble, row.reactions, self._look, at_right=at_right)
        hit = (reaction for reaction, _, chip in shown if chip.contains(point))
        found = next(hit, None)
        return None if found is None else (row.view.id, found)

    def is_asking(self, point: QPoint) -> bool:
        """Whether what is under a point of the view is the sentence that says what a click does."""
        index = self._view.indexAt(point)
        row: Row | None = index.data(MessageRole.ROW)
        if row is None or not (row.cut or row.problem):
            return False
        small = self._look.font(theme.SMALL)
        inner = self.bubble(self._view.visualRect(index), index).adjusted(
            theme.M, theme.S, -theme.M, -theme.S
        )
        area = inner.adjusted(0, 0, 0, -(QFontMetrics(small).height() + 2))
        height = measure(self._extra(row), small, inner.width()).height()
        area.setTop(area.bottom() + 1 - int(height))
        return area.contains(point)

    def _bubble(self, painter: QPainter, bubble: QRect, row: Row, edge: QPen) -> None:
        look, mine = self._look, row.view.mine
        failed = row.view.state == "failed"
        ground = "bubble_mine" if mine and not failed else "bubble_theirs"
        painter.setPen(edge)
        painter.setBrush(look.colour(ground))
        painter.drawRoundedRect(bubble, theme.RADIUS, theme.RADIUS)
        inner = bubble.adjusted(theme.M, theme.S, -theme.M, -theme.S)
        # Each text in its own direction, whatever the window's is.
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        small = look.font(theme.SMALL)
        foot_height = QFontMetrics(small).height() + 2
        body = inner.adjusted(0, 0, 0, -foot_height)
        dim = "dim_mine" if ground == "bubble_mine" else "text_dim"
        if row.quote is not None:
            roles = ("text_mine", dim) if ground == "bubble_mine" else ("text", dim)
            mirrored = self._view.layoutDirection() == Qt.LayoutDirection.RightToLeft
            asides.paint_quote(painter, body, row.quote, look, roles, mirrored=mirrored)
            body.setTop(body.top() + asides.quote_height(look))
        if extra := self._extra(row):
            height = measure(extra, small, inner.width()).height()
            top = QPointF(body.left(), body.bottom() + 1 - height)
            painter.setPen(look.colour("danger" if failed else dim))
            layout(extra, small, inner.width()).draw(painter, top)
        painter.setPen(look.colour("text_mine" if ground == "bubble_mine" else "text"))
        colour = look.colour("text_mine" if ground == "bubble_mine" else "accent")
        if row.bare:
            painter.setPen(look.colour(dim))
        words, font = row.text or row.remark, self._body_font(row)
        text = layout(words, font, inner.width(), () if row.bare else row.links, colour)
        text.draw(painter, QPointF(body.topLeft()))
        self._foot(painter, inner, row, "danger" if failed else dim)

    def _foot(self, painter: QPainter, inner: QRect, row: Row, role: str) -> None:
        """Time, picture and word, in reading order, where reading ends."""
        small = self._look.font(theme.SMALL)
        metrics = QFontMetrics(small)
        painter.setFont(small)
        painter.setPen(self._look.colour(role))
        high = metrics.height()
        mirrored = self._view.layoutDirection() == Qt.LayoutDirection.RightToLeft
        width = self._foot_width(row, metrics)
        start = inner.left() + width if mirrored else inner.right() + 1 - width
        top = inner.bottom() + 1 - high

        def place(wide: int) -> QRect:
            nonlocal start
            at = start - wide if mirrored else start
            start += -wide if mirrored else wide
            return QRect(at, top, wide, high)

        def say(word: str) -> None:
            area = place(metrics.horizontalAdvance(word))
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, word)

        def draw(picture: str) -> None:
            colour = getattr(self._look.palette, role)
            icons.icon(picture, colour, (high,)).paint(painter, place(high))
            place(theme.XS)

        if row.view.edited is not None:
            say(self.tr("edited"))
            place(theme.S)
        say(when.clock(row.view.time))
        if row.left:
            place(theme.S)
            draw("timer")
            say(row.left)
        if not row.view.mine:
            return
        place(theme.S)
        if picture := PICTURES.get(row.view.state):
            draw(picture)
        say(message_state(row.view.state))

    def _edge(self, row: Row, state: QStyle.StateFlag) -> QPen:
        """The line around a bubble: thick at the message on which keys work, which Tab alone does
        not choose.
        """
        if state & QStyle.StateFlag.State_HasFocus:
            return QPen(self._look.colour("text"), 2)
        if row.view.state == "failed":
            return QPen(self._look.colour("danger"))
        if state & QStyle.StateFlag.State_Selected:
            return QPen(self._look.colour("text"))
        return QPen(Qt.PenStyle.NoPen)

    def _band(self, painter: QPainter, rect: QRect, mirrored: bool) -> None:
        """Behind the message that the person came for: a ground, and a bar where reading begins."""
        painter.fillRect(rect.adjusted(0, 0, 0, theme.XS), self._look.colour("selected"))
        bar = QRect(rect.right() - theme.XS + 1 if mirrored else 0, rect.top(), theme.XS, 0)
        bar.setBottom(rect.bottom())
        painter.fillRect(bar.adjusted(0, 0, 0, theme.XS), self._look.colour("accent"))

    def _pill(self, painter: QPainter, rect: QRect, words: str, ground: str, role: str) -> None:
        """A word between messages, on a ground of its own."""
        font = self._look.font(theme.SMALL, bold=True)
        painter.setFont(font)
        area = QRect(rect.left(), rect.top(), rect.width(), self._day_height())
        metrics = QFontMetrics(font)
        width = metrics.horizontalAdvance(words) + 2 * theme.M
        pill = QRect(0, 0, width, metrics.height() + theme.S)
        pill.moveCenter(area.center())
        painter.setBrush(self._look.colour(ground))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2)
        painter.setPen(self._look.colour(role))
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, words)
