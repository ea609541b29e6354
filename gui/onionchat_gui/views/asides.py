"""What is painted beside a message's text: what it answers, reactions, a line of the conversation.

What lives here: sizes and painting of these, made of words that are safe and short. What may not:
the bubble itself and what is kept of its size (`bubbles`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen

from onionchat_gui import theme
from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels.remarks import Quoted, Reaction

from .text_layout import layout, measure

_BAR: Final = 3
_WIDEST_REACTION: Final = 120


def _quote_fonts(quote: Quoted, look: Theme) -> tuple[QFont, QFont]:
    said = look.font(theme.SMALL)
    said.setItalic(not quote.here)
    return look.font(theme.SMALL, bold=True), said


def quote_height(look: Theme) -> int:
    """Of the two lines of a quotation, and what is below them."""
    return 2 * QFontMetrics(look.font(theme.SMALL, bold=True)).lineSpacing() + theme.XS


def quote_size(quote: Quoted, look: Theme, width: int) -> QSize:
    """The room of a quotation in a bubble whose text may have `width`."""
    lines = zip(_quote_fonts(quote, look), (quote.who, quote.line), strict=True)
    words = max(QFontMetrics(font).horizontalAdvance(line) for font, line in lines)
    return QSize(min(width, words + _BAR + theme.S + 1), quote_height(look))


def paint_quote(
    painter: QPainter,
    body: QRect,
    quote: Quoted,
    look: Theme,
    roles: tuple[str, str],
    *,
    mirrored: bool,
) -> None:
    """A bar where reading begins, who said it, and the beginning of what was said."""
    high = quote_height(look) - theme.XS
    left = body.right() + 1 - _BAR if mirrored else body.left()
    painter.fillRect(QRect(left, body.top(), _BAR, high), look.colour(roles[0]))
    start = body.left() if mirrored else body.left() + _BAR + theme.S
    width = body.width() - _BAR - theme.S
    # What is not here was said by nobody: that stands in the middle.
    top = body.top() if quote.who else body.top() - high // 4
    for font, line, role in zip(
        _quote_fonts(quote, look), (quote.who, quote.line), roles, strict=True
    ):
        metrics = QFontMetrics(font)
        painter.setPen(look.colour(role))
        words = metrics.elidedText(line, Qt.TextElideMode.ElideRight, width)
        layout(words, font, width + 1).draw(painter, QPointF(start, top))
        top += high // 2


def reactions_height(look: Theme) -> int:
    """Of the row of reactions below a bubble."""
    return QFontMetrics(look.font()).height() + theme.S + 2


def chips(
    bubble: QRect, reactions: Sequence[Reaction], look: Theme, *, at_right: bool
) -> Iterator[tuple[Reaction, str, QRect]]:
    """Each reaction that is shown, what is painted of it, and where."""
    metrics = QFontMetrics(look.font())
    high = reactions_height(look) - theme.XS
    place = bubble.right() if at_right else bubble.left()
    for reaction in reactions[:_MOST]:
        words = metrics.elidedText(reaction.words, Qt.TextElideMode.ElideRight, _WIDEST_REACTION)
        width = metrics.horizontalAdvance(words) + 2 * theme.S
        left = place - width if at_right else place
        place += -(width + theme.XS) if at_right else width + theme.XS
        yield reaction, words, QRect(left, bubble.bottom() + 2, width, high)


def paint_reactions(
    painter: QPainter,
    bubble: QRect,
    reactions: Sequence[Reaction],
    look: Theme,
    *,
    at_right: bool,
) -> None:
    """Each on a ground of its own, as far as there is room; one's own has a line around it."""
    painter.setFont(look.font())
    for reaction, words, chip in chips(bubble, reactions, look, at_right=at_right):
        high = chip.height()
        pen = QPen(look.colour("accent"), 2) if reaction.mine else QPen(look.colour("line"), 1)
        painter.setPen(pen)
        painter.setBrush(look.colour("side"))
        painter.drawRoundedRect(chip, high / 2, high / 2)
        painter.setPen(look.colour("text"))
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, words)


_MOST: Final = 4
"""Reactions that are painted; there are two people, and each has one."""


def _line_room(width: int) -> int:
    return max(1, width - 4 * theme.L)


def line_size(words: str, look: Theme, width: int) -> QSize:
    """The room of a line of the conversation, with its ground."""
    size = measure(words, look.font(theme.SMALL), _line_room(width))
    return size + QSize(2 * theme.M, theme.S)


def paint_line(painter: QPainter, area: QRect, words: str, look: Theme, edge: QPen) -> None:
    """What became of the conversation, on a ground of its own between the messages."""
    painter.setPen(edge)
    painter.setBrush(look.colour("side"))
    painter.drawRoundedRect(area, theme.RADIUS, theme.RADIUS)
    painter.setPen(look.colour("text_dim"))
    made = layout(words, look.font(theme.SMALL), area.width() - 2 * theme.M + 1)
    made.draw(painter, QPointF(area.left() + theme.M, area.top() + theme.S / 2))
