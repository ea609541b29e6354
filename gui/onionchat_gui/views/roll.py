"""An area that scrolls down and up, and never cuts off what is in it at its sides.

What lives here: the area. What may not: what is in it.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from onionchat_gui import theme

MIN_COLUMN: Final = 16
"""Its width in heights of its type, though less be in it."""


class Roll(QScrollArea):
    """As wide as it is given, and at least as wide as what is in it. What has the focus is in
    sight, also when what stands above it grows, until the person scrolls.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._follows: QWidget | None = None
        bar = self.verticalScrollBar()
        bar.rangeChanged.connect(self.follow)
        bar.actionTriggered.connect(self._scrolled)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._focus_moved)

    def _focus_moved(self, _: QWidget | None, now: QWidget | None) -> None:
        # What is pressed by the mouse is in sight, and must not move away below it.
        if not isValid(self) or now is None:
            return
        inside: QWidget | None = self.widget()
        pointed = QApplication.mouseButtons() != Qt.MouseButton.NoButton
        if inside is not None and inside.isAncestorOf(now) and not pointed:
            self._follows = now
            self.follow()

    def follow(self) -> None:
        """Scroll to what has the focus, unless the person has scrolled since it has."""
        if self._follows is not None and isValid(self._follows) and self._follows.hasFocus():
            self.ensureWidgetVisible(self._follows, 0, theme.M)

    def _scrolled(self) -> None:
        self._follows = None

    def minimumSizeHint(self) -> QSize:
        """As Qt asks for it."""
        hint = super().minimumSizeHint()
        inside: QWidget | None = self.widget()
        if inside is not None:
            bar = self.verticalScrollBar().sizeHint().width()
            least = MIN_COLUMN * self.fontMetrics().lineSpacing()
            hint.setWidth(max(least, inside.minimumSizeHint().width()) + bar)
        return hint

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """As Qt calls it for what is inside: its needs are those of this too."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)


def rolling(dialog: QDialog, inside: QWidget, buttons: QLayout, width: int) -> None:
    """Let a dialog have this above its buttons: as high as it needs, as far as the screen goes;
    beyond that it scrolls, and the buttons stay.
    """
    area = Roll(dialog)
    area.setWidget(inside)
    buttons.setContentsMargins(theme.XL, theme.S, theme.XL, theme.L)
    column = QVBoxLayout(dialog)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(area, 1)
    column.addLayout(buttons)
    fit(dialog, inside, buttons, max(width, area.minimumSizeHint().width()))


def fit(dialog: QDialog, inside: QWidget, buttons: QLayout, width: int) -> None:
    """Let a dialog made by `rolling` be as high as what is in it now."""
    below = max(buttons.sizeHint().height(), buttons.heightForWidth(width))
    wanted = max(inside.heightForWidth(width), inside.sizeHint().height()) + below
    dialog.resize(width, min(wanted, dialog.screen().availableGeometry().height() * 4 // 5))


def roll_in(page: QWidget, card: QWidget) -> Roll:
    """Let a page have this card alone, in its middle; where it is too high, it scrolls."""
    inside = QWidget()
    inside.setObjectName("page")
    across = QHBoxLayout()
    across.addStretch(1)
    across.addWidget(card, 100)
    across.addStretch(1)
    rows = QVBoxLayout(inside)
    rows.setContentsMargins(theme.L, theme.L, theme.L, theme.L)
    rows.addStretch(2)
    rows.addLayout(across)
    rows.addStretch(3)
    area = Roll(page)
    area.setWidget(inside)
    outer = QVBoxLayout(page)
    outer.setContentsMargins(0, 0, 0, 0)
    outer.addWidget(area)
    return area
