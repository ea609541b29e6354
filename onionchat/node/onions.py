"""Which onion services are up, and which contact is served at which.

What lives here: the plan (contact onions, invites and reserve onions, as visibility allows),
carrying it out on the transport, and the moves that shut somebody out. What may not: keys' storage
(`store.onions`), who gets a reserve onion (`reserve`), dialling.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.logger import Logger

from onionchat.errors import TooManyOnions
from onionchat.net.transports.interface import (
    VIRTUAL_PORT,
    Service,
    ServiceSpec,
    ServiceState,
    Transport,
    TransportStatus,
)
from onionchat.node import accounts, journals, preferences, reserve, restored
from onionchat.node.callers import MUTE_PRICE, CallBudget
from onionchat.node.changes import Bus, ContactCalled, ContactUpdated, OnionsChanged
from onionchat.node.dbthread import Db
from onionchat.node.peers import Peers
from onionchat.protocol.contacts.invite import invite_access_key, invite_psk
from onionchat.protocol.crypto.rng import Rng
from onionchat.protocol.identity.statements import Address, build_address
from onionchat.protocol.rooms.household import OWN_ONION, contact_key
from onionchat.protocol.session.handshake import Candidate
from onionchat.store import contacts, invites, moves, onions, personas, self_state
from onionchat.store.contacts import ContactState
from onionchat.store.onions import Slot
from onionchat.store.personas import Persona
from onionchat.store.transaction import ContactNo, InviteNo, OnionNo, Transaction
from onionchat.types import DeviceKey, Millis, OnionKey, Visibility

log = Logger()

CONTACT_STREAMS: Final = 16
"""Streams that one circuit may open at a contact onion: a contact that behaves needs one, and two
for a moment. Whoever wants to fill the places of a handshake has to build circuits for it."""

INVITE_STREAMS: Final = 4
"""Streams that one circuit may open at an invite's onion."""


RESERVE_AGAIN: Final = 1800.0
"""Seconds from putting up a contact's reserve onion until it may be put up anew. Each time takes
tor some twenty circuits: who acknowledges no move, comes and goes would have them built."""


@dataclass(frozen=True, slots=True)
class CalledContact:
    """Tag of a candidate: the caller may be this contact."""

    contact: ContactNo


@dataclass(frozen=True, slots=True)
class CalledInvite:
    """Tag of a candidate: the caller has the link of this invite."""

    invite: InviteNo


@dataclass(frozen=True, slots=True)
class _Planned:
    spec: ServiceSpec
    candidates: tuple[Candidate, ...]
    for_contacts: bool
    reserve_of: ContactNo | None = None
    """The contact whose reserve onion this is."""


@dataclass(frozen=True, slots=True)
class _Plan:
    services: dict[bytes, _Planned]
    """What should be up, by onion key; reserve onions last."""
    waiting: frozenset[ContactNo]
    """Contacts who get a reserve onion while there is no link to them, if there is room."""
    public: Mapping[bytes, bytes] = field(repr=False)
    """The public halves of the access secrets in use, by secret: to derive them is most of the work
    of a plan."""


def visibility(tx: Transaction) -> Visibility:
    """The setting for all contacts."""
    return Visibility(preferences.get(tx, preferences.VISIBILITY))


def serves(tx: Transaction, contact: ContactNo) -> bool:
    """Whether this contact is to find us at an onion of ours (when any is up)."""
    return contacts.get(tx, contact).visibility is not Visibility.HIDDEN


def place(tx: Transaction, contact: ContactNo, rng: Rng, now: Millis) -> None:
    """Give a contact a slot, if it has none, and state the address in its persona's roster.

    Whom the person gave an onion of its own, on whichever device, gets one here; if none is left,
    it is served nowhere here rather than where others are.
    """
    if _is_to_be_alone(tx, contact):
        try:
            place_alone(tx, contact, rng, now)
        except TooManyOnions:
            shut_out(tx, contact, rng, now)
    elif onions.slot_of(tx, contact) is None:
        _announce(tx, onions.assign(tx, contact, rng, now), now)


def _is_to_be_alone(tx: Transaction, number: ContactNo) -> bool:
    """Whether one's devices were told so; with one device alone nothing is told."""
    contact = contacts.get(tx, number)
    return (
        contact.account_id is not None
        and contact.state is not ContactState.OWN
        and self_state.value(tx, contact_key(contact.account_id, OWN_ONION)) == b""
    )


