"""What is asked before a contact is blocked or removed, on its page and in the list.

What lives here: the questions. What may not: blocking and removing (`viewmodels.contact`).
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMessageBox, QWidget

from onionchat.displayable import displayable_line
from onionchat.views import ContactView
from onionchat_gui.viewmodels.contact import Contact

from .page_frame import confirm


def block(parent: QWidget, model: Contact, view: ContactView) -> QMessageBox:
    """Block the contact, if the person says so."""
    question = QCoreApplication.translate("questions", "Block %1?")
    return confirm(
        parent,
        question.replace("%1", displayable_line(view.name)),
        QCoreApplication.translate(
            "questions",
            "This contact can then neither reach you nor see whether you are online. Your"
            " messages stay here. You can undo it.",
        ),
        QCoreApplication.translate("questions", "Block"),
        model.block,
    )


def remove(parent: QWidget, model: Contact, view: ContactView) -> QMessageBox:
    """Remove the contact, or take a request back, if the person says so."""
    if model.waits:
        question = QCoreApplication.translate("questions", "Take back the request to %1?")
        what = QCoreApplication.translate(
            "questions", "Your request and what you wrote so far are deleted."
        )
        action = QCoreApplication.translate("questions", "Take back")
    else:
        question = QCoreApplication.translate("questions", "Remove %1?")
        what = QCoreApplication.translate(
            "questions",
            "This deletes, for good, all messages with this contact on this device, the keys,"
            " and the name that you gave. The contact keeps its own copy of the messages and"
            " cannot reach you any more. Backups are not changed.",
        )
        action = QCoreApplication.translate("questions", "Remove")
    asked = question.replace("%1", displayable_line(view.name))
    return confirm(parent, asked, what, action, model.remove)


def removed(name: str) -> str:
    """What is said when it is done."""
    words = QCoreApplication.translate("questions", "%1 was removed.")
    return words.replace("%1", displayable_line(name))
