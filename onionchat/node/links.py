"""Which device each link belongs to, and which devices to dial.

What lives here: targets made of the directory's cards and of accepted requests; routing of
established links to their owners. What may not: the owners' work (`delivery`, `exchanges`,
`linking`), the schedule (`peers`).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Final

from onionchat.errors import (
    DiskFull,
    OnionchatError,
    PeerVersionUnknown,
    ProtocolViolation,
    StorageFailed,
)
from onionchat.net.transports.interface import Address, DialFailed, DialReason
from onionchat.node import acquaintance, reserve
from onionchat.node.changes import (
    Bus,
    CardChanged,
    ContactCalled,
    ContactForgotten,
    RequestUpdated,
)
from onionchat.node.contact_link import NothingOpened
from onionchat.node.dbthread import Db
from onionchat.node.delivery import Delivery
from onionchat.node.directory import Card, Directory
from onionchat.node.exchanges import Exchanges
from onionchat.node.linking import CalledDevice, DeviceJoin, Linking
from onionchat.node.live_link import LinkOwner, LiveLink, Target
from onionchat.node.onions import CalledContact, CalledInvite
from onionchat.node.peers import Peers
from onionchat.node.reserve import RESERVE_AFTER
from onionchat.node.wallclock import WallClock
from onionchat.protocol.contacts.introduction import introduce
from onionchat.protocol.contacts.invite import invite_access_key, invite_psk
from onionchat.protocol.contacts.messages import Request, decode_message
from onionchat.protocol.link.events import ByeReason
from onionchat.store import contacts, invites, reserves
from onionchat.store.contacts import ContactDevice, ContactState
from onionchat.store.invites import RequestState
from onionchat.store.transaction import ContactNo, InviteNo, RequestNo, Transaction
from onionchat.types import DeviceKey, Millis

_SENTENCES: Final = {
    DialReason.NO_DESCRIPTOR: "The other device is not online.",
    DialReason.INTRO_FAILED: "The other device has just gone off, or is not ready yet.",
    DialReason.NO_CLIENT_AUTH: "The other device does not let this one in.",
    DialReason.BAD_CLIENT_AUTH: "The other device does not let this one in.",
    DialReason.NOT_READY: "Tor is not ready.",
}


_NOBODY_THERE: Final = (DialReason.NO_DESCRIPTOR, DialReason.INTRO_FAILED)
"""Directories keep the descriptor of a service that is gone for some hours."""

MAX_DIALLED: Final = 4
"""Devices of one contact that are dialled at a time, whatever its roster says."""

TURN_MILLIS: Final = 30 * 60_000
"""How long the same devices of a contact with more are dialled in vain, then come the next ones."""

_NO_BETTER_SOON: Final = (ProtocolViolation, DiskFull, StorageFailed, PeerVersionUnknown)
"""A full disk here is no better in two seconds either, nor does an update of one of the two come by
itself."""

DEATHS_TOGETHER: Final = 30_000
"""Milliseconds within which the deaths of two contacts' links are taken as one event."""


@dataclass(frozen=True, slots=True)
class DeviceTarget:
    """Dial a device of a contact, or an own one."""

    contact: ContactNo
    device: DeviceKey

    def __repr__(self) -> str:
        # Names the circuits at tor (isolation): one for each device, saying nothing about it.
        return f"contact {self.contact} {self.device[:4].hex()}"


@dataclass(frozen=True, slots=True)
class JoinTarget:
    """Dial the invite that a contact-to-be gave us."""

    contact: ContactNo


@dataclass(frozen=True, slots=True)
class CallBackTarget:
    """Dial somebody whose request was accepted."""

    request: RequestNo
    invite: InviteNo


