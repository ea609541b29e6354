"""Several devices of one person as bare databases, between which a test carries entries.

What lives here: `Household` and its devices, without nodes, links or time. What may not:
expectations; those are tests.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, TypeVar

from onionchat.node import accounts, acquaintance, household, journals, own_devices
from onionchat.node.own_logs import Source
from onionchat.protocol.contacts.introduction import introduce
from onionchat.protocol.crypto.keys import AgreementKey, SigningKey
from onionchat.protocol.identity.persona import Persona as NewPersona
from onionchat.protocol.identity.statements import build_add, build_profile, consent
from onionchat.protocol.journal.entry import EntryKind, SignedEntry
from onionchat.protocol.journal.ids import account_journal, self_journal
from onionchat.protocol.journal.memory import MemoryJournal
from onionchat.protocol.linking.account_entries import read_account
from onionchat.store import contacts, frontiers, keyslot, logs, onions, personas
from onionchat.store import journals as stored
from onionchat.store.contacts import Contact
from onionchat.store.database import Database
from onionchat.store.transaction import Transaction
from onionchat.testing.rng import SeededRng
from onionchat.types import AccountId, DeviceKey, JournalId, LinkKey, Millis

T = TypeVar("T")

PHRASE_KEY: Final = AgreementKey(b"phrase".ljust(32))


class Friend:
    """Somebody who becomes a contact: an account and its journal."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.persona = NewPersona.create(SeededRng(name), PHRASE_KEY.public)
        self.account: AccountId = self.persona.account
        self.device = DeviceKey(self.persona.device.public)
        self.journal = MemoryJournal(account_journal(self.account))
        self.state(self.persona.genesis)
        self.state(build_profile(name))

    def state(self, statement: bytes) -> SignedEntry:
        """Append a statement."""
        return self.journal.append(
            self.persona.device, Millis(1_700_000_000_000), EntryKind.ROSTER, statement
        )

    @property
    def entries(self) -> tuple[bytes, ...]:
        """Its journal."""
        return tuple(entry.to_bytes() for entry in self.journal)

    def add_device(self, number: int) -> SignedEntry:
        """Take in a further device."""
        device, link = SigningKey(bytes([number]) * 32), AgreementKey(bytes([number + 1]) * 32)
        agreed = consent(self.account, self.device, device, LinkKey(link.public))
        return self.state(build_add(DeviceKey(device.public), LinkKey(link.public), agreed))


class Device:
    """One device of the person."""

    def __init__(self, folder: Path, seed: str) -> None:
        self.rng = SeededRng(seed)
        folder.mkdir(mode=0o700)
        self.database = Database.create(folder, keyslot.generate(self.rng))
        self.database.connection.pragma("synchronous", 0)
        self.now = Millis(1_700_000_000_000)
        self.events: list[object] = []
        self.key = DeviceKey(b"")
        """In the self account."""
        self.run(lambda tx: onions.ensure(tx, self.rng, self.now))

    def run(self, work: Callable[[Transaction], T]) -> T:
        """Do something in a transaction of its own."""
        self.now = Millis(self.now + 1000)
        group = self.database.run_group([work])
        (outcome,) = group.outcomes
        if outcome.error is not None:
            raise outcome.error
        self.events += group.events
        result: T = outcome.value
        return result

    def meet(self, friend: Friend, petname: str | None = None) -> None:
        """Become a contact of somebody, by a link of theirs."""

        def work(tx: Transaction) -> None:
            persona = accounts.new_persona(tx, self.rng, self.now)
            number = contacts.add(
                tx,
                public_id=self.rng.random_bytes(16),
                persona=persona.number,
                petname=petname or friend.name,
                created=self.now,
            )
            stored.share_with(tx, account_journal(persona.account_id), number)
            introduction = introduce(friend.entries)
            acquaintance.store_acceptance(tx, number, introduction, self.rng, self.now)

        self.run(work)

    def contact(self, friend: Friend) -> Contact | None:
        """What it knows of somebody."""
        return self.run(lambda tx: contacts.by_account(tx, friend.account))

    def change(self, friend: Friend, work: Callable[[Transaction, Contact], object]) -> None:
        """Change something about a contact, if it is here."""

        def change(tx: Transaction) -> None:
            found = contacts.by_account(tx, friend.account)
            if found is not None:
                work(tx, found)

        self.run(change)

    def frontier(self, journal: JournalId) -> dict[DeviceKey, int] | None:
        """How far it has each log of a journal; None if it does not keep that."""

        def work(tx: Transaction) -> dict[DeviceKey, int] | None:
            if stored.find(tx, journal) is None:
                return None
            return dict(frontiers.frontier(tx, journal))

        return self.run(work)

    def kept(self) -> list[JournalId]:
        """The journals that it shares with other devices: who is one first, then what they say."""

        def work(tx: Transaction) -> list[JournalId]:
            own = _own(tx).account_id
            first = [account_journal(own), self_journal(own)]
            rest = [
                journal.journal_id
                for contact in contacts.everyone(tx)
                for journal in stored.of_contact(tx, contact.number)
            ]
            return [*first, *rest]

        return self.run(work)

    def take(
        self, journal: JournalId, received: Sequence[SignedEntry], sender: Device | None = None
    ) -> None:
        """Entries arrive, of another device of the person's or (None) of the contact."""

        def work(tx: Transaction) -> None:
            own = contacts.own(tx)
            assert own is not None
            source = None if sender is None else Source(own.number, sender.key)
            household.take(tx, journal, received, self.now, self.rng, (), source)

        self.run(work)


