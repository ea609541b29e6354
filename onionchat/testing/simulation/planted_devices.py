"""Bugs about several devices of one person that are put into the real code (`planted`).

What lives here: one function for each, which says what it changes. What may not: as in `planted`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from onionchat.node import accounts, delivery, household, membership, shared_journals, sharing
from onionchat.node.contact_link import ContactLink
from onionchat.node.delivery import Delivery
from onionchat.protocol.journal.ids import self_journal
from onionchat.protocol.rooms.household import grows
from onionchat.protocol.rooms.self_state import Held, meet
from onionchat.store import contacts, frontiers, personas
from onionchat.store import journals as stored
from onionchat.store.contacts import ContactState
from onionchat.types import MessageState, Seq

Changes = list[tuple[Any, str, Any]]

BUGS: Final[list[Callable[[], Changes]]] = []


def _bug(make: Callable[[], Changes]) -> Callable[[], Changes]:
    BUGS.append(make)
    return make


@_bug
def devices_believe_whoever_came_last() -> Changes:
    """What own devices say counts in the order of arrival."""

    def arrived(key: Any, held: Held | None, new: Held) -> Held | None:
        met = meet(key, held, new)
        return new if met is held and held is not None and not grows(key) else met

    return [(accounts, "meet", arrived)]


@_bug
def equal_marks_stay_by_arrival() -> Changes:
    """Of two entries that say the same each device keeps the one that came last."""
    return [(accounts, "_beats", lambda before, new: before.value > new.value)]


@_bug
def nobody_is_taken_into_personas() -> Changes:
    """A device that consents is added by nobody."""
    return [(membership, "_add", lambda *_: None)]


@_bug
def devices_hear_of_no_commits() -> Changes:
    """What is stored is told to the contact's links only, not to own devices."""

    def sharing_links(self: Delivery, contact: Any) -> list[ContactLink]:
        return list(self._links.get(contact, ()))

    return [(Delivery, "_sharing", sharing_links)]


@_bug
def own_acknowledgements_are_delivery() -> Changes:
    """That another device of the person has a text counts as if the contact had it."""

    before = Delivery.acknowledged

    def acknowledged(self: Delivery, link: ContactLink, event: Any) -> None:
        def work(tx: Any) -> None:
            journal = stored.find(tx, event.journal)
            if journal is not None and journal.contact is not None:
                has = {author: Seq(seq) for author, seq in event.frontier.items()}
                reached = frontiers.acknowledge(tx, journal.contact, event.journal, has)
                delivery._emit_state(tx, journal.contact, reached, MessageState.DELIVERED)

        before(self, link, event)
        if link.own:
            self._run(work, None, link)

    return [(Delivery, "acknowledged", acknowledged)]


@_bug
def removing_stays_on_one_device() -> Changes:
    """That a contact is to be forgotten is told to nobody."""
    return [(sharing, "share_removed", lambda *_: None)]


@_bug
def what_is_said_of_removed_contacts_is_kept() -> Changes:
    """What a device says of a contact that another one has removed stays there."""
    return [(household, "_of_forgotten", lambda *_: False)]


@_bug
def blocking_stays_on_one_device() -> Changes:
    """Of a contact's state other devices are not told."""
    return [(household, "_state", lambda *_: None)]


@_bug
def other_devices_texts_are_the_contacts() -> Changes:
    """What another device of the person wrote looks as if the contact had."""
    return [(stored, "mark_own", lambda *_: None)]


@_bug
def contacts_are_told_of_the_self_account() -> Changes:
    """The `self` journal is shared on every link."""
    load = shared_journals.load

    def everything(tx: Any, number: Any, device: Any) -> Any:
        loaded = load(tx, number, device)
        own = personas.self_account(tx)
        if own is not None and contacts.get(tx, number).state is not ContactState.OWN:
            first = next(iter(loaded.journals.values()))
            loaded.journals[self_journal(own.account_id)] = first
        return loaded

    return [(delivery, "load", everything)]
