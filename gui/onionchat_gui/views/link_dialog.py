"""What a link is, before it is opened: all of it, where it leads, and that the browser is not Tor.

What lives here: the question. What may not: taking links apart (`viewmodels.links`), opening
(`Desk.open_link`).
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from onionchat_gui import theme
from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels import links
from onionchat_gui.viewmodels.desk import Desk
from onionchat_gui.viewmodels.links import Link

from . import copying
from .boxes import ReadBox
from .page_frame import Button, Warning, label

_WIDTH, _MOST_LINES = 520, 8


class LinkDialog(QDialog):
    """Asks once for one link. Nothing is opened by Enter alone: the answer at hand is "Cancel", or
    "Copy" for an onion address, which belongs into another browser."""

    def __init__(self, link: Link, desk: Desk, look: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Open this link?"))
        self._desk, self._address = desk, link.address
        reading = links.read(link)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.XL, theme.XL, theme.XL, theme.XL)
        column.setSpacing(theme.M)
        heading = label(self.tr("Open this link?"))
        heading.setFont(look.font(theme.LARGE, bold=True))
        column.addWidget(heading)
        self.address = _box(reading.address, self.tr("The whole link"))
        column.addWidget(self.address)
        self.words: list[QWidget] = []
        self.host = label(self.tr("It leads to %1.").replace("%1", reading.host))
        self.host.setFont(look.font(theme.NORMAL, bold=True))
        column.addWidget(self.host)
        if reading.host_decoded:
            column.addWidget(
                label(
                    self.tr(
                        "In its own letters that is %1. Letters of other alphabets can look like"
                        " those of a name that you know."
                    ).replace("%1", reading.host_decoded)
                )
            )
        if reading.has_user:
            column.addWidget(
                label(self.tr("What stands before the “@” is not where it leads to."), "danger")
            )
        if reading.written:
            column.addWidget(label(self.tr("In the message it is written like this:"), "dim"))
            self.written: ReadBox | None = _box(
                reading.written, self.tr("The link as it is written")
            )
            column.addWidget(self.written)
        else:
            self.written = None
        self.warning = Warning(look)
        self.warning.say(
            self.tr(
                "An onion address opens in Tor Browser alone: copy the link, and paste it there."
                " Any other browser fails, and may tell your Internet provider the address."
            )
            if reading.is_onion
            else self.tr(
                "This leads into your own network or to this computer. Whoever sent it may want"
                " your browser to change something there."
            )
            if reading.is_near
            else self.tr("Your browser is not Tor: the other end will see your address.")
        )
        column.addWidget(self.warning)
        column.addSpacing(theme.S)
        self.copy = Button(look, self.tr("Copy"), "copy", primary=reading.is_onion)
        self.open_it = Button(look, self.tr("Open in the browser"), "globe")
        self.cancel = Button(look, self.tr("Cancel"), primary=not reading.is_onion)
        at_hand = self.copy if reading.is_onion else self.cancel
        row = QHBoxLayout()
        row.setSpacing(theme.S)
        row.addWidget(self.copy)
        row.addStretch(1)
        row.addWidget(self.open_it)
        row.addWidget(self.cancel)
        column.addLayout(row)
        for button in (self.copy, self.open_it, self.cancel):
            button.setAutoDefault(button is at_hand)
        at_hand.setDefault(True)
        self.copy.clicked.connect(self._copy)
        self.open_it.clicked.connect(self._open)
        self.cancel.clicked.connect(self.reject)
        at_hand.setFocus()
        # Long words on the buttons make it wider.
        wide = max(_WIDTH, self.minimumSizeHint().width())
        self.setMinimumWidth(wide)
        # Of texts that wrap, Qt would take the height that they have in a wider dialog.
        self.resize(wide, self.heightForWidth(wide))

    def _copy(self) -> None:
        copying.copy(self._address)
        self.accept()

    def _open(self) -> None:
        self._desk.open_link(self._address)
        self.accept()


def _box(words: str, name: str) -> ReadBox:
    """A text that can be read and selected and holds nothing that is not seen."""
    box = ReadBox()
    box.setAccessibleName(name)
    box.setLineWrapMode(ReadBox.LineWrapMode.WidgetWidth)
    box.setWordWrapMode(box.wordWrapMode().WrapAnywhere)
    box.setPlainText(words)
    metrics = box.fontMetrics()
    inside = _WIDTH - 2 * theme.XL - 2 * theme.M - 2 * int(box.document().documentMargin())
    lines = 1 + int(1.1 * metrics.horizontalAdvance(words) / inside)
    margins = 2 * theme.S + 2 * int(box.document().documentMargin()) + 4
    box.setFixedHeight(min(lines, _MOST_LINES) * metrics.lineSpacing() + margins)
    return box
