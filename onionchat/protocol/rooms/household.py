"""What one's own devices tell each other in the `self` journal: keys, and what their values are.

What lives here: the table of keys of docs/spec/08-rooms.md, wire structures of values, strict
decoding, and the key by which a device agrees to be added to a persona. What may not: how
concurrent values meet (`self_state`), or what a value brings about.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Final

from msgspec import Meta

from onionchat.errors import Malformed
from onionchat.protocol.crypto.keys import SigningKey, is_agreement_key
from onionchat.protocol.identity.recovery import BOX_SIZE
from onionchat.protocol.identity.roster import MAX_DEVICES
from onionchat.protocol.identity.statements import Add, build_add, consent, is_consented
from onionchat.protocol.rooms.bodies import MAX_VALUE
from onionchat.protocol.wire.codec import WireStruct, decode, encode
from onionchat.protocol.wire.records import MAX_SEQ, Bytes32, SeqNumber, Signature, TimeMs
from onionchat.types import KEY_SIZE, AccountId, DeviceKey, EntryId, LinkKey, Seq

Key = tuple[str, ...]

MAX_RECORD_ENTRIES: Final = 40
"""First entries of one account in a record: genesis, profile, address and an `Add` for each further
device."""

MAX_RECORD_ENTRY: Final = 2048
"""Bytes of one of them."""

SEQ_BYTES: Final = 8

MAX_CLEARED: Final = 2 * MAX_DEVICES
"""Logs of a conversation: those of both sides' devices."""

_CONTACT: Final = "contact"

PROFILE_NAME: Final[Key] = ("profile", "name")
RECOVERY_BOX: Final[Key] = ("profile", "recovery")
"""The self account's recovery secret, sealed to the recovery phrase: said by its first device."""

PETNAME: Final = "petname"
TRUST: Final = "trust"
VISIBILITY: Final = "visibility"
STATE: Final = "state"
OWN_ONION: Final = "own-onion"
"""The contact is served at onions that nobody else knows, on each device: the value is empty."""
REMOVED: Final = "removed"

# --- keys -----------------------------------------------------------------------------------------


def device_name(device: DeviceKey) -> Key:
    """What the person calls a device, by its key in the self account."""
    return "device", device.hex(), "name"


def persona_key(account: AccountId) -> Key:
    """The `PersonaRecord` of one of the person's personas."""
    return "persona", account.hex()


def member_key(account: AccountId, device: DeviceKey, key: DeviceKey) -> Key:
    """The `Consent` of one of the person's devices (`device` is its key in the self account) to a
    persona, in which it has `key`."""
    return "member", account.hex(), device.hex(), key.hex()


def contact_key(contact: AccountId, fact: str) -> Key:
    """One of PETNAME, TRUST, VISIBILITY, STATE, OWN_ONION and REMOVED, of the contact with that
    account."""
    return _CONTACT, contact.hex(), fact


def read_key(contact: AccountId, author: DeviceKey) -> Key:
    """How far the person has read a contact's log: `encode_seq`."""
    return "read", contact.hex(), author.hex()


def draft_key(contact: AccountId) -> Key:
    """What the person has begun to write: UTF-8."""
    return "draft", contact.hex()


def deleted_key(contact: AccountId, entry: EntryId) -> Key:
    """The person has deleted one entry here: the value is empty."""
    return "deleted", contact.hex(), entry.hex()


def cleared_key(contact: AccountId, device: DeviceKey) -> Key:
    """The person has emptied a conversation, as one device (its key in the self account) knows:
    `Cleared`."""
    return "cleared", contact.hex(), device.hex()


def setting_key(name: str) -> Key:
    """A setting that is the person's: UTF-8."""
    return "setting", name


def grows(key: Key) -> bool:
    """Whether what was said once under this key stays true: later values only add to it."""
    return key[0] in ("read", "deleted") or (key[0] == _CONTACT and key[2:] == (REMOVED,))


def is_of_one_device(key: Key) -> bool:
    """Whether only the device that the third part names may say what is under this key."""
    return key[0] in ("member", "cleared")


def id_in(part: str) -> bytes:
    """The key or id of 32 bytes that a part of a key names. Raises Malformed."""
    try:
        found = bytes.fromhex(part)
    except ValueError:
        raise Malformed from None
    if len(found) != KEY_SIZE or found.hex() != part:
        raise Malformed
    return found


# --- values ---------------------------------------------------------------------------------------

RecordEntry = Annotated[bytes, Meta(max_length=MAX_RECORD_ENTRY)]
FirstEntries = Annotated[tuple[RecordEntry, ...], Meta(min_length=1, max_length=MAX_RECORD_ENTRIES)]


class Acquainted(WireStruct, frozen=True):
    """Whom a persona was made for."""

    account: Bytes32
    entries: FirstEntries
    """The first of that account's journal."""
    public_id: Annotated[bytes, Meta(min_length=16, max_length=16)]
    """What front ends call the contact, on each device alike."""

    def __repr__(self) -> str:
        return "Acquainted(…)"


