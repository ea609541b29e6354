"""Full-text search in the messages: words, newest first.

What lives here: turning what a person typed into a query that cannot fail, and finding the numbers
of messages in steps none of which holds the database for long. What may not: rows of messages
(`messages` makes them from the numbers found here).

Words are what Unicode calls letters and digits, compared without case and accents; languages
written without spaces are found by the beginnings of their runs only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from onionchat.store.transaction import Row, Transaction

MAX_WORDS: Final = 16
"""Words of a query that are looked at."""

MAX_QUERY: Final = 1000
"""Characters of a query that are looked at."""

MAX_PAGES: Final = 72
"""Pages of the index that FTS5 may put together at once: a twentieth of a millisecond each, and a
commit shall not wait for more than ten, also on a machine that is half as fast."""

STEP_ROWS: Final = 1000
"""Messages looked at in one step: five milliseconds, if they are short."""

STEP_CHARACTERS: Final = 32_000
"""Characters after which a step ends: as long."""

_SEGMENT_BITS: Final = 37
"""Where in the id of a page of FTS5's index the number of its segment begins."""


def scope(journal: int) -> str:
    """The word that marks the texts of a journal."""
    return f"j{journal}"


@dataclass(frozen=True, slots=True)
class Words:
    """What a person typed, as the index sees it."""

    whole: tuple[str, ...]
    """Words that must occur."""
    beginning: str | None
    """What some word must begin with; None if the last word was ended, by a space for instance."""

    def expression(self, journal: int | None, *, beginning: bool = True) -> str:
        """The FTS5 expression; empty if nothing is left of it without the `beginning`.

        Each word is quoted, so that no input is a syntax error or an operator.
        """
        parts = [_quoted(word) for word in self.whole]
        if beginning and self.beginning is not None:
            parts.append(_quoted(self.beginning) + " *")
        if journal is not None:
            parts.append(f'scope : "{scope(journal)}"')
        return " AND ".join(parts)


def words(tx: Transaction, typed: str) -> Words | None:
    """What a person typed; None if there is no word in it."""
    # A lone surrogate (from a terminal) has no UTF-8 and stands in no text.
    clean = typed[:MAX_QUERY].encode(errors="replace").decode()
    # Through the index's own tokenizer, so that a word is here what it is there.
    found = tx.tokens(clean)[:MAX_WORDS]
    if not found:
        return None
    if clean[-1].isalnum():
        return Words(tuple(found[:-1]), found[-1])
    return Words(tuple(found), None)


def query(tx: Transaction, typed: str, journal: int | None = None) -> str | None:
    """The FTS5 expression for what a person typed; None if there is no word in it.

    Every word must occur, the last one as a beginning.
    """
    found = words(tx, typed)
    return None if found is None else found.expression(journal)


def is_frequent(tx: Transaction, words: Words) -> bool:
    """Whether too many words have the beginning that is looked for.

    It costs FTS5 as much as all messages that have such a word: it puts the lists of all these
    words together before it gives the first result.
    """
    return words.beginning is not None and pages(tx, words.beginning) > MAX_PAGES


NEWEST: Final = 2**62
"""Beyond the number of any row."""


class Look:
    """Looks at the messages with the whole words one after the other, the newest first, for the
    beginning: what is frequent is found soon. In steps, and with the results that FTS5 would give.
    """

    def __init__(self, words: Words, journal: int | None, below: int) -> None:
        assert words.beginning is not None
        self.over = False
        """Whether all were looked at."""
        self._beginning = words.beginning
        self._expression = words.expression(journal, beginning=False)
        self._below = below

    def step(self, tx: Transaction, limit: int) -> list[int]:
        """The numbers of the next rows, `limit` at most: perhaps of none."""
        found: list[int] = []
        looked = size = 0
        for number, text in self._rows(tx):
            looked, size, self._below = looked + 1, size + len(text), number
            if any(word.startswith(self._beginning) for word in tx.tokens(text)):
                found.append(number)
            if len(found) == limit or size > STEP_CHARACTERS:
                return found
        self.over = looked < STEP_ROWS
        return found

    def _rows(self, tx: Transaction) -> Iterator[Row]:
        if not self._expression:
            return tx.each(
                "SELECT rowid, text FROM search WHERE rowid < ? ORDER BY rowid DESC LIMIT ?",
                self._below,
                STEP_ROWS,
            )
        return tx.each(
            "SELECT rowid, text FROM search WHERE search MATCH ? AND rowid < ?"
            " ORDER BY rowid DESC LIMIT ?",
            self._expression,
            self._below,
            STEP_ROWS,
        )


def pages(tx: Transaction, beginning: str) -> int:
    """How many whole pages of the index hold the lists of the words that begin so.

    Read from FTS5's own table of pages (segment, first term, twice the page number): two look-ups
    a segment.
    """
    first = b"0" + beginning.encode()
    # No byte of UTF-8 is as large.
    last = first + b"\xff"
    total, segment = 0, 0
    while True:
        row = tx.row("SELECT MIN(segid) FROM search_idx WHERE segid > ?", segment)
        if row is None or row[0] is None:
            return total
        segment = row[0]
        ends = tx.row(
            "SELECT (SELECT pgno FROM search_idx WHERE segid = ?1 AND term <= ?2"
            " ORDER BY term DESC LIMIT 1),"
            " (SELECT pgno FROM search_idx WHERE segid = ?1 AND term > ?3 ORDER BY term LIMIT 1),"
            " (SELECT MAX(id) FROM search_data WHERE id BETWEEN ?4 AND ?4 + 2147483647)",
            segment,
            first,
            last,
            segment << _SEGMENT_BITS,
        )
        assert ends is not None
        begins = 1 if ends[0] is None else ends[0] >> 1
        if ends[1] is not None:
            beyond = ends[1] >> 1
        else:
            beyond = 1 + (0 if ends[2] is None else ends[2] & 0x7FFFFFFF)
        # The first and the last may belong to others for the most part.
        total += max(0, beyond - begins - 2)


def _quoted(word: str) -> str:
    return 'text : "' + word.replace('"', '""') + '"'
