"""Putting a device of the person out of the account (docs/devices.md, "Putting a device out").

What lives here: who may ask for it, the order in which it happens, and what is left to do after a
crash. What may not: which key is ended in which account (`eviction`), addresses (`onions`).
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from functools import partial
from typing import Final

from twisted.internet.defer import Deferred
from twisted.logger import Logger

from onionchat.errors import DevicePutOut, InvalidInput, NotSenior, OnlyDevice, RestoredBackup
from onionchat.node import accounts, devices, eviction, journals, membership, onions, restored
from onionchat.node.changes import Bus, DevicesEnded
from onionchat.node.dbthread import Db
from onionchat.node.wallclock import WallClock
from onionchat.protocol.crypto.keys import AgreementKey
from onionchat.protocol.crypto.rng import Rng
from onionchat.protocol.identity.recovery import recovery_key, seed_from_phrase
from onionchat.protocol.identity.roster import Device, Roster
from onionchat.store import contacts, personas
from onionchat.store.contacts import ContactState
from onionchat.store.personas import Persona
from onionchat.store.transaction import PersonaNo, Transaction
from onionchat.types import DeviceKey
from onionchat.views import RevokedView

log = Logger()

AT_ONCE: Final = 100
"""Personas in one transaction."""


class Revocation:
    """Ends devices, and moves contacts off onions that somebody knows who should not."""

    def __init__(self, wall: WallClock, rng: Rng, db: Db, bus: Bus) -> None:
        self._wall = wall
        self._rng = rng
        self._db = db
        self._bus = bus
        bus.subscribe(DevicesEnded, self._devices_ended)

    async def revoke(self, typed: str, phrase: str | None) -> RevokedView:
        """Put out the device with that name or id: a junior one, or this one; any, with the
        recovery phrase. Returns when everything that can be done now is on disk.

        Raises:
            UnknownDevice; OnlyDevice; NotSenior; DevicePutOut: this one is out itself;
            InvalidInput: the phrase is no phrase, or not this account's. RestoredBackup.
        """
        words = None if phrase is None else recovery_key(seed_from_phrase(phrase))
        device = await self._db.run(lambda tx: _allowed(tx, typed, words))
        if words is None and device == await self._db.run(_this):
            # Last of all in the self account: until then the others hear of the rest.
            await self._leave(device)
        else:
            await self._db.run(lambda tx: self._begin(tx, device, words))
        await self.resume()
        return await self._db.run(lambda tx: _view(tx, device))

    async def resume(self) -> None:
        """Do what was left undone, also of membership."""
        await self._db.run(lambda tx: eviction.settle_own(tx, self._wall.millis()))
        for numbers in _pieces(await self._db.run(membership.to_settle)):
            await self._db.run(partial(self._settle, numbers))
        await self._move()

    async def _leave(self, device: DeviceKey) -> None:
        for numbers in _pieces(await self._db.run(membership.to_settle)):
            await self._db.run(partial(self._leave_some, numbers))
        await self._db.run(lambda tx: self._begin(tx, device, None))

    def _leave_some(self, numbers: Sequence[PersonaNo], tx: Transaction) -> None:
        for number in numbers:
            persona = personas.get(tx, number)
            known = journals.roster(tx, persona.account_id)
            key = DeviceKey(persona.device.public)
            if known is not None and known.active(key):
                try:
                    eviction.end(tx, persona, key, self._wall.millis())
                except RestoredBackup:
                    continue  # the others do it, once they hear that this device is out

    def _settle(self, numbers: Sequence[PersonaNo], tx: Transaction) -> None:
        for number in numbers:
            membership.settle_one(tx, number, self._rng, self._wall.millis())

    def _devices_ended(self, _: DevicesEnded) -> None:
        Deferred.fromCoroutine(self._move()).addErrback(
            self._bus.unwaited("contact onions could not be moved")
        )

    async def _move(self) -> None:
        while await self._db.run(lambda tx: onions.move_next(tx, self._rng, self._wall.millis())):
            pass

    def _begin(self, tx: Transaction, device: DeviceKey, phrase: AgreementKey | None) -> None:
        """Everything that needs the phrase, and the statement in the self account."""
        now = self._wall.millis()
        own, household = _household(tx)
        row = contacts.own(tx)
        assert row is not None
        # Whoever has it may claim anything: that must not keep us from putting it out.
        journals.drop_claims(tx, device)
        if not accounts.other_devices(tx) - {device}:
            # Nobody is left who could have more of our log there than is here.
            restored.trust(tx, row.number)
        if phrase is not None:
            if household.active(device):
                eviction.sign(tx, own, device, phrase)
            for persona in personas.everyone(tx):
                if persona.is_self:
                    continue
                for key in eviction.active_keys(tx, persona, household, device):
                    try:
                        eviction.sign(tx, persona, key, phrase)
                    except InvalidInput:
                        log.warn("the recovery secret of a persona is damaged")
            eviction.settle_own(tx, now)
        elif household.active(device):
            eviction.end(tx, own, device, now)
            journals.refresh_devices(tx, row.number, now)


def _pieces(numbers: Sequence[PersonaNo]) -> list[Sequence[PersonaNo]]:
    return [numbers[first : first + AT_ONCE] for first in range(0, len(numbers), AT_ONCE)]


def _household(tx: Transaction) -> tuple[Persona, Roster]:
    own = accounts.load(tx).persona
    household = journals.roster(tx, own.account_id)
    assert household is not None
    return own, household


def _this(tx: Transaction) -> DeviceKey:
    return DeviceKey(accounts.load(tx).persona.device.public)


def _allowed(tx: Transaction, typed: str, phrase: AgreementKey | None) -> DeviceKey:
    """The device that is meant, if this one may put it out. Raises as `Revocation.revoke`."""
    device = devices.find(tx, typed)
    account = accounts.load(tx)
    _, household = _household(tx)
    if contacts.own(tx) is None:
        raise OnlyDevice
    if phrase is not None:
        if not hmac.compare_digest(account.recovery_public, phrase.public):
            raise InvalidInput("This recovery phrase does not belong to this account.")
        return device.key
    this = household.devices[DeviceKey(account.persona.device.public)]
    if not this.active:
        raise DevicePutOut
    if device.key == this.key and not accounts.other_devices(tx):
        raise OnlyDevice
    if _is_junior(this, device):
        raise NotSenior
    return device.key


def _is_junior(this: Device, other: Device) -> bool:
    return other.active and this.rank > other.rank


def _view(tx: Transaction, device: DeviceKey) -> RevokedView:
    _, household = _household(tx)
    (view,) = [view for view in devices.views(tx, frozenset()) if view.id == device.hex()]
    out = senior = waiting = 0
    for contact in contacts.everyone(tx):
        if contact.state not in (ContactState.ACTIVE, ContactState.BLOCKED):
            continue
        persona = personas.get(tx, contact.persona)
        if not eviction.active_keys(tx, persona, household, device):
            out += 1
        elif eviction.waits(tx, persona) or eviction.can_end(tx, persona, household, device):
            waiting += 1
        else:
            senior += 1
    return RevokedView(view, out, senior, waiting)
