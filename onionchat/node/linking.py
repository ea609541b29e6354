"""Taking a new device in, and being taken in (docs/devices.md, "Linking").

What lives here: the link that is out, the callers at its onion, and the call to somebody else's:
the shells around `protocol.linking`. What may not: what membership changes on disk
(`own_devices`), which devices there are (`devices`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

import msgspec
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.python.failure import Failure

from onionchat.errors import (
    LinkExpired,
    NoDeviceWaits,
    OnionchatError,
    ProfileNotFresh,
    ProtocolViolation,
    TimedOut,
    Unavailable,
)
from onionchat.names import clean_name
from onionchat.net.transports.interface import Address, ServiceSpec
from onionchat.node import accounts, history, own_devices
from onionchat.node.changes import Bus, OnionsChanged
from onionchat.node.dbthread import Db
from onionchat.node.events import LinkingChanged
from onionchat.node.live_link import LinkOwner, LiveLink, Target
from onionchat.node.one_channel import OneChannelLink
from onionchat.node.peers import Peers
from onionchat.node.wallclock import WallClock
from onionchat.protocol.contacts.link_text import TOKEN_SIZE
from onionchat.protocol.crypto.keys import AgreementKey, SigningKey
from onionchat.protocol.crypto.rng import Rng
from onionchat.protocol.link.events import ByeReason
from onionchat.protocol.linking import host as old
from onionchat.protocol.linking import joiner as new
from onionchat.protocol.linking.code import spaced
from onionchat.protocol.linking.device_link import LINK_LIFE, DeviceLink, parse_device_link
from onionchat.protocol.linking.host import Host
from onionchat.protocol.linking.joiner import Joiner
from onionchat.protocol.session.handshake import Candidate
from onionchat.store import settings
from onionchat.store.transaction import Transaction
from onionchat.types import LinkKey, Millis, OnionKey
from onionchat.views import DeviceLinkView, LinkedView

DEVICE: Final = "device"
"""Kind of the channel."""

CONFIRM_SECONDS: Final = 120.0
"""How long `confirm` waits for the new device after its code was right."""

STREAMS: Final = 4
"""Streams that one circuit may open at the link's onion."""

_JOINING: Final = "linking.joining"
"""Where a call that is under way is kept: it survives a restart of the node."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CalledDevice:
    """Tag of a candidate: the caller has the device's link that is out."""


@dataclass(frozen=True, slots=True)
class DeviceJoin:
    """Key of the target: the maker of a device's link."""


class _Joining(msgspec.Struct, frozen=True, array_like=True):
    """A call under way: the link, and the keys that this device will have."""

    link: str
    device_seed: bytes
    link_seed: bytes
    name: str
    history: str

    @property
    def device(self) -> SigningKey:
        return SigningKey(self.device_seed)

    @property
    def link_key(self) -> AgreementKey:
        return AgreementKey(self.link_seed)

    def __repr__(self) -> str:
        return "_Joining(…)"


@dataclass(slots=True)
class _Out:
    """A link that is out."""

    link: DeviceLink
    onion: SigningKey = field(repr=False)
    agreement: AgreementKey = field(repr=False)
    core: Host
    end: IDelayedCall
    callers: dict[int, _HostLink] = field(default_factory=dict)
    numbers: int = 0
    confirming: list[Deferred[LinkedView]] = field(default_factory=list)


