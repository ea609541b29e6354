"""What is asked before a conversation is deleted: all of it or its beginning, and how far.

What lives here: the dialog. What may not: deleting (`viewmodels.contact`).
"""

from __future__ import annotations

from PySide6.QtCore import QDate, QLocale, Qt
from PySide6.QtWidgets import QDateEdit, QDialog, QVBoxLayout, QWidget

from onionchat.displayable import displayable_line
from onionchat.views import ContactView
from onionchat_gui import theme
from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels.contact import Contact

from .choices import Choice, Choices
from .flow import FlowLayout
from .marks import TickBox
from .page_frame import Button, label
from .roll import rolling

_WIDTH = 420
ALL, BEFORE = "all", "before"


class ClearDialog(QDialog):
    """About one conversation. Enter is "Cancel"."""

    def __init__(self, model: Contact, view: ContactView, look: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self.setWindowTitle("onionchat")
        self.setMinimumWidth(_WIDTH)
        name = displayable_line(view.name)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(theme.XL, theme.XL, theme.XL, theme.XL)
        column.setSpacing(theme.M)
        question = label(self.tr("Delete the conversation with %1?").replace("%1", name))
        question.setFont(look.font(theme.NORMAL, bold=True))
        column.addWidget(question)
        self.what = Choices(
            self.tr("What is deleted"),
            (
                Choice(ALL, self.tr("All of it, and the draft")),
                Choice(BEFORE, self.tr("What was written before this day:")),
            ),
        )
        self.what.show_value(ALL)
        self._chosen = ALL
        column.addWidget(self.what)
        self.day = QDateEdit(QDate.currentDate())
        self.day.setDisplayFormat(QLocale().dateFormat(QLocale.FormatType.ShortFormat))
        self.day.setMaximumDate(QDate.currentDate().addDays(1))
        self.day.setAccessibleName(self.tr("The day before which all is deleted"))
        self.day.setEnabled(False)
        column.addWidget(self.day)
        column.addWidget(
            label(self.tr("It goes from this device and your own other devices, for good."), "dim")
        )
        self.everywhere = TickBox(
            look,
            self.tr("Also ask the devices of %1 to delete what you wrote").replace("%1", name),
        )
        column.addWidget(self.everywhere)
        column.addWidget(
            label(
                self.tr(
                    "That is a request: whoever has copied something keeps it, and a program may"
                    " refuse. What %1 wrote stays there."
                ).replace("%1", name),
                "dim",
            )
        )
        self.delete = Button(look, self.tr("Delete"), "trash-2", role="danger")
        self.cancel = Button(look, self.tr("Cancel"), primary=True)
        self.cancel.setDefault(True)
        self.delete.setAutoDefault(False)
        buttons = FlowLayout(theme.S)
        buttons.addWidget(self.delete)
        buttons.addWidget(self.cancel)
        column.addStretch(1)
        rolling(self, inside, buttons, _WIDTH)
        self.what.chosen.connect(self._choose)
        self.delete.clicked.connect(self._delete)
        self.cancel.clicked.connect(self.reject)
        self.cancel.setFocus()

    def _choose(self, what: str) -> None:
        self._chosen = what
        self.day.setEnabled(what == BEFORE)

    def _delete(self) -> None:
        before = None
        if self._chosen == BEFORE:
            # As the day begins where the person is.
            before = float(self.day.date().startOfDay().toSecsSinceEpoch())
        self._model.clear(before, everywhere=self.everywhere.isChecked())
        self.accept()


def ask(model: Contact, view: ContactView, look: Theme, parent: QWidget) -> ClearDialog:
    """Open the dialog; does not wait."""
    made = ClearDialog(model, view, look, parent)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    made.setModal(False)
    made.show()
    return made
