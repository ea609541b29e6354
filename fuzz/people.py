"""People of the fuzz targets: always the same keys, so that a committed input stays meaningful.

What lives here: accounts, journals, entries. What may not: targets.
"""

from __future__ import annotations

from functools import cache

from onionchat.protocol.contacts.invite import Invite
from onionchat.protocol.crypto.keys import AgreementKey, SigningKey
from onionchat.protocol.identity.persona import Persona
from onionchat.protocol.identity.statements import (
    build_add,
    build_address,
    build_profile,
    build_revoke,
    consent,
)
from onionchat.protocol.journal.entry import EntryKind, SignedEntry, sign_entry
from onionchat.protocol.journal.ids import account_journal, direct_journal
from onionchat.protocol.journal.memory import MemoryJournal
from onionchat.protocol.rooms.bodies import encode_text
from onionchat.testing.rng import SeededRng
from onionchat.types import DeviceKey, EntryId, LinkKey, Millis, OnionKey

NOW = Millis(1_700_000_000_000)
PHRASE_KEY = AgreementKey(b"p" * 32)
TABLET = SigningKey(b"tablet".ljust(32))
TABLET_LINK = AgreementKey(b"tablet link".ljust(32))


class Person:
    """An account and its journal."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.persona = Persona.create(SeededRng(name), PHRASE_KEY.public)
        self.device = DeviceKey(self.persona.device.public)
        self.link_key = LinkKey(self.persona.link.public)
        self.journal = MemoryJournal(account_journal(self.persona.account))
        self.onion = SigningKey(name.encode().ljust(32))
        for body in (
            self.persona.genesis,
            build_profile(name),
            build_address(OnionKey(self.onion.public), b"s" * 32, 80),
        ):
            self.journal.append(self.persona.device, NOW, EntryKind.ROSTER, body)

    @property
    def entries(self) -> tuple[bytes, ...]:
        return tuple(entry.to_bytes() for entry in self.journal)

    def adds_and_revokes(self) -> tuple[bytes, bytes, bytes]:
        """A statement that adds a tablet, and two that revoke it."""
        account = self.persona.account
        link = LinkKey(TABLET_LINK.public)
        agreed = consent(account, self.device, TABLET, link)
        tablet = DeviceKey(TABLET.public)
        recovery = SigningKey(b"recovery".ljust(32))
        return (
            build_add(tablet, link, agreed),
            build_revoke(account, tablet, {self.journal.id: 3}),
            build_revoke(account, tablet, {}, recovery),
        )


@cache
def person(name: str) -> Person:
    return Person(name)


@cache
def conversation() -> tuple[SignedEntry, ...]:
    """Six entries of Alice and Bob in their journal, each seeing what was there."""
    alice, bob = person("Alice"), person("Bob")
    journal = MemoryJournal(direct_journal(alice.persona.account, bob.persona.account))
    said = []
    for number in range(6):
        author = (alice, bob)[number % 2]
        body = encode_text(f"text {number}", said[-1].id if said else None)
        said.append(
            journal.append(author.persona.device, Millis(NOW + number), EntryKind.TEXT, body)
        )
    return tuple(said)


@cache
def fork() -> tuple[SignedEntry, SignedEntry]:
    """Two entries of Alice for one position."""
    first = conversation()[0]
    key = person("Alice").persona.device
    body = encode_text("something else")
    return first, sign_entry(key, first.journal, 1, EntryId(b""), (), NOW, EntryKind.TEXT, body)


@cache
def invite() -> Invite:
    return Invite(
        OnionKey(SigningKey(b"invite".ljust(32)).public),
        LinkKey(AgreementKey(b"invite".ljust(32)).public),
        b"t" * 16,
        Millis(NOW + 60_000 - NOW % 60_000),
        True,
    )
