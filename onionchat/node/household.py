"""What one's other devices told: taken in and applied, in one transaction.

What lives here: `take`, by which everything that links bring is stored, and what entries of the
`self` journal bring about here (docs/devices.md, "What travels in the `self` journal"). What may
not: telling (`sharing`), who is a member of which persona (`membership`).

Applying is idempotent. What is about something that is not here yet is kept, and applied when that
comes; what does not decode counts as if it had not been put.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence

from twisted.logger import Logger

from onionchat.errors import InvalidInput, ProtocolViolation, UnknownSetting
from onionchat.names import clean_name
from onionchat.node import (
    accounts,
    acquaintance,
    erasure,
    eviction,
    folding,
    journals,
    membership,
    onions,
    people,
    petnames,
    preferences,
    sharing,
)
from onionchat.node.changes import (
    ClearingBegun,
    ContactUpdated,
    OnionsChanged,
    PersonChanged,
    RemovedElsewhere,
)
from onionchat.node.contacts import show_to
from onionchat.node.journals import ACCOUNT, SELF, Taken
from onionchat.node.own_logs import Source
from onionchat.protocol.contacts.introduction import Introduction, introduce
from onionchat.protocol.contacts.states import ContactInputs
from onionchat.protocol.crypto.keys import AgreementKey, SigningKey
from onionchat.protocol.crypto.rng import Rng
from onionchat.protocol.identity.recovery import BOX_SIZE
from onionchat.protocol.journal.entry import EntryKind, SignedEntry
from onionchat.protocol.journal.ids import account_journal, direct_journal, self_journal
from onionchat.protocol.journal.validate import Accepted
from onionchat.protocol.rooms.bodies import Put, decode_put
from onionchat.protocol.rooms.household import (
    PETNAME,
    RECOVERY_BOX,
    REMOVED,
    STATE,
    TRUST,
    VISIBILITY,
    Acquainted,
    Key,
    PersonaRecord,
    contact_key,
    decode_cleared,
    decode_record,
    decode_seq,
    id_in,
    is_of_one_device,
    persona_key,
)
from onionchat.protocol.rooms.policy import SelfPolicy
from onionchat.protocol.rooms.self_state import Held
from onionchat.protocol.rooms.text import clean_text
from onionchat.store import contacts, drafts, frontiers, logs, personas, self_state, unwritten
from onionchat.store import journals as stored
from onionchat.store.contacts import Contact, ContactState
from onionchat.store.journals import Journal
from onionchat.store.personas import Persona
from onionchat.store.transaction import ContactNo, Transaction
from onionchat.types import (
    AccountId,
    DeviceKey,
    EntryId,
    JournalId,
    Millis,
    Seq,
    Trust,
    Visibility,
)

log = Logger()

_ORDER = ("profile", "setting", "persona", "contact", "read", "draft", "deleted", "cleared")
"""What is applied first: a contact before what is said of it."""


def take(
    tx: Transaction,
    journal_id: JournalId,
    received: Sequence[SignedEntry],
    now: Millis,
    rng: Rng,
    spoiled: Container[EntryId] = (),
    source: Source | None = None,
) -> Taken:
    """Take in entries as `journals.take` does, and do what follows from them for the person's
    devices. Raises as that."""
    taken = journals.take(tx, journal_id, received, now, spoiled, source)
    if taken.outcome.accepted:
        journal = stored.find(tx, journal_id)
        if journal is not None and journal.kind == SELF:
            apply(tx, journal_id, taken.outcome.accepted, rng, now)
        elif journal is not None and journal.kind == ACCOUNT:
            rosters_changed(tx, journal, rng, now)
        elif journal is not None and journal.contact is not None:
            _clear_what_came(tx, journal.contact, taken.outcome.accepted, now)
    return taken


def rosters_changed(tx: Transaction, journal: Journal, rng: Rng, now: Millis) -> None:
    """Statements of an account are stored, of a contact's or of one of the person's own."""
    own = personas.self_account(tx)
    if own is not None and account_journal(own.account_id) == journal.journal_id:
        membership.settle_all(tx, rng, now)
        return
    contact = None if journal.contact is None else contacts.get(tx, journal.contact)
    if contact is None or contact.account_id is None:
        return
    if account_journal(contact.account_id) != journal.journal_id:
        membership.settle(tx, personas.get(tx, contact.persona), rng, now)


def apply(
    tx: Transaction, journal: JournalId, accepted: Iterable[Accepted], rng: Rng, now: Millis
) -> None:
    """Entries of the `self` journal are stored that another device of the person wrote, or this
    one before it was moved back in time."""
    own = personas.self_account(tx)
    known = None if own is None else journals.roster(tx, own.account_id)
    if own is None or known is None or self_journal(own.account_id) != journal:
        return
    policy = SelfPolicy(known)
    # Of trust it matters what was held before: a proof that was found here meanwhile is not undone.
    changed: dict[Key, bytes | None] = {}
    for item in accepted:
        entry = item.entry
        if entry.header.kind != EntryKind.PUT or entry.body is None or not policy.counts(entry):
            continue
        put = decode_put(entry.body)
        if is_of_one_device(put.key) and put.key[2:3] != (entry.author.hex(),):
            continue  # each device speaks for itself
        if put.key[0] == "persona" and not _is_by_founder(tx, put, entry.author):
            continue  # or a thief could say who somebody is, and whose keys are ours
        if _of_forgotten(tx, put):
            self_state.erase_body(tx, entry.id, now)
            continue
        if put.key == RECOVERY_BOX and entry.author != next(iter(known.devices)):
            continue  # which the account's first device alone has, and nobody else can check
        before = self_state.value(tx, put.key)
        if accounts.hold(tx, put.key, Held(item.key, put.value), now):
            changed.setdefault(put.key, before)
    _apply_changed(tx, changed, rng, now)


def _of_forgotten(tx: Transaction, put: Put) -> bool:
    """Whether that is about a contact that the person wants forgotten, said by a device that had
    not heard so: it would stay here for good."""
    match put.key:
        case ("contact", _, "removed"):
            return False
        case ("contact" | "read" | "draft" | "deleted" | "cleared", account, *_):
            return self_state.get(tx, ("contact", account, REMOVED)) is not None
        case ("persona", _) if put.value is not None:
            try:
                met = decode_record(put.value).contact
            except ProtocolViolation:
                return False
            return met is not None and sharing.is_removed(tx, AccountId(met.account))
        case _:
            return False


def sure_again(tx: Transaction, number: ContactNo, rng: Rng, now: Millis) -> None:
    """It is safe to sign again for a contact, or for one's other devices: what waited is done."""
    contact = contacts.get(tx, number)
    if contact.state is ContactState.OWN:
        _write_what_waited(tx, rng, now)
    else:
        membership.settle(tx, personas.get(tx, contact.persona), rng, now)