class PersonaRecord(WireStruct, frozen=True):
    """What another device needs to become a member of a persona; no secret of any device."""

    recovery_box: Annotated[bytes, Meta(min_length=BOX_SIZE, max_length=BOX_SIZE)]
    created: TimeMs
    entries: FirstEntries
    """The first of the persona's own journal."""
    reserved: Bytes32 | None
    """The device (its key in the self account) that alone may use it for a contact."""
    contact: Acquainted | None
    """None while it is in stock."""

    def __repr__(self) -> str:
        return "PersonaRecord(…)"


class Consent(WireStruct, frozen=True):
    """A device's keys in a persona, and that it agrees to be added by each of these authors.

    The signature for its own key in the self account, which adds nobody, proves that both keys are
    one device's: so no device can pass off another one's key, or hide its own.
    """

    device_key: Bytes32
    link_key: Bytes32
    signatures: Annotated[
        tuple[tuple[Bytes32, Signature], ...], Meta(min_length=1, max_length=MAX_DEVICES + 1)
    ]

    def __repr__(self) -> str:
        return "Consent(…)"

    @property
    def authors(self) -> frozenset[DeviceKey]:
        """Who may add it."""
        return frozenset(DeviceKey(author) for author, _ in self.signatures)

    def is_of(self, account: AccountId, device: DeviceKey) -> bool:
        """Whether these are the keys in `account` of the device with that key in the self
        account."""
        return self.statement(account, device) is not None

    def statement(self, account: AccountId, author: DeviceKey) -> bytes | None:
        """The `Add` by which `author` adds the device; None if that is not agreed to."""
        for named, signature in self.signatures:
            if named == author:
                add = Add(self.device_key, self.link_key, signature)
                if is_consented(add, account, author):
                    return build_add(DeviceKey(self.device_key), LinkKey(self.link_key), signature)
        return None


class Cleared(WireStruct, frozen=True):
    """A conversation was emptied: of each author all up to the entry of that position and id.

    The id is a hash of what is to go: nobody can name what is not written yet.
    """

    upto: Annotated[tuple[tuple[Bytes32, SeqNumber, Bytes32], ...], Meta(max_length=MAX_CLEARED)]

    def __repr__(self) -> str:
        return "Cleared(…)"


def build_consent(
    account: AccountId,
    member: DeviceKey,
    device: SigningKey,
    link_key: LinkKey,
    authors: Iterable[DeviceKey] = (),
) -> bytes:
    """A device, which is `member` in the self account, says by which keys it is in `account` and
    agrees to be added there by any of `authors`.

    Raises:
        ValueError: more authors than an account has devices.
    """
    named = {member, *authors}
    if len(named) > MAX_DEVICES + 1:
        raise ValueError("a consent names at most 32 authors")
    signatures = tuple(
        (bytes(author), consent(account, author, device, link_key)) for author in sorted(named)
    )
    return encode(Consent(device.public, link_key, signatures))


def decode_consent(value: bytes) -> Consent:
    """Raises: TooLarge; Malformed: no consent, authors unsorted or doubled, a link key of low
    order. Its signatures are checked when it is used."""
    found = decode(Consent, value, MAX_VALUE)
    if not _ascending(author for author, _ in found.signatures) or not is_agreement_key(
        found.link_key
    ):
        raise Malformed
    return found


def encode_record(record: PersonaRecord) -> bytes:
    """A record that this program built itself."""
    return encode(record)


def decode_record(value: bytes) -> PersonaRecord:
    """Raises: TooLarge; Malformed: no record, or one that is neither for a contact nor reserved.
    What the entries say is checked as an introduction's."""
    found = decode(PersonaRecord, value, MAX_VALUE)
    if found.contact is None and found.reserved is None:
        raise Malformed
    return found


def encode_cleared(upto: Mapping[DeviceKey, tuple[Seq, EntryId]]) -> bytes:
    """Raises: ValueError: more logs than a conversation has."""
    if len(upto) > MAX_CLEARED:
        raise ValueError("a conversation has at most 64 logs")
    return encode(Cleared(tuple((bytes(key), *place) for key, place in sorted(upto.items()))))


def decode_cleared(value: bytes) -> dict[DeviceKey, tuple[Seq, EntryId]]:
    """Raises: TooLarge; Malformed: no such value, or authors unsorted or doubled."""
    found = decode(Cleared, value, MAX_VALUE)
    if not _ascending(author for author, _, _ in found.upto):
        raise Malformed
    return {DeviceKey(author): (Seq(seq), EntryId(entry)) for author, seq, entry in found.upto}


def encode_seq(seq: int) -> bytes:
    """A position: 8 bytes."""
    return seq.to_bytes(SEQ_BYTES, "big")


def decode_seq(value: bytes) -> Seq:
    """Raises: Malformed: not 8 bytes, 0, or beyond what a log can have."""
    seq = int.from_bytes(value, "big")
    if len(value) != SEQ_BYTES or not 1 <= seq <= MAX_SEQ:
        raise Malformed
    return Seq(seq)


def _ascending(keys: Iterable[bytes]) -> bool:
    listed = list(keys)
    return listed == sorted(set(listed))