class Links:
    """Keeps the targets as the directory says, and gives links their owners."""

    def __init__(
        self,
        wall: WallClock,
        db: Db,
        bus: Bus,
        directory: Directory,
        delivery: Delivery,
        exchanges: Exchanges,
        linking: Linking,
    ) -> None:
        self._wall = wall
        self._db = db
        self._failed = bus.unwaited("a link could not be prepared")
        self._bus = bus
        self._directory = directory
        self._delivery = delivery
        self._exchanges = exchanges
        self._linking = linking
        self._peers: Peers | None = None
        self._aimed: dict[ContactNo, tuple[Hashable, ...]] = {}
        self._known: dict[ContactNo, frozenset[Hashable]] = {}
        """All devices of each contact, whoever's turn it is, and what else it is aimed at:
        `Peers` may remember something of these, and of no others."""
        self._calls: tuple[CallBackTarget, ...] = ()
        self._problems: dict[ContactNo, str] = {}
        self._turns: dict[ContactNo, tuple[int, int]] = {}
        """Of contacts with many devices: the first that is dialled now, and since when."""
        self._deaths: dict[ContactNo, int] = {}
        bus.subscribe(CardChanged, lambda event: self._card_changed(event.contact))
        bus.subscribe(ContactForgotten, lambda event: self._forget(event.contact))
        bus.subscribe(RequestUpdated, lambda _: self.refresh_calls())

    def start(self, peers: Peers) -> None:
        """Begin to dial."""
        self._peers = peers
        own = self._directory.own()
        for card in (*self._directory.all(), *([] if own is None else [own])):
            self._aim(card)
        self.refresh_calls()

    def problem(self, contact: ContactNo) -> str | None:
        """Why there is no link to a contact, as far as it is known."""
        return self._problems.get(contact)

    def urge(self, contact: ContactNo) -> None:
        """The person waits for this contact."""
        if self._peers is not None and not self._delivery.linked(contact):
            for key in self._aimed.get(contact, ()):
                self._peers.urge(key)

    # --- targets --------------------------------------------------------------------------------

    def _card_changed(self, number: ContactNo) -> None:
        card = self._directory.get(number)
        if card is None or self._peers is None:
            return
        self._aim(card)
        if not card.linked:
            self._delivery.drop(number)
        # A device that was revoked may have come in by the card that stood until now.
        self._delivery.drop_others(number, card.active)
        if card.state is ContactState.BLOCKED:
            # It says nothing of the time after.
            self._problems.pop(number, None)

    def _aim(self, card: Card) -> None:
        assert self._peers is not None
        wanted = {target.key: target for target in _targets(card, self._wall.millis())}
        devices = {DeviceTarget(card.number, device.device_key) for device in card.devices}
        known = frozenset(devices | wanted.keys())
        for key in self._known.get(card.number, frozenset()) - known:
            self._peers.forget(key)
        self._known[card.number] = known
        wanted = self._in_turn(card, wanted)
        for key in self._aimed.get(card.number, ()):
            if key not in wanted and key in known:
                # Its turn is over, or it is said to be inactive. Both can be had by the contact.
                self._peers.drop(key)
        self._aimed[card.number] = tuple(wanted)
        for target in wanted.values():
            if self._is_met(card, target):
                self._peers.keep(target)
            else:
                self._peers.aim(target)

    def _is_met(self, card: Card, target: Target) -> bool:
        """Whether there is no need to dial now. One device of a contact stands for all of them; of
        our own ones each is wanted."""
        if card.own and isinstance(target.key, DeviceTarget):
            return target.key.device in self._delivery.linked_devices(card.number)
        return self._delivery.linked(card.number)

    def _in_turn(self, card: Card, targets: dict[Hashable, Target]) -> dict[Hashable, Target]:
        """Of many targets only so many at a time: else a contact could have us dial anybody."""
        if len(targets) <= MAX_DIALLED or card.own:
            self._turns.pop(card.number, None)
            return targets
        first, _ = self._turns.setdefault(card.number, (0, self._wall.millis()))
        first %= len(targets)
        keys = list(targets)
        return {key: targets[key] for key in (keys[first:] + keys[:first])[:MAX_DIALLED]}

    def _next_turn(self, number: ContactNo) -> None:
        """A dial failed: if that has gone on for long, it is the turn of the next devices."""
        turn, card, now = self._turns.get(number), self._directory.get(number), self._wall.millis()
        if turn is None or card is None or now - turn[1] < TURN_MILLIS:
            return
        self._turns[number] = turn[0] + MAX_DIALLED, now
        self._aim(card)

    def _forget(self, number: ContactNo) -> None:
        self._aimed.pop(number, None)
        for key in self._known.pop(number, ()):
            if self._peers is not None:
                self._peers.forget(key, close=ByeReason.DONE)
        for known in (self._problems, self._turns, self._deaths):
            known.pop(number, None)

    def refresh_calls(self) -> None:
        """Call back those whose requests were accepted and who do not know it yet."""

        def aim(targets: list[Target]) -> None:
            if self._peers is None:
                return
            wanted = [target.key for target in targets]
            for gone in self._calls:
                if gone not in wanted:
                    self._peers.forget(gone, close=ByeReason.DONE)
            self._calls = tuple(key for key in wanted if isinstance(key, CallBackTarget))
            for target in targets:
                self._peers.aim(target)

        self._db.run(_call_targets).addCallback(aim).addErrback(self._failed)

    # --- routing --------------------------------------------------------------------------------

    def route(self, live: LiveLink) -> LinkOwner | None:
        """For `Peers`: the owner of an established link, or None to close it."""
        assert live.up is not None
        if live.target is not None:
            return self._route_dialled(live, live.target.key)
        tag = live.up.tag
        if isinstance(tag, CalledDevice):
            return self._linking.called(live)
        if isinstance(tag, CalledInvite):
            return self._exchanges.called_by_invite(live, tag.invite)
        if isinstance(tag, CalledContact):
            self._bus.publish(ContactCalled(tag.contact))
            return self._route_caller(live, tag.contact)
        return None

    def _route_dialled(self, live: LiveLink, key: Hashable) -> LinkOwner | None:
        match key:
            case DeviceTarget(contact=number, device=device):
                card = self._directory.get(number)
                return None if card is None else self._attach(live, card, device)
            case JoinTarget(contact=number):
                card = self._directory.get(number)
                if card is None or card.join is None:
                    return None
                self._problems.pop(number, None)
                return self._exchanges.following(live, number, card.join.message, card.account)
            case DeviceJoin():
                return self._linking.joining(live)
            case CallBackTarget(request=request, invite=invite):
                return self._exchanges.calling_back(live, invite, request)
        return None

    def _route_caller(self, live: LiveLink, number: ContactNo) -> LinkOwner | None:
        assert live.up is not None
        card = self._directory.get(number)
        if card is None:
            return None
        if card.join is not None:
            link = acquaintance.parse_stored(card.join.link)
            if live.up.remote_static == link.agreement_key:
                return self._exchanges.following(live, number, card.join.message, card.account)
        device = card.device_of(live.up.remote_static)
        if not card.linked or device is None:
            return None
        return self._attach(live, card, device.device_key)

    def _attach(self, live: LiveLink, card: Card, device: DeviceKey) -> LinkOwner | None:
        if not card.linked or self._peers is None:
            return None
        if device not in card.active:
            return None  # revoked while it was being dialled
        self._problems.pop(card.number, None)
        self._peers.satisfied(DeviceTarget(card.number, device))
        now = self._wall.millis()

        def work(tx: Transaction) -> None:
            reserves.linked(tx, card.number, now)
            # Whoever uses the contact link has our acceptance.
            acquaintance.confirmed(tx, card.number, now)

        self._db.run(work).addErrback(self._failed)
        return self._delivery.attach(
            live, card.number, device, own=card.own, prunes=card.senior_to(device)
        )

    # --- what went wrong ------------------------------------------------------------------------

    def failed(self, key: Hashable, error: OnionchatError) -> None:
        """For `Peers`: a dial ended without a link."""
        if isinstance(key, DeviceTarget | JoinTarget):
            self._problems[key.contact] = _sentence(key, error)
            self._next_turn(key.contact)

    def disconnected(self, contact: ContactNo, error: OnionchatError | None) -> None:
        """For `Delivery`: the last link to a contact is gone."""
        now = self._wall.millis()
        self._db.run(lambda tx: reserves.linked(tx, contact, now)).addErrback(self._failed)
        if isinstance(error, PeerVersionUnknown):
            self._problems[contact] = str(error)
        elif error is not None and not isinstance(error, ProtocolViolation):
            self._problems[contact] = "The connection broke; it is made anew."
            if not isinstance(error, NothingOpened):
                self._died(contact)
        if self._peers is not None:
            offended = isinstance(error, _NO_BETTER_SOON)
            card = self._directory.get(contact)
            # Of our own devices each is dialled anew when the last link to it is gone (`parted`).
            keys = () if card is not None and card.own else self._aimed.get(contact, ())
            for key in keys:
                self._peers.again(key, offended=offended)

    def parted(self, contact: ContactNo, device: DeviceKey, error: OnionchatError | None) -> None:
        """For `Delivery`: the last link to one of our own devices is gone."""
        if self._peers is not None:
            self._peers.again(
                DeviceTarget(contact, device), offended=isinstance(error, _NO_BETTER_SOON)
            )

    def _died(self, contact: ContactNo) -> None:
        """One dead link is the other side's; several at once, or the only one, may be ours."""
        now = self._wall.millis()
        self._deaths = {
            other: at for other, at in self._deaths.items() if now - at < DEATHS_TOGETHER
        }
        self._deaths[contact] = now
        if self._peers is not None and (
            len(self._deaths) > 1 or not self._delivery.linked_contacts
        ):
            self._peers.disturbed()

    def close(self, contact: ContactNo) -> None:
        """End all links to a contact."""
        self._delivery.drop(contact)


