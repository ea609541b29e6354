"""The composition root: opens a profile, builds the services from top to bottom, implements
`NodeApi`.

What lives here: construction, start and stop, and the passing on of requests. What may not:
decisions; each has its service.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final, TypeVar, get_args

from msgspec.structs import replace
from twisted.internet.defer import Deferred, maybeDeferred
from twisted.internet.threads import deferToThreadPool
from twisted.logger import Logger
from twisted.python.failure import Failure

from onionchat.errors import (
    OnionchatError,
    ProfileDamaged,
    RestoredBackup,
    Stopping,
    UnknownContact,
    UnknownRequest,
)
from onionchat.net.transports.interface import Transport
from onionchat.net.transports.tor.join import parse_place
from onionchat.net.transports.tor.run import TorSettings
from onionchat.net.transports.tor.transport import TorTransport
from onionchat.node import (
    accounts,
    devices,
    health,
    people,
    preferences,
    restored,
    sharing,
)
from onionchat.node.arrivals import Arrivals
from onionchat.node.blame import STRANGER, Blame
from onionchat.node.changes import (
    AccountReplaced,
    Bus,
    CardChanged,
    ContactForgotten,
    PersonChanged,
    StoreBroken,
    Unwaited,
)
from onionchat.node.clocks import ClockWatch
from onionchat.node.condition import Condition, Details
from onionchat.node.contacts import Contacts
from onionchat.node.conversations import Conversations
from onionchat.node.creation import create_profile as create_profile
from onionchat.node.custody import Custody
from onionchat.node.dbthread import DbThread, MakeDb, RunningDb
from onionchat.node.deletion import Deletion
from onionchat.node.delivery import Delivery
from onionchat.node.directory import Directory
from onionchat.node.disappearing import Disappearing
from onionchat.node.events import (
    ConnectionChanged,
    ContactChanged,
    ContactRemoved,
    NodeEvent,
    Warned,
)
from onionchat.node.exchanges import Exchanges
from onionchat.node.invitations import Invitations
from onionchat.node.linking import Linking
from onionchat.node.links import Links
from onionchat.node.notices import Notices
from onionchat.node.onions import Onions
from onionchat.node.peers import Peers
from onionchat.node.reactors import NodeReactor
from onionchat.node.remarks import Remarks
from onionchat.node.removal import Removal
from onionchat.node.revocation import Revocation
from onionchat.node.tor_page import check_bridges
from onionchat.node.tor_use import TorUse
from onionchat.node.wallclock import SystemWallClock, WallClock
from onionchat.node.whereabouts import Whereabouts
from onionchat.protocol.crypto.rng import Rng, SystemRng
from onionchat.store import keyslot, profile
from onionchat.store import onions as stored_onions
from onionchat.store.backup import Backup
from onionchat.store.contacts import ContactState
from onionchat.store.database import Database
from onionchat.store.keyslot import MasterKey
from onionchat.store.transaction import ContactNo, Transaction
from onionchat.types import Visibility
from onionchat.views import (
    BridgeCheckView,
    CheckView,
    ContactView,
    DeletedView,
    DeviceLinkView,
    DeviceView,
    InviteView,
    LinkedView,
    LinkView,
    MessageInfoView,
    MessageView,
    RemovedView,
    RequestView,
    RevokedView,
    SettingView,
    StatusView,
    StretchView,
    TorDetailsView,
    VersionView,
)

log = Logger()

T = TypeVar("T")

TOR_FOLDER: Final = "tor"
"""tor's data directory inside the profile."""

COPY_NOTICED: Final = (
    "This profile is a copy, perhaps an older one: you can write to each contact once it was "
    "reached and has given back what is missing here."
)

HOUSEKEEPING_SECONDS: Final = 600.0
"""How often expired invites are looked for."""


