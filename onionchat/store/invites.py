# ruff: noqa: S608 - the parts put together are constants
"""How contacts come about: our invites, the requests that came by them, the invites we follow.

What lives here: links' secrets and the exchange's stored state. What may not: the link's text, the
exchange itself (protocol/contacts), contacts (`contacts`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from onionchat.errors import FloodRefused, UnknownRequest
from onionchat.protocol.crypto.keys import AgreementKey, SigningKey
from onionchat.store.transaction import ContactNo, InviteNo, RequestNo, Row, Transaction
from onionchat.types import AccountId, DeviceKey, LinkKey, Millis, OnionKey

MAX_WAITING: Final = 100
"""Requests by one invite that may wait for the person (docs/spec/09-contacts.md)."""

MAX_DECIDED: Final = 1000
"""Requests kept after a decision, so that their senders get the same answer again."""

_INVITE_COLUMNS = (
    "id, onion_key, onion_seed, agreement_seed, token, flags, expires, created, state, used_by"
)
_REQUEST_COLUMNS = (
    "id, device_key, account_id, link_key, invite, state, name, greeting, message, received,"
    " contact, decided"
)


class InviteState(StrEnum):
    """What became of an invite."""

    UNUSED = "unused"
    USED = "used"
    EXPIRED = "expired"
    REVOKED = "revoked"


class RequestState(StrEnum):
    """What became of a request."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    """The person accepted; the sender has not confirmed yet."""
    DONE = "done"
    DECLINED = "declined"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class InviteSecrets:
    """What an invite's link is made of; erased once nobody needs to be answered any more."""

    onion: SigningKey
    agreement: AgreementKey
    token: bytes = field(repr=False)
    """16 bytes."""


@dataclass(frozen=True, slots=True)
class Invite:
    """One invite of ours."""

    number: InviteNo
    onion_key: OnionKey = field(repr=False)
    secrets: InviteSecrets | None
    flags: int
    expires: Millis
    """0: never."""
    created: Millis
    state: InviteState
    used_by: DeviceKey | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Request:
    """One contact request that came by an invite of ours."""

    number: RequestNo
    device_key: DeviceKey = field(repr=False)
    account_id: AccountId = field(repr=False)
    link_key: LinkKey = field(repr=False)
    invite: InviteNo
    state: RequestState
    name: str = field(repr=False)
    greeting: str = field(repr=False)
    message: bytes = field(repr=False)
    """As received: its account entries are taken from here when the person accepts."""
    received: Millis
    contact: ContactNo | None
    decided: Millis | None
    """When its state last changed; None while it waits."""


@dataclass(frozen=True, slots=True)
class Join:
    """Somebody's invite that we follow until the exchange is over."""

    contact: ContactNo
    onion_key: OnionKey = field(repr=False)
    link: bytes = field(repr=False)
    """The decoded link, with its token."""
    message: bytes = field(repr=False)
    """Our request, sent again until it is answered."""


def add_invite(
    tx: Transaction, secrets: InviteSecrets, *, flags: int, expires: Millis, created: Millis
) -> InviteNo:
    """Store a new invite."""
    return InviteNo(
        tx.insert(
            "INSERT INTO invites (onion_key, onion_seed, agreement_seed, token, flags, expires,"
            " created, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            secrets.onion.public,
            secrets.onion.seed,
            secrets.agreement.seed,
            secrets.token,
            flags,
            expires,
            created,
            InviteState.UNUSED,
        )
    )


def invite(tx: Transaction, number: InviteNo) -> Invite:
    """The invite of that number. Raises KeyError."""
    row = tx.row(f"SELECT {_INVITE_COLUMNS} FROM invites WHERE id = ?", number)
    if row is None:
        raise KeyError(number)
    return _invite(row)


def invites(tx: Transaction, state: InviteState | None = None) -> list[Invite]:
    """All invites, or those in one state (index invites_state), the newest first."""
    where = "" if state is None else " WHERE state = ?"
    values = () if state is None else (state,)
    return [
        _invite(row)
        for row in tx.rows(
            f"SELECT {_INVITE_COLUMNS} FROM invites{where} ORDER BY id DESC", *values
        )
    ]


def published(tx: Transaction) -> list[Invite]:
    """Invites whose onion is still to be up: unused ones, and used ones without a confirmation."""
    return [
        _invite(row)
        for row in tx.rows(
            f"SELECT {_INVITE_COLUMNS} FROM invites WHERE state = ? OR (state = ? AND token <> x'')"
            " ORDER BY id",
            InviteState.UNUSED,
            InviteState.USED,
        )
    ]


