"""A life of one profile, and what must be true of it after a crash.

What lives here: operations of the real store, journals and intake, in an order that a seed decides;
the check. What may not: how the crash comes about (`cycles`, `points`).

The profile is one that two nodes made when their people met. Nothing here depends on what happened
before: the friend's log is made in advance, and what is stored of it goes on where it ended, as a
friend's node would send it again.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from onionchat.errors import OnionchatError
from onionchat.node import journals
from onionchat.protocol.crypto.keys import SigningKey
from onionchat.protocol.crypto.rng import Rng
from onionchat.protocol.journal.entry import NO_ENTRY, EntryKind, SignedEntry, sign_entry
from onionchat.protocol.rooms.bodies import encode_text
from onionchat.store import (
    contacts,
    drafts,
    erasing,
    frontiers,
    intake,
    keyslot,
    logs,
    messages,
    personas,
    profile,
    settings,
)
from onionchat.store import journals as stored
from onionchat.store.database import Database
from onionchat.store.journals import Journal
from onionchat.store.keyslot import MasterKey
from onionchat.store.transaction import ContactNo, Transaction
from onionchat.testing.fabricate import circle
from onionchat.testing.nodes import PASSPHRASE
from onionchat.types import DeviceKey, EntryId, Millis, Seq

NOW: Final = Millis(1_750_000_000_000)
FRIENDS_TEXTS: Final = 1500
"""Entries that the friend has written in advance."""


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that an operation stored: `what` names it, `value` is its content."""

    what: str
    value: str


Step = Callable[[Transaction], list[Fact]]
"""One operation; returns the facts that are acknowledged once it is committed."""


Identity = tuple[ContactNo, Journal, SigningKey]
"""The friend, the conversation with it, and the key by which this device writes there."""


class Broken(AssertionError):
    """A promise of the store was not kept; says which."""


@dataclass(frozen=True)
class Template:
    """A profile to be copied for each life."""

    folder: Path
    key: MasterKey = field(repr=False)
    friend: SigningKey = field(repr=False)
    friends_log: tuple[SignedEntry, ...] = field(repr=False)
    identity: Identity = field(repr=False)

    @classmethod
    def make(cls, folder: Path) -> Template:
        """Let two people meet; the first one's profile is the template, the other lends a key."""
        mine, theirs = circle(folder, 1, now=NOW)
        other = Database.open(theirs, keyslot.unlock(theirs, PASSPHRASE))
        try:
            (contact,) = other.run(contacts.everyone)
            friend = other.run(lambda tx: personas.get(tx, contact.persona)).device
        finally:
            other.close()
        key = keyslot.unlock(mine, PASSPHRASE)
        database = Database.open(mine, key)
        try:
            identity = database.run(_identity)
        finally:
            database.close()
        return cls(mine, key, friend, friends_log(friend, identity[1]), identity)

    def copy(self, folder: Path) -> Life:
        """A fresh life in `folder`, which must not exist."""
        folder.mkdir(mode=0o700)
        for name in (profile.DATABASE, profile.KEYSLOT):
            shutil.copy2(self.folder / name, folder / name)
        return Life(folder, self)


