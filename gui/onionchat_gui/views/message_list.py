"""The messages of a conversation as a list: scrolling, links, what can be done with each.

What lives here: the list and its menus. What may not: how a message is painted (`bubbles`), and
what follows when something was chosen, which is the page's.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import (
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QListView, QMenu, QWidget

from onionchat_gui import theme
from onionchat_gui.theme import Theme
from onionchat_gui.viewmodels import remarks
from onionchat_gui.viewmodels.changing_rows import is_editable, may_be_answered
from onionchat_gui.viewmodels.links import Link
from onionchat_gui.viewmodels.message_row import Local, Row
from onionchat_gui.viewmodels.message_rows import MessageRole
from onionchat_gui.viewmodels.messages import Messages
from onionchat_gui.viewmodels.remarks import Reaction

from . import copying, shortcuts
from .bubbles import BubbleDelegate
from .shortcuts import Action

NEAR: Final = 1500
"""Pixels to an end at which the next page is asked for."""
_LINKS: Final = 20
"""Links of one message that a menu lists."""
_LINK_WIDTH: Final = 420


MOVES: Final = (
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
)
"""Keys that choose another message."""


class MessageList(QListView):
    """Messages; stays at the newest when it is there, and where it is otherwise."""

    missed = Signal()
    """A click where no message is."""
    retry = Signal(str)
    discard = Signal(str)
    link_chosen = Signal(object)
    """A `Link` that the person may want to open."""
    reading = Signal(str)
    """A text too long for a bubble is to be read whole."""
    details = Signal(object)
    """A `Row` about which the person wants to know more."""
    answer = Signal(object)
    """The `MessageView` that the person wants to answer."""
    react = Signal(object, QPoint)
    """A `MessageView`, and where on the screen its bubble is."""
    react_with = Signal(str, str)
    """The id of a message, and the emoji that is the person's reaction; nothing takes it back."""
    edit_wanted = Signal(object)
    """A `MessageView` of one's own that is to say something else."""
    delete = Signal(object)
    """A `MessageView` that is to be deleted."""

    def __init__(self, messages: Messages, look: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pointed = False
        """Whether the message that is current was chosen by the mouse."""
        self.setObjectName("messages")
        self._messages = messages
        self.bubbles = BubbleDelegate(look, self)
        self.setItemDelegate(self.bubbles)
        # Before Qt's own, which forget where rows are as soon as some are to be removed.
        messages.rowsAboutToBeInserted.connect(self._remember)
        messages.rowsAboutToBeRemoved.connect(self._to_go)
        self.setModel(messages)
        self.setAccessibleName(self.tr("Messages"))
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setMouseTracking(True)
        # The last bubble stands as far from what is below it as from the one above.
        self.setViewportMargins(0, 0, 0, theme.S)
        self._pressed: Link | None = None
        self._pressed_quote = ""
        self._pressed_reaction: tuple[str, Reaction] | None = None
        self._pressed_foot = False
        self.verticalScrollBar().setSingleStep(24)
        self._held = False
        self._anchor = QPersistentModelIndex()
        self._anchored = 0
        self._settling = QTimer(self, singleShot=True, interval=0)
        self._settling.timeout.connect(self._settle)
        self._at_end = True
        messages.rowsInserted.connect(self._keep_place)
        messages.rowsRemoved.connect(self._keep_place)
        messages.modelReset.connect(self._settle)
        messages.dataChanged.connect(self._changed)
        messages.jumped.connect(self._jumped)
        messages.reading_began.connect(self._begin_reading)
        self.activated.connect(self._activated)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.verticalScrollBar().actionTriggered.connect(self._let_go)
        self._jumped()

    def to_end(self) -> None:
        """Show the newest message."""
        self._messages.end_jump()
        if not self._messages.at_end:
            self._messages.load()
        self._at_end = True
        self._settle()

    def _remember(self) -> None:
        """Before rows come or go: what is seen at the top, and where."""
        if self._held or self._at_end:
            return
        index = self.indexAt(QPoint(self.viewport().width() // 2, 0))
        self._anchor = QPersistentModelIndex(index)
        self._anchored = self.visualRect(index).top()

    def _to_go(self, _: QModelIndex, first: int) -> None:
        """Before rows go. What is above them stays by itself."""
        self._remember()
        if first > self._anchor.row():
            self._anchor = QPersistentModelIndex()

    def _keep_place(self) -> None:
        """After rows came or went: what is looked at stays where it is."""
        if self._held:
            self._settle()
        elif self._at_end:
            # Once for all that this turn of the loop brings: places are worked out for all rows.
            self._settling.start()
        elif self._anchor.isValid():
            self.doItemsLayout()
            index = self.model().index(self._anchor.row(), 0)
            moved = self.visualRect(index).top() - self._anchored
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + moved)

    def _settle(self) -> None:
        if self._held:
            self._to_jump()
        elif self._at_end:
            self.scrollToBottom()

    def _jumped(self) -> None:
        """To the message that the person came for; it stays in the middle until they scroll."""
        self._held = self._messages.jumped_to is not None
        self._to_jump()
        self.viewport().update()

    def _to_jump(self) -> None:
        row = self._messages.row(self._messages.jumped_to or "")
        if row >= 0:
            index = self._messages.index(row)
            self._at_end = False
            self.setCurrentIndex(index)
            self.scrollTo(index, QListView.ScrollHint.PositionAtCenter)

    def _begin_reading(self) -> None:
        """Where the first new message is above what is seen, it comes to the top."""
        if self._held:
            return
        self.doItemsLayout()
        self._settle()
        index = self._messages.index(self._messages.row(self._messages.unread_from or ""))
        if self.visualRect(index).top() < 0:
            self._at_end = False
            self.scrollTo(index, QListView.ScrollHint.PositionAtTop)

    def _let_go(self) -> None:
        self._held = False

    def scrollTo(
        self,
        index: QModelIndex | QPersistentModelIndex,
        hint: QListView.ScrollHint = QListView.ScrollHint.EnsureVisible,
    ) -> None:
        """As Qt calls it, a moment after a click too: what one points at is seen, and a message
        higher than the window would jump to its top.
        """
        if not (self._pointed and hint == QListView.ScrollHint.EnsureVisible):
            super().scrollTo(index, hint)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """As Qt calls it: one looks around, and the mark stays meanwhile."""
        self._let_go()
        super().wheelEvent(event)

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

    def _stand(self) -> None:
        """Keys begin at what is seen last, not at the first row, which may be far above."""
        if not self.currentIndex().isValid() and self.model().rowCount():
            index = self.indexAt(self.viewport().rect().bottomLeft())
            if not index.isValid():
                index = self.model().index(self.model().rowCount() - 1, 0)
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """As Qt calls it, which would go to the first row. The mouse gives the focus before it
        chooses.
        """
        self._pointed = event.reason() == Qt.FocusReason.MouseFocusReason
        self._stand()
        super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy copies the whole message; the keys for menus open its menu.

        Not every platform makes an event for menus of both keys, so neither is waited for.
        """
        self._stand()
        self._pointed = False
        row: Row | None = self.currentIndex().data(MessageRole.ROW)
        shifted = event.modifiers() == Qt.KeyboardModifier.ShiftModifier
        if event.key() == Qt.Key.Key_Menu or (event.key() == Qt.Key.Key_F10 and shifted):
            self._menu_by_key()
            return
        if row is not None and event.matches(QKeySequence.StandardKey.Copy):
            _copy(row.view.text)
            return
        if row is not None and self._do(shortcuts.pressed(event), row):
            return
        if event.key() in MOVES:
            # Whoever moves on has seen what they came for.
            self._messages.end_jump()
        super().keyPressEvent(event)

    def _do(self, action: Action | None, row: Row) -> bool:
        """What a key does to a message; whether it does anything."""
        view = row.view
        match action:
            case Action.ANSWER if may_be_answered(view):
                self.answer.emit(view)
            case Action.REACT if may_be_answered(view):
                self.react.emit(view, self._below(self.currentIndex()))
            case Action.EDIT if is_editable(view):
                self.edit_wanted.emit(view)
            case Action.DELETE if view.state == Local.FAILED:
                self.discard.emit(view.id)
            case Action.DELETE if view.state != Local.SENDING:
                self.delete.emit(view)
            case _:
                # No letter is to look for a message that begins with it.
                letters = (Action.ANSWER, Action.REACT, Action.EDIT, Action.DELETE)
                return action in letters
        return True

    def _activated(self, index: QModelIndex) -> None:
        row: Row = index.data(MessageRole.ROW)
        if row.view.state == "failed":
            self.retry.emit(row.view.id)
        elif row.cut:
            self.reading.emit(row.view.text)
        elif not row.links and row.quote is not None and row.quote.here:
            self._messages.jump(row.quote.id)
        elif len(row.links) == 1:
            self.link_chosen.emit(row.links[0])
        elif row.links:
            menu = self._new_menu()
            self._add_links(menu, row.links)
            menu.popup(self._below(index))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """As Qt calls it: what one came for has been seen."""
        self._messages.end_jump()
        self._pointed = True
        left = event.button() == Qt.MouseButton.LeftButton
        self._pressed = self.bubbles.link_at(event.position().toPoint()) if left else None
        point = event.position().toPoint()
        self._pressed_quote = self.bubbles.quoted_at(point) if left else ""
        self._pressed_reaction = self.bubbles.reaction_at(point) if left else None
        self._pressed_foot = left and self.bubbles.is_asking(point)
        super().mousePressEvent(event)
        if left and not self.indexAt(point).isValid():
            # There is nothing to choose; what is typed next is meant for the box.
            self.missed.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click is a press and a release over the same link."""
        super().mouseReleaseEvent(event)
        pressed, self._pressed = self._pressed, None
        if pressed and self.bubbles.link_at(event.position().toPoint()) == pressed:
            self.link_chosen.emit(pressed)
        quoted, self._pressed_quote = self._pressed_quote, ""
        foot, self._pressed_foot = self._pressed_foot, False
        if foot and self.bubbles.is_asking(event.position().toPoint()):
            self._activated(self.indexAt(event.position().toPoint()))
        if quoted and self.bubbles.quoted_at(event.position().toPoint()) == quoted:
            self._messages.jump(quoted)
        hit, self._pressed_reaction = self._pressed_reaction, None
        if hit and self.bubbles.reaction_at(event.position().toPoint()) == hit:
            # As well, or not any more.
            self.react_with.emit(hit[0], "" if hit[1].mine else hit[1].emoji)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """A hand over links."""
        super().mouseMoveEvent(event)
        point = event.position().toPoint()
        bubbles = self.bubbles
        over = (
            bubbles.link_at(point)
            or bubbles.quoted_at(point)
            or bubbles.reaction_at(point)
            or bubbles.is_asking(point)
        )
        self.viewport().setCursor(
            Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor
        )

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """By the right button, the key for menus, or Shift+F10: then about the chosen message."""
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            self._menu_by_key()
            return
        point = self.viewport().mapFromGlobal(event.globalPos())
        row: Row | None = self.indexAt(point).data(MessageRole.ROW)
        if row is not None:
            self.menu(row, self.bubbles.link_at(point)).popup(event.globalPos())

    def _menu_by_key(self) -> None:
        index = self.currentIndex()
        row: Row | None = index.data(MessageRole.ROW)
        if row is not None and QApplication.activePopupWidget() is None:
            self.menu(row).popup(self._below(index))

    def menu(self, row: Row, over: Link | None = None) -> QMenu:
        """What can be done with a message; `over`: with this link of it."""
        text, id_ = row.view.text, row.view.id
        menu = self._new_menu()
        if over is None and len(row.links) == 1:
            over = row.links[0]
        if over is not None:
            link = over
            menu.addAction(self.tr("Open link…"), lambda: self.link_chosen.emit(link))
            menu.addAction(self.tr("Copy link"), lambda: _copy(link.address))
        elif row.links:
            self._add_links(menu.addMenu(self.tr("Links")), row.links)
        self._add_answers(menu, row)
        if not row.bare:
            menu.addAction(self.tr("Copy text"), lambda: _copy(text))
        if row.cut:
            menu.addAction(self.tr("Read all"), lambda: self.reading.emit(text))
        if row.view.state == "failed":
            menu.addAction(self.tr("Try again"), lambda: self.retry.emit(id_))
            menu.addAction(self.tr("Delete"), lambda: self.discard.emit(id_))
        elif row.view.state != Local.SENDING:
            words = shortcuts.in_menu(self.tr("Delete…"), Action.DELETE)
            menu.addAction(words, lambda: self.delete.emit(row.view))
        menu.addAction(self.tr("Details"), lambda: self.details.emit(row))
        return menu

    def _add_answers(self, menu: QMenu, row: Row) -> None:
        view = row.view
        if row.quote is not None and row.quote.here:
            target = row.quote.id
            menu.addAction(self.tr("Go to what it answers"), lambda: self._messages.jump(target))
        if may_be_answered(view):
            words = shortcuts.in_menu(self.tr("Answer"), Action.ANSWER)
            menu.addAction(words, lambda: self.answer.emit(view))
            words = shortcuts.in_menu(self.tr("React…"), Action.REACT)
            index = self._messages.index(self._messages.row(view.id))
            menu.addAction(words, lambda: self.react.emit(view, self._below(index)))
            if own := remarks.own_reaction(view):
                words = self.tr("Take back %1").replace("%1", remarks.emoji_of(own))
                menu.addAction(words.replace("&", "&&"), lambda: self.react_with.emit(view.id, ""))
        if is_editable(view):
            words = shortcuts.in_menu(self.tr("Edit"), Action.EDIT)
            menu.addAction(words, lambda: self.edit_wanted.emit(view))

    def _new_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return menu

    def _add_links(self, menu: QMenu, links: Sequence[Link]) -> None:
        for link in links[:_LINKS]:
            words = self.fontMetrics().elidedText(
                link.address, Qt.TextElideMode.ElideMiddle, _LINK_WIDTH
            )
            menu.addAction(words.replace("&", "&&"), partial(self.link_chosen.emit, link))

    def _below(self, index: QModelIndex) -> QPoint:
        """On the screen, where a menu about a message opens: in what is seen of its bubble."""
        bubble = self.bubbles.bubble(self.visualRect(index), index)
        return self.viewport().mapToGlobal(bubble.intersected(self.viewport().rect()).center())


def _copy(text: str) -> None:
    copying.copy(text)
