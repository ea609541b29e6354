"""Targets for single messages of peers: the wire codec, every record type, frames, entries.

What lives here: one bytes-in call each. What may not: sequences (`machines`, `conversations`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

from fuzz.people import NOW, conversation, fork, person
from fuzz.target import target
from onionchat.errors import Malformed, PeerTooNew, ProtocolViolation, TooLarge
from onionchat.protocol.contacts import introduction
from onionchat.protocol.contacts import messages as contact_messages
from onionchat.protocol.crypto.keys import AgreementKey
from onionchat.protocol.crypto.sealed import open_sealed, seal
from onionchat.protocol.identity import statements
from onionchat.protocol.identity.roster import Act, fold
from onionchat.protocol.identity.statements import check_genesis, decode_statement
from onionchat.protocol.journal import entry as entries
from onionchat.protocol.journal.fork import ForkProof, SignedHeader, verify_fork
from onionchat.protocol.journal.order import OrderKey
from onionchat.protocol.link import control
from onionchat.protocol.rooms import bodies, household
from onionchat.protocol.rooms.self_state import Held, meet
from onionchat.protocol.session import frames
from onionchat.protocol.sync import messages as sync_messages
from onionchat.protocol.sync.position import Position
from onionchat.protocol.wire.codec import WireStruct, decode, encode
from onionchat.protocol.wire.records import (
    MAX_ENTRY_BODY,
    MAX_ENTRY_HEADER,
    MAX_MESSAGE,
    MAX_PARENTS,
    MAX_RECORD,
    MAX_SEQ,
)
from onionchat.testing.rng import SeededRng
from onionchat.types import MAX_TEXT_BYTES, DeviceKey, EntryId, LinkKey, Seq

pack = msgspec.msgpack.encode
unpack = msgspec.msgpack.decode


def damaged(good: Iterable[bytes]) -> Iterator[bytes]:
    """Each good input, and what is nearly it: cut, prolonged, another tag, a field less or more."""
    for data in good:
        yield data
        yield data[:-1]
        yield data + b"\0"
        try:
            fields = unpack(data)
        except (msgspec.MsgspecError, ValueError):
            continue
        if isinstance(fields, list) and fields:
            yield pack(fields[:-1])
            yield pack([*fields, None])
            yield pack([99, *fields[1:]])
            yield pack([*fields[:-1], None])
            yield pack([*fields[:-1], fields])
            yield pack({str(place): one for place, one in enumerate(fields)})


def nests(depth: int) -> bytes:
    """Arrays in arrays: what makes a naive decoder recurse."""
    return b"\x91" * depth + b"\xc0"


def huge_heads() -> list[bytes]:
    """Lengths that promise much more than follows."""
    return [
        b"\xdd\xff\xff\xff\xff",
        b"\xdc\xff\xff\x01",
        b"\xc6\xff\xff\xff\xffab",
        b"\xdb\xff\xff\xff\xffab",
        b"\xdf\xff\xff\xff\xff",
        b"\x92\x01\xdd\x7f\xff\xff\xff",
    ]


class Sample(WireStruct, frozen=True, tag=1):
    """A structure with a field of every sort that the wire has."""

    number: int
    text: str
    raw: bytes | None
    items: tuple[bytes, ...]
    pairs: dict[bytes, Position]


class Other(WireStruct, frozen=True, tag=2):
    """Its alternative."""


SAMPLES = (
    Sample(7, "text", b"raw", (b"one", b""), {b"k": Position(1, b"12345678")}),
    Sample(-1, "", None, (), {}),
    Other(),
)


SMALL = 64
"""A limit that some committed inputs exceed."""


def wire_seeds() -> Iterator[bytes]:
    yield from damaged(map(encode, SAMPLES))
    yield from huge_heads()
    yield nests(64)
    yield pack([1, 7, "a", b"b", [b"c"], {b"k": (0, b"12345678")}])
    yield pack([1, 2**64 - 1, "é", b"", [], {}])
    yield b"\x96\x01\x07\xa1\xff\xc0\x90\x80"  # text that is not UTF-8
    yield pack([1, 1.5, "", None, [], {}])
    yield b"\xc7\x01\x05\x00"  # an extension type
    yield b"\xc1"
    yield b""


def wire_large() -> Iterator[bytes]:
    yield nests(MAX_MESSAGE - 1)
    yield pack([1, 1, "", None, [b""] * (MAX_MESSAGE // 2 - 16), {}])
    yield pack([1, 1, "", None, [], {n.to_bytes(4, "big"): (n + 1, bytes(8)) for n in range(7000)}])
    yield b"\xdd\x00\x02\x7f\x00" + b"\x90" * (MAX_MESSAGE - 8)
    yield bytes(MAX_MESSAGE)
    yield b"\x96" * (MAX_MESSAGE + 1)


@target(
    "wire-codec", covers=(decode,), seeds=wire_seeds, large=wire_large, max_size=MAX_MESSAGE + 1
)
def wire_codec(data: bytes) -> None:
    try:
        decode(Sample | Other, data, SMALL)
    except TooLarge:
        if len(data) <= SMALL:
            raise AssertionError("a short input is too large") from None
    except Malformed:
        if len(data) > SMALL:
            raise AssertionError("what is too large was decoded") from None
    value = decode(Sample | Other, data, MAX_MESSAGE)
    if decode(Sample | Other, encode(value), 2 * MAX_MESSAGE) != value:
        raise AssertionError("what was decoded does not survive encoding")


# --- frames ---------------------------------------------------------------------------------------


def frame_seeds() -> Iterator[bytes]:
    for channel, last, payload in ((0, True, b"ping"), (1, False, b"x" * 64), (254, True, b"")):
        yield frames.header(channel, last, len(payload)) + payload
    yield frames.header(0, True, 2) + b"ab" + frames.header(3, True, 1) + b"c" + b"\xff" + bytes(40)
    yield b"\xff"
    yield b"\xff\x00\x01"
    yield b"\x00\x80"
    yield b"\x00\x80\x05abc"
    yield b"\x00\xff\xff"
    yield b""


@target(
    "session-frames",
    covers=(frames.parse,),
    seeds=frame_seeds,
    large=lambda: (
        bytes(MAX_RECORD),
        frames.header(0, True, 0) * (MAX_RECORD // 3),
        b"\xff" + bytes(MAX_RECORD - 1),
    ),
    max_size=MAX_RECORD,
)
def session_frames(data: bytes) -> None:
    found = frames.parse(data)
    packed = b"".join(frames.header(f.channel, f.last, len(f.payload)) + f.payload for f in found)
    if not data.startswith(packed):
        raise AssertionError("frames are not what was sent")


# --- link, sync and contact messages --------------------------------------------------------------

CONTROL_MESSAGES: tuple[control.ControlMessage, ...] = (
    control.Hello(1, 2, ("files", "calls")),
    control.Open(3, "sync"),
    control.Credit(3, 4096),
    control.Close(3),
    control.Bye(2),
    control.Ping(b"t" * 16),
    control.Pong(b"t" * 16),
    control.RenewRequest(b"m" * 40),
    control.RenewAnswer(b"m" * 40),
    control.Renewed(),
)


def control_seeds() -> Iterator[bytes]:
    yield from damaged(map(encode, CONTROL_MESSAGES))
    for tag in (control.LAST_TAG + 1, control.FIRST_OPTIONAL - 1, control.FIRST_OPTIONAL, 127):
        yield pack([tag, "what a newer version says"])
    yield pack([1, 1, 2, ["Files\n"]])
    yield bytes(control.MAX_CONTROL + 1)
    yield b""


@target(
    "link-control",
    covers=(control.read,),
    seeds=control_seeds,
    # One that a newer peer needs is told apart from a broken one.
    declared=(ProtocolViolation, PeerTooNew),
    large=lambda: (
        encode(control.Hello(1, 1, ("a" * 16,) * 32)),
        pack([control.FIRST_OPTIONAL, bytes(control.MAX_CONTROL + 10)]),
        encode(control.RenewRequest(bytes(control.MAX_CONTROL - 8))),
    ),
    max_size=control.MAX_CONTROL + 64,
)
def link_control(data: bytes) -> object:
    return control.read(data)


NAME, OTHER_NAME, PLACE = b"journal.", b"author..", Position(5, b"tag.....")

SYNC_MESSAGES: tuple[sync_messages.Message, ...] = (
    sync_messages.Have(b"d" * 16, [(NAME, {OTHER_NAME: PLACE})], True, False),
    sync_messages.Have(b"d" * 16, [], False, True),
    sync_messages.WantAll(),
    sync_messages.Ack(3, [(NAME, {OTHER_NAME: PLACE})]),
    sync_messages.Want([b"e" * 32]),
    sync_messages.ReadMark(NAME, OTHER_NAME, 7),
    sync_messages.Shared(NAME, {OTHER_NAME: PLACE}),
    sync_messages.Absent([NAME]),
    sync_messages.Refuse(NAME, OTHER_NAME),
)


def sync_seeds() -> Iterator[bytes]:
    yield from damaged(map(sync_messages.encode_message, SYNC_MESSAGES))
    yield sync_messages.encode_message(sync_messages.Entries([conversation()[0].to_bytes()]))
    yield pack([1, b"d" * 16, [[NAME, {OTHER_NAME: [0, b"tag....."]}]], True, False])
    yield pack([7, NAME, {OTHER_NAME: [MAX_SEQ + 1, b"tag....."]}])
    yield pack([3, []])


def many_positions(count: int) -> dict[bytes, Position]:
    return {n.to_bytes(8, "big"): Position(n + 1, bytes(8)) for n in range(count)}


def sync_large() -> Iterator[bytes]:
    frontier = many_positions(sync_messages.MAX_AUTHORS)
    made: list[Any] = [
        sync_messages.Have(bytes(16), [(NAME, frontier)] * 7, True, True),
        sync_messages.Have(
            bytes(16), [(n.to_bytes(8, "big"), {}) for n in range(14000)], False, False
        ),
        sync_messages.Ack(1, [(NAME, frontier)] * 7),
        sync_messages.Absent([n.to_bytes(8, "big") for n in range(16000)]),
        sync_messages.Entries([b""] * (MAX_MESSAGE // 2 - 8)),
        sync_messages.Entries([bytes(MAX_MESSAGE - 16)]),
        sync_messages.Want([bytes(32)] * sync_messages.MAX_WANTED),
        sync_messages.Shared(NAME, many_positions(sync_messages.MAX_AUTHORS + 1)),
    ]
    yield from map(encode, made)


@target(
    "sync-messages",
    covers=(sync_messages.decode_message,),
    seeds=sync_seeds,
    large=sync_large,
    max_size=MAX_MESSAGE + 1,
)
def sync_message(data: bytes) -> object:
    said = sync_messages.decode_message(data)
    if sync_messages.decode_message(sync_messages.encode_message(said)) != said:
        raise AssertionError("a message does not survive encoding")
    if isinstance(said, sync_messages.Have):
        # Again and again, so that it takes several parts.
        many = said.changed[:1] * 2100
        parts = sync_messages.have_parts(said.digest, many, full=said.full)
        if sum(len(part.changed) for part in parts) != len(many):
            raise AssertionError("frontiers are lost in the parts")
    return said


def contact_seeds() -> Iterator[bytes]:
    bob = person("Bob")
    made: tuple[contact_messages.Message, ...] = (
        contact_messages.Request(bob.entries, "It is Bob"),
        contact_messages.Pending(),
        contact_messages.Accept(bob.entries),
        contact_messages.Confirm(),
        contact_messages.Refuse(contact_messages.Reason.USED),
    )
    yield from damaged(map(contact_messages.encode_message, made))
    yield pack([1, [b"x"], "é" * 999])


@target(
    "contact-messages",
    covers=(contact_messages.decode_message,),
    seeds=contact_seeds,
    large=lambda: (
        pack([1, [bytes(contact_messages.MAX_ENTRY_BYTES)] * contact_messages.MAX_ENTRIES, "x"]),
        pack([3, [b""] * contact_messages.MAX_CONTACT_MESSAGE]),
    ),
    max_size=contact_messages.MAX_CONTACT_MESSAGE + 1,
)
def contact_message(data: bytes) -> object:
    said = contact_messages.decode_message(data)
    if contact_messages.decode_message(contact_messages.encode_message(said)) != said:
        raise AssertionError("a message does not survive encoding")
    return said


# --- entries --------------------------------------------------------------------------------------


def header_seeds() -> Iterator[bytes]:
    said = conversation()
    yield from damaged((said[0].header_bytes, said[3].header_bytes))
    parents = [bytes([n]) * 32 for n in range(MAX_PARENTS)]
    head: list[Any] = [1, b"j" * 32, b"a" * 32, 2, b"p" * 32, parents, 1, 16, b"h" * 32, 10]
    for place, value in (
        (0, 2),
        (3, 1),
        (3, 0),
        (4, b""),
        (4, parents[3]),
        (5, parents[::-1]),
        (5, parents[:1] * 2),
        (7, 256),
        (9, MAX_ENTRY_BODY + 1),
        (0, 1),
    ):
        yield pack([*head[:place], value, *head[place + 1 :]])


@target(
    "entry-header",
    covers=(entries.parse_header,),
    seeds=header_seeds,
    large=lambda: (bytes(MAX_ENTRY_HEADER), bytes(MAX_ENTRY_HEADER + 1), nests(MAX_ENTRY_HEADER)),
    max_size=MAX_ENTRY_HEADER + 1,
)
def entry_header(data: bytes) -> object:
    return entries.parse_header(data)


def entry_seeds() -> Iterator[bytes]:
    said = conversation()
    yield from damaged((said[0].to_bytes(), said[1].without_body().to_bytes()))
    yield pack([said[0].header_bytes, said[0].signature, b"another body"])
    yield pack([said[0].header_bytes, bytes(64), said[0].body])


def entry_large() -> Iterator[bytes]:
    head = conversation()[0].header_bytes
    yield pack([head, bytes(64), bytes(MAX_ENTRY_BODY)])
    yield pack([head, bytes(64), bytes(MAX_ENTRY_BODY + 1)])


@target(
    "entry",
    covers=(
        entries.parse_entry,
        entries.from_parts,
        entries.check_body,
        entries.check_signature,
    ),
    seeds=entry_seeds,
    large=entry_large,
    max_size=entries.MAX_ENTRY + 1,
)
def whole_entry(data: bytes) -> None:
    parsed = entries.parse_entry(data)
    if parsed.to_bytes() != data and entries.parse_entry(parsed.to_bytes()) != parsed:
        raise AssertionError("an entry is not kept verbatim")
    entries.check_body(parsed)
    entries.check_signature(parsed.author, parsed.header_bytes, parsed.signature)


def fork_seeds() -> Iterator[bytes]:
    one, other = (SignedHeader(e.header_bytes, e.signature) for e in fork())
    yield from damaged((encode(ForkProof(one, other)),))
    yield encode(ForkProof(one, one))
    elsewhere = conversation()[1]
    yield encode(ForkProof(one, SignedHeader(elsewhere.header_bytes, elsewhere.signature)))
    yield encode(ForkProof(one, SignedHeader(other.header, bytes(64))))


@target("fork-proof", covers=(verify_fork,), seeds=fork_seeds, max_size=4096)
def fork_proof(data: bytes) -> object:
    return verify_fork(decode(ForkProof, data, 4096))


# --- bodies and statements ------------------------------------------------------------------------


def body_seeds() -> Iterator[bytes]:
    yield from damaged((bodies.encode_text("text"), bodies.encode_text("text", entries.NO_ENTRY)))
    yield bodies.encode_text("nul \0")
    yield from damaged((bodies.encode_put(("a", "b"), b"value"), bodies.encode_put(("a",), None)))
    target_id = entries.EntryId(bytes(32))
    yield from damaged(
        (
            bodies.encode_edit(target_id, "text"),
            bodies.encode_reaction(target_id, "\U0001f44d"),
            bodies.encode_deletion([target_id, target_id]),
            bodies.encode_timer(300),
        )
    )
    yield bodies.encode_reaction(target_id, "nul \0")
    yield bodies.encode_text("text", target_id)
    yield pack([299])


def body_large() -> Iterator[bytes]:
    yield pack(["x" * MAX_TEXT_BYTES, None])
    yield pack(["\U0001f600" * (MAX_TEXT_BYTES // 4 + 8), None])
    yield pack([["k" * 128] * 8, bytes(bodies.MAX_VALUE)])
    yield pack([bytes(32), "x" * MAX_TEXT_BYTES])
    yield pack([[bytes(32)] * bodies.MAX_TARGETS])
    yield nests(MAX_ENTRY_BODY)


def _both(*calls: Callable[[bytes], object]) -> Callable[[bytes], object]:
    """Feed the same bytes to several decoders; what one refuses the next may take."""

    def run(data: bytes) -> object:
        found: object = None
        for call in calls:
            try:
                found = call(data)
            except ProtocolViolation:
                continue
        return found

    return run


def _text_and_back(data: bytes) -> object:
    text = bodies.decode_text(data)
    if bodies.decode_text(bodies.encode_text(text.text, text.reply_to)) != text:
        raise AssertionError("a text does not survive encoding")
    return text


def _put_and_back(data: bytes) -> object:
    put = bodies.decode_put(data)
    if bodies.decode_put(bodies.encode_put(put.key, put.value)) != put:
        raise AssertionError("a value does not survive encoding")
    return put


def _said_and_back(data: bytes) -> object:
    found: object = None
    for kind in bodies.CONVERSATION_KINDS:
        try:
            found = bodies.decode_said(kind, data)
        except ProtocolViolation:
            continue
        if encode(found) != encode(bodies.decode_said(kind, encode(found))):
            raise AssertionError("what is said of a message does not survive encoding")
    if bodies.decode_said(0, data) is not None:
        raise AssertionError("an unknown kind was read")
    return found


def _moved_and_back(data: bytes) -> object:
    here, there = entries.EntryId(bytes(32)), entries.EntryId(b"\x01" * 32)
    for kind in bodies.CONVERSATION_KINDS:
        try:
            moved = bodies.retargeted(kind, data, {here: there})
        except ProtocolViolation:
            continue
        if bodies.decode_said(kind, moved) is None:
            raise AssertionError("what was moved cannot be read")
    return None


target(
    "entry-bodies",
    covers=(
        bodies.decode_text,
        bodies.decode_put,
        bodies.decode_edit,
        bodies.decode_reaction,
        bodies.decode_deletion,
        bodies.decode_timer,
        bodies.decode_said,
        bodies.retargeted,
    ),
    seeds=body_seeds,
    large=body_large,
    max_size=MAX_ENTRY_BODY + 1,
)(_both(_text_and_back, _put_and_back, _said_and_back, _moved_and_back))


RECORD_BOX = b"b" * 80


def household_values() -> Iterator[bytes]:
    alice, bob = person("Alice"), person("Bob")
    met = household.Acquainted(bob.persona.account, bob.entries[:1], b"i" * 16)
    for reserved, contact in ((None, met), (b"d" * 32, None), (b"d" * 32, met)):
        yield household.encode_record(
            household.PersonaRecord(RECORD_BOX, NOW, alice.entries[:1], reserved, contact)
        )
    device, link = alice.persona.device, LinkKey(alice.persona.link.public)
    authors = (alice.device, bob.device)
    yield household.build_consent(alice.persona.account, bob.device, device, link, authors)
    yield household.encode_cleared(
        {alice.device: (Seq(7), EntryId(b"e" * 32)), bob.device: (Seq(1), EntryId(b"f" * 32))}
    )
    yield household.encode_seq(12)


def household_seeds() -> Iterator[bytes]:
    yield from damaged(household_values())
    yield bytes(8)
    yield b"\xff" * 8
    yield pack([[[b"b" * 32, 1, b"e" * 32], [b"a" * 32, 1, b"e" * 32]]])
    yield pack([b"d" * 32, bytes(32), [[b"a" * 32, bytes(64)]]])
    yield pack([RECORD_BOX, 1, [b"entry"], None, None])


def household_large() -> Iterator[bytes]:
    entries = (b"e" * household.MAX_RECORD_ENTRY,) * 16
    met = household.Acquainted(b"c" * 32, entries[:15], b"i" * 16)
    yield household.encode_record(household.PersonaRecord(RECORD_BOX, 1, entries, None, met))
    keys = [bytes([n]) * 32 for n in range(household.MAX_CLEARED)]
    yield household.encode_cleared({DeviceKey(key): (Seq(1), EntryId(b"e" * 32)) for key in keys})
    yield pack([b"d" * 32, b"\x09" + bytes(31), [[key, bytes(64)] for key in keys[:32]]])
    yield bytes(bodies.MAX_VALUE + 1)


def _consent_and_use(data: bytes) -> object:
    consent = household.decode_consent(data)
    account = person("Alice").persona.account
    for author in consent.authors:
        statement = consent.statement(account, author)
        if statement is not None:
            decode_statement(statement)
    return consent


def _record_and_back(data: bytes) -> object:
    record = household.decode_record(data)
    if household.decode_record(household.encode_record(record)) != record:
        raise AssertionError("a record does not survive encoding")
    return record


def _met(data: bytes) -> object:
    """A growing value meets another of its kind: neither is lost."""
    order = OrderKey(1, 1, EntryId(bytes(32)))
    other = household.encode_cleared({person("Bob").device: (Seq(3), EntryId(b"e" * 32))})
    held = meet(("cleared", ""), Held(order, other), Held(order, data))
    if held is None or held.value is None:
        raise AssertionError("what was said once is lost")
    return household.decode_cleared(held.value)


target(
    "household",
    covers=(
        household.decode_consent,
        household.decode_record,
        household.decode_cleared,
        household.decode_seq,
        household.id_in,
    ),
    seeds=household_seeds,
    large=household_large,
    max_size=bodies.MAX_VALUE + 1,
)(
    _both(
        _consent_and_use,
        _record_and_back,
        _met,
        household.decode_seq,
        lambda data: household.id_in(data.decode("latin-1")),
    )
)


def statement_bodies() -> Iterator[bytes]:
    alice = person("Alice")
    yield from (entry.body or b"" for entry in alice.journal)
    yield from alice.adds_and_revokes()


def statement_seeds() -> Iterator[bytes]:
    yield from damaged(statement_bodies())
    journals = [bytes([n]) * 32 for n in (2, 1)]
    yield pack([3, b"d" * 32, [[journal, 1] for journal in journals], b""])
    yield pack([3, b"d" * 32, [], b"short"])
    yield pack([4, bytes(32), b"s" * 32, 80, 0])
    yield pack([2, b"d" * 32, bytes(32), bytes(64)])
    yield pack([5, "é" * 64])


@target(
    "statements",
    covers=(
        decode_statement,
        check_genesis,
        statements.is_consented,
        statements.is_by_recovery,
        statements.account_id,
        fold,
    ),
    seeds=statement_seeds,
    large=lambda: (
        pack([3, bytes(32), [[bytes(30) + n.to_bytes(2, "big"), 1] for n in range(32)], bytes(64)]),
        nests(statements.MAX_STATEMENT),
    ),
    max_size=statements.MAX_STATEMENT + 1,
)
def statement(data: bytes) -> object:
    """Alone, as the genesis of an account, and as what follows a genesis."""
    said = decode_statement(data)
    alice = person("Alice")
    if isinstance(said, statements.Genesis):
        account = statements.account_id(data)
        own = Act(entries.NO_ENTRY, alice.device, 1, (), data)
        fold(account, alice.journal.id, [own])
    else:
        first, *_ = alice.journal
        acts = [
            Act(first.id, alice.device, 1, (), first.body),
            Act(entries.entry_id(b"add"), alice.device, 2, (), alice.adds_and_revokes()[0]),
            Act(entries.entry_id(data), alice.device, 3, (), data),
        ]
        fold(alice.persona.account, alice.journal.id, acts)
    return said


def introduction_seeds() -> Iterator[bytes]:
    bob, alice = person("Bob"), person("Alice")
    yield pack(bob.entries)
    yield pack(bob.entries[:1])
    yield pack(bob.entries[1:])
    yield pack((bob.entries[0], alice.entries[1]))
    yield pack((*bob.entries, bob.entries[-1]))
    yield pack([one.to_bytes() for one in fork()])
    yield pack([])
    yield pack([b"x"])


@target(
    "introduction",
    covers=(introduction.introduce,),
    seeds=introduction_seeds,
    large=lambda: (pack([bytes(contact_messages.MAX_ENTRY_BYTES)] * contact_messages.MAX_ENTRIES),),
    max_size=contact_messages.MAX_CONTACT_MESSAGE,
)
def introduce(data: bytes) -> object:
    return introduction.introduce(decode(contact_messages.Entries, data, MAX_MESSAGE))


SEALED_TO = AgreementKey(b"sealed".ljust(32))


@target(
    "sealed-box",
    covers=(open_sealed,),
    seeds=lambda: damaged((seal(SEALED_TO.public, b"content", SeededRng(1)), bytes(48))),
    max_size=4096,
)
def sealed_box(data: bytes) -> object:
    return open_sealed(SEALED_TO, data)
