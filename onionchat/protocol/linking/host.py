"""The old device's side of one device's link, without I/O: who calls, which code is right, what
then happens.

What lives here: one core for the link with all its callers. What may not: services, storage; the
owner does what the actions say and tells the outcome.

    open -> confirmed (the code was typed) -> adding (being committed) -> added -> over

Nothing of the account is told before the code. A caller who leaves before the `Add` is committed
gives its place free again; one who leaves after that may come back by the same link with the same
keys, and needs no code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final

from onionchat.errors import (
    DeviceLinkSpoiled,
    LinkExpired,
    NoDeviceWaits,
    NotPermitted,
    OnionchatError,
    UnexpectedMessage,
    WrongDeviceCode,
)
from onionchat.names import tidy_name
from onionchat.protocol.crypto.hashing import equal
from onionchat.protocol.crypto.rng import Rng
from onionchat.protocol.linking.code import device_code, device_words, read_code
from onionchat.protocol.linking.messages import (
    MAX_PART,
    Added,
    Ask,
    Challenge,
    Consent,
    Done,
    Reason,
    Refuse,
    Welcome,
    decode_message,
    encode_message,
)
from onionchat.types import DeviceKey, LinkKey

MAX_WAITING: Final = 4
"""Callers whose codes may be typed at one time."""

MAX_CALLS: Final = 64
"""Callers in the life of one link."""

MAX_TRIES: Final = 3
"""Wrong codes."""

NONCE_SIZE: Final = 32


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """What a new device is told of the account."""

    recovery_public: bytes = field(repr=False)
    name: str = field(repr=False)
    author: DeviceKey
    """This device in the account."""
    entries: tuple[bytes, ...] = field(repr=False)
    """The account's journal in its order."""


# --- actions ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Send:
    """Send this message to the caller."""

    caller: int
    message: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class HangUp:
    """Close the link to the caller after what was sent."""

    caller: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """So many new devices wait for their code to be typed."""

    devices: int


@dataclass(frozen=True, slots=True)
class ReadAccount:
    """Read the account, then call `account_read`."""

    caller: int


@dataclass(frozen=True, slots=True)
class AddDevice:
    """Commit the `Add` of this device, then call `device_added` or `not_added`."""

    caller: int
    name: str = field(repr=False)
    device_key: DeviceKey
    link_key: LinkKey
    consent: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Linked:
    """Both sides have stored it; the link is over."""

    name: str = field(repr=False)
    words: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Ended:
    """No device comes by this link any more."""

    error: OnionchatError


Action = Send | HangUp | Waiting | ReadAccount | AddDevice | Linked | Ended


class _Stage(Enum):
    CALLED = auto()
    WAITING = auto()
    CONFIRMED = auto()
    WELCOMED = auto()
    ADDING = auto()
    ADDED = auto()


@dataclass(slots=True)
class _Caller:
    handshake_hash: bytes = field(repr=False)
    peer: LinkKey
    stage: _Stage = _Stage.CALLED
    name: str = field(default="", repr=False)
    device_key: DeviceKey = DeviceKey(b"")
    code: str = field(default="", repr=False)
    words: tuple[str, ...] = field(default=(), repr=False)