def place_alone(tx: Transaction, contact: ContactNo, rng: Rng, now: Millis) -> None:
    """Move a contact to an onion that it shares with nobody."""
    before = onions.slot_of(tx, contact)
    slot = onions.assign_alone(tx, contact, rng, now)
    if before is not None and not onions.contacts_of(tx, before.onion):
        # Whoever comes next shall not be at an address that this contact knows.
        onions.replace(tx, before.onion, (), rng, now)
        onions.ensure(tx, rng, now)
    if before is None or before.onion != slot.onion:
        _announce(tx, slot, now)


def shut_out(tx: Transaction, contact: ContactNo, rng: Rng, now: Millis) -> None:
    """Let a contact see and reach nothing any more: the others of its onion move to a fresh one."""
    slot = onions.slot_of(tx, contact)
    if slot is not None:
        _replace(tx, slot.onion, {contact}, rng, now)


def move_next(tx: Transaction, rng: Rng, now: Millis) -> bool:
    """Move all contacts of one onion that has to give way to a fresh one; returns whether there was
    one."""
    onion = moves.next_due(tx)
    if onion is None:
        return False
    moves.done(tx, onion)
    try:
        _replace(tx, onion, (), rng, now)
    except KeyError:
        pass  # it gave way meanwhile
    return True


def _replace(
    tx: Transaction, onion: OnionNo, without: Collection[ContactNo], rng: Rng, now: Millis
) -> None:
    fresh = onions.replace(tx, onion, without, rng, now)
    if fresh is not None:
        for moved in onions.slots(tx, fresh):
            if moved.contact is not None:
                _announce(tx, moved, now)
    # Whoever becomes a contact next finds one that is up already.
    onions.ensure(tx, rng, now)
    tx.emit(OnionsChanged())


def restate(tx: Transaction, contact: ContactNo, now: Millis) -> None:
    """State a contact's address if its roster says another one, or none."""
    slot = onions.slot_of(tx, contact)
    if slot is None:
        return
    address = _stated(tx, personas.get(tx, contacts.get(tx, contact).persona))
    if (
        address is None
        or address.onion_key != onions.get(tx, slot.onion).key.public
        or address.access_secret != slot.secret.seed
    ):
        _announce(tx, slot, now)


def _announce(tx: Transaction, slot: Slot, now: Millis) -> None:
    assert slot.contact is not None
    tx.emit(OnionsChanged())
    tx.emit(ContactUpdated(slot.contact))
    if restored.is_unsure(tx, slot.contact):
        return  # `restate` does it once it is safe to sign
    persona = personas.get(tx, contacts.get(tx, slot.contact).persona)
    if not persona.admitted:
        return  # and then as well
    moves = _stated(tx, persona) is not None
    onion = onions.get(tx, slot.onion)
    statement = build_address(OnionKey(onion.key.public), slot.secret.seed, VIRTUAL_PORT)
    accounts.state(tx, persona, statement, now)
    if moves:
        reserve.moved(tx, slot.contact)


def _stated(tx: Transaction, persona: Persona) -> Address | None:
    """The address of this device that a persona's roster says."""
    known = journals.roster(tx, persona.account_id)
    device = None if known is None else known.devices.get(DeviceKey(persona.device.public))
    return None if device is None else device.address


