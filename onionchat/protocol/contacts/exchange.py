"""The exchange by which two people become contacts, over one `contact` channel, without I/O.

What lives here: one core for each side. What may not: deciding who is accepted, storage, dialling;
the owner of a core does what its actions say and tells it the outcome.

Both cores are made anew for every connection from what is stored, and everything may be repeated:
a request that was stored gets the same answer again, an acceptance that was stored is confirmed
again. A peer that breaks the protocol makes `receive` raise; the core is of no use afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto

from onionchat.errors import (
    LinkExpired,
    LinkUsed,
    NotPermitted,
    OnionchatError,
    RequestDeclined,
    Unavailable,
    UnexpectedMessage,
)
from onionchat.protocol.contacts.introduction import Introduction, introduce
from onionchat.protocol.contacts.messages import (
    Accept,
    Confirm,
    Pending,
    Reason,
    Refuse,
    Request,
    decode_message,
    encode_message,
)
from onionchat.types import AccountId, LinkKey

# --- actions ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Send:
    """Send this message on the channel."""

    message: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class StoreRequest:
    """Owner: store the request (or find it stored), decide, then call `answer`."""

    introduction: Introduction
    greeting: str = field(repr=False)
    message: bytes = field(repr=False)
    """As received."""


@dataclass(frozen=True, slots=True)
class StoreAcceptance:
    """Joiner: store who accepted, then call `stored`."""

    introduction: Introduction


@dataclass(frozen=True, slots=True)
class Waits:
    """Joiner: the request is stored at the owner's; the channel may be closed meanwhile."""


@dataclass(frozen=True, slots=True)
class Done:
    """The exchange is over, both sides have stored it; close the channel after what was sent."""


@dataclass(frozen=True, slots=True)
class Failed:
    """There is no contact by this exchange; `Unavailable` means that a later one may succeed."""

    error: OnionchatError


Action = Send | StoreRequest | StoreAcceptance | Waits | Done | Failed

_ERRORS: dict[int, type[OnionchatError]] = {
    Reason.USED: LinkUsed,
    Reason.EXPIRED: LinkExpired,
    Reason.DECLINED: RequestDeclined,
}


def refusal(reason: int) -> OnionchatError:
    """What a refusal means to the person who asked."""
    if reason == Reason.FULL:
        return Unavailable("Too many requests are waiting at the other side; try again later.")
    return _ERRORS.get(reason, RequestDeclined)()


class _Joining(Enum):
    NEW = auto()
    ASKED = auto()
    STORING = auto()
    OVER = auto()


class JoinerExchange:
    """The side that has the link.

    It dials the invite and asks (`start`), or is called back on its own contact onion by the
    invite's key (then it only listens). `accepted` is the account that an earlier exchange stored.
    """

    def __init__(self, request: Request, accepted: AccountId | None = None) -> None:
        self._request = request
        self._accepted = accepted
        self._stage = _Joining.NEW

    def start(self) -> list[Action]:
        """The channel is open, and we opened it: ask.

        Raises:
            ValueError: it was started before.
        """
        if self._stage is not _Joining.NEW:
            raise ValueError("the exchange has begun already")
        self._stage = _Joining.ASKED
        return [Send(encode_message(self._request))]

    def receive(self, data: bytes) -> list[Action]:
        """A message came from the owner.

        Raises:
            ProtocolViolation: it does not decode, comes out of turn, or introduces somebody else
                than the stored acceptance.
        """
        message = decode_message(data)
        match message:
            case Pending() if self._stage is _Joining.ASKED:
                return [Waits()]
            case Accept() if self._stage in (_Joining.NEW, _Joining.ASKED):
                return self._receive_accept(message)
            case Refuse(reason=reason) if self._stage in (_Joining.NEW, _Joining.ASKED):
                self._stage = _Joining.OVER
                # Who was accepted once is a contact, whatever the invite says since.
                return [Done() if self._accepted is not None else Failed(refusal(reason))]
            case _:
                raise UnexpectedMessage

    def _receive_accept(self, accept: Accept) -> list[Action]:
        introduction = introduce(accept.entries)
        if self._accepted is None:
            self._stage = _Joining.STORING
            return [StoreAcceptance(introduction)]
        if introduction.account != self._accepted:
            raise NotPermitted
        self._stage = _Joining.OVER
        return [Send(encode_message(Confirm())), Done()]

    def stored(self, account: AccountId) -> list[Action]:
        """The acceptance by `account` is on disk.

        Raises:
            ValueError: nothing was to be stored.
        """
        if self._stage is not _Joining.STORING:
            raise ValueError("no acceptance is being stored")
        self._stage = _Joining.OVER
        self._accepted = account
        return [Send(encode_message(Confirm())), Done()]

    def not_stored(self, error: OnionchatError) -> list[Action]:
        """The acceptance could not be stored (disk full): nothing is confirmed, so it comes again.

        Raises:
            ValueError: nothing was to be stored.
        """
        if self._stage is not _Joining.STORING:
            raise ValueError("no acceptance is being stored")
        self._stage = _Joining.OVER
        return [Failed(error)]