class Host:
    """One link, from being shown to being used.

    Args:
        rng: makes the nonces.
    """

    def __init__(self, rng: Rng) -> None:
        self._rng = rng
        self._callers: dict[int, _Caller] = {}
        self._calls = 0
        self._tries = 0
        self._over = False
        self._admitted: tuple[DeviceKey, LinkKey] | None = None
        self._adding: tuple[DeviceKey, LinkKey] | None = None
        self._chosen_device = Linked("", ())
        self._ends_after = False
        """Whether the link was to end while its device was being added."""

    @property
    def waiting(self) -> int:
        """How many new devices wait for their code to be typed."""
        return sum(caller.stage is _Stage.WAITING for caller in self._callers.values())

    def called(self, caller: int, handshake_hash: bytes, peer: LinkKey) -> list[Action]:
        """Somebody with the link called; `peer` is the key that it proved."""
        self._calls += 1
        if self._over or self._calls > MAX_CALLS or len(self._callers) >= MAX_WAITING:
            reason = Reason.CANCELLED if self._over else Reason.FULL
            return [Send(caller, encode_message(Refuse(reason))), HangUp(caller)]
        self._callers[caller] = _Caller(handshake_hash, peer)
        return []

    def receive(self, caller: int, data: bytes) -> list[Action]:
        """A message came from a caller. One that was refused may still have said something.

        Raises:
            ProtocolViolation: it does not decode, comes out of turn, or names a link key that is
                not the one that calls.
        """
        message = decode_message(data)
        found = self._callers.get(caller)
        if found is None:
            return []
        match message:
            case Ask() if found.stage is _Stage.CALLED:
                return self._asked(caller, found, message)
            case Consent() if found.stage is _Stage.WELCOMED:
                if self._admitted is not None:
                    found.stage = _Stage.ADDED
                    return [ReadAccount(caller)]
                found.stage = _Stage.ADDING
                self._adding = found.device_key, found.peer
                self._chosen_device = Linked(found.name, found.words)
                return [
                    AddDevice(caller, found.name, found.device_key, found.peer, message.signature)
                ]
            case Done() if found.stage is _Stage.ADDED:
                self._chosen_device = Linked(found.name, found.words)
                return [HangUp(caller), *self._member(caller)]
            case _:
                raise UnexpectedMessage

    def _asked(self, caller: int, found: _Caller, ask: Ask) -> list[Action]:
        if ask.link_key != found.peer:
            raise NotPermitted
        found.name, found.device_key = tidy_name(ask.name), DeviceKey(ask.device_key)
        nonce = self._rng.random_bytes(NONCE_SIZE)
        of = (found.handshake_hash, nonce, ask.device_key, ask.link_key)
        found.code, found.words = device_code(*of), device_words(*of)
        challenge = Send(caller, encode_message(Challenge(nonce)))
        if self._admitted == (found.device_key, found.peer):
            found.stage = _Stage.CONFIRMED
            return [challenge, ReadAccount(caller)]
        if self._chosen:
            # The code was typed for somebody else; or for this one, and it came back too soon.
            came_back = self._adding == (found.device_key, found.peer)
            reason = Reason.FULL if came_back else Reason.OTHER_CODE
            refuse = Send(caller, encode_message(Refuse(reason)))
            del self._callers[caller]
            return [refuse, HangUp(caller)]
        found.stage = _Stage.WAITING
        return [challenge, Waiting(self.waiting)]

    @property
    def _chosen(self) -> bool:
        """Whether a device was chosen by its code, and has not left before it was added."""
        settled = self._admitted is not None or self._adding is not None
        return settled or any(
            caller.stage in (_Stage.CONFIRMED, _Stage.WELCOMED) for caller in self._callers.values()
        )

    def confirm(self, typed: str) -> list[Action]:
        """The person typed a code that a new device shows.

        Raises:
            InvalidInput: not eight digits.
            NoDeviceWaits: nobody has called, or another code was right already.
            WrongDeviceCode: no caller has that code; how often that may be is limited.
        """
        code = read_code(typed).encode()
        waiting = {
            number: caller
            for number, caller in self._callers.items()
            if caller.stage is _Stage.WAITING
        }
        if self._over or not waiting:
            raise NoDeviceWaits
        # All are compared, whichever fits: how long it takes tells nothing.
        right = [n for n, caller in waiting.items() if equal(caller.code.encode(), code)]
        if len(right) != 1:
            self._tries += 1
            if self._tries >= MAX_TRIES:
                return self.end(DeviceLinkSpoiled(), Reason.SPOILED)
            raise WrongDeviceCode
        chosen = right[0]
        self._callers[chosen].stage = _Stage.CONFIRMED
        return [*self._refuse_others(chosen, Reason.OTHER_CODE), ReadAccount(chosen)]

    def account_read(self, caller: int, facts: AccountFacts) -> list[Action]:
        """Answer `ReadAccount`."""
        found = self._callers.get(caller)
        if found is None:
            return []
        if found.stage is _Stage.ADDED:
            return self._tell_added(caller, facts.entries)
        found.stage = _Stage.WELCOMED
        return [
            Send(
                caller,
                encode_message(
                    Welcome(facts.recovery_public, facts.name, facts.author, part, more)
                ),
            )
            for part, more in _parts(facts.entries)
        ]

    def device_added(self, caller: int, entries: Sequence[bytes]) -> list[Action]:
        """The `Add` is committed: these are the entries of the account's journal now."""
        assert self._adding is not None
        self._admitted, self._adding = self._adding, None
        found = self._callers.get(caller)
        if found is None:
            return self._member(None) if self._ends_after else []
        found.stage = _Stage.ADDED
        told = self._tell_added(caller, entries)
        return [*told, *self._member(caller)] if self._ends_after else told

    def _member(self, caller: int | None) -> list[Action]:
        """The device is in the account, whatever becomes of the link: that is told, once."""
        if self._over:
            return []
        self._over = True
        return [*self._refuse_others(caller, Reason.CANCELLED), self._chosen_device]

    def not_added(self, caller: int, error: OnionchatError) -> list[Action]:
        """The `Add` could not be committed, or the consent was none."""
        self._adding = None
        return self.end(error, Reason.CANCELLED)

    def _tell_added(self, caller: int, entries: Sequence[bytes]) -> list[Action]:
        return [Send(caller, encode_message(Added(part, more))) for part, more in _parts(entries)]

    def gone(self, caller: int) -> list[Action]:
        """The link to a caller is gone."""
        left = self._callers.pop(caller, None)
        if left is None or left.stage is not _Stage.WAITING:
            return []
        return [Waiting(self.waiting)]

    def expired(self) -> list[Action]:
        """The link's time is over. What is being committed is committed all the same."""
        return self.end(LinkExpired(), Reason.EXPIRED)

    def end(self, error: OnionchatError, reason: Reason = Reason.CANCELLED) -> list[Action]:
        """Take nobody in by this link any more. Harmless when it is over.

        A device that is being added is added all the same, or not: that is told then.
        """
        if self._over:
            return []
        if self._adding is not None:
            self._ends_after = True
            return []
        if self._admitted is not None:
            return self._member(self._caller_of(self._admitted))
        self._over = True
        return [*self._refuse_others(None, reason), Ended(error)]

    def _caller_of(self, keys: tuple[DeviceKey, LinkKey]) -> int | None:
        """Whoever is welcomed by these keys now."""
        return next(
            (
                number
                for number, caller in self._callers.items()
                if (caller.device_key, caller.peer) == keys
            ),
            None,
        )

    def _refuse_others(self, chosen: int | None, reason: Reason) -> list[Action]:
        others = [number for number in self._callers if number != chosen]
        for number in others:
            del self._callers[number]
        refusal = encode_message(Refuse(reason))
        return [action for number in others for action in (Send(number, refusal), HangUp(number))]


def _parts(entries: Sequence[bytes]) -> list[tuple[tuple[bytes, ...], bool]]:
    """The entries in messages' worth, and whether another part follows."""
    starts = range(0, len(entries), MAX_PART)
    return [
        (tuple(entries[start : start + MAX_PART]), start + MAX_PART < len(entries))
        for start in starts
    ]
