"""One signed entry: its bytes, its id, how it is made and read (docs/spec/06-journal.md).

What lives here: the wire form and what can be checked by looking at one entry alone. What may not:
anything that needs other entries (`validate`, `order`) or knows what a body means (rooms).
"""

from __future__ import annotations

from enum import IntEnum, unique
from typing import Annotated, Final, Literal

import attrs
from msgspec import Meta

from onionchat.errors import BadChain, Malformed, ProtocolViolation
from onionchat.protocol.crypto.hashing import digest
from onionchat.protocol.crypto.keys import SigningKey, verify
from onionchat.protocol.crypto.labels import Label
from onionchat.protocol.wire.codec import WireStruct, decode, encode
from onionchat.protocol.wire.records import (
    MAX_ENTRY_BODY,
    MAX_ENTRY_HEADER,
    MAX_PARENTS,
    Bytes32,
    EntryBody,
    EntryHeader,
    SeqNumber,
    Signature,
    TimeMs,
)
from onionchat.types import SIGNATURE_SIZE, DeviceKey, EntryId, JournalId, Millis, Seq

MAX_ENTRY: Final = MAX_ENTRY_BODY + MAX_ENTRY_HEADER + SIGNATURE_SIZE + 16
"""Bytes of the longest entry: body, header, signature and MessagePack's lengths."""

NO_ENTRY: Final = EntryId(b"")
"""Stands for "no previous entry" in the first entry of a log."""


@unique
class EntryKind(IntEnum):
    """What a body is. Other values (0 to 255) come from newer versions and are kept as they are."""

    ROSTER = 1
    PUT = 2
    TEXT = 16
    EDIT = 17
    REACTION = 18
    DELETION = 19
    TIMER = 20


class Header(WireStruct, frozen=True):
    """What the author signs. The first entry of a log has an empty `previous`."""

    version: Literal[1]
    journal: Bytes32
    author: Bytes32
    seq: SeqNumber
    previous: Annotated[bytes, Meta(max_length=32)]
    parents: Annotated[tuple[Bytes32, ...], Meta(max_length=MAX_PARENTS)]
    time: TimeMs
    kind: Annotated[int, Meta(ge=0, le=255)]
    body_hash: Bytes32
    body_size: Annotated[int, Meta(ge=0, le=MAX_ENTRY_BODY)]


class EntryBytes(WireStruct, frozen=True):
    """An entry on the wire: header as signed, signature, body (nil once deleted)."""

    header: EntryHeader
    signature: Signature
    body: EntryBody | None

    def __repr__(self) -> str:
        return "<EntryBytes>"


@attrs.frozen(repr=False)
class SignedEntry:
    """One entry with its verbatim bytes. Made by `sign_entry` and `parse_entry` only.

    Its signature and its place in a log are *not* checked yet; see `validate`.
    """

    header_bytes: bytes
    signature: bytes
    body: bytes | None
    id: EntryId = attrs.field(eq=False)
    header: Header = attrs.field(eq=False)

    @property
    def journal(self) -> JournalId:
        """The journal that it belongs to, by its own account."""
        return JournalId(self.header.journal)

    @property
    def author(self) -> DeviceKey:
        """The device that signed it."""
        return DeviceKey(self.header.author)

    @property
    def seq(self) -> Seq:
        """Its position in the author's log, from 1."""
        return Seq(self.header.seq)

    @property
    def previous(self) -> EntryId:
        """The author's entry before it; empty for the first."""
        return EntryId(self.header.previous)

    @property
    def ancestors(self) -> tuple[EntryId, ...]:
        """Everything that must be known before it: `previous`, if any, then the parents."""
        header = self.header
        named = (header.previous, *header.parents) if header.previous else header.parents
        return tuple(map(EntryId, named))

    def to_bytes(self) -> bytes:
        """The entry for the wire or an export: header and signature verbatim."""
        return encode(EntryBytes(self.header_bytes, self.signature, self.body))

    def without_body(self) -> SignedEntry:
        """The same entry after its body was deleted; the id stays."""
        return attrs.evolve(self, body=None)

    def __repr__(self) -> str:
        return f"<SignedEntry kind={self.header.kind} seq={self.header.seq}>"


def entry_id(header_bytes: bytes) -> EntryId:
    """The id of the entry with this header, bytes as signed."""
    return EntryId(digest(Label.ENTRY_ID, header_bytes))


def parse_header(header_bytes: bytes) -> Header:
    """Decode a header.

    Raises:
        TooLarge: more than `MAX_ENTRY_HEADER` bytes.
        Malformed: anything that is not exactly one header, or one that names its previous entry
            wrongly (missing, superfluous, also among the parents) or its parents unsorted or twice.
    """
    header = decode(Header, header_bytes, MAX_ENTRY_HEADER)
    expected = 0 if header.seq == 1 else len(header.body_hash)
    if len(header.previous) != expected:
        raise Malformed
    parents = header.parents
    if parents:
        if any(one >= other for one, other in zip(parents, parents[1:], strict=False)):
            raise Malformed
        if header.previous in parents:
            raise Malformed
    return header


def parse_entry(data: bytes) -> SignedEntry:
    """Decode one entry, keeping its bytes verbatim; see `parse_header` for the errors."""
    parts = decode(EntryBytes, data, MAX_ENTRY)
    return from_parts(parts.header, parts.signature, parts.body)


def from_parts(header_bytes: bytes, signature: bytes, body: bytes | None) -> SignedEntry:
    """An entry from its stored parts; see `parse_header` for the errors."""
    header = parse_header(header_bytes)
    return SignedEntry(header_bytes, signature, body, entry_id(header_bytes), header)


def sign_entry(
    key: SigningKey,
    journal: JournalId,
    seq: int,
    previous: EntryId,
    parents: tuple[EntryId, ...],
    time: Millis,
    kind: int,
    body: bytes,
) -> SignedEntry:
    """Make entry number `seq` of the log of `key`.

    `previous` is the id of number `seq - 1` (`NO_ENTRY` for the first), `parents` the sorted other
    heads, at most `MAX_PARENTS`. One number must never be signed twice with different content.

    Raises:
        ValueError: arguments of which no valid entry can be made.
    """
    body_hash = digest(Label.ENTRY_BODY, body)
    header = Header(
        1, journal, key.public, seq, previous, parents, time, kind, body_hash, len(body)
    )
    header_bytes = encode(header)
    try:
        parse_header(header_bytes)
    except ProtocolViolation as error:
        raise ValueError("no valid entry can be made of this") from error
    signature = key.sign(Label.SIGN_ENTRY, header_bytes)
    return SignedEntry(header_bytes, signature, body, entry_id(header_bytes), header)


def check_body(entry: SignedEntry) -> None:
    """Check that the body is the one that was signed; a deleted body has nothing to check.

    Raises:
        BadChain: size or hash differ from the header's.
    """
    if entry.body is None:
        return
    if len(entry.body) != entry.header.body_size:
        raise BadChain
    if digest(Label.ENTRY_BODY, entry.body) != entry.header.body_hash:
        raise BadChain


def check_signature(author: bytes, header_bytes: bytes, signature: bytes) -> None:
    """Check an entry's own signature.

    Raises:
        BadSignature: it does not verify.
    """
    verify(author, Label.SIGN_ENTRY, header_bytes, signature)
