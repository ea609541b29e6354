"""A node in memory: all of `NodeApi` without Tor, disk or cryptography, for tests of front ends.

What lives here: `FakeNode`, and the `FakeWorld` in which several of them reach each other. Links,
ids and safety words are made up and protect nothing. `fake_daemon` serves them to real programs.
"""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from msgspec.structs import replace
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime

from onionchat import __version__, errors
from onionchat.control.address import KEYSLOT, WIPING
from onionchat.node.events import (
    ConnectionChanged,
    ContactChanged,
    ContactRemoved,
    MessageAdded,
    MessageChanged,
    MessagesDeleted,
    MessageStateChanged,
    NodeEvent,
    RequestReceived,
)
from onionchat.testing.fake_devices import FakeDevices
from onionchat.types import MessageState
from onionchat.views import (
    BridgeCheckView,
    BridgeView,
    CheckView,
    CircuitsView,
    ContactView,
    DeletedView,
    DeviceHasView,
    InviteView,
    LinkView,
    MessageInfoView,
    MessageView,
    QuoteView,
    ReactionView,
    RemovedView,
    RequestView,
    SettingView,
    StatusView,
    StretchView,
    TorDetailsView,
    TorServiceView,
    TorView,
    VersionView,
)

PREFIX: Final = "onionchat:FAKE"
DEFAULTS: Final = {"bridges": "", "read-receipts": "off"}
DELIVERY_SECONDS: Final = 0.01
"""From a message's storage to its delivery, when the contact is reachable."""

_EPOCH: Final = 1_767_225_600.0
_DAY: Final = 86400.0
_ID_DIGITS: Final = 32
_PREFIX_DIGITS: Final = 8


class FakeWorld:
    """What stands for the Tor network: invites by their links, and time."""

    def __init__(self, clock: IReactorTime) -> None:
        self.clock = clock
        self.invites: dict[str, tuple[FakeNode, str]] = {}
        self.device_links: dict[str, FakeDevices] = {}
        self._made = 0

    def now(self) -> float:
        """Seconds since 1970; a virtual clock's zero is the beginning of 2026."""
        seconds = self.clock.seconds()
        return seconds if seconds > _EPOCH else _EPOCH + seconds

    def new_id(self) -> str:
        """An id that looks like one."""
        self._made += 1
        return hashlib.sha256(str(self._made).encode()).hexdigest()[:_ID_DIGITS]

    def link(self, invite_id: str, *, version: int = 1) -> str:
        """A link with a checksum, so that one wrong character shows."""
        body = f"{version}-{invite_id}".upper()
        return f"{PREFIX}-{body}-{zlib.crc32(body.encode()):08X}"

    def find(self, link: str) -> tuple[FakeNode, str]:
        """The maker of a link and the invite's id. Raises the errors of `add`."""
        if link.startswith("onionchat-device:"):
            raise errors.DeviceLinkRefused
        if not link.upper().startswith(PREFIX.upper() + "-"):
            raise errors.InvalidLink
        body, _, checksum = link[len(PREFIX) + 1 :].rpartition("-")
        if f"{zlib.crc32(body.encode()):08X}" != checksum:
            raise errors.LinkChecksumWrong
        if not body.startswith("1-"):
            raise errors.LinkVersionUnknown
        found = self.invites.get(link)
        if found is None:
            raise errors.LinkExpired
        return found


