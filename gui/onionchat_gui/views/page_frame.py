"""What pages beside the conversation have in common: a header with "Back", and cards that scroll.

What lives here: frames, texts and buttons without a subject. What may not: anything of one page.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QByteArray, QCoreApplication, QEvent, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QPushButton,
    QScrollBar,
    QVBoxLayout,
    QWidget,
)

from onionchat.displayable import displayable
from onionchat_gui import icons, theme
from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels.desk import Desk

from .column import Column
from .roll import Roll

MAX_COLUMN: Final = 680
"""Wider lines are tiring to read."""
_LONG: Final = re.compile(r"\S{20}")
_WIDEST_PIECE: Final = 20 * "W"
_STEPS: Final = {
    Qt.Key.Key_PageUp: QScrollBar.SliderAction.SliderPageStepSub,
    Qt.Key.Key_PageDown: QScrollBar.SliderAction.SliderPageStepAdd,
    Qt.Key.Key_Home: QScrollBar.SliderAction.SliderToMinimum,
    Qt.Key.Key_End: QScrollBar.SliderAction.SliderToMaximum,
}
ICON: Final = 20
_SIGN: Final = 32
RING: Final = 2
"""Pixels of the line in a filled button with the focus."""
QR_SIDE: Final = 232
"""Of a QR code: a telephone reads it from a screen at arm's length."""


class Words(QLabel):
    """A text that wraps, shown as it is. A word without end makes no page wider than the window."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setText(displayable(words))

    def setText(self, words: str) -> None:
        """Show this; Qt breaks lines at blanks alone, so long words get places to break at."""
        super().setText(_LONG.sub("\\g<0>\N{ZERO WIDTH SPACE}", words))

    def minimumSizeHint(self) -> QSize:
        """As Qt asks for it. Marks without end on one letter have no place to break at."""
        least = super().minimumSizeHint()
        if self.wordWrap():
            least.setWidth(min(least.width(), self.fontMetrics().horizontalAdvance(_WIDEST_PIECE)))
        return least


def label(words: str = "", role: str = "") -> Words:
    """A text that wraps, in the colour of a role."""
    made = Words(words)
    if role:
        made.setProperty("role", role)
    return made


def heading(look: Theme, words: str) -> Words:
    """A text that stands above others in a card."""
    made = label(words)
    made.setFont(look.font(bold=True))
    return made


class Button(QPushButton):
    """A button with a drawing that takes the colour of its text."""

    def __init__(
        self, look: Theme, words: str, picture: str = "", *, primary: bool = False, role: str = ""
    ) -> None:
        super().__init__(words)
        self._look, self._picture = look, picture
        self._role = "on_accent" if primary else role or "text"
        self.setProperty("primary", primary)
        self.setProperty("role", role)
        look.changed.connect(self._draw)
        self._draw()

    def show_as(self, words: str, picture: str) -> None:
        """Other words, and another drawing."""
        self.setText(words)
        self._picture = picture
        self._draw()

    def changeEvent(self, event: QEvent) -> None:
        """As Qt calls it: the drawing is as dim as the words, and before them."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.EnabledChange, QEvent.Type.LayoutDirectionChange):
            self._draw()

    def paintEvent(self, event: QPaintEvent) -> None:
        """As Qt calls it: where the button is filled, a ring in the colour of its words shows the
        focus; a line around it would hardly differ from it.
        """
        super().paintEvent(event)
        if not (self.property("primary") and self.hasFocus()):
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._look.colour("on_accent"), RING))
        inset = 2 * RING
        painter.drawRoundedRect(
            self.rect().adjusted(inset, inset, -inset, -inset), theme.S, theme.S
        )
        painter.end()

    def _draw(self) -> None:
        if not self._picture:
            return
        colour = getattr(self._look.palette, self._role if self.isEnabled() else "text_dim")
        # Room between drawing and words, which Qt's styles do not know.
        gap = theme.S if self.text() else 0
        left, right = (gap, 0) if self.isRightToLeft() else (0, gap)
        self.setIconSize(QSize(ICON + gap, ICON))
        self.setIcon(icons.icon(self._picture, colour, (ICON,), left=left, right=right))


class Sign(QLabel):
    """A drawing beside a text that says the same; not for screen readers."""

    def __init__(self, look: Theme, picture: str, role: str, size: int = 20) -> None:
        super().__init__()
        self._look, self._picture, self._role, self._size = look, picture, role, size
        self.setAlignment(Qt.AlignmentFlag.AlignTop)
        look.changed.connect(self._draw)
        self._draw()

    def show_picture(self, picture: str, role: str) -> None:
        """Another drawing, or colour."""
        self._picture, self._role = picture, role
        self._draw()

    def _draw(self) -> None:
        colour = getattr(self._look.palette, self._role)
        size = QSize(self._size, self._size)
        self.setPixmap(icons.pixmap(self._picture, colour, size, self.devicePixelRatioF()))


class Warning(QFrame):
    """A sentence that must not be overlooked: with a sign, in the colour of danger."""

    def __init__(self, look: Theme) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.S)
        self.words = label("", "danger")
        row.addWidget(Sign(look, "triangle-alert", "danger"), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.words, 1)
        self.hide()

    def say(self, sentence: str) -> None:
        """Show a sentence; nothing hides it."""
        self.words.setText(displayable(sentence))
        self.words.setAccessibleName(sentence)
        self.setVisible(bool(sentence))