def _targets(card: Card, now: Millis) -> list[Target]:
    if card.linked:
        if not card.admitted:
            return []
        return [
            Target(
                key=DeviceTarget(card.number, device.device_key),
                address=Address(device.onion_key, device.access_secret, device.port),
                static=card.link,
                remote_static=device.link_key,
                yields=not card.senior_to(device.device_key),
                reserve=_reserve(card, device),
                long_apart=now - card.last_link >= RESERVE_AFTER * 1000,
            )
            for device in card.devices
            if device.active and device.onion_key is not None
        ]
    if card.join is None or card.state not in (ContactState.OUTGOING, ContactState.REQUESTED):
        return []
    link = acquaintance.parse_stored(card.join.link)
    return [
        Target(
            key=JoinTarget(card.number),
            address=Address(link.onion_key, invite_access_key(link.token).seed),
            static=card.link,
            remote_static=link.agreement_key,
            psk=invite_psk(link.token),
            errand=True,
        )
    ]


def _reserve(card: Card, device: ContactDevice) -> Callable[[], Address] | None:
    account = card.account
    if account is None:
        return None
    return lambda: reserve.address_of(card.link, None if card.own else account, device)


def _call_targets(tx: Transaction) -> list[Target]:
    targets = []
    for found in invites.requests(tx, RequestState.ACCEPTED):
        if found.contact is None:
            continue
        if contacts.get(tx, found.contact).state is not ContactState.ACTIVE:
            continue
        key = invites.call_back_key(tx, found.invite)
        request = decode_message(found.message)
        if key is None or not isinstance(request, Request):
            continue
        address = introduce(request.entries).address
        if address is not None:
            targets.append(
                Target(
                    key=CallBackTarget(found.number, found.invite),
                    address=Address(address.onion_key, address.access_secret, address.port),
                    static=key,
                    remote_static=found.link_key,
                    errand=True,
                )
            )
    return targets


def _sentence(key: DeviceTarget | JoinTarget, error: OnionchatError) -> str:
    if isinstance(error, PeerVersionUnknown):
        return str(error)
    if isinstance(error, DialFailed):
        if isinstance(key, JoinTarget) and error.reason in _NOBODY_THERE:
            return (
                "The maker of the link cannot be reached: not online just now, or the link was "
                "used by somebody else, revoked, or has expired. `cancel` takes your request back."
            )
        return _SENTENCES.get(error.reason, "The other device cannot be reached just now.")
    return str(error)
