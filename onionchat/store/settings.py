"""Settings by name, counters, and tor's layer-2 guards: what belongs to the node as a whole.

What lives here: bytes under a name (the caller knows their type), numbers that count up, relays
that must survive a restart. What may not: defaults and meanings (node/).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from onionchat.store.transaction import Transaction
from onionchat.types import Millis


@dataclass(frozen=True, slots=True)
class Guard:
    """A layer-2 guard that is pinned until `expires`."""

    fingerprint: bytes
    """20 bytes."""
    added: Millis
    expires: Millis


def get(tx: Transaction, key: str) -> bytes | None:
    """The value stored under `key`."""
    row = tx.row("SELECT value FROM settings WHERE key = ?", key)
    return row[0] if row else None


def put(tx: Transaction, key: str, value: bytes | None) -> None:
    """Store `value` under `key`; None removes it."""
    if value is None:
        tx.execute("DELETE FROM settings WHERE key = ?", key)
    else:
        tx.execute(
            "INSERT INTO settings (key, value) VALUES (?, ?)"
            " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            key,
            value,
        )


def beginning(tx: Transaction, prefix: str) -> list[str]:
    """The keys that begin with `prefix`, which is ASCII: O(result)."""
    return [
        row[0]
        for row in tx.rows(
            "SELECT key FROM settings WHERE key >= ? AND key < ? ORDER BY key",
            prefix,
            prefix + "\x7f",
        )
    ]


def everything(tx: Transaction) -> dict[str, bytes]:
    """All settings that were ever set."""
    return dict(tx.rows("SELECT key, value FROM settings"))


def count(tx: Transaction, name: str, by: int = 1) -> int:
    """Add `by` to the counter `name`, which begins at 0; returns its new value."""
    row = tx.row(
        "INSERT INTO counters (name, value) VALUES (?, ?)"
        " ON CONFLICT (name) DO UPDATE SET value = value + excluded.value RETURNING value",
        name,
        by,
    )
    assert row is not None
    return int(row[0])


def counter(tx: Transaction, name: str) -> int:
    """The value of the counter `name`."""
    row = tx.row("SELECT value FROM counters WHERE name = ?", name)
    return row[0] if row else 0


def guards(tx: Transaction, now: Millis) -> list[Guard]:
    """The guards that have not expired at `now`; the first to be chosen first."""
    return [
        Guard(*row)
        for row in tx.rows(
            "SELECT fingerprint, added, expires FROM guards WHERE expires > ?"
            " ORDER BY added, fingerprint",
            now,
        )
    ]


def put_guards(tx: Transaction, chosen: Iterable[Guard]) -> None:
    """Make `chosen` the guards, instead of all that are stored."""
    tx.execute("DELETE FROM guards")
    tx.execute_many(
        "INSERT INTO guards (fingerprint, added, expires) VALUES (?, ?, ?)",
        [(guard.fingerprint, guard.added, guard.expires) for guard in chosen],
    )
