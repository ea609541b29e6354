"""Petnames that several devices gave at the same time: who gets which, on each device alike.

What lives here: the rule (docs/devices.md, "What travels in the `self` journal"). What may not:
what the person types here, which is refused if somebody has that name (`contacts.rename`).
"""

from __future__ import annotations

from onionchat.errors import InvalidInput
from onionchat.names import clean_name
from onionchat.node.changes import ContactUpdated
from onionchat.protocol.rooms.household import PETNAME, contact_key
from onionchat.store import contacts, self_state
from onionchat.store.transaction import ContactNo, Transaction
from onionchat.types import MAX_NAME_BYTES, AccountId


def wanted(tx: Transaction, account: AccountId) -> str | None:
    """The petname that the person gave a contact last, on whichever device."""
    value = self_state.value(tx, contact_key(account, PETNAME))
    try:
        return None if value is None else clean_name(value.decode())
    except (InvalidInput, UnicodeDecodeError):
        return None


def settle(tx: Transaction) -> None:
    """Give every contact the name that the person gave it last. Of several with one name the lowest
    account id has it, the others get a number behind it; it depends on nothing but these names.

    Contacts of which other devices do not know come after all others. O(contacts).
    """
    everyone = contacts.everyone(tx)
    shared: list[tuple[AccountId, ContactNo, str]] = []
    here: list[tuple[ContactNo, str]] = []
    for contact in everyone:
        name = None if contact.account_id is None else wanted(tx, contact.account_id)
        if name is None or contact.account_id is None:
            here.append((contact.number, contact.petname))
        else:
            shared.append((contact.account_id, contact.number, name))
    given: dict[str, ContactNo] = {}
    names: dict[ContactNo, str] = {}
    late: list[tuple[ContactNo, str]] = []
    for number, name in [(number, name) for _, number, name in sorted(shared)]:
        if name.casefold() in given:
            late.append((number, name))
        else:
            given[name.casefold()] = number
            names[number] = name
    for number, name in [*late, *here]:
        free = _free(name, given)
        given[free.casefold()] = number
        names[number] = free
    changed = [contact for contact in everyone if names[contact.number] != contact.petname]
    for contact in changed:
        # No name that a person can give: the two that swap must not meet.
        contacts.rename(tx, contact.number, f"\0{contact.number}")
    for contact in changed:
        contacts.rename(tx, contact.number, names[contact.number])
        tx.emit(ContactUpdated(contact.number))


def _free(base: str, given: dict[str, ContactNo]) -> str:
    name, number = base, 1
    while name.casefold() in given:
        number += 1
        suffix = f" {number}"
        name = base.encode()[: MAX_NAME_BYTES - len(suffix)].decode(errors="ignore") + suffix
    return name
