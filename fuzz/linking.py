"""Targets for linking a device: its link, its messages, and both sides driven by a script.

What lives here: what a stranger with the link, or the maker of one, could send. What may not: other
exchanges (`conversations`).
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from fuzz.people import PHRASE_KEY, TABLET, TABLET_LINK, invite, person
from fuzz.records import damaged
from fuzz.target import target
from fuzz.texts import text_of
from onionchat.errors import ProtocolViolation, Refused
from onionchat.protocol.contacts.link_text import MAX_LINK_TEXT
from onionchat.protocol.identity.statements import build_add, consent
from onionchat.protocol.identity.words import read_out
from onionchat.protocol.journal.entry import EntryKind
from onionchat.protocol.linking import host, joiner, messages
from onionchat.protocol.linking.account_entries import read_account
from onionchat.protocol.linking.code import read_code
from onionchat.protocol.linking.device_link import DeviceLink, parse_device_link
from onionchat.protocol.wire.codec import decode
from onionchat.testing.rng import SeededRng
from onionchat.types import LinkKey, Millis

pack = msgspec.msgpack.encode


def device_link() -> DeviceLink:
    """Always the same link."""
    there = invite()
    return DeviceLink(there.onion_key, there.agreement_key, b"t" * 16, Millis(60_000))


def link_seeds() -> Iterator[bytes]:
    link = device_link().to_link()
    yield from (
        text.encode()
        for text in (link, link.lower(), link[:-1], invite().to_link(), f"<{link}>", "no link")
    )


@target(
    "device-link",
    covers=(parse_device_link,),
    declared=(Refused,),
    seeds=link_seeds,
    max_size=MAX_LINK_TEXT + 1,
)
def device_link_text(data: bytes) -> None:
    found = parse_device_link(text_of(data))
    if parse_device_link(found.to_link()) != found:
        raise AssertionError("a link is not what it says")


@target(
    "device-code",
    covers=(read_code,),
    declared=(Refused,),
    seeds=lambda: (b"01234567", b"0123 4567", b"0123-456", "١٢٣٤٥٦٧٨".encode()),
    max_size=256,
)
def device_code(data: bytes) -> None:
    code = read_code(text_of(data))
    if len(code) != 8 or not code.isascii():
        raise AssertionError("a code that nobody shows")


@target(
    "typed-words",
    covers=(read_out,),
    seeds=lambda: (b"1. Abandon, ability.", b"ABLE\n7)", "– ähm".encode(), b""),
    max_size=4096,
)
def typed_words(data: bytes) -> None:
    if any(word != word.lower() or not word.isalpha() for word in read_out(text_of(data))):
        raise AssertionError("no word of a list")


def entries_with_tablet() -> tuple[bytes, ...]:
    """The journal of an account that took a tablet in."""
    alice = person("Alice linked")
    link = LinkKey(TABLET_LINK.public)
    if len(alice.journal) == 3:
        agreed = consent(alice.persona.account, alice.device, TABLET, link)
        body = build_add(TABLET.public, link, agreed)
        alice.journal.append(alice.persona.device, 1000, EntryKind.ROSTER, body)
    return alice.entries


def entry_seeds() -> Iterator[bytes]:
    entries = entries_with_tablet()
    yield pack(entries)
    yield pack(entries[1:])
    yield pack([*entries, entries[-1]])
    yield pack([entries[0], *person("Bob").entries])
    yield pack([])


@target(
    "account-entries",
    covers=(read_account,),
    seeds=entry_seeds,
    max_size=messages.MAX_DEVICE_MESSAGE,
)
def account_entries(data: bytes) -> object:
    return read_account(decode(messages.Entries, data, messages.MAX_DEVICE_MESSAGE))


def message_seeds() -> Iterator[bytes]:
    entries = entries_with_tablet()
    alice = person("Alice linked")
    made: tuple[messages.Message, ...] = (
        messages.Ask("Tablet", TABLET.public, TABLET_LINK.public),
        messages.Challenge(b"n" * 32),
        messages.Welcome(PHRASE_KEY.public, "Alice", alice.device, entries[:3], False),
        messages.Consent(b"s" * 64),
        messages.Added(entries, False),
        messages.Done(),
        messages.Refuse(messages.Reason.FULL),
    )
    yield from damaged(map(messages.encode_message, made))


@target(
    "device-messages",
    covers=(messages.decode_message,),
    seeds=message_seeds,
    large=lambda: (pack([5, [bytes(messages.MAX_ENTRY_BYTES)] * messages.MAX_PART, False]),),
    max_size=messages.MAX_DEVICE_MESSAGE + 1,
)
def device_message(data: bytes) -> object:
    said = messages.decode_message(data)
    if messages.decode_message(messages.encode_message(said)) != said:
        raise AssertionError("a message does not survive encoding")
    return said


def script_seeds() -> Iterator[bytes]:
    entries = entries_with_tablet()
    alice = person("Alice linked")
    to_joiner: tuple[messages.Message, ...] = (
        messages.Challenge(b"n" * 32),
        messages.Welcome(PHRASE_KEY.public, "Alice", alice.device, entries[:3], False),
        messages.Added(entries, False),
    )
    to_host: tuple[messages.Message, ...] = (
        messages.Ask("Tablet", TABLET.public, TABLET_LINK.public),
        messages.Consent(b"s" * 64),
        messages.Done(),
    )
    yield pack([messages.encode_message(one) for one in to_joiner])
    yield pack([messages.encode_message(one) for one in to_host])
    yield pack([])


def script(data: bytes) -> list[bytes]:
    try:
        return msgspec.msgpack.decode(data, type=list[bytes])[:16]
    except msgspec.DecodeError:
        return [data]


@target(
    "device-joiner",
    covers=(joiner.Joiner.receive,),
    seeds=script_seeds,
    max_size=messages.MAX_DEVICE_MESSAGE,
)
def joining(data: bytes) -> None:
    """A new device belongs to no account whose journal does not say so."""
    core = joiner.Joiner("Tablet", TABLET, LinkKey(TABLET_LINK.public), b"h" * 32)
    core.start()
    for message in script(data):
        for action in core.receive(message):
            if isinstance(action, joiner.Become):
                if not action.journal.roster.active(TABLET.public):
                    raise AssertionError("it became what it is not")
                core.stored()


@target(
    "device-host",
    covers=(host.Host.receive,),
    seeds=script_seeds,
    max_size=messages.MAX_DEVICE_MESSAGE,
)
def hosting(data: bytes) -> None:
    """Nothing of the account is said, and nobody added, without a code."""
    core = host.Host(SeededRng("host"))
    core.called(1, b"h" * 32, LinkKey(TABLET_LINK.public))
    for message in script(data):
        try:
            actions = core.receive(1, message)
        except ProtocolViolation:
            core.gone(1)
            raise
        if any(isinstance(one, host.ReadAccount | host.AddDevice | host.Linked) for one in actions):
            raise AssertionError("a stranger came in")
