"""A conversation: who it is, the messages, the composer.

What lives here: one page and its list of messages. What may not: pages about the contact.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from onionchat.displayable import displayable_line
from onionchat.views import MessageView
from onionchat_gui import theme
from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels.conversation import Conversation
from onionchat_gui.viewmodels.desk import Desk
from onionchat_gui.viewmodels.links import Link
from onionchat_gui.viewmodels.message_row import Local, Row
from onionchat_gui.viewmodels.sentences import worded

from . import questions, shortcuts
from .aim_strip import AimStrip
from .composer import Composer
from .contact_notes import ContactNotes
from .flow import FlowLayout
from .line import Line
from .message_list import MessageList
from .page_frame import Button, back_button, confirm
from .plain import tooltip
from .shortcuts import Action
from .standing import Chip


class ConversationPage(QWidget):
    """One contact's conversation."""

    def __init__(
        self, desk: Desk, look: Theme, contact: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._look = look
        self.contact = contact
        self.conversation: Conversation = desk.conversation(contact)
        # Made in reading order, which is Tab's.
        header = QFrame(self)
        header.setObjectName("header")
        # Beside the list, the list is the way.
        self.back = back_button(desk, look)
        self._name = Line(header)
        self._name.setFont(look.font(theme.LARGE, bold=True))
        self._path, self._trust, self._timer = Chip(look), Chip(look), Chip(look)
        self._problem = Line(header)
        self._problem.setProperty("role", "danger")
        standing = FlowLayout(theme.M)
        for part in (self._path, self._trust, self._timer, self._problem):
            standing.addWidget(part)
        about = Button(look, self.tr("Details"), "info")
        about.setFlat(True)
        about.setAccessibleName(self.tr("About this contact"))
        about.clicked.connect(lambda: desk.open_page("contact", contact))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._name)
        words.addLayout(standing)
        self._bar = bar = QHBoxLayout(header)
        bar.setSpacing(theme.M)
        bar.addWidget(self.back)
        bar.addLayout(words, 1)
        bar.addWidget(about)
        self.messages = MessageList(self.conversation.messages, look, self)
        self.newest = QPushButton(self.tr("Newest messages"), self)
        self.newest.clicked.connect(self.messages.to_end)
        self.newest.hide()
        self.notes = ContactNotes(look, advises=True)
        self.notes.setParent(self)
        self.notes.setObjectName("notice")
        self.strip = AimStrip(self.conversation.aim, look, self)
        self.composer = Composer(look, desk.preferences, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(header)
        column.addWidget(self.messages, 1)
        column.addWidget(self.newest, 0, Qt.AlignmentFlag.AlignHCenter)
        self.notes.compare.connect(self._compare)
        self.notes.later.connect(self.conversation.advised)
        column.addWidget(self.notes)
        column.addWidget(self.strip)
        column.addWidget(self.composer)
        self.composer.set_text(self.conversation.text)
        self.composer.typed.connect(self.conversation.type)
        self.composer.submitted.connect(self._send)
        self.composer.box.upward.connect(self.conversation.edit_last)
        self.conversation.written.connect(self._written)
        self.conversation.aim.changed.connect(self._aim_changed)
        self.strip.leave.clicked.connect(self.conversation.leave)
        self.messages.answer.connect(self._answer)
        self.messages.edit_wanted.connect(self._edit)
        self.messages.react.connect(self._react)
        self.messages.react_with.connect(self.conversation.react)
        self.messages.delete.connect(self._delete)
        self._aim_changed()
        self.messages.retry.connect(self._retry)
        self.messages.discard.connect(self.conversation.messages.discard)
        self.messages.link_chosen.connect(self._ask_about_link)
        self.messages.reading.connect(self._read)
        self.messages.missed.connect(self._write)
        self.messages.details.connect(self._show_details)
        self.messages.verticalScrollBar().valueChanged.connect(self._place_changed)
        desk.conversations.dataChanged.connect(self._about)
        desk.conversations.modelReset.connect(self._about)
        # Somebody was accepted, and this page is open before the list has the new row.
        desk.conversations.rowsInserted.connect(self._about)
        desk.conversations.rowsRemoved.connect(self._about)
        context = Qt.ShortcutContext.WidgetWithChildrenShortcut
        shortcuts.make(self, Action.NEWEST, lambda _: self.messages.to_end(), context)
        # Who came for a message is to hear that one read out.
        come = self.conversation.messages.jumped_to is not None
        self.setFocusProxy(self.messages if come else self.composer.box)
        desk.beside_changed.connect(self._stand)
        self._stand(desk.beside)
        self._about()

    def _stand(self, beside: bool) -> None:
        self.back.setVisible(not beside)
        start = theme.L if beside else theme.S
        self._bar.setContentsMargins(start, theme.S, theme.M, theme.S)

    def event(self, event: QEvent) -> bool:
        """As Qt calls it: Escape leaves an answer or an edit first, then the page."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and event.key() == Qt.Key.Key_Escape
            and self.conversation.aim.target is not None
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """As Qt calls it for keys that no control wants."""
        if event.key() == Qt.Key.Key_Escape and self.conversation.aim.target is not None:
            self.conversation.leave()
            self.composer.box.setFocus()
            return
        super().keyPressEvent(event)

    def _written(self) -> None:
        self.composer.set_text(self.conversation.text)

    def _aim_changed(self) -> None:
        aim = self.conversation.aim
        self.composer.show_editing(aim.edited is not None)
        if aim.target is not None and self.composer.isEnabled():
            self.composer.box.setFocus()

    def _answer(self, view: MessageView) -> None:
        if self.composer.isEnabled():
            self.conversation.answer(view)

    def _edit(self, view: MessageView) -> None:
        if self.composer.isEnabled():
            self.conversation.edit(view)

    def _react(self, view: MessageView, at: QPoint) -> None:
        from .emoji_picker import EmojiPicker

        picker = EmojiPicker(self._desk.preferences, self._look, self)
        picker.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        picker.chosen.connect(partial(self.conversation.react, view.id))
        picker.pop_up(self, self.mapFromGlobal(at))

    def _delete(self, view: MessageView) -> None:
        found = self._desk.conversations.contact(self.contact)
        if found is not None:
            questions.delete_message(self, self.conversation, view, found.name)

    def _send(self, text: str) -> None:
        if self.conversation.aim.edited is not None:
            # It stays in the box until the node has it.
            self.composer.set_text(text)
            self.conversation.save_edit()
            return
        if self._is_dangerous():
            # Nothing is lost by a "no".
            self.composer.set_text(text)
            self._ask_anyway(self.composer.submit)
            return
        self.conversation.send(text)
        self.messages.to_end()

    def _retry(self, id_: str) -> None:
        if self._is_dangerous():
            self._ask_anyway(lambda: self.conversation.retry(id_))
            return
        self.conversation.retry(id_)

    def _is_dangerous(self) -> bool:
        found = self._desk.conversations.contact(self.contact)
        return found is not None and found.trust == "compromised" and not self.conversation.anyway

    def _ask_anyway(self, then: Callable[[], None]) -> None:
        found = self._desk.conversations.contact(self.contact)
        against = "" if found is None else worded(found.against)

        def go_on() -> None:
            self.conversation.anyway = True
            then()

        confirm(
            self,
            self.tr("Send although this contact is compromised?"),
            self.tr("%1\nIf you go on, you are not asked again while this window is open.").replace(
                "%1", against
            ),
            self.tr("Send all the same"),
            go_on,
        )

    def _compare(self) -> None:
        self.conversation.advised()
        self._desk.open_page("contact", self.contact)

    def _ask_about_link(self, link: Link) -> None:
        from .link_dialog import LinkDialog

        self._show(LinkDialog(link, self._desk, self._look, self))

    def _write(self) -> None:
        if self.composer.isEnabled():
            self.composer.box.setFocus()

    def _read(self, text: str) -> None:
        from .text_reader import TextReader

        reader = TextReader(text, self._look, self)
        reader.link_chosen.connect(self._ask_about_link)
        self._show(reader)

    def _show_details(self, row: Row) -> None:
        from .message_details import MessageDetails

        dialog = MessageDetails(row, self._look, self)
        if row.view.edited is not None:
            self.conversation.versions(row.view.id, dialog.show_versions)
        if row.view.state not in (Local.SENDING, Local.FAILED):
            self.conversation.where(row.view.id, dialog.show_where)
        self._show(dialog)

    def _show(self, dialog: QDialog) -> None:
        # The window's own keys do not reach it.
        shortcuts.make(dialog, Action.LOCK, lambda _: self._desk.lock.lock())
        shortcuts.make(dialog, Action.PANIC, lambda _: self._desk.wiping.press())
        dialog.open()

    def _place_changed(self, value: int) -> None:
        bar = self.messages.verticalScrollBar()
        away = bar.maximum() - value > bar.pageStep()
        self.newest.setVisible(away or not self.conversation.messages.at_end)

    def _about(self) -> None:
        found = self._desk.conversations.contact(self.contact)
        if found is None:
            # Removed, here or elsewhere.
            self._let_write(may=False)
            return
        self._name.setText(displayable_line(found.name))
        self._path.show_path(found, self._desk.conversations.path(found))
        self._trust.show_trust(found)
        self._timer.show_timer(found)
        problem = displayable_line(worded(found.problem))
        self._problem.setText(problem)
        self._problem.setToolTip(tooltip(problem))
        self.notes.show_contact(found)
        self._let_write(may=found.state == "active")

    def _let_write(self, *, may: bool) -> None:
        focused: QWidget | None = self.composer.focusWidget()
        if not may and focused is not None and focused.hasFocus():
            # Keys would go nowhere.
            self.messages.setFocus()
        self.composer.setEnabled(may)