class Onions:
    """Keeps the transport's services as the store says, without those who call too often.

    Args:
        peers: builds the protocols of callers.
        linked: the contacts to whom there is a link: they need no reserve onion.
        besides: services that are up whatever the visibility, each with who may call there.
    """

    def __init__(
        self,
        clock: IReactorTime,
        db: Db,
        bus: Bus,
        transport: Transport,
        peers: Peers,
        linked: Callable[[], frozenset[ContactNo]],
        besides: Callable[[], Sequence[tuple[ServiceSpec, Candidate]]] = lambda: (),
    ) -> None:
        self._besides = besides
        self._clock = clock
        self._db = db
        self._transport = transport
        self._peers = peers
        self._linked = linked
        self._bus = bus
        self._services: dict[bytes, Service] = {}
        self._plan = _Plan({}, frozenset(), {})
        self._running = False
        self._again = False
        self._stopped = False
        self._calls = CallBudget()
        self._until: IDelayedCall | None = None
        """The timer at whose end somebody who called too often may call again, or a reserve onion
        be put up again."""
        self._raised: dict[ContactNo, float] = {}
        """When each contact's reserve onion was last put up."""
        self._refused: frozenset[bytes] = frozenset()
        """The keys of onions that the transport could not announce."""
        self._unsubscribe = transport.subscribe(self._transport_changed)
        bus.subscribe(ContactCalled, lambda event: self._called(event.contact))
        bus.subscribe(OnionsChanged, lambda _: self.refresh())
        bus.subscribe(ContactUpdated, lambda _: self.refresh())

    @property
    def reachable(self) -> bool:
        """Whether all contacts that may reach this device could do so now."""
        answering = [
            self._services[key].status.answers
            for key, planned in self._plan.services.items()
            if planned.for_contacts and key in self._services
        ]
        return self._transport.status.reachable and bool(answering) and all(answering)

    def refresh(self) -> None:
        """Read the plan anew and carry it out; calls while one is under way are one more."""
        if self._running:
            self._again = True
            return
        if not self._stopped:
            self._running = True
            Deferred.fromCoroutine(self._refresh()).addErrback(
                self._bus.unwaited("the onion services could not be updated")
            )

    def link_changed(self, contact: ContactNo) -> None:
        """There is a link to a contact now, or none any more."""
        if self._running or contact in self._plan.waiting:
            self.refresh()

    def stop(self) -> None:
        """Change nothing any more; the transport withdraws everything when it stops."""
        self._stopped = True
        self._unsubscribe()
        self._forget_timer()

    def _transport_changed(self, status: TransportStatus) -> None:
        refused = frozenset(
            service.onion_key for service in status.services if service.state is ServiceState.FAILED
        )
        if refused != self._refused:
            self._refused = refused
            self.refresh()

    def _called(self, contact: ContactNo, price: float = 1.0) -> None:
        if self._calls.called(contact, self._clock.seconds(), price):
            log.warn("a contact calls too often: its key is not admitted for a while")
            self.refresh()

    def _called_without_key(self, key: bytes) -> None:
        """Somebody had a circuit built to a service and did not show who it is. Where one contact
        alone can find it, that is known all the same."""
        if not self._transport.status.own:
            return  # services may listen on TCP there, and it may be anybody on this machine
        if self._transport.was_own_call(key):
            return  # or whoever has us test ourselves would use up the calls of another contact
        planned = self._plan.services.get(key)
        tags = [] if planned is None else [candidate.tag for candidate in planned.candidates]
        if len(tags) == 1 and isinstance(tags[0], CalledContact):
            self._called(tags[0].contact, MUTE_PRICE)

    def _shut_out(self) -> frozenset[ContactNo]:
        """Who is not to be admitted now."""
        return self._calls.shut_out(self._clock.seconds())

    def _resting(self) -> frozenset[ContactNo]:
        """Those whose reserve onion was up lately and is not: a link took it down."""
        now = self._clock.seconds()
        self._raised = {
            contact: at for contact, at in self._raised.items() if now - at < RESERVE_AGAIN
        }
        up = {
            planned.reserve_of
            for key, planned in self._plan.services.items()
            if key in self._services
        }
        return frozenset(contact for contact in self._raised if contact not in up)

    def _ask_again(self) -> None:
        """See to it that both are asked again in time."""
        now = self._clock.seconds()
        waits = [at + RESERVE_AGAIN - now for at in self._raised.values()]
        wait = self._calls.next_change(now)
        waits += [] if wait is None else [wait]
        self._forget_timer()
        if waits and not self._stopped:
            # A little late rather than too early, and one refresh for several.
            self._until = self._clock.callLater(max(0.0, min(waits)) + 1.0, self.refresh)

    def _forget_timer(self) -> None:
        if self._until is not None and self._until.active():
            self._until.cancel()
        self._until = None

    async def _refresh(self) -> None:
        # One at a time: while one waits for tor, another would publish the same once more.
        try:
            linked, resting = self._linked(), self._resting()
            shut_out, refused = self._shut_out(), self._refused
            derived = self._plan.public
            plan = await self._db.run(
                lambda tx: _plan(tx, linked, resting, shut_out, refused, derived)
            )
            for spec, candidate in self._besides():
                plan.services[spec.onion_key] = _Planned(spec, (candidate,), for_contacts=False)
            await self._carry_out(plan)
        finally:
            self._ask_again()
            self._running = False
            # Also if this one failed: what changed meanwhile must not wait for the next change.
            if self._again:
                self._again = False
                self.refresh()

    async def _carry_out(self, plan: _Plan) -> None:
        if self._stopped:
            return
        self._plan = plan
        withdrawn = [
            self._transport.withdraw(self._services.pop(key)).addErrback(
                lambda failure: log.failure("an onion could not be withdrawn", failure)
            )
            for key in [key for key in self._services if key not in plan.services]
        ]
        for one in withdrawn:
            # A reserve onion may come back under the same key with the next plan.
            await one
        for key, planned in plan.services.items():
            present = self._services.get(key)
            if present is not None and present.spec.authorised != planned.spec.authorised:
                await self._transport.withdraw(self._services.pop(key))
                present = None
            if present is None and not self._stopped:
                factory = self._peers.listening(
                    planned.spec.name,
                    key,
                    self._candidates(key),
                    partial(self._called_without_key, key),
                )
                self._services[key] = self._transport.publish(planned.spec, factory)
                if planned.reserve_of is not None:
                    self._raised[planned.reserve_of] = self._clock.seconds()

    def _candidates(self, key: bytes) -> Callable[[], Sequence[Candidate]]:
        def present() -> Sequence[Candidate]:
            planned = self._plan.services.get(key)
            return () if planned is None else planned.candidates

        return present