class Household:
    """A person's devices, the most senior first, all in one self account."""

    def __init__(self, folder: Path, devices: int = 2) -> None:
        self.folder = folder
        first = Device(folder / "device 0", "device 0")
        first.run(lambda tx: accounts.found(tx, first.rng, PHRASE_KEY.public, "Alice", first.now))
        first.key = DeviceKey(first.run(_own).device.public)
        self.devices = [first]
        self._made = 1
        for _ in range(1, devices):
            self.link()

    def link(self) -> Device:
        """Take in one more device, by the most senior one."""
        first = self.devices[0]
        name = f"device {self._made}"
        self._made += 1
        device = Device(self.folder / name, name)
        key, link = SigningKey.generate(device.rng), AgreementKey.generate(device.rng)
        device.run(lambda tx: accounts.found(tx, device.rng, b"r" * 32, "new", device.now))
        facts = first.run(own_devices.facts)
        account = read_account(facts.entries)
        agreed = consent(account.account, facts.author, key, LinkKey(link.public))
        entries = first.run(
            lambda tx: own_devices.admit(
                tx,
                first.rng,
                device_key=DeviceKey(key.public),
                link_key=LinkKey(link.public),
                consent=agreed,
                now=first.now,
            )
        )
        device.run(
            lambda tx: own_devices.become(
                tx,
                device.rng,
                account=read_account(entries),
                device=key,
                link=link,
                recovery_public=facts.recovery_public,
                name=facts.name,
                now=device.now,
            )
        )
        device.key = DeviceKey(key.public)
        self.devices.append(device)
        return device

    def carry(self, one: Device, other: Device, limit: int = 2**31) -> bool:
        """Bring from one device to another what the other lacks, at most `limit` entries of each
        journal; returns whether there was anything."""
        found = False
        for journal in one.kept():
            there = other.frontier(journal)
            if there is None or one.frontier(journal) is None:
                continue
            entries = one.run(
                lambda tx, journal=journal, there=there: [  # type: ignore[misc]
                    journals.signed(entry)
                    for entry in logs.lacking(tx, journal, there, max_bytes=2**40)
                ]
            )[:limit]
            if entries:
                found = True
                other.take(journal, entries, one)
        return found

    def settle(self) -> None:
        """Carry everything to everybody, until nobody lacks anything."""
        busy = True
        while busy:
            busy = False
            for one in self.devices:
                for other in self.devices:
                    if one is not other:
                        busy = self.carry(one, other) or busy

    def close(self) -> None:
        """Close all databases."""
        for device in self.devices:
            device.database.close()


def _own(tx: Transaction) -> personas.Persona:
    own = personas.self_account(tx)
    assert own is not None
    return own


def add_own_device(tx: Transaction) -> None:
    """Make the person somebody with another device, which never says anything."""
    own, device = _own(tx), SigningKey(bytes(range(32)))
    link = LinkKey(AgreementKey(bytes(range(1, 33))).public)
    agreed = consent(own.account_id, DeviceKey(own.device.public), device, link)
    statement = build_add(DeviceKey(device.public), link, agreed)
    accounts.state(tx, own, statement, own.created)