def _write_what_waited(tx: Transaction, rng: Rng, now: Millis) -> None:
    """Put what could not be put while our log was in doubt, with the times of then. It counts here
    as well: what others had said may have been applied meanwhile."""
    eviction.settle_own(tx, now)
    changed: dict[Key, bytes | None] = {}
    for body, time in unwritten.take(tx):
        put = decode_put(body)
        changed.setdefault(put.key, self_state.value(tx, put.key))
        accounts.share(tx, put.key, put.value, time)
    _apply_changed(tx, changed, rng, now)


def _apply_changed(
    tx: Transaction, changed: dict[Key, bytes | None], rng: Rng, now: Millis
) -> None:
    rank = {noun: place for place, noun in enumerate(_ORDER)}
    names = False
    touched: dict[AccountId, Persona] = {}
    for key in sorted(changed, key=lambda key: (rank.get(key[0], len(rank)), key)):
        value = self_state.value(tx, key)
        try:
            match key:
                case ("profile", "name") if value is not None:
                    accounts.rename(tx, clean_name(value.decode()))
                    tx.emit(PersonChanged())
                case ("profile", "recovery") if value is not None and len(value) == BOX_SIZE:
                    own = personas.self_account(tx)
                    assert own is not None
                    personas.keep_recovery_box(tx, own.number, value)
                case ("setting", name) if value is not None:
                    _setting(tx, name, value.decode())
                case ("persona", account) if value is not None:
                    persona = _persona(tx, AccountId(id_in(account)), value, rng, now)
                    if persona is not None:
                        touched[persona.account_id] = persona
                        names = True
                case ("contact", account, fact):
                    names = names or fact == PETNAME
                    contact = contacts.by_account(tx, AccountId(id_in(account)))
                    if contact is not None:
                        _fact(tx, contact, fact, value, changed[key], rng, now)
                case ("read" | "draft" | "deleted" | "cleared", account, *_):
                    contact = contacts.by_account(tx, AccountId(id_in(account)))
                    if contact is not None:
                        _of_conversation(tx, contact, key, value, now)
                case ("member", account, *_):
                    found = personas.by_account(tx, AccountId(id_in(account)))
                    if found is not None:
                        touched[found.account_id] = found
                case _:
                    pass  # kept for a newer version
        except (ProtocolViolation, InvalidInput, UnknownSetting, ValueError) as error:
            log.warn("a device of ours said something odd: {error}", error=type(error).__name__)
    if names:
        petnames.settle(tx)
    for persona in touched.values():
        membership.settle(tx, personas.get(tx, persona.number), rng, now)