def _plan(
    tx: Transaction,
    linked: frozenset[ContactNo],
    resting: frozenset[ContactNo],
    shut_out: frozenset[ContactNo],
    refused: frozenset[bytes],
    derived: Mapping[bytes, bytes],
) -> _Plan:
    """What should be up. `derived` are the public halves of the plan before."""
    found: dict[bytes, _Planned] = {}
    public: dict[bytes, bytes] = {}
    unannounced: set[ContactNo] = set()
    seen = visibility(tx)
    if seen is not Visibility.HIDDEN:
        for onion in onions.in_use(tx):
            slots = [
                slot for slot in onions.slots(tx, onion.number) if slot.contact not in shut_out
            ]
            if not slots:
                continue  # without a key to admit, tor would admit everybody
            candidates = tuple(
                Candidate(
                    static=personas.get(tx, contacts.get(tx, slot.contact).persona).link,
                    tag=CalledContact(slot.contact),
                )
                for slot in slots
                if slot.contact is not None
            )
            for slot in slots:
                seed = slot.secret.seed
                public[seed] = derived.get(seed) or slot.secret.public
            spec = ServiceSpec(
                key=onion.key,
                authorised=tuple(public[slot.secret.seed] for slot in slots),
                name=f"contact onion {onion.group}",
                test_secret=slots[0].secret.seed,
                max_streams=CONTACT_STREAMS,
            )
            found[spec.onion_key] = _Planned(spec, candidates, for_contacts=True)
            if spec.onion_key in refused:
                unannounced |= {slot.contact for slot in slots if slot.contact is not None}
    if seen is Visibility.ONLINE:
        for invite in invites.published(tx):
            if invite.secrets is None:
                continue
            secrets = invite.secrets
            access = invite_access_key(secrets.token)
            spec = ServiceSpec(
                key=secrets.onion,
                authorised=(access.public,),
                test_secret=access.seed,
                name=f"invite {invite.number}",
                proof_of_work=True,
                max_streams=INVITE_STREAMS,
            )
            candidate = Candidate(
                static=secrets.agreement,
                psk=invite_psk(secrets.token),
                tag=CalledInvite(invite.number),
            )
            found[spec.onion_key] = _Planned(spec, (candidate,), for_contacts=False)
    waiting = [] if seen is Visibility.HIDDEN else reserve.waiting(tx, unannounced)
    waiting = [number for number in waiting if number not in shut_out]
    apart = [
        number
        for number in waiting
        # Who finds us nowhere else needs it at once, however often it comes and goes.
        if number not in linked and (number not in resting or number in unannounced)
    ]
    for hosted in reserve.hosted(tx, apart):
        candidate = Candidate(static=hosted.static, tag=CalledContact(hosted.contact))
        found[hosted.spec.onion_key] = _Planned(
            hosted.spec, (candidate,), for_contacts=False, reserve_of=hosted.contact
        )
    return _Plan(found, frozenset(waiting), public)