async def open_node(
    reactor: NodeReactor,
    *,
    profile: Path,
    passphrase: str,
    runtime_dir: Path,
    torrc: Path | None = None,
    tor: str | None = None,
    tor_control: str | None = None,
    rng: Rng | None = None,
    wall: WallClock | None = None,
    unlock: Callable[[], MasterKey] | None = None,
    make_transport: Callable[[Node], Transport] | None = None,
    make_db: MakeDb | None = None,
    vfs: str = "unix",
) -> Node:
    """Open a profile and start its node; returns when it runs, long before Tor is connected.

    `unlock` gives the profile's key where somebody has begun to derive it; it may block, and is
    called on the database thread. `rng`, `wall`, `make_transport`, `make_db`, `vfs` are for tests
    and simulations.

    Raises:
        NoProfile, WrongPassphrase, ProfileInUse, ProfileDamaged, ProfileTooNew, UnsafePermissions,
        TorNotFound, TorTooOld, TorFailed, InvalidInput, DiskFull, StorageFailed.
    """
    node = Node(
        reactor,
        profile,
        runtime_dir,
        rng=rng or SystemRng(),
        wall=wall or SystemWallClock(),
        make_db=make_db,
        vfs=vfs,
    )
    await node.open(unlock or (lambda: keyslot.unlock(profile, passphrase)))
    try:
        transport: Transport
        if make_transport is None:
            transport = await node.tor_transport(torrc, tor, tor_control)
        else:
            transport = make_transport(node)
        await node.start(transport)
    except BaseException:
        await node.stop()
        raise
    return node


