"""How much of the past this device keeps: its own choice, made when it was linked.

What lives here: reading the choice, keeping it, and whether a body is withheld. What may not:
deletion, which is the person's and for all devices.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from onionchat.errors import InvalidInput
from onionchat.store import settings
from onionchat.store.entries import KEPT_KINDS
from onionchat.store.transaction import Transaction
from onionchat.types import Millis

ALL: Final = "all"
NONE: Final = "none"

SLOW_CLOCK: Final = 3_600_000
"""Milliseconds by which a contact's clock may be slow; of more the person is warned (`skew`)."""

_SINCE: Final = "history.since"
_HINT: Final = "The history to bring is `all`, `none`, or a day such as 2026-01-31."


def parse(wanted: str, now: Millis) -> Millis:
    """From when on bodies are kept: `all` (0), `none` (`now`), or the beginning of a day, UTC.

    Raises:
        InvalidInput: none of these, or a day to come.
    """
    if wanted == ALL:
        return Millis(0)
    if wanted == NONE:
        return now
    try:
        day = datetime.strptime(wanted, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise InvalidInput(_HINT) from None
    since = Millis(int(day.timestamp() * 1000))
    if not 0 <= since <= now:
        raise InvalidInput(_HINT)
    return since


def keep(tx: Transaction, since: Millis) -> None:
    """This device keeps bodies of messages whose time is not before `since`."""
    settings.put(tx, _SINCE, str(since).encode() if since else None)


def withholds(kind: int, effective: int, since: Millis) -> bool:
    """Whether the body of an entry is not kept here, by its kind and its effective time. What
    others have to hear of, though nothing in it can be read, is kept.

    An hour more is kept than was asked for: a message must not be lost because its author's clock
    is slow.
    """
    return effective < since - SLOW_CLOCK and kind not in KEPT_KINDS


def since(tx: Transaction) -> Millis:
    """From when on this device keeps bodies; 0 for all."""
    stored = settings.get(tx, _SINCE)
    return Millis(int(stored)) if stored else Millis(0)
