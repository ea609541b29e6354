"""What can be done with a conversation where it stands in the list.

What lives here: the menu. What may not: the list, and the page about the contact, which has more.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QMessageBox, QWidget

from onionchat.displayable import displayable_line
from onionchat.views import ContactView
from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels import remarks
from onionchat_gui.viewmodels.contact import Contact
from onionchat_gui.viewmodels.desk import Desk

from . import clearing, questions

Question = Callable[[QWidget, Contact, ContactView], QMessageBox]


class ConversationMenu(QMenu):
    """For one contact. What was chosen is asked for and said after the menu is gone."""

    def __init__(self, desk: Desk, look: Theme, view: ContactView, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(displayable_line(view.name))
        self._desk, self._look, self._view, self._above = desk, look, view, parent
        read = self.addAction(
            self.tr("Mark as read"), partial(desk.conversations.mark_read, view.id)
        )
        read.setEnabled(view.unread > 0)
        self.addAction(
            self.tr("Search in this conversation"), partial(desk.open_page, "search", view.id)
        )
        self.addAction(self.tr("About this contact"), partial(desk.open_page, "contact", view.id))
        self.addSeparator()
        if view.state == "active":
            self._add_timers()
        if view.state in ("active", "blocked"):
            self.addAction(self.tr("Delete the conversation…"), self._clear)
            self.addSeparator()
        waits = Contact(desk.node, view.id, view, self).waits
        if view.state == "blocked":
            self.addAction(self.tr("Unblock"), lambda: self._model().unblock())
        elif not waits:
            self.addAction(self.tr("Block…"), partial(self._ask, questions.block))
        self.addAction(
            self.tr("Take back the request…") if waits else self.tr("Remove…"),
            partial(self._ask, questions.remove),
        )

    def _add_timers(self) -> None:
        timers = self.addMenu(self.tr("Disappearing messages"))
        group = QActionGroup(timers)
        chosen = self._view.disappear
        for seconds in sorted({*remarks.TIMERS, chosen}):
            action = timers.addAction(remarks.timer_title(seconds), partial(self._set, seconds))
            action.setCheckable(True)
            action.setChecked(seconds == chosen)
            group.addAction(action)

    def _set(self, seconds: int) -> None:
        self._model().set_timer(seconds)

    def _clear(self) -> None:
        model = self._model()

        def answered() -> None:
            if not model.busy:
                model.deleteLater()

        clearing.ask(model, self._view, self._look, self._above).finished.connect(answered)

    def _ask(self, question: Question) -> None:
        model = self._model()

        def answered() -> None:
            if not model.busy:
                model.deleteLater()

        question(self._above, model, self._view).finished.connect(answered)

    def _model(self) -> Contact:
        """Outlives the menu, until what was asked for is done."""
        desk = self._desk
        model = Contact(desk.node, self._view.id, self._view, self._above)

        def changed() -> None:
            if not model.busy:
                model.deleteLater()

        def removed(name: str) -> None:
            desk.leave(model.id)
            desk.mention(questions.removed(name))
            model.deleteLater()

        model.changed.connect(changed)
        model.said.connect(desk.noticed)
        model.emptied.connect(partial(desk.emptied, model.id))
        model.failed.connect(lambda _, sentence: desk.notify(sentence))
        model.removed.connect(removed)
        return model
