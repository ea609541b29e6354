"""The window's pictures: line drawings that take the colour of the text beside them.

The drawings are Lucide's (see LICENSE in this folder), onionchat.svg is our own. A view names a
drawing and a colour of the palette; what a picture means is said by the control's text or name.
"""

from functools import lru_cache
from importlib.resources import files
from typing import Final

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

SIZES: Final = (16, 20, 24, 32, 48)
"""Pixels for which a picture is drawn, each also at twice and three times the density."""

DENSITIES: Final = (1, 2, 3)
APPLICATION: Final = "onionchat"


class UnknownPicture(LookupError):
    """There is no drawing with that name."""


def drawing(name: str) -> bytes:
    """The SVG of a drawing, as it stands in its file. Raises UnknownPicture."""
    file = files(__name__) / f"{name}.svg"
    if not file.is_file():
        raise UnknownPicture(name)
    return file.read_bytes()


def pixmap(name: str, colour: str, size: QSize, density: float = 1.0) -> QPixmap:
    """A drawing in one colour (`#rrggbb`), `size` device-independent pixels large."""
    svg = drawing(name).replace(b"currentColor", colour.encode("ascii"))
    drawn = QPixmap(size * density)
    drawn.setDevicePixelRatio(density)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    QSvgRenderer(QByteArray(svg)).render(painter, QRectF(0, 0, size.width(), size.height()))
    painter.end()
    return drawn


@lru_cache(maxsize=256)
def icon(
    name: str, colour: str, sizes: tuple[int, ...] = SIZES, *, left: int = 0, right: int = 0
) -> QIcon:
    """A drawing for windows, buttons and menus, sharp at every density that screens have.

    `left` and `right` are room beside it. It looks the same where the control is disabled: who
    wants it dim says so by the colour, and Qt shall not make it grey once more.
    """
    made = QIcon()
    for size in sizes:
        for density in DENSITIES:
            drawn = _wider(pixmap(name, colour, QSize(size, size), density), left, right)
            made.addPixmap(drawn)
            made.addPixmap(drawn, QIcon.Mode.Disabled)
    return made


def _wider(drawn: QPixmap, left: int, right: int) -> QPixmap:
    if not left and not right:
        return drawn
    density = drawn.devicePixelRatio()
    size = drawn.deviceIndependentSize().toSize()
    wide = QPixmap(QSize(left + size.width() + right, size.height()) * density)
    wide.setDevicePixelRatio(density)
    wide.fill(Qt.GlobalColor.transparent)
    painter = QPainter(wide)
    painter.drawPixmap(left, 0, drawn)
    painter.end()
    return wide


def application_icon() -> QIcon:
    """The program's own icon, in its own colours."""
    return icon(APPLICATION, "")
