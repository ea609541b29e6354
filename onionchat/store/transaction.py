"""One transaction: SQL with typed results, savepoints, events for after the commit.

What lives here: what the data modules are called with. What may not: opening, locking, migrating.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NewType

import apsw

Row = tuple[Any, ...]
Value = None | int | float | str | bytes

ContactNo = NewType("ContactNo", int)
"""Row number of a contact."""

PersonaNo = NewType("PersonaNo", int)
"""Row number of one of our personas."""

InviteNo = NewType("InviteNo", int)
"""Row number of one of our invites."""

RequestNo = NewType("RequestNo", int)
"""Row number of a contact request."""

OnionNo = NewType("OnionNo", int)
"""Row number of a contact onion."""


class Transaction:
    """What a function on the database thread gets; valid until its transaction ends."""

    __slots__ = ("_connection", "_events", "_indexed", "_texts")

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._events: list[object] = []
        self._texts: list[tuple[int, str, str]] = []
        self._indexed = 0

    def execute(self, sql: str, *values: Value) -> int:
        """Run one statement; returns how many rows it changed."""
        self._connection.execute(sql, values)
        return self._connection.changes()

    def execute_many(self, sql: str, rows: Iterable[Sequence[Value]]) -> None:
        """Run one statement for each row of values."""
        self._connection.executemany(sql, rows)

    def insert(self, sql: str, *values: Value) -> int:
        """Run an INSERT; returns the new row's number."""
        self._connection.execute(sql, values)
        return self._connection.last_insert_rowid()

    def row(self, sql: str, *values: Value) -> Row | None:
        """The first row, or None."""
        return self._connection.execute(sql, values).fetchone()

    def rows(self, sql: str, *values: Value) -> list[Row]:
        """All rows; the query carries a LIMIT wherever a peer decides how many there are."""
        return self._connection.execute(sql, values).fetchall()

    def each(self, sql: str, *values: Value) -> Iterator[Row]:
        """The rows one by one, for readers that stop at a limit of bytes."""
        return iter(self._connection.execute(sql, values))

    def tokens(self, text: str) -> list[str]:
        """The words of `text` as the search index sees them."""
        tokenizer = self._connection.fts5_tokenizer("unicode61", ["remove_diacritics", "2"])
        found = tokenizer(text.encode(), apsw.FTS5_TOKENIZE_QUERY, None, include_offsets=False)
        return [str(word) for group in found for word in group]

    def emit(self, event: object) -> None:
        """Have `event` published once this transaction is on disk; dropped if it fails."""
        self._events.append(event)

    def index_text(self, row: int, scope: str, text: str) -> None:
        """Add a text to the search index, before the commit.

        Later and together, because FTS5 writes out a segment at every savepoint: in groups of 100
        functions that would be 100 segments instead of one.
        """
        self._texts.append((row, scope, text))

    def write_index(self) -> None:
        """Write the texts of `index_text` now: before a commit, a search or an erasure."""
        if self._indexed < len(self._texts):
            self._connection.executemany(
                "INSERT INTO search (rowid, scope, text) VALUES (?, ?, ?)",
                self._texts[self._indexed :],
            )
            self._indexed = len(self._texts)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo everything that the block did, events included, if it raises. May be nested."""
        events, texts, indexed = len(self._events), len(self._texts), self._indexed
        self._connection.execute("SAVEPOINT step")
        try:
            yield
        except BaseException:
            del self._events[events:], self._texts[texts:]
            # Texts from before that the block wrote out are undone as well: they are due again.
            self._indexed = indexed
            # A full disk may have ended the whole transaction already.
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK TO step")
                self._connection.execute("RELEASE step")
            raise
        self._connection.execute("RELEASE step")

    def take_events(self) -> tuple[object, ...]:
        """For the database alone: the events, after the commit."""
        events = tuple(self._events)
        self._events.clear()
        return events