class Linking:
    """Both sides of linking; one link is out, and one call under way, at a time."""

    def __init__(
        self,
        clock: IReactorTime,
        wall: WallClock,
        rng: Rng,
        db: Db,
        bus: Bus,
    ) -> None:
        self.clock = clock
        self.wall = wall
        self.rng = rng
        self.db = db
        self.unwaited = bus.unwaited("a device could not be linked")
        self._bus = bus
        self._peers: Peers | None = None
        self._out: _Out | None = None
        self._joining: _Joining | None = None
        self._join_ends: IDelayedCall | None = None

    async def start(self, peers: Peers) -> None:
        """Go on with a call that was under way when the node stopped."""
        self._peers = peers
        stored = await self.db.run(lambda tx: settings.get(tx, _JOINING))
        if stored is not None:
            self._call(msgspec.msgpack.decode(stored, type=_Joining))

    def stop(self) -> None:
        """Let no timer run on."""
        for timer in (None if self._out is None else self._out.end, self._join_ends):
            if timer is not None and timer.active():
                timer.cancel()

    # --- the old device ---------------------------------------------------------------------------

    def service(self) -> list[tuple[ServiceSpec, Candidate]]:
        """For `Onions`: the service of the link that is out, if any."""
        out = self._out
        if out is None:
            return []
        access = out.link.access_key
        spec = ServiceSpec(
            key=out.onion,
            authorised=(access.public,),
            test_secret=access.seed,
            name="device link",
            max_streams=STREAMS,
        )
        return [(spec, Candidate(static=out.agreement, psk=out.link.psk, tag=CalledDevice()))]

    async def make_link(self) -> DeviceLinkView:
        """Make a link; one that is out ends. Nothing of it is kept on disk."""
        self.cancel()
        onion, agreement = SigningKey.generate(self.rng), AgreementKey.generate(self.rng)
        link = DeviceLink(
            OnionKey(onion.public),
            LinkKey(agreement.public),
            self.rng.random_bytes(TOKEN_SIZE),
            # Whole minutes, as the link says it.
            Millis((self.wall.millis() + LINK_LIFE) // 60_000 * 60_000),
        )
        seconds = (link.expires - self.wall.millis()) / 1000
        end = self.clock.callLater(seconds, self._expired)
        self._out = _Out(link, onion, agreement, Host(self.rng), end)
        self._bus.publish(OnionsChanged())
        return DeviceLinkView(link=link.to_link(), expires=link.expires / 1000)

    async def confirm(self, typed: str) -> LinkedView:
        """The person typed a code: returns when the device that shows it is linked.

        Raises:
            InvalidInput, NoDeviceWaits, WrongDeviceCode, DeviceLinkSpoiled, TimedOut, LinkExpired.
        """
        out = self._out
        if out is None:
            raise NoDeviceWaits(
                "There is no link for a new device; `onionchat device link` makes one."
            )
        actions = out.core.confirm(typed)
        waiting: Deferred[LinkedView] = Deferred()
        out.confirming.append(waiting)
        self._perform(out, actions)

        def too_long(_value: object, _seconds: float) -> LinkedView:
            raise TimedOut("The new device does not answer; if it comes back, it is linked.")

        return await waiting.addTimeout(CONFIRM_SECONDS, self.clock, onTimeoutCancel=too_long)

    def cancel(self) -> None:
        """Take the link back. Harmless when none is out."""
        if self._out is not None:
            self._perform(self._out, self._out.core.end(LinkExpired()))

    def called(self, live: LiveLink) -> LinkOwner | None:
        """For `Links`: somebody with the link called."""
        out = self._out
        if out is None or live.up is None:
            return None
        out.numbers += 1
        owner = out.callers[out.numbers] = _HostLink(live, self, out, out.numbers)
        actions = out.core.called(
            out.numbers, live.up.handshake_hash, LinkKey(live.up.remote_static)
        )
        self._perform(out, actions)
        return owner

    def heard(self, out: _Out, caller: int, data: bytes) -> None:
        """For `_HostLink`: a caller said something. Raises ProtocolViolation."""
        self._perform(out, out.core.receive(caller, data))

    def left(self, out: _Out, caller: int) -> None:
        """For `_HostLink`: a caller is gone."""
        out.callers.pop(caller, None)
        self._perform(out, out.core.gone(caller))

    def _expired(self) -> None:
        if self._out is not None:
            self._perform(self._out, self._out.core.expired())

    def _perform(self, out: _Out, actions: Sequence[old.Action]) -> None:
        for action in actions:
            match action:
                case old.Send(caller=caller, message=message):
                    if caller in out.callers:
                        out.callers[caller].say(message)
                case old.HangUp(caller=caller):
                    if caller in out.callers:
                        out.callers[caller].live.close(ByeReason.DONE)
                case old.Waiting(devices=devices):
                    self._tell(LinkingChanged("old", "waiting", waiting=devices))
                case old.ReadAccount(caller=caller):
                    self._ask(out, own_devices.facts, _for(out.core.account_read, caller))
                case old.AddDevice():
                    self._add(out, action)
                case old.Linked(name=name, words=words):
                    view = LinkedView(name=name, words=words)
                    self._tell(LinkingChanged("old", "linked", name=name, words=words))
                    self._over(out, view)
                case old.Ended(error=error):
                    self._tell(LinkingChanged("old", "failed", sentence=str(error)))
                    self._over(out, Failure(error))
        for owner in list(out.callers.values()):
            owner.live.flush()

    def _add(self, out: _Out, action: old.AddDevice) -> None:
        now = self.wall.millis()

        def work(tx: Transaction) -> tuple[bytes, ...]:
            entries = own_devices.admit(
                tx,
                self.rng,
                device_key=action.device_key,
                link_key=action.link_key,
                consent=action.consent,
                now=now,
            )
            key = ("device", action.device_key.hex(), "name")
            accounts.share(tx, key, action.name.encode(), now)
            return entries

        def refused(failure: Failure) -> list[old.Action]:
            failure.trap(OnionchatError)
            error = failure.value
            assert isinstance(error, OnionchatError)
            return out.core.not_added(action.caller, error)

        self.db.run(work).addCallbacks(
            lambda entries: out.core.device_added(action.caller, entries), refused
        ).addCallback(lambda actions: self._perform(out, actions)).addErrback(self.unwaited)

    def _ask(
        self,
        out: _Out,
        work: Callable[[Transaction], T],
        answer: Callable[[T], Sequence[old.Action]],
    ) -> None:
        self.db.run(work).addCallback(lambda found: self._perform(out, answer(found))).addErrback(
            self.unwaited
        )

    def _over(self, out: _Out, result: LinkedView | Failure) -> None:
        if out.end.active():
            out.end.cancel()
        if self._out is out:
            self._out = None
            self._bus.publish(OnionsChanged())
        waiting, out.confirming = out.confirming, []
        for one in waiting:
            if isinstance(result, Failure):
                one.errback(result)
            else:
                one.callback(result)

    # --- the new device ---------------------------------------------------------------------------

    async def join(self, text: str, name: str, wanted: str) -> None:
        """Call the maker of a link to become a device of its account; returns once that is stored.

        `wanted` is the history to bring (`history.parse`). What happens then is told by events.

        Raises:
            InvalidInput, InvalidLink and its kinds, LinkExpired.
            ProfileNotFresh: this profile has contacts, requests, or other devices.
        """
        link, name = parse_device_link(text), clean_name(name)
        history.parse(wanted, self.wall.millis())
        link.check_expiry(self.wall.millis())
        joining = _Joining(
            link.to_link(),
            SigningKey.generate(self.rng).seed,
            AgreementKey.generate(self.rng).seed,
            name,
            wanted,
        )

        def work(tx: Transaction) -> None:
            if not own_devices.is_fresh(tx):
                raise ProfileNotFresh
            settings.put(tx, _JOINING, msgspec.msgpack.encode(joining))

        await self.db.run(work)
        self._call(joining)

    def _call(self, joining: _Joining) -> None:
        link = parse_device_link(joining.link)
        self._forget_call()
        self._joining = joining
        left = (link.expires - self.wall.millis()) / 1000
        self._join_ends = self.clock.callLater(
            max(0.0, left), lambda: self._not_joined(LinkExpired())
        )
        self._tell(LinkingChanged("new", "calling"))
        if self._peers is not None:
            self._peers.aim(
                Target(
                    key=DeviceJoin(),
                    address=Address(link.onion_key, link.access_key.seed),
                    static=joining.link_key,
                    remote_static=link.agreement_key,
                    psk=link.psk,
                    errand=True,
                )
            )

    def joining(self, live: LiveLink) -> LinkOwner | None:
        """For `Links`: the maker of the link was reached."""
        if self._joining is None or live.up is None:
            return None
        return _JoinerLink(live, self, self._joining)

    def show(self, action: new.ShowCode) -> None:
        """For `_JoinerLink`: there is a code to be typed on the other device."""
        self._tell(LinkingChanged("new", "code", code=spaced(action.code), words=action.words))

    def confirmed(self) -> None:
        """For `_JoinerLink`: it was typed there."""
        self._tell(LinkingChanged("new", "confirmed"))

    def become(self, joining: _Joining, action: new.Become) -> Deferred[None]:
        """For `_JoinerLink`: store that this device belongs to the account now."""
        now = self.wall.millis()

        def work(tx: Transaction) -> None:
            own_devices.become(
                tx,
                self.rng,
                account=action.journal,
                device=joining.device,
                link=joining.link_key,
                recovery_public=action.recovery_public,
                name=action.name,
                now=now,
            )
            history.keep(tx, history.parse(joining.history, now))
            settings.put(tx, _JOINING, None)

        return self.db.run(work)

    def joined(self, words: tuple[str, ...]) -> None:
        """For `_JoinerLink`: both sides know."""
        self._forget_call()
        self._tell(LinkingChanged("new", "linked", words=words))

    def failed(self, error: OnionchatError) -> None:
        """For `_JoinerLink`: not by this call."""
        if isinstance(error, Unavailable):
            self._tell(LinkingChanged("new", "calling", sentence=str(error)))
        else:
            self._not_joined(error)

    def _not_joined(self, error: OnionchatError) -> None:
        self._forget_call()
        self.db.run(lambda tx: settings.put(tx, _JOINING, None)).addErrback(self.unwaited)
        self._tell(LinkingChanged("new", "failed", sentence=str(error)))

    def _forget_call(self) -> None:
        self._joining = None
        if self._join_ends is not None and self._join_ends.active():
            self._join_ends.cancel()
        if self._peers is not None:
            self._peers.forget(DeviceJoin(), close=ByeReason.DONE)

    def _tell(self, event: LinkingChanged) -> None:
        self._bus.publish(event)


class _HostLink(OneChannelLink):
    """The link to one caller."""

    def __init__(self, live: LiveLink, linking: Linking, out: _Out, number: int) -> None:
        # As long as the person may take to walk over with the code.
        super().__init__(live, DEVICE, LINK_LIFE / 1000)
        self._linking = linking
        self._out = out
        self._number = number

    def receive(self, data: bytes) -> None:
        """A message of the caller."""
        self._linking.heard(self._out, self._number, data)

    def lost(self, error: OnionchatError | None) -> None:
        """The caller is gone."""
        super().lost(error)
        self._linking.left(self._out, self._number)


class _JoinerLink(OneChannelLink):
    """The link to the old device."""

    def __init__(self, live: LiveLink, linking: Linking, joining: _Joining) -> None:
        super().__init__(live, DEVICE, LINK_LIFE / 1000)
        assert live.up is not None
        self._linking = linking
        self._joining = joining
        self._words: tuple[str, ...] = ()
        self._core = Joiner(
            joining.name,
            joining.device,
            LinkKey(joining.link_key.public),
            live.up.handshake_hash,
        )
        self._perform(self._core.start())

    def receive(self, data: bytes) -> None:
        """A message of the old device."""
        self._perform(self._core.receive(data))

    def _perform(self, actions: Sequence[new.Action]) -> None:
        for action in actions:
            match action:
                case new.Send(message=message):
                    self.say(message)
                case new.ShowCode(words=words):
                    self._words = words
                    self._linking.show(action)
                case new.Confirmed():
                    self._linking.confirmed()
                case new.Become():
                    self._become(action)
                case new.Linked():
                    self.live.flush()
                    self._linking.joined(self._words)
                case new.Failed(error=error):
                    self._linking.failed(error)
                    self.live.close(ByeReason.DONE)
        self.live.flush()

    def _become(self, action: new.Become) -> None:
        def refused(failure: Failure) -> list[new.Action]:
            failure.trap(OnionchatError)
            error = failure.value
            assert isinstance(error, OnionchatError)
            if isinstance(error, ProtocolViolation):
                self.live.abort(error)
            return self._core.not_stored(error)

        self._linking.become(self._joining, action).addCallbacks(
            lambda _: self._core.stored(), refused
        ).addCallback(self._perform).addErrback(self._linking.unwaited)


def _for(
    answer: Callable[[int, T], Sequence[old.Action]], caller: int
) -> Callable[[T], Sequence[old.Action]]:
    return lambda found: answer(caller, found)