class FakeNode(FakeDevices):
    """One node. `reachable` and `disk_full` are for tests to change."""

    wiped = False

    def __init__(
        self, world: FakeWorld, name: str, *, profile: str = "", passphrase: str = ""
    ) -> None:
        self.world = world
        self.name = name
        self.reachable = True
        self.disk_full = False
        self.stopped = False
        self._profile = profile
        self._passphrase = passphrase
        self._account, self._device = world.new_id(), world.new_id()
        self.begin_devices(self._device)
        self._started = world.now()
        self._visibility = "online"
        self._settings = dict(DEFAULTS)
        self._invites: dict[str, InviteView] = {}
        self._requests: dict[str, tuple[RequestView, FakeNode]] = {}
        self._contacts: dict[str, ContactView] = {}
        self._followed: dict[str, str] = {}
        self._peers: dict[str, tuple[FakeNode, str]] = {}
        """For each contact its node and this node's id there, once it is one."""
        self._messages: list[MessageView] = []
        self._tags: dict[tuple[str, str], str] = {}
        self._advised: set[str] = set()
        self._versions: dict[str, list[VersionView]] = {}
        self._waits: dict[str, list[Deferred[None]]] = {}
        self._listeners: list[Callable[[NodeEvent], None]] = []
        self._ends: list[Deferred[None]] = []

    # --- The node

    async def status(self) -> StatusView:
        """Always online, as far as tor goes."""
        up = not self.stopped
        tor = TorView(up, 100, "Connected to the Tor network.", (), "0.4.8.12", True, 2, 2, 4)
        return StatusView(
            online=self.reachable,
            tor=tor,
            contacts=len(self._contacts),
            connected=sum(contact.connected for contact in self._contacts.values()),
            queued=sum(m.mine and m.state in ("queued", "sent") for m in self._messages),
            requests=len(self._requests),
            account=self._account,
            device=self._device,
            name=self.name,
            visibility=self._visibility,
            version=__version__,
            protocol=1,
            pid=os.getpid(),
            profile=self._profile,
            uptime=self.world.now() - self._started,
        )

    async def doctor(self) -> Sequence[CheckView]:
        """One check that is fine and one that depends."""
        return (
            CheckView("tor", True, "Tor is connected."),
            CheckView("disk", not self.disk_full, "There is room on the disk."),
        )

    async def tor_details(self) -> TorDetailsView:
        """One service, four circuits, no trouble; a bridge that is set is connected."""
        tor = (await self.status()).tor
        lines = [line for line in self._settings["bridges"].splitlines() if line.strip()]
        return TorDetailsView(
            tor=tor,
            phase="online",
            online=self.reachable,
            circuits=CircuitsView(entrances=3, joined=1),
            connections=1,
            bridges=tuple(
                BridgeView(number, "obfs4", "connected", "It is connected.")
                for number, _ in enumerate(lines, 1)
            ),
            services=(TorServiceView("contacts", "published", 3, 60.0),),
            troubles=(),
            last_trouble=None,
        )

    async def check_bridges(self, text: str) -> Sequence[BridgeCheckView]:
        """A line that begins with obfs4 can be used."""
        found = []
        for number, line in enumerate(text.split("\n"), 1):
            if line.strip():
                ok = line.startswith("obfs4 ")
                error = None if ok else "InvalidInput"
                sentence = "This line can be used." if ok else "A bridge line needs an IP address."
                found.append(BridgeCheckView(number, "obfs4" if ok else "", ok, error, sentence))
        return found

    async def settings(self) -> Sequence[SettingView]:
        """All settings."""
        return [self._setting(name) for name in self._settings]

    async def set_setting(self, name: str, value: str) -> SettingView:
        """Change a setting. Raises `UnknownSetting`."""
        if name not in DEFAULTS or (name == "read-receipts" and value not in ("on", "off", "")):
            raise errors.UnknownSetting
        self._settings[name] = value or DEFAULTS[name]
        return self._setting(name)

    def _setting(self, name: str) -> SettingView:
        return SettingView(
            name, self._settings[name], DEFAULTS[name], "A setting of the fake node."
        )

    async def change_passphrase(self, old: str, new: str) -> None:
        """Raises `WrongPassphrase`."""
        if old != self._passphrase:
            raise errors.WrongPassphrase
        self._passphrase = new

    async def verify_passphrase(self, passphrase: str) -> None:
        """Raises `WrongPassphrase`; without any pause."""
        if passphrase != self._passphrase:
            raise errors.WrongPassphrase

    async def destroy_key(self) -> None:
        """Remove the key slot, if there is one. Raises `DiskFull` where nothing can be written."""
        self.wiped = True
        if self.disk_full:
            raise errors.DiskFull
        if self._profile:
            # The mark by which the folder is known as a profile's from then on.
            (Path(self._profile) / WIPING).touch(0o600)
            (Path(self._profile) / KEYSLOT).unlink(missing_ok=True)

    async def backup(self, path: str) -> None:
        """Make the folder, with nothing in it."""
        try:
            os.mkdir(path, 0o700)
        except FileExistsError:
            raise errors.InvalidInput("The folder of the backup exists already.") from None

    async def set_visibility(self, visibility: str, *, contact: str | None) -> None:
        """For all or for one contact."""
        if contact is None:
            self._visibility = visibility
        else:
            self._change(self._find(contact), visibility=visibility)

    async def until_ended(self) -> None:
        """As `NodeApi` says."""
        if not self.stopped:
            ended: Deferred[None] = Deferred()
            self._ends.append(ended)
            await ended

    async def stop(self) -> None:
        """Nothing is left to do for a node in memory."""
        self.stopped = True
        ends, self._ends = self._ends, []
        for ended in ends:
            ended.callback(None)

    def fail(self, error: errors.OnionchatError) -> None:
        """End as a node does whose disk fails."""
        self.stopped = True
        ends, self._ends = self._ends, []
        for ended in ends:
            ended.errback(error)

    def subscribe(self, listener: Callable[[NodeEvent], None]) -> Callable[[], None]:
        """As `NodeApi` says."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def publish(self, event: NodeEvent) -> None:
        """Let a test say that something happened."""
        for listener in list(self._listeners):
            listener(event)

    # --- Contacts

    async def invite(self, *, standing: bool, lifetime: float | None) -> InviteView:
        """A link that other nodes of the world can use."""
        invite_id, now = self.world.new_id(), self.world.now()
        expires = None if standing else now + 7 * _DAY
        if lifetime is not None:
            expires = now + lifetime
        link = self.world.link(invite_id)
        view = InviteView(invite_id, link, expires, standing, "unused", now)
        self._invites[invite_id] = view
        self.world.invites[link] = (self, invite_id)
        return view

    async def invites(self) -> Sequence[InviteView]:
        """All that can still be used."""
        return [view for view in self._invites.values() if view.state == "unused"]

    async def revoke_invite(self, invite_id: str) -> None:
        """Withdraw. Raises `UnknownInvite`."""
        view = self._invites.pop(invite_id, None)
        if view is None:
            raise errors.UnknownInvite
        del self.world.invites[view.link]

    async def check_link(self, link: str) -> LinkView:
        """As the invite was made."""
        owner, invite_id = self.world.find(link)
        invite = owner._invites[invite_id]
        if owner is self:
            raise errors.LinkToSelf
        return LinkView(invite.standing, invite.expires)

    async def add(self, link: str, *, name: str | None, greeting: str) -> ContactView:
        """Contacts at once for a one-time link; a request for a standing one."""
        owner, invite_id = self.world.find(link)
        invite = owner._invites[invite_id]
        if owner is self:
            raise errors.LinkToSelf
        if invite.expires is not None and invite.expires < self.world.now():
            raise errors.LinkExpired
        known = self._followed.get(link, "")
        if known in self._contacts:
            before = self._contacts[known]
            if name is not None and name != before.name:
                await self.rename(known, name)
            return replace(self._contacts[known], problem="This link was used already.")
        if invite.state == "used":
            raise errors.LinkUsed
        contact = self._new_contact(name, owner.name, "requested")
        self._followed[link] = contact.id
        if invite.standing:
            view = RequestView(self.world.new_id(), self.name, greeting, self.world.now())
            owner._requests[view.id] = (view, self)
            self._peers[contact.id] = (owner, view.id)
            owner.publish(RequestReceived(view))
            return contact
        owner._invites[invite_id] = replace(invite, state="used")
        return self._join(contact, owner, owner._new_contact(None, self.name, "active"))

    async def requests(self) -> Sequence[RequestView]:
        """Those that wait."""
        return [view for view, _ in self._requests.values()]

    async def accept(self, request_id: str, *, name: str | None) -> ContactView:
        """Both become contacts."""
        view, asker = self._take_request(request_id)
        theirs = next(c for c, (_, id_) in asker._peers.items() if id_ == view.id)
        ours = self._new_contact(name, view.name, "active")
        self._requests.pop(view.id)
        asker._join(asker._contacts[theirs], self, ours)
        return self._contacts[ours.id]

    async def decline(self, request_id: str) -> None:
        """The asker sees it."""
        view, asker = self._take_request(request_id)
        self._requests.pop(view.id)
        theirs = next(c for c, (_, id_) in asker._peers.items() if id_ == view.id)
        asker._change(asker._contacts[theirs], state="declined")

    def _take_request(self, request_id: str) -> tuple[RequestView, FakeNode]:
        found = [entry for id_, entry in self._requests.items() if id_.startswith(request_id)]
        if len(found) != 1:
            raise errors.UnknownRequest
        return found[0]

    async def block(self, contact: str) -> ContactView:
        """State blocked."""
        return self._change(self._find(contact), state="blocked", connected=False)

    async def unblock(self, contact: str) -> ContactView:
        """State active again."""
        return self._change(self._find(contact), state="active", connected=True)

    async def cancel(self, contact: str) -> RemovedView:
        """Gone; the other side keeps its request."""
        found = self._find(contact)
        if found.state not in ("outgoing", "requested", "expired", "declined"):
            raise errors.NotARequest
        return self._remove(found)

    async def remove(self, contact: str) -> RemovedView:
        """Gone with its messages."""
        return self._remove(self._find(contact))

    def _remove(self, found: ContactView) -> RemovedView:
        del self._contacts[found.id]
        kept = [message for message in self._messages if message.contact != found.id]
        gone = len(self._messages) - len(kept)
        self._messages = kept
        self.publish(ContactRemoved(found.id, found.name))
        return RemovedView(found.name, gone)

    async def contacts(self) -> Sequence[ContactView]:
        """The latest conversation first."""
        return sorted(self._contacts.values(), key=lambda c: c.last_time or c.created, reverse=True)

    async def contact(self, contact: str) -> ContactView:
        """One of them."""
        return self._find(contact)

    async def distrust(self, contact: str) -> ContactView:
        """As `NodeApi` says."""
        self.compromise(contact, "You marked this contact as compromised.")
        return self._find(contact)

    def compromise(self, contact: str, against: str) -> None:
        """Let a test say that there is proof against a contact's keys."""
        self._change(self._find(contact), trust="compromised", against=against)

    async def suggestion_shown(self, contact: str) -> None:
        """As `NodeApi` says."""
        self._change(self._find(contact), suggest_verify=False)

    async def rename(self, contact: str, name: str) -> ContactView:
        """Raises `NameTaken`."""
        found = self._find(contact)
        return self._change(found, name=self._free_name(name, but=found.id))

    async def verify_words(self, contact: str) -> tuple[str, ...]:
        """The same twelve for everybody."""
        self._find(contact)
        return (*"able bird cake dust echo fish gold hope idea jazz kite lamp".split(),)

    async def validate(
        self, contact: str, words: Sequence[str], *, anyway: bool = False
    ) -> ContactView:
        """Raises `InvalidInput` for other words, `ContactCompromised`."""
        if tuple(words) != await self.verify_words(contact):
            raise errors.InvalidInput("These are not the safety words of this contact.")
        against = self._find(contact).against
        if against is not None and not anyway:
            raise errors.ContactCompromised(f"{against} Nothing was changed.")
        self._change(self._find(contact), against=None)
        return self._change(self._find(contact), trust="validated")

    async def own_onion(self, contact: str) -> ContactView:
        """Only a mark."""
        return self._change(self._find(contact), own_onion=True)

    def _find(self, contact: str) -> ContactView:
        for view in self._contacts.values():
            if contact.casefold() in (view.name.casefold(), view.id):
                return view
        if len(contact) >= _PREFIX_DIGITS:
            found = [v for v in self._contacts.values() if v.id.startswith(contact)]
            if len(found) > 1:
                raise errors.AmbiguousContact
            if found:
                return found[0]
        raise errors.UnknownContact

    def _free_name(self, name: str, *, but: str = "") -> str:
        if not name.strip():
            raise errors.InvalidInput("A name must have a visible character.")
        if any(c.name == name and c.id != but for c in self._contacts.values()):
            raise errors.NameTaken
        return name

    def _new_contact(self, name: str | None, suggested: str, state: str) -> ContactView:
        contact = ContactView(
            id=self.world.new_id(),
            name=self._free_name(name or suggested),
            suggested_name=suggested,
            state=state,
            trust="unvalidated",
            visibility="online",
            connected=False,
            unread=0,
            queued=0,
            last_time=None,
            last_text=None,
            created=self.world.now(),
        )
        self._contacts[contact.id] = contact
        self.publish(ContactChanged(contact))
        return contact

    def _join(self, ours: ContactView, peer: FakeNode, theirs: ContactView) -> ContactView:
        self._peers[ours.id] = (peer, theirs.id)
        peer._peers[theirs.id] = (self, ours.id)
        for node, contact in ((self, ours), (peer, theirs)):
            node._change(contact, state="active", connected=True)
            node.publish(ConnectionChanged(contact.id, contact.name, True))
        return self._contacts[ours.id]

    def _change(self, contact: ContactView, **fields: Any) -> ContactView:  # noqa: ANN401
        changed = replace(self._contacts[contact.id], **fields)
        self._contacts[contact.id] = changed
        self.publish(ContactChanged(changed))
        return changed

    # --- Messages

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
        """Stored at once, delivered a moment later while the peer is reachable."""
        found = self._find(contact)
        if not text.strip():
            raise errors.EmptyText
        if tag is not None and (found.id, tag) in self._tags:
            return self._message(self._tags[found.id, tag])
        if "\0" in text:
            raise errors.InvalidText("A text cannot hold NUL characters.")
        if found.state == "blocked":
            raise errors.ContactBlocked
        if found.state != "active":
            raise errors.ContactNotReady
        if found.trust == "compromised" and not anyway:
            raise errors.ContactCompromised
        if self.disk_full:
            raise errors.DiskFull
        message = MessageView(
            id=self.world.new_id(),
            contact=found.id,
            author=self.name,
            mine=True,
            text=text,
            time=self.world.now(),
            state=MessageState.QUEUED.value,
            reply=None if reply_to is None else self._quote(reply_to),
            lifetime=found.disappear or None,
        )
        self._store(message)
        if tag is not None:
            self._tags[found.id, tag] = message.id
        if clear_draft:
            self._change(self._contacts[found.id], draft="")
        self.world.clock.callLater(DELIVERY_SECONDS, self.deliver)
        return message

    def deliver(self) -> None:
        """Hand over what waits for peers that can be reached."""
        for message in [m for m in self._messages if m.mine and m.state == "queued"]:
            peer, id_there = self._peers[message.contact]
            if not (self.reachable and peer.reachable):
                continue
            self._state(message, MessageState.SENT)
            author = peer._contacts[id_there].name
            peer._store(
                replace(
                    message,
                    contact=id_there,
                    author=author,
                    mine=False,
                    state=MessageState.RECEIVED.value,
                    received=self.world.now(),
                )
            )
            self._state(message, MessageState.DELIVERED)
            for wait in self._waits.pop(message.id, []):
                wait.callback(None)

    def _store(self, message: MessageView) -> None:
        self._messages.append(message)
        contact = self._contacts[message.contact]
        unread = contact.unread + (not message.mine)
        self._change(contact, last_time=message.time, last_text=message.text, unread=unread)
        self.publish(MessageAdded(message))
        sides = {m.mine for m in self._messages if m.contact == contact.id}
        if len(sides) > 1 and contact.id not in self._advised and contact.trust == "unvalidated":
            self._advised.add(contact.id)
            self._change(self._contacts[contact.id], suggest_verify=True)

    def _state(self, message: MessageView, state: MessageState) -> None:
        index = next(i for i, m in enumerate(self._messages) if m.id == message.id)
        self._messages[index] = replace(self._messages[index], state=state.value)
        self.publish(MessageStateChanged(message.contact, (message.id,), state.value))

    def _quote(self, message_id: str) -> QuoteView:
        quoted = self._message(message_id)
        return QuoteView(quoted.id, quoted.author, quoted.mine, quoted.text)

    async def edit(self, contact: str, message_id: str, text: str) -> MessageView:
        """At once on both sides; of versions only the last two are known."""
        message = self._in(contact, message_id)
        if not message.mine or message.deleted:
            raise errors.InvalidInput("Only a text of your own can be edited.")
        self._versions.setdefault(message.id, [VersionView(message.text, message.time)]).append(
            VersionView(text, self.world.now())
        )
        self._everywhere(message.contact, message.id, text=text, edited=self.world.now())
        return self._message(message.id)

    async def versions(self, contact: str, message_id: str) -> Sequence[VersionView]:
        """What was edited here."""
        message = self._in(contact, message_id)
        return self._versions.get(message.id, [VersionView(message.text, message.time)])

    async def react(self, contact: str, message_id: str, emoji: str) -> MessageView:
        """At once on both sides."""
        message = self._in(contact, message_id)
        peer, id_there = self._peers[message.contact]
        for node, mine, id_ in ((self, True, message.contact), (peer, False, id_there)):
            author = node.name if mine else node._contacts[id_].name
            for seen in [m for m in node._messages if m.id == message.id]:
                others = tuple(one for one in seen.reactions if one.mine != mine)
                own = (ReactionView(emoji, mine, author),) if emoji else ()
                node._alter(seen.id, reactions=others + own)
        return self._message(message.id)

    async def set_timer(self, contact: str, seconds: int) -> ContactView:
        """Shown on both sides; nothing disappears."""
        found = self._find(contact)
        peer, id_there = self._peers[found.id]
        peer._change(peer._contacts[id_there], disappear=seconds)
        return self._change(found, disappear=seconds)

    async def delete(
        self, contact: str, message_ids: Sequence[str], *, for_everyone: bool
    ) -> DeletedView:
        """At once; for everyone, both sides show that there was something."""
        found = [self._in(contact, one) for one in message_ids]
        if for_everyone:
            if not all(message.mine for message in found):
                raise errors.InvalidInput("Only messages of your own can be deleted for everyone.")
            for message in found:
                self._everywhere(
                    message.contact, message.id, text="", deleted=True, asked="asked", note="Gone."
                )
            return DeletedView(len(found), len(found))
        return self._drop(self._find(contact).id, [message.id for message in found])

    async def clear(self, contact: str, *, before: float | None, for_everyone: bool) -> DeletedView:
        """At once; the other side is not asked."""
        found = self._find(contact).id
        gone = [
            m.id for m in self._messages if m.contact == found and (not before or m.time < before)
        ]
        return self._drop(found, gone)

    def _drop(self, contact: str, ids: Sequence[str]) -> DeletedView:
        self._messages = [m for m in self._messages if m.id not in ids]
        self.publish(MessagesDeleted(contact, tuple(ids)))
        return DeletedView(len(ids))

    def _in(self, contact: str, message_id: str) -> MessageView:
        found = self._message(message_id)
        if found.contact != self._find(contact).id:
            raise errors.UnknownMessage
        return found

    def _everywhere(self, contact: str, message_id: str, **fields: Any) -> None:  # noqa: ANN401
        for node in (self, self._peers[contact][0]):
            if any(m.id == message_id for m in node._messages):
                node._alter(message_id, **fields)

    def _alter(self, message_id: str, **fields: Any) -> None:  # noqa: ANN401
        index = next(i for i, m in enumerate(self._messages) if m.id == message_id)
        self._messages[index] = replace(self._messages[index], **fields)
        self.publish(MessageChanged(self._messages[index]))

    async def wait_delivered(self, message_id: str, timeout: float) -> MessageView:
        """As `NodeApi` says."""
        message = self._message(message_id)
        if message.state not in ("delivered", "read"):
            wait: Deferred[None] = Deferred()
            self._waits.setdefault(message_id, []).append(wait)
            wait.addTimeout(timeout, self.world.clock, onTimeoutCancel=_timed_out)
            await wait
        return self._message(message_id)

    def _message(self, message_id: str) -> MessageView:
        for message in self._messages:
            if message.id == message_id:
                return message
        raise errors.UnknownMessage

    async def history(
        self,
        contact: str,
        *,
        limit: int,
        before: str | None = None,
        after: str | None = None,
        around: str | None = None,
    ) -> StretchView:
        """As `NodeApi` says."""
        found = self._find(contact)
        messages = [m for m in self._messages if m.contact == found.id]
        given = [place for place in (before, after, around) if place is not None]
        if len(given) > 1:
            raise errors.InvalidInput("Give one of before, after and around, not several.")
        places = [n for n, m in enumerate(messages) for place in given if m.id.startswith(place)]
        if len(places) != len(given):
            raise errors.UnknownMessage
        end = len(messages)
        if before is not None:
            end = places[0]
        begin = max(0, end - limit)
        if after is not None:
            begin, end = places[0] + 1, min(places[0] + 1 + limit, end)
        elif around is not None:
            begin = max(0, places[0] - (limit - 1) // 2)
            end = min(end, places[0] + limit - (limit - 1) // 2)
        nearest = max(0, end - begin - 1)
        if after is not None:
            nearest = 0
        elif around is not None:
            nearest = places[0] - begin
        return StretchView(tuple(messages[begin:end]), begin > 0, end < len(messages), nearest)

    async def message_info(self, message_id: str) -> MessageInfoView:
        """One device each; what is not delivered waits for a reason."""
        message = self._message(message_id)
        there = "has" if message.state in ("delivered", "read") else "waiting"
        why = "The other device is not online." if there == "waiting" else None
        if not message.mine:
            there, why = "wrote", None
        since = None if there == "waiting" else message.time
        return MessageInfoView(
            message,
            message.state == "read",
            (
                DeviceHasView("mine", 0, "this device", True, "has", message.time),
                DeviceHasView("contact", 1, "device 1", True, there, since, why),
            ),
        )

    async def draft(self, contact: str) -> str:
        """As `NodeApi` says."""
        return self._find(contact).draft

    async def set_draft(self, contact: str, text: str) -> ContactView:
        """As `NodeApi` says."""
        return self._change(self._find(contact), draft=text.strip() and text)

    async def mark_read(self, contact: str, message_id: str | None) -> None:
        """All is read; `message_id` only has to exist."""
        if message_id is not None:
            self._message(message_id)
        self._change(self._find(contact), unread=0)

    async def first_unread(self, contact: str) -> str | None:
        """Of the contact's messages, as many from the end as are unread."""
        found = self._find(contact)
        theirs = [m.id for m in self._messages if m.contact == found.id and not m.mine]
        return theirs[-found.unread] if found.unread else None

    async def search(
        self, words: str, *, contact: str | None, limit: int, before: str | None = None
    ) -> Sequence[MessageView]:
        """Every word anywhere in the text."""
        wanted = words.lower().split()
        only = None if contact is None else self._find(contact).id
        end = None if before is None else self._messages.index(self._message(before))
        found = [
            message
            for message in reversed(self._messages[:end])
            if only in (None, message.contact)
            and all(word in message.text.lower() for word in wanted)
        ]
        return found[:limit]


def _timed_out(result: object, seconds: float) -> object:
    raise errors.TimedOut
