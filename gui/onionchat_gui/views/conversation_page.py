"""A conversation: who it is, the messages, the composer.

What lives here: one page and its list of messages. What may not: pages about the contact.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QListView,
    QMenu,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from onionchat.displayable import displayable_line
from onionchat.views import ContactView
from onionchat_gui import theme
from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels.conversation import Conversation
from onionchat_gui.viewmodels.desk import Desk
from onionchat_gui.viewmodels.messages import MessageRole, Messages, Row
from onionchat_gui.viewmodels.sentences import worded

from . import shortcuts
from .bubbles import BubbleDelegate
from .composer import Composer
from .plain import tooltip
from .shortcuts import Action

NEAR: Final = 1500
"""Pixels to an end at which the next page is asked for."""


class MessageList(QListView):
    """Messages; stays at the newest when it is there, and where it is otherwise."""

    retry = Signal(str)
    discard = Signal(str)

    def __init__(self, messages: Messages, look: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("messages")
        self._messages = messages
        self.bubbles = BubbleDelegate(look, self)
        self.setItemDelegate(self.bubbles)
        self.setModel(messages)
        self.setAccessibleName(self.tr("Messages"))
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._menu)
        self.verticalScrollBar().setSingleStep(24)
        self._from_end: int | None = None
        self._at_end = True
        messages.rowsAboutToBeInserted.connect(self._remember)
        messages.rowsInserted.connect(self._after_insertion)
        messages.modelReset.connect(self._settle)
        messages.dataChanged.connect(self._changed)
        self.activated.connect(self._activated)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)

    def to_end(self) -> None:
        """Show the newest message."""
        if not self._messages.at_end:
            self._messages.load()
        self._at_end = True
        self._settle()

    def _remember(self, _: QModelIndex, first: int) -> None:
        bar = self.verticalScrollBar()
        top = self.indexAt(QPoint(self.viewport().width() // 2, 0)).row()
        above = first == 0 or first <= top
        self._from_end = bar.maximum() - bar.value() if above else None

    def _after_insertion(self) -> None:
        if self._at_end:
            self._settle()
        elif self._from_end is not None:
            # Older ones came above: what is looked at stays where it is.
            self.doItemsLayout()
            bar = self.verticalScrollBar()
            bar.setValue(bar.maximum() - self._from_end)

    def _settle(self) -> None:
        if self._at_end:
            self.scrollToBottom()

    def _changed(self) -> None:
        # A state's word may make the bubble another size.
        self.scheduleDelayedItemsLayout()
        self._settle()

    def _scrolled(self, value: int) -> None:
        bar = self.verticalScrollBar()
        self._at_end = value >= bar.maximum() - 2 and self._messages.at_end
        if value < NEAR:
            self._messages.want_older()
        if bar.maximum() - value < NEAR:
            self._messages.want_newer()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As Qt calls it: other widths are other heights."""
        at_end = self._at_end
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()
        self._at_end = at_end
        self._settle()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy copies the whole message."""
        row: Row | None = self.currentIndex().data(MessageRole.ROW)
        if row is not None and event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(row.view.text)
            return
        super().keyPressEvent(event)

    def _activated(self, index: QModelIndex) -> None:
        row: Row = index.data(MessageRole.ROW)
        if row.view.state == "failed":
            self.retry.emit(row.view.id)
        elif row.cut:
            self._messages.expand(row.view.id)

    def _menu(self, at: QPoint) -> None:
        row: Row | None = self.indexAt(at).data(MessageRole.ROW)
        if row is None:
            return
        text, id_ = row.view.text, row.view.id
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Copy"), lambda: QGuiApplication.clipboard().setText(text))
        if row.cut:
            menu.addAction(self.tr("Show all"), lambda: self._messages.expand(id_))
        if row.view.state == "failed":
            menu.addAction(self.tr("Try again"), lambda: self.retry.emit(id_))
            menu.addAction(self.tr("Delete"), lambda: self.discard.emit(id_))
        menu.popup(self.viewport().mapToGlobal(at))


class ConversationPage(QWidget):
    """One contact's conversation."""

    def __init__(
        self, desk: Desk, look: Theme, contact: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self.contact = contact
        self.conversation: Conversation = desk.conversation(contact)
        # Made in reading order, which is Tab's.
        header = QFrame(self)
        header.setObjectName("header")
        self._name = QLabel(header)
        self._name.setFont(look.font(theme.LARGE, bold=True))
        self._state = QLabel(header)
        self._state.setProperty("role", "dim")
        for label in (self._name, self._state):
            label.setTextFormat(Qt.TextFormat.PlainText)
        about = QToolButton(header)
        about.setText(self.tr("Details"))
        about.setAccessibleName(self.tr("About this contact"))
        about.clicked.connect(lambda: desk.open_page("contact", contact))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._name)
        words.addWidget(self._state)
        bar = QHBoxLayout(header)
        bar.setContentsMargins(theme.L, theme.S, theme.M, theme.S)
        bar.addLayout(words, 1)
        bar.addWidget(about)
        self.messages = MessageList(self.conversation.messages, look, self)
        self.newest = QPushButton(self.tr("Newest messages"), self)
        self.newest.clicked.connect(self.messages.to_end)
        self.newest.hide()
        self.composer = Composer(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(header)
        column.addWidget(self.messages, 1)
        column.addWidget(self.newest, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.composer)
        self.composer.set_text(self.conversation.draft)
        self.composer.typed.connect(self.conversation.type)
        self.composer.submitted.connect(self._send)
        self.conversation.draft_loaded.connect(self.composer.set_text)
        self.messages.retry.connect(self.conversation.retry)
        self.messages.discard.connect(self.conversation.messages.discard)
        self.messages.verticalScrollBar().valueChanged.connect(self._place_changed)
        desk.conversations.dataChanged.connect(self._about)
        desk.conversations.modelReset.connect(self._about)
        desk.conversations.rowsRemoved.connect(self._about)
        context = Qt.ShortcutContext.WidgetWithChildrenShortcut
        shortcuts.make(self, Action.NEWEST, lambda _: self.messages.to_end(), context)
        self.setFocusProxy(self.composer.box)
        self._about()

    def _send(self, text: str) -> None:
        self.conversation.send(text)
        self.messages.to_end()

    def _place_changed(self, value: int) -> None:
        bar = self.messages.verticalScrollBar()
        away = bar.maximum() - value > bar.pageStep()
        self.newest.setVisible(away or not self.conversation.messages.at_end)

    def _about(self) -> None:
        found = self._desk.conversations.contact(self.contact)
        if found is None:
            # Removed, here or elsewhere.
            self.composer.setEnabled(False)
            return
        self._name.setText(displayable_line(found.name))
        self._state.setText(self._words(found))
        self._state.setToolTip(tooltip(self._state.text()))
        self.composer.setEnabled(found.state == "active")

    def _words(self, contact: ContactView) -> str:
        trust = {
            "unvalidated": self.tr("not validated"),
            "validated": self.tr("✓ validated"),
            "compromised": self.tr("⚠ compromised"),
        }.get(contact.trust, contact.trust)
        where = self.tr("connected over Tor") if contact.connected else self.tr("not connected")
        return " · ".join(filter(None, (where, trust, displayable_line(worded(contact.problem)))))
