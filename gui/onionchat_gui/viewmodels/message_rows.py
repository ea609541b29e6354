"""Rows of a conversation as Qt's lists ask for them.

What lives here: the list model, what each row says, and keeping it true when rows come and go. What
may not: which messages these are (`messages`), and how one looks.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from onionchat.displayable import displayable_line

from . import remarks, when
from .message_row import Row, grouped
from .words import message_state

Index = QModelIndex | QPersistentModelIndex


class MessageRole(IntEnum):
    """What a row says beside its text (`DisplayRole`)."""

    ROW = Qt.ItemDataRole.UserRole + 1
    """The whole `Row`."""
    NEW_DAY = Qt.ItemDataRole.UserRole + 2
    """Whether the message before is of another day, or there is none."""
    GROUPED = Qt.ItemDataRole.UserRole + 3
    """Whether it belongs to the message before: same author, same day, soon after."""
    JUMPED = Qt.ItemDataRole.UserRole + 4
    """Whether it is the one that the person came for."""
    FIRST_UNREAD = Qt.ItemDataRole.UserRole + 5
    """Whether it was the first that nobody had read when the conversation was opened."""


class MessageRows(QAbstractListModel):
    """Messages in their order, newest last."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Row] = []
        self._by_id: dict[str, Row] = {}
        self.jumped_to: str | None = None
        """The message that the person came for, until the next action; it may be on its way."""
        self.unread_from: str | None = None
        """The first message that nobody had read, until the person writes or comes anew."""

    def row(self, id_: str) -> int:
        """The row of a message; -1 if it is not in here."""
        row = self._by_id.get(id_)
        return self._rows.index(row) if row is not None else -1

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """As Qt asks for it."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        """As Qt asks for it; see `MessageRole`."""
        number = index.row()
        if not 0 <= number < len(self._rows):
            return None
        row = self._rows[number]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.text
            case MessageRole.ROW:
                return row
            case MessageRole.NEW_DAY:
                return number == 0 or row.day != self._rows[number - 1].day
            case MessageRole.GROUPED:
                return self.standing(number)[2]
            case MessageRole.JUMPED:
                return row.view.id == self.jumped_to
            case MessageRole.FIRST_UNREAD:
                return row.view.id == self.unread_from
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._sentence(number)
        return None

    def standing(self, number: int) -> tuple[Row, bool, bool]:
        """A row, whether its day is new, and whether it belongs to the one before it."""
        row = self._rows[number]
        if number == 0:
            return row, True, False
        before = self._rows[number - 1]
        close = row.view.id != self.unread_from and grouped(before, row)
        return row, row.day != before.day, close

    def _sentence(self, number: int) -> str:
        row = self._rows[number]
        view = row.view
        author = self.tr("You") if view.mine else displayable_line(view.author)
        if row.is_line:
            parts = [row.remark, when.clock(view.time)]
        else:
            parts = [
                f"{author}: {row.text or row.remark}",
                when.clock(view.time),
                message_state(view.state),
            ]
        if self.data(self.index(number), MessageRole.NEW_DAY):
            parts.insert(1, when.full_day(view.time))
        before, behind = remarks.spoken(view, row.quote)
        parts += [before, behind, row.problem, "" if row.bare else row.remark]
        if row.left:
            parts.append(remarks.end(view, when.moment(view.disappears or 0)))
        if view.id == self.unread_from:
            parts.insert(0, self.tr("new messages begin here"))
        if view.id == self.jumped_to:
            parts.append(self.tr("this is what was found"))
        return ", ".join(part for part in parts if part)

    def _insert(self, at: int, rows: list[Row]) -> None:
        if not rows:
            return
        self.beginInsertRows(QModelIndex(), at, at + len(rows) - 1)
        self._rows[at:at] = rows
        self._by_id.update({row.view.id: row for row in rows})
        self.endInsertRows()

    def _remove(self, first: int, last: int) -> None:
        self.beginRemoveRows(QModelIndex(), first, last)
        for row in self._rows[first : last + 1]:
            del self._by_id[row.view.id]
        del self._rows[first : last + 1]
        self.endRemoveRows()
