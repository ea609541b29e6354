"""All contacts in memory, as committed: what links, onions and views need without asking the disk.

What lives here: `Card`, one contact (or one's own other devices), and `Directory`, which reads it
anew whenever a commit changed it. What may not: changing contacts.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from twisted.internet.defer import Deferred

from onionchat.node.changes import Bus, CardChanged, ContactForgotten, ContactUpdated
from onionchat.node.dbthread import Db
from onionchat.protocol.crypto.keys import AgreementKey
from onionchat.store import contacts, invites, personas, reserves
from onionchat.store import journals as stored
from onionchat.store.contacts import ContactDevice, ContactState
from onionchat.store.invites import Join
from onionchat.store.transaction import ContactNo, Transaction
from onionchat.types import AccountId, DeviceKey, JournalId, Millis


@dataclass(frozen=True, slots=True)
class Card:
    """One contact, or the row of one's own other devices."""

    number: ContactNo
    id: str
    """What front ends call it: 32 hex digits."""
    petname: str = field(repr=False)
    state: ContactState
    link: AgreementKey
    """Our link key towards it."""
    own_account: AccountId = field(repr=False)
    own_device: DeviceKey = field(repr=False)
    account: AccountId | None = field(repr=False)
    direct: JournalId | None = field(repr=False)
    devices: tuple[ContactDevice, ...] = field(repr=False)
    join: Join | None = field(repr=False)
    """The invite of theirs that we follow."""
    last_link: Millis
    """When there was a link, as of the last change of anything else."""
    admitted: bool = True
    """Whether this device stands in our persona's roster: before, the contact lets it not in."""

    @property
    def own(self) -> bool:
        """Whether these are the person's own other devices, and no contact."""
        return self.state is ContactState.OWN

    @property
    def linked(self) -> bool:
        """Whether links to these devices are wanted."""
        return self.state in (ContactState.ACTIVE, ContactState.OWN)

    @property
    def senior(self) -> bool:
        """Whether our side has the lower account id: it dials first and closes doubles."""
        return self.account is not None and self.own_account < self.account

    def senior_to(self, device: DeviceKey) -> bool:
        """As `senior`, towards one device: of two own ones that with the lower key is it."""
        return self.own_device < device if self.own else self.senior

    @property
    def active(self) -> frozenset[DeviceKey]:
        """The devices that may have a link."""
        return frozenset(device.device_key for device in self.devices if device.active)

    def device_of(self, link_key: bytes) -> ContactDevice | None:
        """The active device with that link key."""
        for device in self.devices:
            if device.active and device.link_key == link_key:
                return device
        return None


def load(tx: Transaction, number: ContactNo) -> Card:
    """Read one contact. Raises UnknownContact."""
    contact = contacts.get(tx, number)
    persona = personas.get(tx, contact.persona)
    direct = stored.direct(tx, number)
    return Card(
        number=number,
        id=contact.public_id.hex(),
        petname=contact.petname,
        state=contact.state,
        link=persona.link,
        own_account=persona.account_id,
        own_device=DeviceKey(persona.device.public),
        account=contact.account_id,
        direct=None if direct is None else direct.journal_id,
        devices=tuple(contacts.devices(tx, number)),
        join=invites.join_of(tx, number),
        last_link=reserves.last_link(tx, number),
        admitted=persona.admitted,
    )


class Directory:
    """The cards of all contacts."""

    def __init__(self, db: Db, bus: Bus) -> None:
        self._db = db
        self._bus = bus
        self._cards: dict[ContactNo, Card] = {}
        bus.subscribe(ContactUpdated, lambda event: self._reload(event.contact))
        bus.subscribe(ContactForgotten, self._forgotten)

    async def start(self) -> None:
        """Read all contacts."""

        def work(tx: Transaction) -> list[Card]:
            own = contacts.own(tx)
            rows = [*contacts.everyone(tx), *([] if own is None else [own])]
            return [load(tx, row.number) for row in rows]

        cards = await self._db.run(work)
        for card in cards:
            self._arrived(card)

    def get(self, number: ContactNo) -> Card | None:
        """The contact's card, None while it is not read yet."""
        return self._cards.get(number)

    def card(self, number: ContactNo) -> Deferred[Card]:
        """The contact's card, read if need be. Answers come in the order of the questions."""
        return self._db.run(lambda tx: load(tx, number))

    def all(self) -> list[Card]:
        """The cards of all contacts."""
        return [card for card in self._cards.values() if not card.own]

    def own(self) -> Card | None:
        """The card of one's own other devices, None as long as there are none."""
        return next((card for card in self._cards.values() if card.own), None)

    def _forgotten(self, event: ContactForgotten) -> None:
        self._cards.pop(event.contact, None)

    def _reload(self, number: ContactNo) -> None:
        self.card(number).addCallback(self._arrived).addErrback(
            self._bus.unwaited("a contact could not be read")
        )

    def _arrived(self, card: Card) -> None:
        self._cards[card.number] = card
        self._bus.publish(CardChanged(card.number))
