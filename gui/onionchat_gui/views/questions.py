"""What is asked before a contact is blocked or removed, on its page and in the list.

What lives here: the questions. What may not: blocking and removing (`viewmodels.contact`).
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMessageBox, QWidget

from onionchat.displayable import displayable_line
from onionchat.views import ContactView, MessageView
from onionchat_gui.viewmodels.contact import Contact
from onionchat_gui.viewmodels.conversation import Conversation

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


def delete_message(
    parent: QWidget, conversation: Conversation, view: MessageView, name: str
) -> QMessageBox:
    """Delete a message as far as the person says: here, or at the contact's as well."""
    here = QCoreApplication.translate(
        "questions",
        "“Delete here”: it goes from this device and your own other devices, for good.",
    )
    if not view.mine or view.deleted or view.kind == "unknown":
        others = QCoreApplication.translate("questions", "%1 keeps it and is not told.")
        what = f"{here} {others}" if not view.deleted else here
    elif view.state == "queued":
        what = "{} {}".format(
            here,
            QCoreApplication.translate(
                "questions", "No device of %1 has it yet: it is not sent any more."
            ),
        )
    else:
        others = QCoreApplication.translate(
            "questions",
            "“Delete everywhere”: the devices of %1 are asked to delete it, too. Whoever has"
            " copied it keeps it, and a program may refuse.",
        )
        what = f"{here}\n\n{others}"
    box = confirm(
        parent,
        QCoreApplication.translate("questions", "Delete this message?"),
        what.replace("%1", displayable_line(name)),
        QCoreApplication.translate("questions", "Delete here"),
        lambda: conversation.delete(view.id, everywhere=False),
    )
    if may_ask(view) and view.state != "queued":
        everywhere = box.addButton(
            QCoreApplication.translate("questions", "Delete everywhere"),
            QMessageBox.ButtonRole.DestructiveRole,
        )
        everywhere.clicked.connect(lambda: conversation.delete(view.id, everywhere=True))
    return box


def may_ask(view: MessageView) -> bool:
    """Whether the contact can be asked to delete it: one's own, and not asked yet."""
    return view.mine and not view.deleted and view.kind != "unknown"


def removed(name: str) -> str:
    """What is said when it is done."""
    words = QCoreApplication.translate("questions", "%1 was removed.")
    return words.replace("%1", displayable_line(name))
