"""One's own devices as front ends see them.

What lives here: listing and naming them. What may not: how they come in (`linking`) or go out.
Functions on the database thread.
"""

from __future__ import annotations

from onionchat.errors import NameTaken, UnknownDevice
from onionchat.names import clean_name, tidy_name
from onionchat.node import accounts, journals
from onionchat.protocol.identity.roster import Device
from onionchat.protocol.rooms.household import device_name
from onionchat.store import contacts, self_state
from onionchat.store.transaction import Transaction
from onionchat.types import DeviceKey, Millis
from onionchat.views import DeviceView

ID_DIGITS = 8
"""Digits of an id that name a device."""


def views(tx: Transaction, connected: frozenset[DeviceKey]) -> list[DeviceView]:
    """All devices that the account ever had, the most senior first."""
    account = accounts.load(tx).persona
    mine = DeviceKey(account.device.public)
    own = contacts.own(tx)
    ended = (
        {}
        if own is None
        else {one.device_key: one.ended for one in contacts.devices(tx, own.number)}
    )
    return [
        DeviceView(
            id=device.key.hex(),
            name=name,
            this=device.key == mine,
            state="active" if device.active else "revoked",
            connected=device.key in connected,
            ended=_seconds(ended.get(device.key)),
        )
        for device, name in _named(tx)
    ]


def _seconds(at: Millis | None) -> float | None:
    return at / 1000 if at else None


def find(tx: Transaction, wanted: str) -> Device:
    """The device of that name (in any capitals), id, or unambiguous beginning of an id.

    Raises:
        UnknownDevice: there is none, or several.
    """
    named = _named(tx)
    by_name = [device for device, name in named if name.casefold() == wanted.casefold()]
    if len(by_name) == 1:
        return by_name[0]
    digits = wanted.lower()
    by_id = [device for device, _ in named if device.key.hex().startswith(digits)]
    if len(digits) >= ID_DIGITS and len(by_id) == 1:
        return by_id[0]
    raise UnknownDevice


def rename(tx: Transaction, wanted: str, name: str, now: Millis) -> DeviceKey:
    """Call a device otherwise, on all of the person's devices.

    Raises:
        UnknownDevice, InvalidInput; NameTaken: another device is called that.
    """
    device, clean = find(tx, wanted), clean_name(name)
    others = [other for found, other in _named(tx) if found.key != device.key]
    if clean.casefold() in (other.casefold() for other in others):
        raise NameTaken
    accounts.share(tx, device_name(device.key), clean.encode(), now)
    return device.key


def _named(tx: Transaction) -> list[tuple[Device, str]]:
    """The devices and what the person calls them: "Device 1" and so on by seniority until then.

    A name is said by one of them, which may not be in the person's hands any more.
    """
    roster = journals.roster(tx, accounts.load(tx).persona.account_id)
    assert roster is not None
    named = []
    for device in roster.devices.values():
        given = self_state.value(tx, device_name(device.key)) or b""
        name = tidy_name(given.decode(errors="replace"))
        named.append((device, name or f"Device {device.rank + 1}"))
    return named
