"""Where a QR code can be read from: a picture file, what was copied, the screen.

What lives here: the three buttons, and how each gets at bytes. What may not: decoding them, which
the confined child does (`qr`), and what the code says.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

from PySide6.QtCore import QBuffer, QIODevice, QMimeData
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from onionchat_gui import theme
from onionchat_gui.theme import Theme

from .flow import FlowLayout
from .page_frame import Button

PICTURES: Final = ("image/png", "image/jpeg", "image/bmp")
"""Of what was copied, the best first; the child that decodes them takes each."""
_FAST: Final = 100
"""What Qt calls the quality of a PNG: 100 is the largest and soonest done."""


class ReadsCodes(Protocol):
    """The model that wants what a code says."""

    def read_file(self, path: str) -> None:
        """Take it from a picture file."""

    def read_picture(self, content: bytes) -> None:
        """Take it from a picture in memory."""


class CodeSources(QWidget):
    """A row of buttons."""

    def __init__(self, look: Theme, model: ReadsCodes, say: Callable[[str], None]) -> None:
        """`say` shows a sentence about what is wrong; with nothing it takes the last one back."""
        super().__init__()
        self._model = model
        self._say = say
        self.from_file = Button(look, self.tr("Code in a picture file…"), "image")
        self.from_clipboard = Button(look, self.tr("Copied picture"), "copy")
        self.from_screen = Button(look, self.tr("Code on the screen"), "scan-line")
        self.buttons = (self.from_file, self.from_clipboard, self.from_screen)
        row = FlowLayout(theme.S, self)
        for button in self.buttons:
            row.addWidget(button)
        self.from_file.clicked.connect(self.choose_file)
        self.from_clipboard.clicked.connect(self.read_clipboard)
        self.from_screen.clicked.connect(self.read_screen)

    def allow(self, allowed: bool) -> None:
        """Whether they can be pressed."""
        for button in self.buttons:
            button.setEnabled(allowed)

    def choose_file(self) -> None:
        """Ask for a picture file."""
        dialog = QFileDialog(self, self.tr("Picture with a QR code"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters(
            [self.tr("Pictures (*.png *.jpg *.jpeg *.webp *.gif *.bmp)"), self.tr("All files (*)")]
        )
        dialog.fileSelected.connect(self._model.read_file)
        dialog.finished.connect(dialog.deleteLater)
        dialog.show()

    def read_clipboard(self) -> None:
        """Take what was copied. Bytes, never `image()`: what somebody else drew is decoded by the
        confined child alone.
        """
        copied: QMimeData | None = QGuiApplication.clipboard().mimeData()
        kinds = copied.formats() if copied is not None else []
        kind = next((kind for kind in PICTURES if kind in kinds), None)
        if copied is None or kind is None:
            self._say(self.tr("No picture was copied. Copy one, or choose a file."))
        else:
            self._read(bytes(copied.data(kind).data()))

    def read_screen(self) -> None:
        """Take what is on the screen, where the desktop lets programs see it."""
        image = self.screen().grabWindow(0).toImage()
        if image.isNull():
            self._say(
                self.tr(
                    "This desktop does not let programs see the screen. Take a screenshot, and"
                    " choose it as a file or copy it."
                )
            )
        else:
            grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
            buffer = QBuffer()
            buffer.open(QIODevice.OpenModeFlag.WriteOnly)
            grey.save(buffer, "PNG", _FAST)  # type: ignore[call-overload]
            self._read(bytes(buffer.data().data()))

    def _read(self, content: bytes) -> None:
        self._say("")
        self._model.read_picture(content)