class Code(QLabel):
    """A QR code, dark on white in both themes: readers do not know the other way round."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._svg = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAccessibleName(name)
        self.setFixedSize(QR_SIDE, QR_SIDE)
        self.hide()

    def draw(self, svg: str) -> None:
        """Show this code; nothing hides it."""
        self._svg = svg
        self._draw()
        self.setVisible(not self.pixmap().isNull())

    def event(self, event: QEvent) -> bool:
        """As Qt calls it: the window came to a screen with other pixels."""
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._draw()
        return super().event(event)

    def _draw(self) -> None:
        drawing = QSvgRenderer(QByteArray(self._svg.encode("utf-8")))
        if not self._svg or not drawing.isValid():
            self.setPixmap(QPixmap())
            return
        density = self.devicePixelRatioF()
        drawn = QPixmap(self.size() * density)
        drawn.setDevicePixelRatio(density)
        drawn.fill(Qt.GlobalColor.transparent)
        painter = QPainter(drawn)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(Qt.GlobalColor.white)
        painter.drawRoundedRect(self.rect(), theme.S, theme.S)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        drawing.render(painter, QRectF(self.rect()).adjusted(8, 8, -8, -8))
        painter.end()
        self.setPixmap(drawn)


def back_button(desk: Desk, look: Theme) -> Button:
    """The arrow to the page before."""
    made = Button(look, "", "arrow-left")
    made.setFlat(True)
    made.setAccessibleName(QCoreApplication.translate("PageFrame", "Back"))
    made.setToolTip(QCoreApplication.translate("PageFrame", "Back (Esc)"))
    made.clicked.connect(desk.back)
    return made


class Header(QFrame):
    """A page's bar: the way back, and the title."""

    def __init__(self, desk: Desk, look: Theme) -> None:
        super().__init__()
        self.setObjectName("header")
        self.title = label()
        self.title.setFont(look.font(theme.LARGE, bold=True))
        self.back = back_button(desk, look)
        self.row = row = QHBoxLayout(self)
        row.setContentsMargins(theme.M, theme.S, theme.L, theme.S)
        row.setSpacing(theme.M)
        row.addWidget(self.back)
        row.addWidget(self.title, 1)


class PageFrame(QWidget):
    """A page: a bar with its title, and cards below each other that scroll."""

    def __init__(self, desk: Desk, look: Theme) -> None:
        super().__init__()
        self._look = look
        bar = Header(desk, look)
        self.title, self.back = bar.title, bar.back
        inside = QWidget()
        inside.setObjectName("page")
        column = Column(MAX_COLUMN, inside)
        self.column = QVBoxLayout(column)
        self.column.setContentsMargins(theme.L, theme.XL, theme.L, theme.XL)
        self.column.setSpacing(theme.L)
        around = QHBoxLayout(inside)
        around.setContentsMargins(0, 0, 0, 0)
        around.addStretch(1)
        around.addWidget(column, 100)
        around.addStretch(1)
        self.area = Roll(self)
        self.area.setWidget(inside)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(bar)
        rows.addWidget(self.area, 1)

    def card(self, title: str = "") -> QVBoxLayout:
        """A new card below the others."""
        frame = QFrame()
        frame.setObjectName("card")
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(theme.L, theme.L, theme.L, theme.L)
        inside.setSpacing(theme.M)
        if title:
            heading = label(title)
            heading.setFont(self._look.font(theme.NORMAL, bold=True))
            inside.addWidget(heading)
        self.column.addWidget(frame)
        return inside

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """As Qt calls it for keys that no control wants: they scroll, also where nothing but
        "Back" can have the focus.
        """
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self.area.verticalScrollBar().triggerAction(step)

    def lead_to(self, part: QWidget) -> None:
        """Let the page begin at this part: it is seen, and has the focus."""
        self.setFocusProxy(part)
        self.reveal(part)

    def reveal(self, part: QWidget) -> None:
        """Scroll to this part, as soon as everything has its place."""

        def scroll() -> None:
            self.area.ensureWidgetVisible(part, 0, theme.XL)
            self.area.follow()

        QTimer.singleShot(0, part, scroll)

    def finish(self) -> None:
        """After the last card: the room below stays empty."""
        self.column.addStretch(1)


def confirm(
    parent: QWidget, question: str, what: str, action: str, then: Callable[[], None]
) -> QMessageBox:
    """Ask before something is gone for good. Does not wait: `then` is called on "yes"."""
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    colours = theme.in_use()
    sign = icons.pixmap(
        "triangle-alert", colours.danger, QSize(_SIGN, _SIGN), box.devicePixelRatioF()
    )
    box.setIconPixmap(sign)
    box.setTextFormat(Qt.TextFormat.PlainText)
    # Not the question: desktops show titles in their lists of windows, and it may name somebody.
    box.setWindowTitle("onionchat")
    box.setText(displayable(question))
    box.setInformativeText(displayable(what))
    yes = box.addButton(action, QMessageBox.ButtonRole.DestructiveRole)
    no = box.addButton(QMessageBox.StandardButton.Cancel)
    # Some desktops put pictures of their own on it.
    no.setIcon(icons.icon("x", colours.text, (ICON,)))
    no.setIconSize(QSize(ICON, ICON))
    box.setDefaultButton(no)
    box.setEscapeButton(no)
    yes.clicked.connect(then)
    box.setModal(False)
    box.show()
    return box
