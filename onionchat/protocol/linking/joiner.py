"""The new device's side of linking, over one channel, without I/O.

What lives here: one core for one call. What may not: storage, dialling; the owner does what the
actions say and tells the outcome. If the call breaks, a new core with the same keys asks again, and
another code is shown, unless the device was added already.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto

from onionchat.errors import (
    DeviceLinkBusy,
    DeviceLinkSpoiled,
    DeviceNotTaken,
    LinkExpired,
    NotPermitted,
    OnionchatError,
    OtherDeviceTaken,
    TooLarge,
    UnexpectedMessage,
)
from onionchat.names import tidy_name
from onionchat.protocol.crypto.keys import SigningKey, is_agreement_key
from onionchat.protocol.identity.statements import consent
from onionchat.protocol.linking.account_entries import AccountJournal, read_account
from onionchat.protocol.linking.code import device_code, device_words
from onionchat.protocol.linking.messages import (
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
from onionchat.protocol.rooms.policy import MAX_ACCOUNT_ENTRIES
from onionchat.types import DeviceKey, LinkKey

# --- actions ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Send:
    """Send this message on the channel."""

    message: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class ShowCode:
    """Show the code that is to be typed on the old device, and the words that it will show, too."""

    code: str = field(repr=False)
    words: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The code was typed: the account takes this device in now."""


@dataclass(frozen=True, slots=True)
class Become:
    """Store that this device belongs to the account, then call `stored` or `not_stored`."""

    journal: AccountJournal
    recovery_public: bytes = field(repr=False)
    name: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Linked:
    """Both sides have stored it; close the channel after what was sent."""


@dataclass(frozen=True, slots=True)
class Failed:
    """Not by this call; `Unavailable` means that a later one may succeed."""

    error: OnionchatError


Action = Send | ShowCode | Confirmed | Become | Linked | Failed


def refusal(reason: int) -> OnionchatError:
    """What a refusal means to the person at the new device."""
    match reason:
        case Reason.EXPIRED:
            return LinkExpired()
        case Reason.SPOILED:
            return DeviceLinkSpoiled()
        case Reason.FULL:
            return DeviceLinkBusy()
        case Reason.OTHER_CODE:
            return OtherDeviceTaken()
        case _:
            return DeviceNotTaken()


class _Stage(Enum):
    NEW = auto()
    ASKED = auto()
    SHOWING = auto()
    CONSENTED = auto()
    STORING = auto()
    OVER = auto()


class Joiner:
    """One call to the old device.

    Args:
        name: what the person calls this device, clean.
        device: signs this device's entries in the account.
        link_key: its link key there, the one that the handshake proves.
        handshake_hash: of this call.
    """

    def __init__(
        self, name: str, device: SigningKey, link_key: LinkKey, handshake_hash: bytes
    ) -> None:
        self._name = name
        self._device = device
        self._link_key = link_key
        self._handshake_hash = handshake_hash
        self._stage = _Stage.NEW
        self._entries: list[bytes] = []
        self._account: AccountJournal | None = None
        self._recovery_public = b""
        self._their_name = ""

    def start(self) -> list[Action]:
        """The channel is open: ask.

        Raises:
            ValueError: it was started before.
        """
        if self._stage is not _Stage.NEW:
            raise ValueError("the call has begun already")
        self._stage = _Stage.ASKED
        return [Send(encode_message(Ask(self._name, self._device.public, self._link_key)))]

    def receive(self, data: bytes) -> list[Action]:
        """A message came from the old device.

        Raises:
            ProtocolViolation: it does not decode, comes out of turn, or what it says of the account
                is not signed as it has to be.
        """
        message = decode_message(data)
        match message:
            case Refuse(reason=reason) if self._stage is not _Stage.OVER:
                self._stage = _Stage.OVER
                return [Failed(refusal(reason))]
            case Challenge(nonce=nonce) if self._stage is _Stage.ASKED:
                self._stage = _Stage.SHOWING
                of = (self._handshake_hash, nonce, self._device.public, self._link_key)
                return [ShowCode(device_code(*of), device_words(*of))]
            case Welcome() if self._stage is _Stage.SHOWING:
                return self._welcomed(message)
            case Added() if self._stage is _Stage.CONSENTED:
                return self._added(message)
            case _:
                raise UnexpectedMessage

    def _welcomed(self, welcome: Welcome) -> list[Action]:
        journal = self._whole(welcome.entries, welcome.more)
        if journal is None:
            return []
        if not is_agreement_key(welcome.recovery_public) or not journal.roster.active(
            DeviceKey(welcome.author)
        ):
            raise NotPermitted
        self._account = journal
        self._recovery_public, self._their_name = welcome.recovery_public, tidy_name(welcome.name)
        self._stage = _Stage.CONSENTED
        signature = consent(
            journal.account, DeviceKey(welcome.author), self._device, self._link_key
        )
        return [Confirmed(), Send(encode_message(Consent(signature)))]

    def _added(self, added: Added) -> list[Action]:
        journal = self._whole(added.entries, added.more)
        if journal is None:
            return []
        assert self._account is not None
        mine = journal.roster.device(self._link_key)
        if (
            journal.account != self._account.account
            or mine is None
            or mine.key != self._device.public
        ):
            raise NotPermitted
        self._stage = _Stage.STORING
        return [Become(journal, self._recovery_public, self._their_name)]

    def _whole(self, part: tuple[bytes, ...], more: bool) -> AccountJournal | None:
        """The account's journal, once all its parts are here."""
        self._entries += part
        if len(self._entries) > MAX_ACCOUNT_ENTRIES:
            raise TooLarge
        if more:
            if not part:
                raise UnexpectedMessage
            return None
        entries, self._entries = self._entries, []
        return read_account(entries)

    def stored(self) -> list[Action]:
        """It is on disk.

        Raises:
            ValueError: nothing was to be stored.
        """
        self._end_storing()
        return [Send(encode_message(Done())), Linked()]

    def not_stored(self, error: OnionchatError) -> list[Action]:
        """It could not be stored (disk full): nothing is said, so another call may do it.

        Raises:
            ValueError: nothing was to be stored.
        """
        self._end_storing()
        return [Failed(error)]

    def _end_storing(self) -> None:
        if self._stage is not _Stage.STORING:
            raise ValueError("nothing is being stored")
        self._stage = _Stage.OVER
