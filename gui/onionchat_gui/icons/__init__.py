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
def icon(name: str, colour: str) -> QIcon:
    """A drawing for buttons and menus, sharp at every size and density that screens have."""
    made = QIcon()
    for size in SIZES:
        for density in DENSITIES:
            made.addPixmap(pixmap(name, colour, QSize(size, size), density))
    return made


def application_icon() -> QIcon:
    """The program's own icon, in its own colours."""
    return icon(APPLICATION, "")
