"""Contacts as people see them: found by what somebody typed, and shown.

What lives here: lookups and views on the database thread. What may not: changes (`contacts`).
"""

from __future__ import annotations

import re
from typing import Final

from onionchat.errors import AmbiguousContact, InvalidInput, NotAdmittedYet, UnknownContact
from onionchat.names import clean_name, flag_lookalikes, skeleton, tidy_name
from onionchat.node import trust
from onionchat.store import contacts, expiring, invites, journals, onions, personas
from onionchat.store.contacts import Contact, ContactState, Summary
from onionchat.store.invites import RequestState
from onionchat.store.transaction import ContactNo, Transaction
from onionchat.types import Millis, Trust, Visibility
from onionchat.views import ContactView, DeviceNewsView, RequestView

ID_BYTES: Final = 16
"""Bytes of a contact's id, which only this device knows."""

MIN_PREFIX: Final = 8
"""Hex digits of the shortest prefix that names something."""

UNCONFIRMED: Final = (
    "Your answer has not arrived there yet: the other device is not online, or its request was"
    " taken back."
)

BEING_SET_UP: Final = NotAdmittedYet.sentence

TAKEN: Final = ("me", "you", "onionchat")
"""What front ends call the person and the program: nobody gets such a name who gives it to himself,
or his messages would look like one's own."""

_HEX: Final = re.compile(r"[0-9a-f]+")


def prefix_range(typed: str, size: int) -> tuple[bytes, bytes] | None:
    """The first and the last id of `size` bytes that begin with these hex digits; None for
    others."""
    digits = typed.strip().lower()
    if not MIN_PREFIX <= len(digits) <= 2 * size or not _HEX.fullmatch(digits):
        return None
    return bytes.fromhex(digits.ljust(2 * size, "0")), bytes.fromhex(digits.ljust(2 * size, "f"))


def find(tx: Transaction, typed: str) -> Contact:
    """The contact with that id, petname, or unambiguous beginning of an id (8 digits or more).

    A whole id wins over a petname, so that scripts which go by ids reach whom they mean.

    Raises:
        UnknownContact: none; AmbiguousContact: several.
    """
    span = prefix_range(typed, ID_BYTES)
    matching = [] if span is None else contacts.by_id_prefix(tx, *span)
    if span is not None and span[0] == span[1] and matching:
        return matching[0]
    try:
        found = contacts.by_petname(tx, clean_name(typed))
    except InvalidInput:
        found = None
    if found is not None:
        return found
    if len(matching) > 1:
        raise AmbiguousContact
    if not matching:
        raise UnknownContact
    return matching[0]


def free_name(tx: Transaction, wanted: str) -> str:
    """`wanted` made fit to be a petname, with a number behind it if somebody has it already."""
    base = tidy_name(wanted) or "Contact"
    name, number = base, 1
    while contacts.by_petname(tx, name) is not None or flag_lookalikes(name, TAKEN):
        number += 1
        suffix = f" {number}"
        name = base.encode()[: 64 - len(suffix)].decode(errors="ignore") + suffix
    return name


def view(tx: Transaction, number: ContactNo, now: Millis) -> ContactView:
    """One contact as front ends are shown it, as far as the disk knows it. Raises
    UnknownContact."""
    summary = contacts.summary(tx, number)
    slot = onions.slot_of(tx, number)
    others = [name for other, name in contacts.petnames(tx) if other != number]
    alike = flag_lookalikes(summary.contact.petname, others)
    asked = invites.request_of(tx, number)
    direct = journals.direct(tx, number)
    return _view(
        summary,
        asked=None if asked is None else asked.state,
        own_onion=slot is not None and onions.get(tx, slot.onion).exclusive,
        lookalike=alike[0] if alike else None,
        against=trust.against(tx, summary.contact),
        news=trust.news(tx, now).get(number, ()),
        outside=summary.contact.persona in personas.outside(tx),
        disappear=0 if direct is None else expiring.timer_at(tx, direct.number),
    )


def views(tx: Transaction, now: Millis) -> list[tuple[ContactNo, ContactView]]:
    """All contacts as `view`, the latest conversation first; a few queries for all of them."""
    asked = invites.states_of_requests(tx)
    own = onions.having_their_own(tx)
    outside = personas.outside(tx)
    timers = expiring.timers(tx)
    alike: dict[str, list[tuple[ContactNo, str]]] = {}
    looks = {}
    news = trust.news(tx, now)
    for number, petname in contacts.petnames(tx):
        looks[number] = skeleton(petname)
        alike.setdefault(looks[number], []).append((number, petname))
    found = []
    for summary in contacts.chat_list(tx):
        number = summary.contact.number
        others = (name for other, name in alike[looks[number]] if other != number)
        line = _view(
            summary,
            asked=asked.get(number),
            own_onion=number in own,
            lookalike=next(others, None),
            against=trust.against(tx, summary.contact),
            news=news.get(number, ()),
            outside=summary.contact.persona in outside,
            disappear=timers.get(number, 0),
        )
        found.append((number, line))
    return found


def _view(
    summary: Summary,
    *,
    asked: RequestState | None,
    own_onion: bool,
    lookalike: str | None,
    against: str | None,
    news: tuple[DeviceNewsView, ...],
    outside: bool,
    disappear: int,
) -> ContactView:
    contact = summary.contact
    problem = UNCONFIRMED if _unconfirmed(contact, asked) else None
    if outside and contact.state is ContactState.ACTIVE:
        problem = BEING_SET_UP
    return ContactView(
        id=contact.public_id.hex(),
        name=contact.petname,
        suggested_name=tidy_name(contact.suggested_name),
        state=contact.state.value,
        trust=contact.trust.value,
        visibility=contact.visibility.value,
        connected=False,
        unread=summary.unread,
        queued=summary.queued,
        last_time=None if summary.last_time is None else summary.last_time / 1000,
        last_text=summary.last_text or None,
        created=contact.created / 1000,
        greeting="" if asked is None else contact.greeting,
        problem=problem,
        own_onion=own_onion,
        lookalike=lookalike,
        disappear=disappear,
        draft=summary.draft,
        against=against,
        news=news,
        suggest_verify=contact.advised == trust.DUE and contact.trust is Trust.UNVALIDATED,
    )


def _unconfirmed(contact: Contact, asked: RequestState | None) -> bool:
    """Whether the other side has not said yet that it has our acceptance."""
    return asked is RequestState.ACCEPTED and contact.state is ContactState.ACTIVE


def blocked_request(request: RequestView) -> ContactView:
    """A request that was blocked, as the contact that it never became."""
    return ContactView(
        id=request.id,
        name=request.name,
        suggested_name=request.name,
        state=ContactState.BLOCKED.value,
        trust=Trust.UNVALIDATED.value,
        visibility=Visibility.HIDDEN.value,
        connected=False,
        unread=0,
        queued=0,
        last_time=None,
        last_text=None,
        created=request.received,
    )
