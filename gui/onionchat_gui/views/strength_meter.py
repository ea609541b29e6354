"""How strong a passphrase is: a bar, and the same in words.

What lives here: the picture of a rating. What may not: the rating (`viewmodels.new_passphrase`).
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from onionchat.control.strength import Level
from onionchat_gui import theme
from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels.new_passphrase import LEVELS, NewPassphrase

from .page_frame import label

_ROLES: Final = {
    Level.VERY_WEAK: "danger",
    Level.WEAK: "danger",
    Level.FAIR: "text_dim",
    Level.GOOD: "good",
    Level.STRONG: "good",
}


class StrengthMeter(QWidget):
    """Follows a `NewPassphrase`. The bar is for the eyes; `words` say all of it."""

    def __init__(self, model: NewPassphrase, look: Theme) -> None:
        super().__init__()
        self._model = model
        self._bar = _Bar(model, look)
        self.words = label("", "dim")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.S)
        column.addWidget(self._bar)
        column.addWidget(self.words)
        model.rated.connect(self._show)
        self._show()

    def _show(self) -> None:
        level = self._model.level
        self._bar.update()
        self.words.setText(
            self.tr("How strong it is appears here while you type.")
            if level is None
            else {
                Level.VERY_WEAK: self.tr("Very weak: it would be guessed at once."),
                Level.WEAK: self.tr("Weak: it would be guessed within an hour."),
                Level.FAIR: self.tr("Fair: it would stand for some days."),
                Level.GOOD: self.tr("Good: it would stand for years."),
                Level.STRONG: self.tr("Strong."),
            }[level]
        )


class _Bar(QWidget):
    """As many pieces as there are levels; as many are filled as it has reached."""

    HEIGHT: Final = 6

    def __init__(self, model: NewPassphrase, look: Theme) -> None:
        super().__init__()
        self._model, self._look = model, look
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """As Qt asks for it."""
        return QSize(0, self.HEIGHT)

    def paintEvent(self, _: QPaintEvent) -> None:
        """As Qt calls it."""
        level = self._model.level
        reached = 0 if level is None else LEVELS.index(level) + 1
        full = self._look.colour("line" if level is None else _ROLES[level])
        empty = self._look.colour("line")
        width = (self.width() - theme.XS * (len(LEVELS) - 1)) / len(LEVELS)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for number in range(len(LEVELS)):
            place = len(LEVELS) - 1 - number if self.isRightToLeft() else number
            painter.setBrush(full if number < reached else empty)
            piece = QRectF(place * (width + theme.XS), 0, width, self.HEIGHT)
            painter.drawRoundedRect(piece, self.HEIGHT / 2, self.HEIGHT / 2)
        painter.end()