def is_own(tx: Transaction, onion_key: OnionKey) -> bool:
    """Whether an invite's onion is one of ours, whatever became of it (unique index)."""
    return tx.row("SELECT 1 FROM invites WHERE onion_key = ?", onion_key) is not None


def use_invite(tx: Transaction, number: InviteNo, device_key: DeviceKey) -> bool:
    """Give a one-time invite to the first who asks; whether it is `device_key`'s (idempotent)."""
    tx.execute(
        "UPDATE invites SET state = ?, used_by = ? WHERE id = ? AND state = ?",
        InviteState.USED,
        device_key,
        number,
        InviteState.UNUSED,
    )
    return invite(tx, number).used_by == device_key


def end_invite(tx: Transaction, number: InviteNo, state: InviteState) -> None:
    """Put an invite out of use and erase its secrets: used and confirmed, expired, or revoked.

    Its X25519 key stays while somebody who asked by it may still have to be called back.
    """
    tx.execute(
        "UPDATE invites SET state = ?, onion_seed = x'', token = x'' WHERE id = ?", state, number
    )
    _forget_keys(tx)


def call_back_key(tx: Transaction, number: InviteNo) -> AgreementKey | None:
    """The key by which those who asked by an invite are called back; it may outlive the invite."""
    row = tx.row("SELECT agreement_seed FROM invites WHERE id = ?", number)
    return AgreementKey(row[0]) if row and row[0] else None


def _forget_keys(tx: Transaction) -> None:
    """Erase the keys of ended invites by which nobody is to be called back any more."""
    tx.execute(
        "UPDATE invites SET agreement_seed = x'' WHERE token = x'' AND agreement_seed <> x''"
        " AND NOT EXISTS (SELECT 1 FROM requests WHERE invite = invites.id"
        # An accepted one whose contact was blocked can be unblocked.
        " AND (state IN (?, ?) OR state = ? AND contact IS NOT NULL))",
        RequestState.WAITING,
        RequestState.ACCEPTED,
        RequestState.BLOCKED,
    )


def expire(tx: Transaction, now: Millis) -> list[InviteNo]:
    """End the invites whose time is over at `now`; returns them.

    One that was used and never confirmed goes as well: its user is called back instead.
    """
    over: list[InviteNo] = []
    for number, state in tx.rows(
        "SELECT id, state FROM invites WHERE token <> x'' AND expires > 0 AND expires <= ?"
        " ORDER BY id",
        now,
    ):
        used = state == InviteState.USED
        end_invite(tx, InviteNo(number), InviteState.USED if used else InviteState.EXPIRED)
        over.append(InviteNo(number))
    return over


def add_request(
    tx: Transaction,
    *,
    device_key: DeviceKey,
    account_id: AccountId,
    link_key: LinkKey,
    invite: InviteNo,
    name: str,
    greeting: str,
    message: bytes,
    received: Millis,
) -> Request:
    """Store a request; the same device's earlier one by the same invite is returned as it stands.

    Raises:
        FloodRefused: `MAX_WAITING` by this invite wait already. Not by others: whoever floods one
            link keeps nobody from another, nor sees by it whether that is the same person's.
    """
    present = request_by_device(tx, invite, device_key)
    if present is not None:
        return present
    row = tx.row(
        "SELECT COUNT(*) FROM requests WHERE state = ? AND invite = ?", RequestState.WAITING, invite
    )
    if row is not None and row[0] >= MAX_WAITING:
        raise FloodRefused
    number = tx.insert(
        "INSERT INTO requests (device_key, account_id, link_key, invite, state, name, greeting,"
        " message, received) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        device_key,
        account_id,
        link_key,
        invite,
        RequestState.WAITING,
        name,
        greeting,
        message,
        received,
    )
    return request(tx, RequestNo(number))


def request(tx: Transaction, number: RequestNo) -> Request:
    """The request of that number. Raises UnknownRequest."""
    row = tx.row(f"SELECT {_REQUEST_COLUMNS} FROM requests WHERE id = ?", number)
    if row is None:
        raise UnknownRequest
    return _request(row)


def request_by_device(tx: Transaction, invite: InviteNo, device_key: DeviceKey) -> Request | None:
    """The request of that device by that invite (unique index)."""
    row = tx.row(
        f"SELECT {_REQUEST_COLUMNS} FROM requests WHERE invite = ? AND device_key = ?",
        invite,
        device_key,
    )
    return _request(row) if row else None