class Life:
    """The operations on one copy of the template, and the check."""

    def __init__(self, folder: Path, template: Template) -> None:
        self.folder = folder
        self._template = template

    def open(self, *, vfs: str = "unix") -> Database:
        """Open the profile. Raises what `Database.open` raises."""
        return Database.open(self.folder, self._template.key, vfs=vfs)

    # --- operations

    def step(self, number: int, rng: Rng) -> Step:
        """The operation with this number; what it is and how large it is, is up to `rng`."""
        contact, journal, ours = self._template.identity
        kinds = (self._write, self._write, self._receive, self._receive, self._rest)
        kind = kinds[int(rng.uniform(0, len(kinds)))]
        size = int(rng.uniform(0, 1) ** 3 * 3000)
        return kind(number, contact, journal, ours, size)

    def _write(
        self, number: int, contact: ContactNo, journal: Journal, ours: SigningKey, size: int
    ) -> Step:
        text = f"mine {number} " + "x" * size

        def run(tx: Transaction) -> list[Fact]:
            entry = journals.append(tx, journal, ours, EntryKind.TEXT, encode_text(text), NOW)
            return [Fact(f"text {text}", entry.id.hex()), Fact(f"own {entry.seq}", entry.id.hex())]

        return run

    def _receive(
        self, number: int, contact: ContactNo, journal: Journal, ours: SigningKey, size: int
    ) -> Step:
        count = 1 + number % 3

        def run(tx: Transaction) -> list[Fact]:
            tip = frontiers.tip(tx, journal.journal_id, DeviceKey(self._template.friend.public))
            first = 0 if tip is None else tip.seq
            sent = self._template.friends_log[first : first + count]
            taken = journals.take(tx, journal.journal_id, sent, NOW)
            return [
                Fact(f"theirs {item.entry.seq}", item.entry.id.hex())
                for item in taken.outcome.accepted
            ]

        return run

    def _rest(
        self, number: int, contact: ContactNo, journal: Journal, ours: SigningKey, size: int
    ) -> Step:
        """What changes other tables: delivery, reading, settings, petnames, erasure."""

        def deliver(tx: Transaction) -> list[Fact]:
            own = DeviceKey(ours.public)
            tip = frontiers.tip(tx, journal.journal_id, own)
            if tip is None:
                return []
            frontiers.acknowledge(tx, contact, journal.journal_id, {own: tip.seq})
            return [Fact(f"delivered {tip.seq}", "")]

        def read(tx: Transaction) -> list[Fact]:
            frontiers.read_by_person(tx, contact)
            return []

        def configure(tx: Transaction) -> list[Fact]:
            settings.put(tx, f"setting {number}", bytes(size))
            return [Fact(f"setting {number}", str(size))]

        def rename(tx: Transaction) -> list[Fact]:
            contacts.rename(tx, contact, f"name {number}")
            return []

        def erase(tx: Transaction) -> list[Fact]:
            page = messages.history(tx, contact, 20)
            chosen = page[number % len(page)].entry_id if page else EntryId(b"\0" * 32)
            erasing.erase(tx, contact, [chosen], NOW)
            return [Fact(f"erased {chosen.hex()}", "")] if page else []

        def draft(tx: Transaction) -> list[Fact]:
            drafts.put(tx, contact, f"{number} " + "z" * size, NOW)
            return [Fact(f"draft {number}", "")]

        steps = (deliver, read, configure, rename, erase, draft)
        return steps[number % len(steps)]

    # --- the check

    def check(
        self,
        acknowledged: dict[str, str],
        *,
        deep: bool = True,
        vfs: str = "unix",
    ) -> None:
        """Open the profile on a sound disk and look whether all is as it was said to be.

        `acknowledged` are the facts that were told; more may be there. `deep` also reads the whole
        database.

        Raises:
            Broken: something is lost, doubled, different, or the database is not sound.
        """
        try:
            database = self.open(vfs=vfs)
        except OnionchatError as error:
            raise Broken(f"it does not open any more: {type(error).__name__}") from error
        try:
            if deep:
                found = database.check()
                if found:
                    raise Broken(f"the database is not sound: {found[0]}")
            with database.transaction() as tx:
                self._compare(tx, acknowledged)
        except OnionchatError as error:
            raise Broken(f"it cannot be read any more: {type(error).__name__}") from error
        finally:
            database.close()

    def _compare(self, tx: Transaction, acknowledged: dict[str, str]) -> None:
        contact, journal, ours = self._template.identity
        here: dict[str, str] = {}
        erased = set()
        everything = messages.history(tx, contact, 1_000_000)
        for message in everything:
            if message.erased:
                erased.add(message.entry_id.hex())
                here[f"erased {message.entry_id.hex()}"] = ""
            elif message.mine:
                if f"text {message.text}" in here:
                    raise Broken("a text is there twice")
                here[f"text {message.text}"] = message.entry_id.hex()
        for name, key in (("own", ours.public), ("theirs", self._template.friend.public)):
            for place, entry_id in self._chain(tx, journal, DeviceKey(key)):
                here[f"{name} {place}"] = entry_id
        delivered = frontiers.acknowledged(tx, contact, journal.journal_id)
        upto = delivered.get(DeviceKey(ours.public), 0)
        here.update({f"delivered {seq}": "" for seq in range(1, upto + 1)})
        # A later draft takes the place of an earlier one.
        newest = int((drafts.get(tx, contact) or "0").split(" ", maxsplit=1)[0])
        here.update({f"draft {number}": "" for number in range(newest + 1)})
        for setting, content in settings.everything(tx).items():
            if setting.startswith("setting "):
                here[setting] = str(len(content))
        for what, value in acknowledged.items():
            if what.startswith("text ") and value in erased:
                continue
            if what not in here:
                raise Broken(f"acknowledged and lost: {what[:30]}")
            if here[what] != value:
                raise Broken(f"acknowledged, and another one now: {what[:30]}")
        self._compare_sums(tx, contact, everything)

    def _compare_sums(
        self, tx: Transaction, contact: ContactNo, everything: list[messages.Message]
    ) -> None:
        """What is counted beside the entries fits them."""
        line = contacts.summary(tx, contact)
        queued = sum(m.mine and m.state == "queued" for m in everything)
        if line.queued != queued:
            raise Broken(f"{line.queued} messages are said to wait, {queued} do")
        marks = frontiers.person_read(tx, contact)
        read = marks.get(DeviceKey(self._template.friend.public), 0)
        unread = sum(not m.mine and m.seq > read for m in everything)
        if line.unread != unread:
            raise Broken(f"{line.unread} messages are said to be unread, {unread} are")
        took = intake.taken(tx, contact, int(NOW // 86_400_000))[1]
        if not took and any(not message.mine for message in everything):
            raise Broken("what was taken in was not counted")

    def _chain(
        self, tx: Transaction, journal: Journal, author: DeviceKey
    ) -> Iterator[tuple[int, str]]:
        previous = NO_ENTRY
        for number, entry in enumerate(logs.run(tx, journal.journal_id, author, Seq(1)), 1):
            signed = journals.signed(entry)
            if entry.seq != number or signed.previous != previous:
                raise Broken("a log is no chain any more")
            previous = entry.entry_id
            yield number, entry.entry_id.hex()


def friends_log(friend: SigningKey, journal: Journal) -> tuple[SignedEntry, ...]:
    """What the friend has written: always the same."""
    made: list[SignedEntry] = []
    for number in range(1, FRIENDS_TEXTS + 1):
        previous = made[-1].id if made else NO_ENTRY
        body = encode_text(f"theirs {number} " + "y" * (number * 37 % 900))
        time = Millis(NOW - NOW % 1000)
        made.append(
            sign_entry(friend, journal.journal_id, number, previous, (), time, EntryKind.TEXT, body)
        )
    return tuple(made)


def _identity(tx: Transaction) -> Identity:
    (contact,) = contacts.everyone(tx)
    journal = stored.direct(tx, contact.number)
    if journal is None:
        raise Broken("the two have no conversation")
    return contact.number, journal, personas.get(tx, contact.persona).device