class Node:
    """One running node. Make it with `open_node`."""

    def __init__(
        self,
        reactor: NodeReactor,
        profile: Path,
        runtime_dir: Path,
        *,
        rng: Rng,
        wall: WallClock,
        make_db: MakeDb | None = None,
        vfs: str = "unix",
    ) -> None:
        self.reactor = reactor
        self.rng = rng
        self.wall = wall
        self._vfs = vfs
        self._profile = profile
        self._runtime_dir = runtime_dir
        self._bus = Bus()
        self._blame = Blame()
        self._key: MasterKey | None = None
        self._db: RunningDb = (
            DbThread(reactor, self._open_database, self._bus.publish)
            if make_db is None
            else make_db(self._open_database, self._bus.publish)
        )
        self._unlock: Callable[[], MasterKey] | None = None
        self._ended: Deferred[None] = Deferred()
        self._stopped: Deferred[None] | None = None
        self._transport: Transport | None = None
        self._read_receipts = False
        self._reconfigure: Callable[[], Awaitable[None]] | None = None
        self._details: Details | None = None
        self._housekeeping: Any = None

        self.directory = Directory(self._db, self._bus)
        self.notices = Notices(
            reactor, self._bus, self.directory, lambda error: self._end(Failure(error))
        )
        self.delivery = Delivery(
            reactor,
            wall,
            rng,
            self._db,
            self._bus,
            share_read=lambda: self._read_receipts,
            connected=self._connected,
            parted=lambda *gone: self.links.parted(*gone),
            failed=self.notices.failed,
            offended=self._offended,
            paused=self.notices.sated,
        )
        self.exchanges = Exchanges(
            wall,
            rng,
            self._db,
            self._bus,
            self.notices.exchange_ended,
            lambda error: self._blame.offended(STRANGER, error),
        )
        self.linking = Linking(reactor, wall, rng, self._db, self._bus)
        self.links = Links(
            wall,
            self._db,
            self._bus,
            self.directory,
            self.delivery,
            self.exchanges,
            self.linking,
        )
        self.clocks = ClockWatch(
            reactor,
            wall,
            self._bus,
            self.directory,
            lambda sentence: self._bus.publish(Warned(sentence)),
        )
        self.condition = Condition(
            reactor,
            wall,
            self._db,
            self._bus,
            self.delivery,
            self.notices,
            self.clocks,
            profile,
        )
        self.custody = Custody(reactor, profile, rng, self._off_thread, lambda: self._key)
        self.invitations = Invitations(wall, rng, self._db)
        self.people = Contacts(reactor, wall, rng, self._db, self._bus, self._off_thread)
        self.revocation = Revocation(wall, rng, self._db, self._bus)
        self.removal = Removal(wall, rng, self._db, self._bus, self.delivery)
        self.conversations = Conversations(
            reactor,
            wall,
            self._db,
            self._bus,
            self.directory,
            self.delivery,
            lambda: self._name,
        )
        self.whereabouts = Whereabouts(
            self._db, self.conversations, self.delivery, self.links.problem, self.notices.no_room
        )
        self.remarks = Remarks(wall, self._db, self.delivery, self.conversations)
        self.deletion = Deletion(wall, self._db, self._bus, self.delivery)
        self.disappearing = Disappearing(reactor, wall, self._db, self._bus)
        self._name = ""
        self._peers: Peers | None = None
        self._onions: Onions | None = None
        self._bus.subscribe(CardChanged, self._card_changed)
        self._bus.subscribe(PersonChanged, self._person_changed)
        self._bus.subscribe(ContactForgotten, self._contact_forgotten)
        self._arrivals = Arrivals(
            reactor, self._db, self._bus, self._bus.unwaited("a request could not be told")
        )
        self._bus.subscribe(AccountReplaced, lambda _: self._background(self._reload_account()))
        self._bus.subscribe(StoreBroken, lambda event: self._end(Failure(event.error)))
        self._bus.subscribe(Unwaited, lambda event: self.notices.failed(event.error))

    # --- start and stop -------------------------------------------------------------------------

    async def open(self, unlock: Callable[[], MasterKey]) -> None:
        """Unlock the profile and read who we are. Raises what `open_node` names."""
        self._unlock = unlock
        try:
            await self._db.start()
        finally:
            # It holds the passphrase.
            self._unlock = None
        place = profile.place(self._profile)
        # Before anything else is signed: an older copy must not sign a number twice.
        copied, account, receipts = await self._db.run(
            lambda tx: (
                restored.notice(tx, place),
                accounts.load(tx),
                preferences.get(tx, preferences.READ_RECEIPTS),
            )
        )
        if copied:
            self.notices.failed(RestoredBackup(COPY_NOTICED))
        self._name = account.name
        self._read_receipts = receipts == "on"
        self._account = account

    def _reload_account(self) -> Deferred[None]:
        def replace_it(account: accounts.Account) -> None:
            self._account, self._name = account, account.name

        return self._db.run(accounts.load).addCallback(replace_it)

    def _open_database(self) -> Database:
        assert self._unlock is not None
        self._key = self._unlock()
        return Database.open(self._profile, self._key, vfs=self._vfs)

    async def tor_transport(
        self, torrc: Path | None, tor: str | None, control: str | None
    ) -> TorTransport:
        """The transport as the settings say. Raises InvalidInput."""
        given = TorSettings(
            data_directory=self._profile / TOR_FOLDER,
            runtime_directory=self._runtime_dir,
            program=tor or os.environ.get("ONIONCHAT_TOR"),
            extra_torrc=torrc,
            join=None if control is None else parse_place(control),
        )
        use = TorUse(self.reactor, self.wall, self.rng, self._db, given, self._background)
        self._reconfigure, self._details = use.reconfigure, use.details
        return await use.transport()

    async def start(self, transport: Transport) -> None:
        """Publish, listen, dial. Raises what the transport's `start` raises."""
        self._transport = transport
        self._peers = Peers(self.reactor, self.rng, transport, self.links.route, self.links.failed)
        self._onions = Onions(
            self.reactor,
            self._db,
            self._bus,
            transport,
            self._peers,
            linked=lambda: self.delivery.linked_contacts,
            besides=self.linking.service,
        )
        now = self.wall.millis()
        await self._db.run(lambda tx: stored_onions.ensure(tx, self.rng, now))
        # Before anybody can be shown what should be gone.
        await self.disappearing.start()
        self._background(Deferred.fromCoroutine(self.deletion.start()))
        await self.directory.start()
        self.condition.watch(transport, self._onions, self._details)
        self._onions.refresh()
        await transport.start()
        self.links.start(self._peers)
        self._background(Deferred.fromCoroutine(self._resume()))
        await self.linking.start(self._peers)
        self._keep_house()

    async def _resume(self) -> None:
        """Do what was left undone for one's other devices."""
        await self.removal.resume()
        await self.revocation.resume()
        now = self.wall.millis()
        await self._db.run(lambda tx: sharing.share_drafts(tx, now))

    async def stop(self) -> None:
        """End everything: links with a good-bye, services, tor, the database. Twice is once."""
        if self._stopped is not None:
            waiting: Deferred[None] = Deferred()
            self._stopped.addBoth(lambda _: waiting.callback(None))
            await waiting
            return
        self._stopped = Deferred()
        try:
            if self._housekeeping is not None and self._housekeeping.active():
                self._housekeeping.cancel()
            self._arrivals.stop()
            self.people.stop()
            self.linking.stop()
            self.disappearing.stop()
            self.condition.stop()
            if self._onions is not None:
                self._onions.stop()
            if self._peers is not None:
                await self._peers.stop()
            if self._transport is not None:
                await self._transport.stop()
        finally:
            try:
                await self._db.stop()
            finally:
                self._stopped.callback(None)
                self._end(None)

    async def until_ended(self) -> None:
        """Wait until the node has ended by itself. Raises the error that made it."""
        waiting: Deferred[None] = Deferred()

        def pass_on(result: object) -> object:
            if isinstance(result, Failure):
                waiting.errback(result)
                return None
            waiting.callback(None)
            return result

        self._ended.addBoth(pass_on)
        await waiting

    def _end(self, failure: Failure | None) -> None:
        if self._ended.called:
            return
        if failure is None:
            self._ended.callback(None)
        else:
            self._ended.errback(failure)

    def _keep_house(self) -> None:
        now = self.wall.millis()
        self._background(self._db.run(lambda tx: self.invitations.expire(tx, now)))
        self._housekeeping = self.reactor.callLater(HOUSEKEEPING_SECONDS, self._keep_house)

    # --- status ---------------------------------------------------------------------------------

    async def status(self) -> StatusView:
        """See `NodeApi`."""
        return await self.condition.status(self._account)

    @property
    def online(self) -> bool:
        """Whether a contact could reach this device now."""
        return self.condition.online

    async def tor_details(self) -> TorDetailsView:
        """See `NodeApi`."""
        return await self.condition.tor_details()

    async def check_bridges(self, text: str) -> Sequence[BridgeCheckView]:
        """See `NodeApi`."""
        return check_bridges(text, await self._db.run(preferences.bridge_programs))

    async def doctor(self) -> Sequence[CheckView]:
        """See `NodeApi`."""
        try:
            problems = await self._db.exclusive(lambda database: database.check())
        except ProfileDamaged as error:
            problems = [str(error)]
        if problems:
            # What `status` reads may be in the very page that cannot be read.
            return [health.database(problems)]
        return health.checks(await self.status(), self._profile, problems)

    # --- invites and requests -------------------------------------------------------------------

    async def invite(self, *, standing: bool, lifetime: float | None) -> InviteView:
        """See `NodeApi`."""
        return await self.invitations.invite(standing=standing, lifetime=lifetime)

    async def invites(self) -> Sequence[InviteView]:
        """See `NodeApi`."""
        return await self.invitations.outstanding()

    async def revoke_invite(self, invite_id: str) -> None:
        """See `NodeApi`."""
        await self.invitations.revoke(invite_id)

    async def check_link(self, link: str) -> LinkView:
        """See `NodeApi`."""
        return await self.invitations.check(link)

    async def add(self, link: str, *, name: str | None, greeting: str) -> ContactView:
        """See `NodeApi`."""
        number, note = await self.invitations.add(link, name=name, greeting=greeting)
        view = await self._contact(number)
        return view if note is None else replace(view, problem=note)

    # --- own devices ----------------------------------------------------------------------------

    async def link_device(self) -> DeviceLinkView:
        """See `NodeApi`."""
        return await self.linking.make_link()

    async def confirm_device(self, code: str) -> LinkedView:
        """See `NodeApi`."""
        return await self.linking.confirm(code)

    async def cancel_device_link(self) -> None:
        """See `NodeApi`."""
        self.linking.cancel()

    async def join_device(self, link: str, *, name: str, history: str) -> None:
        """See `NodeApi`."""
        await self.linking.join(link, name, history)

    async def devices(self) -> Sequence[DeviceView]:
        """See `NodeApi`."""
        own = self.directory.own()
        connected = frozenset() if own is None else self.delivery.linked_devices(own.number)
        return await self._db.run(lambda tx: devices.views(tx, connected))

    async def rename_device(self, device: str, name: str) -> DeviceView:
        """See `NodeApi`."""
        now = self.wall.millis()
        key = await self._db.run(lambda tx: devices.rename(tx, device, name, now))
        (view,) = [view for view in await self.devices() if view.id == key.hex()]
        return view

    async def revoke_device(self, device: str, *, recovery: str | None) -> RevokedView:
        """See `NodeApi`."""
        return await self.revocation.revoke(device, recovery)

    # --- requests -------------------------------------------------------------------------------

    async def requests(self) -> Sequence[RequestView]:
        """See `NodeApi`."""
        return await self.invitations.requests()

    async def accept(self, request_id: str, *, name: str | None) -> ContactView:
        """See `NodeApi`."""
        return await self._contact(await self.invitations.accept(request_id, name=name))

    async def decline(self, request_id: str) -> None:
        """See `NodeApi`."""
        await self.invitations.decline(request_id)

    # --- contacts -------------------------------------------------------------------------------

    async def block(self, contact: str) -> ContactView:
        """See `NodeApi`."""
        try:
            number = await self.people.block(contact)
        except UnknownContact:
            try:
                request, note = await self.invitations.block(contact)
            except UnknownRequest:
                raise UnknownContact from None
            return replace(people.blocked_request(request), problem=note)
        self.links.close(number)
        note = await self.invitations.still_open(number)
        view = await self._contact(number)
        return view if note is None else replace(view, problem=note)

    async def unblock(self, contact: str) -> ContactView:
        """See `NodeApi`."""
        return await self._contact(await self.people.unblock(contact))

    async def cancel(self, contact: str) -> RemovedView:
        """See `NodeApi`."""
        return RemovedView(**asdict(await self.removal.cancel(contact)))

    async def remove(self, contact: str) -> RemovedView:
        """See `NodeApi`."""
        return RemovedView(**asdict(await self.removal.remove(contact)))

    async def contacts(self) -> Sequence[ContactView]:
        """See `NodeApi`."""
        now = self.wall.millis()
        found = await self._db.run(lambda tx: people.views(tx, now))
        return [self._live_view(*item) for item in found]

    async def contact(self, contact: str) -> ContactView:
        """See `NodeApi`."""
        return await self._contact(await self.people.number(contact))

    async def rename(self, contact: str, name: str) -> ContactView:
        """See `NodeApi`."""
        return await self._contact(await self.people.rename(contact, name))

    async def verify_words(self, contact: str) -> tuple[str, ...]:
        """See `NodeApi`."""
        return await self.people.words(contact)

    async def validate(
        self, contact: str, words: Sequence[str], *, anyway: bool = False
    ) -> ContactView:
        """See `NodeApi`."""
        return await self._contact(await self.people.validate(contact, words, anyway=anyway))

    async def distrust(self, contact: str) -> ContactView:
        """See `NodeApi`."""
        return await self._contact(await self.people.distrust(contact))

    async def suggestion_shown(self, contact: str) -> None:
        """See `NodeApi`."""
        await self.people.suggestion_shown(contact)

    async def set_visibility(self, visibility: str, *, contact: str | None) -> None:
        """See `NodeApi`."""
        await self.people.set_visibility(visibility, contact)

    async def own_onion(self, contact: str) -> ContactView:
        """See `NodeApi`."""
        return await self._contact(await self.people.own_onion(contact))

    async def _contact(self, number: ContactNo) -> ContactView:
        now = self.wall.millis()
        view = await self._db.run(lambda tx: people.view(tx, number, now))
        return self._live_view(number, view)

    def _live_view(self, number: ContactNo, view: ContactView) -> ContactView:
        """With what only the links know."""
        if self.delivery.linked(number):
            return replace(view, connected=True, problem=None)
        if view.state == ContactState.BLOCKED.value:
            # Nobody wants a connection.
            return view
        return replace(view, problem=view.problem or self.links.problem(number))

    # --- messages -------------------------------------------------------------------------------

    async def send(
        self,
        contact: str,
        text: str,
        *,
        clear_draft: bool = False,
        tag: str | None = None,
        anyway: bool = False,
        reply_to: str | None = None,
    ) -> MessageView:
        """See `NodeApi`."""
        number, message = await self.conversations.send(
            contact, text, clear_draft=clear_draft, tag=tag, anyway=anyway, reply_to=reply_to
        )
        self.links.urge(number)
        if clear_draft:
            self._tell(number)
        return message

    async def edit(self, contact: str, message_id: str, text: str) -> MessageView:
        """See `NodeApi`."""
        number, message = await self.remarks.edit(contact, message_id, text)
        self.links.urge(number)
        return message

    async def react(self, contact: str, message_id: str, emoji: str) -> MessageView:
        """See `NodeApi`."""
        number, message = await self.remarks.react(contact, message_id, emoji)
        self.links.urge(number)
        return message

    async def versions(self, contact: str, message_id: str) -> Sequence[VersionView]:
        """See `NodeApi`."""
        return await self.remarks.versions(contact, message_id)

    async def set_timer(self, contact: str, seconds: int) -> ContactView:
        """See `NodeApi`."""
        number = await self.remarks.set_timer(contact, seconds)
        self.links.urge(number)
        return await self._contact(number)

    async def delete(
        self, contact: str, message_ids: Sequence[str], *, for_everyone: bool
    ) -> DeletedView:
        """See `NodeApi`."""
        number, deleted = await self.deletion.delete(
            contact, message_ids, for_everyone=for_everyone
        )
        if for_everyone:
            self.links.urge(number)
        return deleted

    async def clear(self, contact: str, *, before: float | None, for_everyone: bool) -> DeletedView:
        """See `NodeApi`."""
        number, deleted = await self.deletion.clear(contact, before, for_everyone=for_everyone)
        if for_everyone:
            self.links.urge(number)
        return deleted

    async def draft(self, contact: str) -> str:
        """See `NodeApi`."""
        return await self.people.draft(contact)

    async def set_draft(self, contact: str, text: str) -> ContactView:
        """See `NodeApi`."""
        view = await self._contact(await self.people.set_draft(contact, text))
        self._bus.publish(ContactChanged(view))
        return view

    async def wait_delivered(self, message_id: str, timeout: float) -> MessageView:
        """See `NodeApi`."""
        return await self.conversations.wait_delivered(message_id, timeout)

    async def history(
        self,
        contact: str,
        *,
        limit: int,
        before: str | None = None,
        after: str | None = None,
        around: str | None = None,
    ) -> StretchView:
        """See `NodeApi`."""
        return await self.conversations.history(
            contact, limit, before=before, after=after, around=around
        )

    async def message_info(self, message_id: str) -> MessageInfoView:
        """See `NodeApi`."""
        return await self.whereabouts.of(message_id)

    async def mark_read(self, contact: str, message_id: str | None) -> None:
        """See `NodeApi`."""
        self._tell(await self.conversations.mark_read(contact, message_id))

    async def first_unread(self, contact: str) -> str | None:
        """See `NodeApi`."""
        return await self.conversations.first_unread(contact)

    async def search(
        self, words: str, *, contact: str | None, limit: int, before: str | None = None
    ) -> Sequence[MessageView]:
        """See `NodeApi`."""
        return await self.conversations.search(words, contact, limit, before)

    # --- profile --------------------------------------------------------------------------------

    async def settings(self) -> Sequence[SettingView]:
        """See `NodeApi`."""
        return await self._db.run(preferences.views)

    async def set_setting(self, name: str, value: str) -> SettingView:
        """See `NodeApi`."""
        if name == preferences.VISIBILITY:
            await self.people.set_visibility(value or Visibility.ONLINE.value, None)
        now = self.wall.millis()

        def change(tx: Transaction) -> tuple[SettingView, SettingView]:
            before, view = preferences.view(tx, name), preferences.put(tx, name, value)
            sharing.share_setting(tx, name, now)
            return before, view

        before, view = await self._db.run(change)
        if name == preferences.READ_RECEIPTS:
            self._read_receipts = view.value == "on"
        if name in preferences.FOR_TOR and view.value != before.value:
            await self._use_other_tor()
        return view

    async def _use_other_tor(self) -> None:
        """A setting that concerns tor has changed. Raises what the transport's `start` raises."""
        if self._reconfigure is None:
            return
        try:
            await self._reconfigure()
        except OnionchatError as error:
            raise type(error)(f"The setting was stored, but: {error}") from error

    async def change_passphrase(self, old: str, new: str) -> None:
        """See `NodeApi`."""
        await self.custody.change_passphrase(old, new)

    async def verify_passphrase(self, passphrase: str) -> None:
        """See `NodeApi`."""
        await self.custody.verify(passphrase)

    async def destroy_key(self) -> None:
        """See `NodeApi`."""
        await self.custody.destroy()

    @property
    def wiped(self) -> bool:
        """See `NodeApi`."""
        return self.custody.destroyed

    async def backup(self, path: str) -> None:
        """See `NodeApi`."""
        assert self._key is not None
        key = self._key
        running = await self._db.exclusive(
            lambda database: Backup(database, key, Path(path), vfs=self._vfs)
        )
        try:
            while not await self._db.exclusive(lambda _: running.step()):
                pass
        except Stopping:
            running.abandon()
            raise

    def subscribe(self, listener: Callable[[NodeEvent], None]) -> Callable[[], None]:
        """See `NodeApi`."""
        undo = [self._bus.subscribe(kind, listener) for kind in get_args(NodeEvent)]

        def unsubscribe() -> None:
            for one in undo:
                one()

        return unsubscribe

    # --- events ---------------------------------------------------------------------------------

    def _card_changed(self, event: CardChanged) -> None:
        self._tell(event.contact)

    def _tell(self, contact: ContactNo) -> None:
        """Front ends, of a change of a contact. Nobody waits for it: what was asked is done."""
        card = self.directory.get(contact)
        if card is not None and card.own:
            return

        def tell(view: ContactView) -> None:
            self._bus.publish(ContactChanged(view))

        self._background(Deferred.fromCoroutine(self._contact(contact)).addCallback(tell))

    def _person_changed(self, event: PersonChanged) -> None:
        """On another device of the person's."""

        def read(receipts: str) -> None:
            self._read_receipts = receipts == "on"

        self._background(self._reload_account())
        self._background(
            self._db.run(lambda tx: preferences.get(tx, preferences.READ_RECEIPTS)).addCallback(
                read
            )
        )

    def _contact_forgotten(self, event: ContactForgotten) -> None:
        self._blame.forget(event.contact)
        self._bus.publish(ContactRemoved(event.id, event.petname))

    def _connected(self, number: ContactNo, up: bool, error: OnionchatError | None) -> None:
        card = self.directory.get(number)
        own = card is not None and card.own
        if not up:
            self.links.disconnected(number, error)
        elif not own:
            self.clocks.linked(number)
        if self._onions is not None:
            self._onions.link_changed(number)
        if card is not None and not own:
            self._bus.publish(ConnectionChanged(card.id, card.petname, up))

    def _offended(self, number: ContactNo, error: OnionchatError) -> None:
        card = self.directory.get(number)
        self._blame.offended(number, error, own=card is not None and card.own)

    # --- helpers of construction ----------------------------------------------------------------

    def _off_thread(self, work: Callable[[], T]) -> Deferred[T]:
        return deferToThreadPool(self.reactor, self.reactor.getThreadPool(), work)

    def _background(self, deferred: Deferred[Any]) -> None:
        def failed(failure: Failure) -> None:
            if failure.check(Stopping, UnknownContact):
                return
            if isinstance(failure.value, OnionchatError):
                self.notices.failed(failure.value)
            else:
                log.failure("work in the background failed", failure)

        maybeDeferred(lambda: deferred).addErrback(failed)
