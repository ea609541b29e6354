"""What this program is, whose work is in it, and where the profile lies.

What lives here: the page. What may not: asking the network for anything, say a newer version.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Final

from PySide6.QtCore import QCoreApplication, QLibraryInfo
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout

import onionchat
from onionchat.displayable import displayable_line
from onionchat_gui import icons, theme
from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels.desk import Desk

from .page_frame import Button, PageFrame, Sign, label

_SIGN: Final = 64
GPL: Final = "https://www.gnu.org/licenses/gpl-3.0.html"

OTHERS: Final = (
    ("Tor", "3-clause BSD"),
    ("Qt, PySide6", "LGPL-3.0"),
    ("Lucide", "ISC"),
    ("SQLite3 Multiple Ciphers", "MIT"),
    ("APSW", "zlib"),
    ("libsodium, PyNaCl", "ISC, Apache-2.0"),
    ("cryptography", "Apache-2.0 or 3-clause BSD"),
    ("Twisted, txtorcon, Automat", "MIT"),
    ("Stem", "LGPL-3.0"),
    ("msgspec", "3-clause BSD"),
    ("attrs, jeepney, mnemonic, zxcvbn", "MIT"),
    ("PyQRCode", "3-clause BSD"),
    ("zxing-cpp", "Apache-2.0"),
)
"""Works of others that this program is made with, and their licences by name."""


class AboutPage(PageFrame):
    """Version, licences, and the place of the profile."""

    def __init__(self, desk: Desk, look: Theme) -> None:
        super().__init__(desk, look)
        self.title.setText(self.tr("About onionchat"))
        self._desk = desk
        self._program()
        self._profile()
        self._licence()
        self._others()
        self.finish()
        self.setFocusProxy(self.back)
        desk.session.status_changed.connect(self._show)
        self._show()

    def _program(self) -> None:
        name = label("onionchat")
        name.setFont(self._look.font(theme.TITLE, bold=True))
        self.version = label("", "dim")
        words = QVBoxLayout()
        words.setSpacing(theme.XS)
        words.addWidget(name)
        words.addWidget(self.version)
        row = QHBoxLayout()
        row.setSpacing(theme.L)
        row.addWidget(Sign(self._look, icons.APPLICATION, "text", _SIGN))
        row.addLayout(words, 1)
        card = self.card()
        card.addLayout(row)
        card.addWidget(
            label(
                self.tr(
                    "A messenger without servers. Messages go from your device to that of your"
                    " contact, through Tor, encrypted from end to end. Nobody else keeps them, and"
                    " there is no account with anybody."
                )
            )
        )

    def _profile(self) -> None:
        card = self.card(self.tr("Your profile"))
        self.place = label()
        card.addWidget(self.place)
        card.addWidget(
            label(
                self.tr(
                    "Keys, contacts and messages are in this folder, encrypted with your"
                    " passphrase."
                ),
                "dim",
            )
        )

    def _licence(self) -> None:
        card = self.card(self.tr("Free software"))
        card.addWidget(
            label(
                self.tr(
                    "You may use, share and change onionchat under the terms of the GNU General"
                    " Public License, version 3 or later. It comes without any warranty."
                )
            )
        )
        card.addWidget(label(GPL, "dim"))

    def _others(self) -> None:
        card = self.card(self.tr("Made with the work of others"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.L)
        grid.setVerticalSpacing(theme.S)
        for row, (name, licence) in enumerate(OTHERS):
            grid.addWidget(label(name), row, 0)
            grid.addWidget(label(licence, "dim"), row, 1)
        card.addLayout(grid)
        card.addWidget(
            label(self.tr("The pictures are Lucide's; their licence asks to be shown."), "dim")
        )
        self.text = label((files(icons) / "LICENSE").read_text(encoding="utf-8").strip(), "dim")
        self.text.hide()
        self.more = Button(self._look, self.tr("Show the licence of the pictures"))
        self.more.clicked.connect(self._show_text)
        side = QHBoxLayout()
        side.addWidget(self.more)
        side.addStretch(1)
        card.addLayout(side)
        card.addWidget(self.text)

    def _show_text(self) -> None:
        self.text.show()
        self.more.hide()
        self.back.setFocus()

    def _show(self) -> None:
        status = self._desk.session.status
        version = QCoreApplication.translate("AboutPage", "Version %1, Qt %2")
        version = version.replace("%1", onionchat.__version__)
        self.version.setText(version.replace("%2", QLibraryInfo.version().toString()))
        self.place.setText(displayable_line(status.profile) if status is not None else "")
