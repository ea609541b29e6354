"""How a row of search results is painted: a contact, or a piece of a message with its words.

What lives here: one delegate. What may not: what is found, and the marks' places (`viewmodels`).
"""

from __future__ import annotations

from math import ceil
from os.path import commonprefix
from typing import Final

from msgspec.structs import replace
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from onionchat.views import ContactView, MessageView
from onionchat_gui import theme
from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels import when
from onionchat_gui.viewmodels.desk import Desk
from onionchat_gui.viewmodels.marking import Marked
from onionchat_gui.viewmodels.search import MAX_CONTACTS, Found, SearchRole
from onionchat_gui.viewmodels.words import contact_state

from .conversation_list import AVATAR, paint_avatar

Index = QModelIndex | QPersistentModelIndex

LINES: Final = 2
"""Lines of a message that are shown."""
_ISOLATE: Final = "\N{FIRST STRONG ISOLATE}"
_END: Final = "\N{POP DIRECTIONAL ISOLATE}"


class FoundDelegate(QStyledItemDelegate):
    """Paints rows of `viewmodels.search.Search`. No height depends on a text."""

    def __init__(self, desk: Desk, look: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self._look = look
        self.painted = 0
        """Rows painted so far; counted by tests."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """As Qt asks for it."""
        found: Found = index.data(SearchRole.FOUND)
        line = QFontMetrics(self._look.font()).height()
        lines = 1 + (LINES if found.message is not None else 1)
        height = max(AVATAR, lines * line + theme.XS) + 2 * theme.S
        if index.data(SearchRole.FIRST):
            height += self._heading_height()
        return QSize(200, height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """As Qt asks for it."""
        self.painted += 1
        found: Found = index.data(SearchRole.FOUND)
        look, rect = self._look, QRect(option.rect)
        rtl = option.direction == Qt.LayoutDirection.RightToLeft
        painter.save()
        # What stands on each other without end stays in its row.
        painter.setClipRect(rect, Qt.ClipOperation.IntersectClip)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if index.data(SearchRole.FIRST):
            self._heading(painter, rect, found, rtl)
            rect.setTop(rect.top() + self._heading_height())
        state = option.state
        if state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            ground = look.colour("selected")
            if not state & QStyle.StateFlag.State_Selected:
                ground.setAlphaF(0.5)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ground)
            painter.drawRoundedRect(rect.adjusted(theme.S, 1, -theme.S, -1), 10, 10)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(look.colour("accent"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect.adjusted(theme.S, 1, -theme.S - 1, -2), 10, 10)
        inner = rect.adjusted(theme.L, theme.S, -theme.L, -theme.S)
        left = inner.right() - AVATAR if rtl else inner.left()
        top = inner.top() + (inner.height() - AVATAR) // 2
        name = index.data()
        person = self._desk.conversations.contact(found.contact)
        if person is not None and found.message is not None:
            # Whether it is connected now says nothing of what was said then.
            person = replace(person, connected=False)
        paint_avatar(painter, look, QRect(left, top, AVATAR, AVATAR), name, person)
        gap = AVATAR + theme.M
        words = inner.adjusted(0 if rtl else gap, 0, -gap if rtl else 0, 0)
        # Each text in its own direction; where it stands is the window's.
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        marked: Marked = index.data(SearchRole.MARKED)
        if found.message is None:
            self._contact(painter, words, marked, person, rtl)
        else:
            self._message(painter, words, name, found.message, marked, rtl)
        painter.restore()

    # --- Parts of a row --------------------------------------------------------------------------

    def _heading_height(self) -> int:
        return QFontMetrics(self._look.font(theme.SMALL)).height() + theme.L

    def _heading(self, painter: QPainter, rect: QRect, found: Found, rtl: bool) -> None:
        search = self._desk.search
        if found.message is not None:
            words = self.tr("Messages")
        elif search.matching > MAX_CONTACTS:
            words = self.tr("Contacts: the latest %1 of %2")
            words = words.replace("%1", str(MAX_CONTACTS)).replace("%2", str(search.matching))
        else:
            words = self.tr("Contacts")
        painter.setFont(self._look.font(theme.SMALL, bold=True))
        painter.setPen(self._look.colour("text_dim"))
        area = QRect(rect.left(), rect.top(), rect.width(), self._heading_height())
        side = Qt.AlignmentFlag.AlignRight if rtl else Qt.AlignmentFlag.AlignLeft
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
        painter.drawText(area.adjusted(theme.L, theme.XS, -theme.L, 0), side | middle, words)

    def _contact(
        self, painter: QPainter, area: QRect, name: Marked, person: ContactView | None, rtl: bool
    ) -> None:
        state = Marked(contact_state(person.state) if person is not None else "", ())
        parts = [(name, "text")] + [(state, "text_dim")] * bool(state.text)
        laid = [(self._laid(text, area.width(), 1, rtl), role) for text, role in parts]
        top = area.top() + (area.height() - sum(_height(text) for text, _ in laid)) // 2
        for text, role in laid:
            painter.setPen(self._look.colour(role))
            text.draw(painter, QPointF(area.left(), top))
            top += _height(text)

    def _message(
        self,
        painter: QPainter,
        area: QRect,
        name: str,
        message: MessageView,
        marked: Marked,
        rtl: bool,
    ) -> None:
        """Whose conversation it is in, when it was said, by whom, and what."""
        look = self._look
        if message.mine:
            if self._desk.search.contact:
                name = self.tr("You")
            else:
                marked = self._said(marked)
        text = self._laid(marked, area.width(), LINES, rtl)
        bold, small = look.font(bold=True), look.font(theme.SMALL)
        head = QFontMetrics(bold).height() + 2
        title = QRect(area)
        title.setTop(area.top() + max(0, area.height() - head - _height(text)) // 2)
        title.setHeight(head)
        start = Qt.AlignmentFlag.AlignRight if rtl else Qt.AlignmentFlag.AlignLeft
        end = Qt.AlignmentFlag.AlignLeft if rtl else Qt.AlignmentFlag.AlignRight
        absolute = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignAbsolute
        time = when.brief(message.time, self._desk.now())
        painter.setFont(small)
        painter.setPen(look.colour("text_dim"))
        painter.drawText(title, end | absolute, time)
        text.draw(painter, QPointF(title.left(), title.bottom() + 1))
        width = QFontMetrics(small).horizontalAdvance(time) + theme.S
        room = title.adjusted(width if rtl else 0, 0, 0 if rtl else -width, 0)
        painter.setFont(bold)
        painter.setPen(look.colour("text"))
        elided = QFontMetrics(bold).elidedText(name, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, start | absolute, elided)

    def _said(self, marked: Marked) -> Marked:
        """What the person said, and that it was they. The text keeps its own direction."""
        before, _, after = self.tr("You: %1").partition("%1")
        before += _ISOLATE
        ranges = tuple((one + len(before), end + len(before)) for one, end in marked.ranges)
        return Marked(before + marked.text + _END + after, ranges)

    def _laid(self, marked: Marked, width: int, lines: int, rtl: bool) -> QTextLayout:
        """A text in a few lines; what does not fit ends with dots."""
        font = self._look.font()
        made = self._layout(marked.text, marked, font, width, rtl)
        if made.lineCount() <= lines:
            return made
        start = _characters(marked.text, made.lineAt(lines - 1).textStart())
        # Bold words are wider than they are measured here.
        rest = QFontMetrics(font).elidedText(
            marked.text[start:], Qt.TextElideMode.ElideRight, width - theme.XL
        )
        return self._layout(marked.text[:start] + rest, marked, font, width, rtl)

    def _layout(self, text: str, marked: Marked, font: QFont, width: int, rtl: bool) -> QTextLayout:
        """The text in lines, its marks bold and on a ground: colour alone would be no sign."""
        same = len(commonprefix((text, marked.text)))
        made = QTextLayout(text, font)
        formats = []
        for begin, end in marked.ranges:
            if end > same:
                break
            of_words = QTextCharFormat()
            of_words.setFontWeight(QFont.Weight.Bold)
            of_words.setForeground(self._look.colour("text"))
            of_words.setBackground(self._look.colour("found"))
            place = QTextLayout.FormatRange()
            place.start, place.length = _units(text[:begin]), _units(text[begin:end])
            place.format = of_words
            formats.append(place)
        made.setFormats(formats)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        option.setAlignment(Qt.AlignmentFlag.AlignRight if rtl else Qt.AlignmentFlag.AlignLeft)
        made.setTextOption(option)
        made.beginLayout()
        height = 0.0
        while (line := made.createLine()).isValid():
            line.setLineWidth(width)
            line.setPosition(QPointF(0, height))
            height += line.height()
        made.endLayout()
        return made


def _height(laid: QTextLayout) -> int:
    return ceil(sum(laid.lineAt(number).height() for number in range(laid.lineCount())))


def _units(text: str) -> int:
    """The length that Qt gives to a text: it counts UTF-16."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _characters(text: str, units: int) -> int:
    """How many characters stand before a place of Qt's."""
    before = text.encode("utf-16-le", "surrogatepass")[: 2 * units]
    return len(before.decode("utf-16-le", "surrogatepass"))
