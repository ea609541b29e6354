"""The one table of wire limits and bounded field types (docs/spec/02-wire.md).

What lives here: sizes that two peers must agree on, and `Annotated` field types that carry them, so
that a decoder cannot forget a bound. What may not: the structures; each chapter has its own.
"""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import Meta

PROTOCOL_VERSION: Final = 1
"""The version of the whole protocol that this code speaks."""

CELL: Final = 488
"""Bytes of payload in one Tor relay cell of the newer format (498 in the classic one)."""

RECORD_SIZES: Final = tuple(CELL * n for n in (1, 2, 4, 8, 16, 32))
"""Allowed sizes of a whole record, bytes: few sizes say little (goal P1)."""

MAX_RECORD: Final = RECORD_SIZES[-1]
"""Bytes of the largest record; nothing urgent waits behind more than one."""

MAX_MESSAGE: Final = 160 * 1024
"""Bytes of one channel message, reassembled: an entry with the longest body, and room beside it."""

MAX_ENTRY_BODY: Final = 128 * 1024
"""Bytes of one entry's body."""

MAX_ENTRY_HEADER: Final = 1024
"""Bytes of one entry's header: 16 parents of 34 bytes, and 200 of the rest."""

MAX_PARENTS: Final = 16
"""Parents one entry may name."""

MAX_TIME: Final = 2**48 - 1
"""Largest time in milliseconds (year 10889)."""

MAX_SEQ: Final = 2**53 - 1
"""Largest sequence number of a log."""

Bytes32 = Annotated[bytes, Meta(min_length=32, max_length=32)]
"""A key, hash or id."""

Bytes16 = Annotated[bytes, Meta(min_length=16, max_length=16)]
"""A salt, token or short digest."""

Signature = Annotated[bytes, Meta(min_length=64, max_length=64)]
"""An Ed25519 signature."""

TimeMs = Annotated[int, Meta(ge=0, le=MAX_TIME)]
"""Milliseconds since 1970 UTC."""

SeqNumber = Annotated[int, Meta(ge=1, le=MAX_SEQ)]
"""Position in a log, from 1."""

EntryBody = Annotated[bytes, Meta(max_length=MAX_ENTRY_BODY)]
"""An entry's body, verbatim."""

EntryHeader = Annotated[bytes, Meta(min_length=1, max_length=MAX_ENTRY_HEADER)]
"""An entry's header, verbatim as its author signed it."""
