"""Proof that a device signed two entries for one position of its log (docs/spec/06-journal.md).

What lives here: the proof as a value that can be stored, sent and checked by anybody. What may not:
what follows from it (the person is warned; identity and rooms decide).
"""

from __future__ import annotations

from typing import Final

from onionchat.errors import BadChain
from onionchat.protocol.journal.entry import check_signature, entry_id, parse_header
from onionchat.protocol.wire.codec import WireStruct
from onionchat.protocol.wire.records import MAX_ENTRY_HEADER, EntryHeader, Signature
from onionchat.types import SIGNATURE_SIZE, DeviceKey

MAX_FORK_PROOF: Final = 2 * (MAX_ENTRY_HEADER + SIGNATURE_SIZE + 16)
"""Bytes of the longest encoded proof."""


class SignedHeader(WireStruct, frozen=True):
    """Header and signature of one entry, verbatim, without its body."""

    header: EntryHeader
    signature: Signature


class ForkProof(WireStruct, frozen=True):
    """Two signed headers for one position of one log."""

    first: SignedHeader
    second: SignedHeader


def verify_fork(proof: ForkProof) -> DeviceKey:
    """Check a proof by itself, without any journal; returns the device that forked its log.

    Raises:
        TooLarge, Malformed: a header does not decode.
        BadChain: the headers are the same, or of different logs or positions: no fork.
        BadSignature: one of them was not signed by the device.
    """
    first, second = parse_header(proof.first.header), parse_header(proof.second.header)
    places = [(header.journal, header.author, header.seq) for header in (first, second)]
    if places[0] != places[1]:
        raise BadChain
    if entry_id(proof.first.header) == entry_id(proof.second.header):
        raise BadChain
    for signed in (proof.first, proof.second):
        check_signature(first.author, signed.header, signed.signature)
    return DeviceKey(first.author)