def request_of(tx: Transaction, contact: ContactNo) -> Request | None:
    """The request that a contact came from; None if we asked it."""
    row = tx.row(f"SELECT {_REQUEST_COLUMNS} FROM requests WHERE contact = ?", contact)
    return _request(row) if row else None


def states_of_requests(tx: Transaction) -> dict[ContactNo, RequestState]:
    """The contacts that came by a request, and what became of it (index requests_contact)."""
    return {
        row[0]: RequestState(row[1])
        for row in tx.rows("SELECT contact, state FROM requests WHERE contact IS NOT NULL")
    }


def requests(tx: Transaction, state: RequestState = RequestState.WAITING) -> list[Request]:
    """Requests in one state, the oldest first (index requests_state)."""
    return [
        _request(row)
        for row in tx.rows(
            f"SELECT {_REQUEST_COLUMNS} FROM requests WHERE state = ? ORDER BY received, id", state
        )
    ]


def any_request(tx: Transaction) -> bool:
    """Whether there is any request by our invites, in whatever state."""
    return tx.row("SELECT 1 FROM requests LIMIT 1") is not None


def decide(
    tx: Transaction,
    number: RequestNo,
    state: RequestState,
    now: Millis,
    contact: ContactNo | None = None,
) -> None:
    """Store a decision on a request, and the contact it led to.

    Its message is erased when the exchange is done: the person may reconsider a refusal. Of those
    declined or blocked only the newest `MAX_DECIDED` are kept. Raises UnknownRequest.
    """
    if not tx.execute(
        "UPDATE requests SET state = ?, decided = ?, contact = COALESCE(?, contact),"
        " message = CASE WHEN ? THEN x'' ELSE message END WHERE id = ?",
        state,
        now,
        contact,
        state is RequestState.DONE,
        number,
    ):
        raise UnknownRequest
    tx.execute(
        "DELETE FROM requests WHERE id IN (SELECT id FROM requests WHERE state IN (?, ?)"
        " AND contact IS NULL ORDER BY decided DESC, id DESC LIMIT -1 OFFSET ?)",
        RequestState.DECLINED,
        RequestState.BLOCKED,
        MAX_DECIDED,
    )
    _forget_keys(tx)


def add_join(tx: Transaction, join: Join) -> None:
    """Store an invite that we follow; one invite leads to one contact (unique index)."""
    tx.execute(
        "INSERT INTO joins (contact, onion_key, link, message) VALUES (?, ?, ?, ?)",
        join.contact,
        join.onion_key,
        join.link,
        join.message,
    )


def joins(tx: Transaction) -> list[Join]:
    """Invites that we follow, the oldest first."""
    return [
        Join(*row)
        for row in tx.rows("SELECT contact, onion_key, link, message FROM joins ORDER BY contact")
    ]


def join_of(tx: Transaction, contact: ContactNo) -> Join | None:
    """The invite by which we ask a contact."""
    row = tx.row("SELECT contact, onion_key, link, message FROM joins WHERE contact = ?", contact)
    return Join(*row) if row else None


def join_by_onion(tx: Transaction, onion_key: OnionKey) -> Join | None:
    """What we follow at that invite's onion: a link that is added twice is one contact."""
    row = tx.row(
        "SELECT contact, onion_key, link, message FROM joins WHERE onion_key = ?", onion_key
    )
    return Join(*row) if row else None


def end_join(tx: Transaction, contact: ContactNo) -> None:
    """Forget an invite that we followed, its token included."""
    tx.execute("DELETE FROM joins WHERE contact = ?", contact)


def _invite(row: Row) -> Invite:
    number, onion_key, onion_seed, agreement_seed, token, flags, expires, created, state, by = row
    secrets = (
        InviteSecrets(SigningKey(onion_seed), AgreementKey(agreement_seed), token)
        if token
        else None
    )
    return Invite(number, onion_key, secrets, flags, expires, created, InviteState(state), by)


def _request(row: Row) -> Request:
    return Request(
        number=row[0],
        device_key=row[1],
        account_id=row[2],
        link_key=row[3],
        invite=row[4],
        state=RequestState(row[5]),
        name=row[6],
        greeting=row[7],
        message=row[8],
        received=row[9],
        contact=row[10],
        decided=row[11],
    )
