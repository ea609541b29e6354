"""Settings: where the profile is, and a backup of it.

What lives here: one card and its dialog. What may not: writing the backup (the node does that).
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QDate, QObject, Qt
from PySide6.QtWidgets import QFileDialog, QProgressBar, QVBoxLayout, QWidget

from onionchat.displayable import displayable_line
from onionchat_gui import theme
from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels.desk import Desk
from onionchat_gui.viewmodels.settings import Field, Settings

from .flow import FlowLayout
from .page_frame import Button, Warning, heading, label


class StorageCard(QObject):
    """Fills a card."""

    def __init__(
        self, desk: Desk, model: Settings, look: Theme, card: QVBoxLayout, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._desk, self._model, self._page = desk, model, parent
        self.dialog: QFileDialog | None = None
        card.addWidget(heading(look, self.tr("Folder of this profile")))
        self.folder = label("", "dim")
        self.folder.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        card.addWidget(self.folder)
        card.addWidget(heading(look, self.tr("Backup")))
        card.addWidget(
            label(
                self.tr(
                    "A copy of everything, encrypted with the passphrase that you have now. Keep it"
                    " on another disk. Use it only when this device is lost or broken: two devices"
                    " that run the same profile disturb each other."
                ),
                "dim",
            )
        )
        self.make = Button(look, self.tr("Make a backup…"), "save")
        self.make.clicked.connect(self._ask)
        buttons = FlowLayout(theme.S)
        buttons.addWidget(self.make)
        card.addLayout(buttons)
        self.working = QProgressBar()
        self.working.setRange(0, 0)
        self.working.setTextVisible(False)
        self.working.setAccessibleName(self.tr("The backup is being written"))
        self.working.hide()
        card.addWidget(self.working)
        self.done = label("", "good")
        self.done.hide()
        card.addWidget(self.done)
        self.problem = Warning(look)
        card.addWidget(self.problem)
        model.changed.connect(self._show)
        model.failed.connect(self._fail)
        model.saved.connect(self._saved)
        desk.session.status_changed.connect(self._show)
        self._show()

    def _ask(self) -> None:
        today = QDate.currentDate().toString(Qt.DateFormat.ISODate)
        dialog = QFileDialog(self._page, self.tr("A new folder for the backup"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        # What is there already is refused by the node; nothing is ever written over.
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        dialog.setDirectory(str(Path.home()))
        dialog.selectFile(f"onionchat-{today}")
        dialog.fileSelected.connect(self._back_up)
        self.dialog = dialog
        # Not modal: the keys that lock and destroy reach the window.
        dialog.show()

    def _back_up(self, folder: str) -> None:
        self.done.hide()
        self.problem.say("")
        self._model.back_up(folder)

    def _saved(self, folder: str) -> None:
        self.done.setText(self.tr("The backup is in %1").replace("%1", displayable_line(folder)))
        self.done.show()

    def _show(self) -> None:
        status = self._desk.session.status
        self.folder.setText(displayable_line(status.profile) if status is not None else "")
        self.make.setEnabled(not self._model.saving)
        self.working.setVisible(self._model.saving)

    def _fail(self, field: str, sentence: str) -> None:
        if field == Field.BACKUP:
            self.problem.say(sentence)
