"""Full-text search in the messages: words, newest first.

What lives here: turning what a person typed into a query that cannot fail, and reading the index.
What may not: rows of messages (`messages` makes them from the numbers found here).

Words are what Unicode calls letters and digits, compared without case and accents; languages
written without spaces are found by the beginnings of their runs only.
"""

from __future__ import annotations

from typing import Final

from onionchat.store.transaction import Transaction

MAX_WORDS: Final = 16
"""Words of a query that are looked at."""

MAX_QUERY: Final = 1000
"""Characters of a query that are looked at."""


def scope(journal: int) -> str:
    """The word that marks the texts of a journal."""
    return f"j{journal}"


def query(tx: Transaction, typed: str, journal: int | None = None) -> str | None:
    """The FTS5 expression for what a person typed; None if there is no word in it.

    Every word must occur, the last one as a beginning. Each goes through the index's own tokenizer
    and is quoted, so that no input is a syntax error or an operator.
    """
    # A lone surrogate (from a terminal) has no UTF-8 and stands in no text.
    clean = typed[:MAX_QUERY].encode(errors="replace").decode()
    words = tx.tokens(clean)[:MAX_WORDS]
    if not words:
        return None
    quoted = ['text : "' + word.replace('"', '""') + '"' for word in words]
    if clean[-1].isalnum():
        quoted[-1] += " *"
    if journal is not None:
        quoted.append(f'scope : "{scope(journal)}"')
    return " AND ".join(quoted)