class _Owning(Enum):
    NEW = auto()
    DECIDING = auto()
    PENDING = auto()
    ACCEPTED = auto()
    OVER = auto()


class OwnerExchange:
    """The side that gave the link away.

    It is dialled by whoever has the link (then it waits for a request from `peer`, the link key
    that the handshake proved), or it calls back (`call_back`).
    """

    def __init__(self, peer: LinkKey) -> None:
        self._peer = peer
        self._stage = _Owning.NEW
        self._request: bytes | None = None

    def call_back(self, answer: Accept | Refuse) -> list[Action]:
        """The channel is open, and we opened it to tell what the person decided.

        Raises:
            ValueError: the exchange has begun already.
        """
        if self._stage is not _Owning.NEW:
            raise ValueError("the exchange has begun already")
        return self._tell(answer)

    def receive(self, data: bytes) -> list[Action]:
        """A message came from the joiner.

        Raises:
            ProtocolViolation: it does not decode, comes out of turn, or introduces somebody whose
                link key is not the one that dials.
        """
        message = decode_message(data)
        match message:
            case Request() if self._stage is _Owning.NEW:
                return self._receive_request(message, data)
            case Request() if self._stage is _Owning.PENDING and data == self._request:
                return [Send(encode_message(Pending()))]
            case Confirm() if self._stage is _Owning.ACCEPTED:
                self._stage = _Owning.OVER
                return [Done()]
            case _:
                raise UnexpectedMessage

    def _receive_request(self, request: Request, data: bytes) -> list[Action]:
        introduction = introduce(request.entries)
        if introduction.link_key != self._peer:
            raise NotPermitted
        self._stage = _Owning.DECIDING
        self._request = data
        return [StoreRequest(introduction, request.greeting, data)]

    def answer(self, answer: Pending | Accept | Refuse) -> list[Action]:
        """The request is on disk (or was refused, or stored before): this is what it gets.

        After `Pending`, call it again once the person has decided, if the channel is still open.

        Raises:
            ValueError: there is no request to answer, or it was answered.
        """
        deciding = self._stage is _Owning.DECIDING
        waiting = self._stage is _Owning.PENDING and not isinstance(answer, Pending)
        if not deciding and not waiting:
            raise ValueError("there is no request to answer")
        return self._tell(answer)

    def not_stored(self, error: OnionchatError) -> list[Action]:
        """The request could not be stored: nothing is answered, so the joiner asks again later.

        Raises:
            ValueError: there is no request to answer.
        """
        if self._stage is not _Owning.DECIDING:
            raise ValueError("there is no request to answer")
        self._stage = _Owning.OVER
        return [Failed(error)]

    def _tell(self, answer: Pending | Accept | Refuse) -> list[Action]:
        sent = Send(encode_message(answer))
        match answer:
            case Pending():
                self._stage = _Owning.PENDING
                return [sent]
            case Accept():
                self._stage = _Owning.ACCEPTED
                return [sent]
            case _:
                self._stage = _Owning.OVER
                return [sent, Done()]
