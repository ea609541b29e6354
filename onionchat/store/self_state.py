"""What the `self` journal says: of each key the value that counts, and which entry said so.

What lives here: rows. What may not: how values meet (`protocol.rooms.self_state`), what they mean.
"""

from __future__ import annotations

from urllib.parse import quote, unquote

from onionchat.protocol.journal.order import OrderKey
from onionchat.protocol.rooms.household import Key
from onionchat.protocol.rooms.self_state import Held
from onionchat.store.transaction import Transaction
from onionchat.types import EntryId, Millis


def get(tx: Transaction, key: Key) -> Held | None:
    """What is held under a key; its value is None if it was removed."""
    row = tx.row(
        "SELECT effective, depth, entry_id, value FROM self_state WHERE key = ?", _written(key)
    )
    return None if row is None else Held(OrderKey(*row[:3]), row[3])


def value(tx: Transaction, key: Key) -> bytes | None:
    """The value of a key; None if it was removed or never put."""
    held = get(tx, key)
    return None if held is None else held.value


def put(tx: Transaction, key: Key, held: Held) -> None:
    """Hold this under a key instead of what was there."""
    tx.execute(
        "INSERT INTO self_state (key, value, effective, depth, entry_id) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (key) DO UPDATE SET value = excluded.value, effective = excluded.effective,"
        " depth = excluded.depth, entry_id = excluded.entry_id",
        _written(key),
        held.value,
        *held.order,
    )


def under(tx: Transaction, *parts: str) -> list[tuple[Key, bytes]]:
    """All present keys of more parts that begin with these, with their values: O(result)."""
    beginning = _written(parts) + "/"
    return [
        (tuple(map(unquote, row[0].split("/"))), row[1])
        for row in tx.rows(
            "SELECT key, value FROM self_state WHERE key >= ? AND key < ? AND value IS NOT NULL"
            " ORDER BY key",
            beginning,
            beginning + "\x7f",
        )
    ]


def forget(tx: Transaction, *parts: str) -> None:
    """Forget a key, and all that begin with its parts."""
    key = _written(parts)
    tx.execute(
        "DELETE FROM self_state WHERE key = ? OR (key >= ? AND key < ?)",
        key,
        key + "/",
        key + "/\x7f",
    )


def erase_body(tx: Transaction, entry_id: EntryId, now: Millis) -> None:
    """A later entry made this one void: its body is overwritten, header and order stay."""
    tx.execute(
        "INSERT INTO erased (journal, entry_id, at) SELECT journal, entry_id, ? FROM entries"
        " WHERE entry_id = ? AND body IS NOT NULL ON CONFLICT DO NOTHING",
        now,
        entry_id,
    )
    tx.execute("UPDATE entries SET body = NULL WHERE entry_id = ?", entry_id)


def _written(key: Key) -> str:
    """One text for each key, in which a beginning of parts is a beginning of the text."""
    return "/".join(quote(part, safe="") for part in key)