# --- personas -------------------------------------------------------------------------------------


def _is_by_founder(tx: Transaction, put: Put, author: DeviceKey) -> bool:
    """Whether a record is told by the device that founded the persona: it has proven before that
    the founder's key is its own. And that key is no contact's."""
    try:
        introduction = introduce(decode_record(put.value or b"").entries)
    except ProtocolViolation:
        return False
    account, founder = introduction.account, introduction.device_key
    return (
        put.key == persona_key(account)
        and bool(eviction.consents_of(tx, account, author, {founder}))
        and not contacts.has_device(tx, founder)
    )


def _persona(
    tx: Transaction, account: AccountId, value: bytes, rng: Rng, now: Millis
) -> Persona | None:
    """Another device made a persona, or a contact with one: it is the person's here, too."""
    record = decode_record(value)
    persona = personas.by_account(tx, account)
    met = record.contact
    if persona is not None and (met is None or contacts.by_persona(tx, persona.number) is not None):
        return None
    introduction = introduce(record.entries)
    if introduction.account != account:
        return None
    theirs = None if met is None else introduce(met.entries)
    if met is not None and theirs is not None and not _may_become(tx, met, theirs):
        return None
    if persona is None:
        persona = _join(tx, introduction, record, rng)
        journals.take_first(tx, account, introduction.entries, now)
    if met is not None and theirs is not None:
        _acquaint(tx, persona, record, met, theirs, rng, now)
    return persona


def _may_become(tx: Transaction, met: Acquainted, introduction: Introduction) -> bool:
    """Whether there is no reason against a contact with that account."""
    account = AccountId(met.account)
    return (
        introduction.account == account
        and not sharing.is_removed(tx, account)
        # Somebody who became a contact of two devices under one account: each keeps its own.
        and contacts.by_account(tx, account) is None
        and personas.by_account(tx, account) is None
        and not stored.ours_among(tx, {introduction.device_key})
    )


def _join(tx: Transaction, introduction: Introduction, record: PersonaRecord, rng: Rng) -> Persona:
    number = personas.add(
        tx,
        account_id=introduction.account,
        device=SigningKey.generate(rng),
        link=AgreementKey.generate(rng),
        recovery_box=record.recovery_box,
        created=Millis(record.created),
        admitted=False,
    )
    return personas.get(tx, number)


def _acquaint(
    tx: Transaction,
    persona: Persona,
    record: PersonaRecord,
    met: Acquainted,
    theirs: Introduction,
    rng: Rng,
    now: Millis,
) -> None:
    name = petnames.wanted(tx, theirs.account) or theirs.name
    number = contacts.add(
        tx,
        public_id=met.public_id,
        persona=persona.number,
        petname=people.free_name(tx, name),
        created=Millis(record.created),
        state=ContactState.ACTIVE,
        account_id=theirs.account,
        suggested_name=theirs.name,
    )
    stored.share_with(tx, account_journal(persona.account_id), number)
    stored.ensure(tx, account_journal(theirs.account), ACCOUNT, number)
    stored.ensure(tx, direct_journal(persona.account_id, theirs.account), stored.DIRECT, number)
    journals.take_first(tx, theirs.account, theirs.entries, now)
    for fact in (VISIBILITY, STATE, TRUST):
        value = self_state.value(tx, contact_key(theirs.account, fact))
        if value is not None:
            _fact(tx, contacts.get(tx, number), fact, value, value, rng, now)
    contact = contacts.get(tx, number)
    place = (theirs.account.hex(),)
    for noun in ("read", "deleted", "cleared"):
        for key, value in self_state.under(tx, noun, *place):
            _of_conversation(tx, contact, key, value, now)
    draft = self_state.value(tx, ("draft", *place))
    if draft is not None:
        _of_conversation(tx, contact, ("draft", *place), draft, now)
    if persona.admitted:
        membership.announce(tx, contact, rng, now)
    tx.emit(ContactUpdated(number))


# --- contacts -------------------------------------------------------------------------------------


def _fact(
    tx: Transaction,
    contact: Contact,
    fact: str,
    value: bytes | None,
    before: bytes | None,
    rng: Rng,
    now: Millis,
) -> None:
    """Something is said of a contact that is here; `before` is what was said until now."""
    if fact == REMOVED:
        acquaintance.retire(tx, contact, now, rng)
        tx.emit(RemovedElsewhere(contact.number))
    elif value is not None:
        match fact:
            case "state":
                _state(tx, contact, value, rng, now)
            case "trust":
                _trust(tx, contact, value, before, now)
            case "visibility":
                wanted = Visibility(value.decode())
                if wanted is not contact.visibility:
                    show_to(tx, contact, wanted, rng, now)
            case "own-onion" if contact.state is ContactState.ACTIVE:
                # `place` looks it up, also for who is admitted, shown or unblocked later.
                if onions.serves(tx, contact.number):
                    onions.place(tx, contact.number, rng, now)
            case _:
                return
    tx.emit(ContactUpdated(contact.number))


def _state(tx: Transaction, contact: Contact, value: bytes, rng: Rng, now: Millis) -> None:
    if contact.account_id is not None and sharing.is_removed(tx, contact.account_id):
        return
    match value, contact.state:
        case b"blocked", ContactState.ACTIVE:
            acquaintance.step(tx, contact.number, ContactInputs.block, now, rng)
            acquaintance.withhold(tx, contact.number, now)
        case b"active", ContactState.BLOCKED:
            acquaintance.step(tx, contact.number, ContactInputs.unblock, now, rng)
            acquaintance.resume(tx, contact.number, now)
        case _:
            pass


def _trust(
    tx: Transaction, contact: Contact, value: bytes, before: bytes | None, now: Millis
) -> None:
    trust = Trust(value.decode())
    if contact.trust is Trust.COMPROMISED and before != Trust.COMPROMISED.value.encode():
        # A proof that was found here and that whoever said this had not heard of goes before it.
        return
    if trust is not contact.trust:
        at = None if trust is Trust.UNVALIDATED else now
        contacts.set_trust(tx, contact.number, trust, at)


# --- conversations --------------------------------------------------------------------------------


def _of_conversation(
    tx: Transaction, contact: Contact, key: Key, value: bytes | None, now: Millis
) -> None:
    match key:
        case ("read", _, author) if value is not None:
            author_key = DeviceKey(id_in(author))
            seq = decode_seq(value)
            frontiers.read_elsewhere(tx, contact.number, author_key, seq)
            folding.seen(tx, contact.number, {author_key: seq}, now)
        case ("draft", _):
            text = "" if value is None else clean_text(value)
            drafts.put(tx, contact.number, text, now)
        case ("deleted", _, entry):
            erasure.erase_one(tx, contact.number, EntryId(id_in(entry)), now)
        case ("cleared", _, _) if value is not None:
            _clear(tx, contact.number, value)
        case _:
            return
    tx.emit(ContactUpdated(contact.number))


def _clear(tx: Transaction, contact: ContactNo, value: bytes) -> None:
    """Another device emptied the conversation: as far as the entries that it named are here. Those
    that come later are looked at then (`_clear_what_came`): a position alone would go for what is
    not written yet, for good."""
    journal = stored.direct(tx, contact)
    assert journal is not None
    upto = {
        author: seq
        for author, (seq, entry) in decode_cleared(value).items()
        if (here := logs.at(tx, journal.journal_id, author, seq)) is not None
        and here.entry_id == entry
    }
    if upto:
        erasure.clear_through(tx, contact, upto)
        tx.emit(ClearingBegun(contact))


def _clear_what_came(
    tx: Transaction, number: ContactNo, accepted: Iterable[Accepted], now: Millis
) -> None:
    """Entries of a conversation are stored: if another device named one of them when it emptied
    that, the log goes up to there."""
    account = contacts.get(tx, number).account_id
    told = [] if account is None else self_state.under(tx, "cleared", account.hex())
    if not told:
        return
    came = {item.entry.id: item.entry for item in accepted}
    upto: dict[DeviceKey, Seq] = {}
    for _, value in told:
        try:
            named = decode_cleared(value)
        except ProtocolViolation:
            continue
        for author, (seq, entry) in named.items():
            header = came[entry].header if entry in came else None
            if header is not None and (header.author, header.seq) == (author, seq):
                upto[author] = max(seq, upto.get(author, seq))
    if upto:
        erasure.clear_through(tx, number, upto)
        erasure.erase_through(tx, number, now)
        tx.emit(ClearingBegun(number))


# --- the person -----------------------------------------------------------------------------------


def _setting(tx: Transaction, name: str, value: str) -> None:
    if name not in preferences.OF_PERSON:
        return
    preferences.put(tx, name, value)
    tx.emit(PersonChanged())
    if name == preferences.VISIBILITY:
        tx.emit(OnionsChanged())
