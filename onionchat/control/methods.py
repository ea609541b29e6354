"""Each request of the control API, carried out by the node.

What lives here: from a request's struct to a call of `NodeApi` and back to the reply's struct, and
the limits that keep a reply within one line. What may not: sockets, decisions that belong to the
node.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from onionchat.errors import InvalidInput, Refused, TextTooLong, UnknownMethod
from onionchat.node.api import NodeApi
from onionchat.node.events import NodeEvent
from onionchat.types import MAX_GREETING_BYTES, MAX_NAME_BYTES, MAX_TEXT_BYTES
from onionchat.views import (
    BridgeCheckView,
    CheckView,
    ContactView,
    DeletedView,
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

from . import passphrase, schema

PAGE_BYTES: Final = 4 * 1024 * 1024
"""JSON bytes of messages after which a page ends; one message has at most some 400 KiB."""

PaintQr = Callable[[str], tuple[str, str]]
"""From a link to its QR code for a terminal and as SVG."""


class Methods:
    """Answers the requests of clients that showed the token.

    `hello`, `subscribe` and `stop` concern the connection or the process and stay with the server.
    """

    def __init__(self, node: NodeApi, paint_qr: PaintQr, owner: str = "") -> None:
        self._node = node
        self._owner = owner
        self._paint_qr = paint_qr
        self._table: dict[type[schema.Request[Any]], Callable[[Any], Awaitable[Any]]] = {
            schema.Status: self._status,
            schema.Doctor: self._doctor,
            schema.Settings: self._settings,
            schema.TorDetails: self._tor_details,
            schema.CheckBridges: self._check_bridges,
            schema.Set: self._set,
            schema.ChangePassphrase: self._change_passphrase,
            schema.VerifyPassphrase: self._verify_passphrase,
            schema.Unlock: self._unlock,
            schema.Wipe: self._wipe,
            schema.Backup: self._backup,
            schema.SetVisibility: self._set_visibility,
            schema.LinkDevice: self._link_device,
            schema.ConfirmDevice: self._confirm_device,
            schema.CancelDeviceLink: self._cancel_device_link,
            schema.JoinDevice: self._join_device,
            schema.Devices: self._devices,
            schema.RenameDevice: self._rename_device,
            schema.RevokeDevice: self._revoke_device,
            schema.Invite: self._invite,
            schema.Invites: self._invites,
            schema.RevokeInvite: self._revoke_invite,
            schema.CheckLink: self._check_link,
            schema.Add: self._add,
            schema.Requests: self._requests,
            schema.Accept: self._accept,
            schema.Decline: self._decline,
            schema.Block: self._block,
            schema.Unblock: self._unblock,
            schema.Cancel: self._cancel,
            schema.Remove: self._remove,
            schema.Contact: self._contact,
            schema.Contacts: self._contacts,
            schema.Rename: self._rename,
            schema.VerifyWords: self._verify_words,
            schema.VerifyQr: self._verify_qr,
            schema.Validate: self._validate,
            schema.Distrust: self._distrust,
            schema.SuggestionShown: self._suggestion_shown,
            schema.OwnOnion: self._own_onion,
            schema.Send: self._send,
            schema.Edit: self._edit,
            schema.React: self._react,
            schema.Versions: self._versions,
            schema.SetTimer: self._set_timer,
            schema.Delete: self._delete,
            schema.Clear: self._clear,
            schema.Draft: self._draft,
            schema.SetDraft: self._set_draft,
            schema.WaitDelivered: self._wait_delivered,
            schema.History: self._history,
            schema.MessageInfo: self._message_info,
            schema.FirstUnread: self._first_unread,
            schema.MarkRead: self._mark_read,
            schema.Search: self._search,
        }

    @property
    def wiped(self) -> bool:
        """Whether the profile was destroyed, so that its node must end."""
        return self._node.wiped

    def subscribe(self, listener: Callable[[NodeEvent], None]) -> Callable[[], None]:
        """As `NodeApi.subscribe`."""
        return self._node.subscribe(listener)

    async def answer(self, request: schema.Request[schema.R_co]) -> schema.R_co:
        """Carry out `request`. Raises the named errors of `onionchat.errors`."""
        method = self._table.get(type(request))
        if method is None:
            raise UnknownMethod
        reply: schema.R_co = await method(request)
        return reply

    async def _status(self, _: schema.Status) -> StatusView:
        return await self._node.status()

    async def _doctor(self, _: schema.Doctor) -> tuple[CheckView, ...]:
        return tuple(await self._node.doctor())

    async def _settings(self, _: schema.Settings) -> tuple[SettingView, ...]:
        return tuple(await self._node.settings())

    async def _tor_details(self, _: schema.TorDetails) -> TorDetailsView:
        return await self._node.tor_details()

    async def _check_bridges(self, request: schema.CheckBridges) -> tuple[BridgeCheckView, ...]:
        return tuple(await self._node.check_bridges(request.text))

    async def _set(self, request: schema.Set) -> SettingView:
        return await self._node.set_setting(request.name, request.value)

    async def _change_passphrase(self, request: schema.ChangePassphrase) -> schema.Nothing:
        new = passphrase.checked(request.new.encode())
        await self._node.change_passphrase(request.old, new)
        return schema.Nothing()

    async def _verify_passphrase(self, request: schema.VerifyPassphrase) -> schema.Nothing:
        await self._node.verify_passphrase(request.passphrase)
        return schema.Nothing()

    async def _unlock(self, request: schema.Unlock) -> schema.Nothing:
        # Somebody else was faster; a window that uncovers by this must still be asked.
        await self._node.verify_passphrase(request.passphrase)
        return schema.Nothing()

    async def _wipe(self, request: schema.Wipe) -> schema.StopReply:
        require_ours(request, self._owner)
        await self._node.destroy_key()
        return schema.StopReply(os.getpid())

    async def _backup(self, request: schema.Backup) -> schema.Nothing:
        # The node's working directory is not the client's.
        if not os.path.isabs(request.path) or "\0" in request.path:
            raise InvalidInput("The folder of a backup must be given by its absolute path.")
        await self._node.backup(request.path)
        return schema.Nothing()

    async def _set_visibility(self, request: schema.SetVisibility) -> schema.Nothing:
        await self._node.set_visibility(request.visibility, contact=request.contact)
        return schema.Nothing()

    async def _link_device(self, _: schema.LinkDevice) -> schema.DeviceLinkReply:
        link = await self._node.link_device()
        terminal, svg = self._paint_qr(link.link)
        return schema.DeviceLinkReply(link.link, link.expires, terminal, svg)

    async def _confirm_device(self, request: schema.ConfirmDevice) -> LinkedView:
        return await self._node.confirm_device(request.code)

    async def _cancel_device_link(self, _: schema.CancelDeviceLink) -> schema.Nothing:
        await self._node.cancel_device_link()
        return schema.Nothing()

    async def _join_device(self, request: schema.JoinDevice) -> schema.Nothing:
        _check_name(request.name)
        await self._node.join_device(request.link, name=request.name, history=request.history)
        return schema.Nothing()

    async def _devices(self, _: schema.Devices) -> tuple[DeviceView, ...]:
        return tuple(await self._node.devices())

    async def _rename_device(self, request: schema.RenameDevice) -> DeviceView:
        _check_name(request.name)
        return await self._node.rename_device(request.device, request.name)

    async def _revoke_device(self, request: schema.RevokeDevice) -> RevokedView:
        return await self._node.revoke_device(request.device, recovery=request.recovery)

    async def _invite(self, request: schema.Invite) -> schema.InviteReply:
        invite = await self._node.invite(standing=request.standing, lifetime=request.lifetime)
        terminal, svg = self._paint_qr(invite.link)
        return schema.InviteReply(invite, terminal, svg)

    async def _invites(self, _: schema.Invites) -> tuple[InviteView, ...]:
        return tuple(await self._node.invites())

    async def _revoke_invite(self, request: schema.RevokeInvite) -> schema.Nothing:
        await self._node.revoke_invite(request.id)
        return schema.Nothing()

    async def _check_link(self, request: schema.CheckLink) -> LinkView:
        return await self._node.check_link(request.link)

    async def _add(self, request: schema.Add) -> ContactView:
        _check_name(request.name)
        _check_size(request.greeting, MAX_GREETING_BYTES, "The greeting")
        contact = await self._node.add(request.link, name=request.name, greeting=request.greeting)
        return excerpt(contact)

    async def _requests(self, _: schema.Requests) -> tuple[RequestView, ...]:
        return tuple(await self._node.requests())

    async def _accept(self, request: schema.Accept) -> ContactView:
        _check_name(request.name)
        return excerpt(await self._node.accept(request.id, name=request.name))

    async def _decline(self, request: schema.Decline) -> schema.Nothing:
        await self._node.decline(request.id)
        return schema.Nothing()

    async def _block(self, request: schema.Block) -> ContactView:
        return excerpt(await self._node.block(request.contact))

    async def _unblock(self, request: schema.Unblock) -> ContactView:
        return excerpt(await self._node.unblock(request.contact))

    async def _cancel(self, request: schema.Cancel) -> RemovedView:
        return await self._node.cancel(request.contact)

    async def _remove(self, request: schema.Remove) -> RemovedView:
        return await self._node.remove(request.contact)

    async def _contact(self, request: schema.Contact) -> ContactView:
        return excerpt(await self._node.contact(request.contact))

    async def _contacts(self, _: schema.Contacts) -> tuple[ContactView, ...]:
        return tuple(excerpt(contact) for contact in await self._node.contacts())

    async def _rename(self, request: schema.Rename) -> ContactView:
        _check_name(request.name)
        return excerpt(await self._node.rename(request.contact, request.name))

    async def _verify_words(self, request: schema.VerifyWords) -> tuple[str, ...]:
        return tuple(await self._node.verify_words(request.contact))

    async def _verify_qr(self, request: schema.VerifyQr) -> schema.VerifyQrReply:
        words = tuple(await self._node.verify_words(request.contact))
        text = (schema.VERIFY_PREFIX + " ".join(words)).upper()
        terminal, svg = self._paint_qr(text)
        against = (await self._node.contact(request.contact)).against
        return schema.VerifyQrReply(words, text, terminal, svg, against)

    async def _validate(self, request: schema.Validate) -> ContactView:
        words = " ".join(request.words).strip()
        if words[: len(schema.VERIFY_PREFIX)].upper() == schema.VERIFY_PREFIX:
            words = words[len(schema.VERIFY_PREFIX) :]
        view = await self._node.validate(
            request.contact, words.lower().split(), anyway=request.anyway
        )
        return excerpt(view)

    async def _distrust(self, request: schema.Distrust) -> ContactView:
        return excerpt(await self._node.distrust(request.contact))

    async def _suggestion_shown(self, request: schema.SuggestionShown) -> schema.Nothing:
        await self._node.suggestion_shown(request.contact)
        return schema.Nothing()

    async def _own_onion(self, request: schema.OwnOnion) -> ContactView:
        return excerpt(await self._node.own_onion(request.contact))

    async def _send(self, request: schema.Send) -> MessageView:
        _check_size(request.text, MAX_TEXT_BYTES, "The text")
        return await self._node.send(
            request.contact,
            request.text,
            clear_draft=request.clear_draft,
            tag=request.tag,
            anyway=request.anyway,
            reply_to=request.reply_to,
        )

    async def _edit(self, request: schema.Edit) -> MessageView:
        _check_size(request.text, MAX_TEXT_BYTES, "The text")
        return await self._node.edit(request.contact, request.id, request.text)

    async def _react(self, request: schema.React) -> MessageView:
        return await self._node.react(request.contact, request.id, request.emoji)

    async def _versions(self, request: schema.Versions) -> tuple[VersionView, ...]:
        found = await self._node.versions(request.contact, request.id)
        kept: list[VersionView] = []
        size = 0
        for version in reversed(found):
            size += len(msgspec.json.encode(version))
            if kept and size > PAGE_BYTES:
                break
            kept.append(version)
        return tuple(reversed(kept))

    async def _set_timer(self, request: schema.SetTimer) -> ContactView:
        return excerpt(await self._node.set_timer(request.contact, request.seconds))

    async def _delete(self, request: schema.Delete) -> DeletedView:
        return await self._node.delete(
            request.contact, request.ids, for_everyone=request.for_everyone
        )

    async def _clear(self, request: schema.Clear) -> DeletedView:
        return await self._node.clear(
            request.contact, before=request.before, for_everyone=request.for_everyone
        )

    async def _draft(self, request: schema.Draft) -> schema.DraftReply:
        return schema.DraftReply(await self._node.draft(request.contact))

    async def _set_draft(self, request: schema.SetDraft) -> ContactView:
        _check_size(request.text, MAX_TEXT_BYTES, "The text")
        return excerpt(await self._node.set_draft(request.contact, request.text))

    async def _wait_delivered(self, request: schema.WaitDelivered) -> MessageView:
        return await self._node.wait_delivered(request.id, request.timeout)

    async def _history(self, request: schema.History) -> schema.Page:
        found = await self._node.history(
            request.contact,
            limit=request.limit,
            before=request.before,
            after=request.after,
            around=request.around,
        )
        return _stretch(found)

    async def _message_info(self, request: schema.MessageInfo) -> MessageInfoView:
        return await self._node.message_info(request.id)

    async def _first_unread(self, request: schema.FirstUnread) -> schema.FirstUnreadReply:
        return schema.FirstUnreadReply(await self._node.first_unread(request.contact))

    async def _mark_read(self, request: schema.MarkRead) -> schema.Nothing:
        await self._node.mark_read(request.contact, request.id)
        return schema.Nothing()

    async def _search(self, request: schema.Search) -> schema.Page:
        found = await self._node.search(
            request.words, contact=request.contact, limit=request.limit, before=request.before
        )
        messages, cut = _page(found)
        return schema.Page(tuple(messages), cut or len(found) == request.limit)


def require_ours(request: schema.Wipe, owner: str) -> None:
    """Raise `Refused` when somebody has taken us for the node of a copy."""
    if request.profile and request.profile != owner:
        raise Refused("This is the node of another profile; nothing was destroyed.")


def _check_size(text: str, limit: int, what: str) -> None:
    size = len(text.encode())
    if size > limit:
        raise TextTooLong(f"{what} is too long: {size} bytes, {limit} are allowed.")


def _check_name(name: str | None) -> None:
    if name is not None:
        _check_size(name, MAX_NAME_BYTES, "The name")


def excerpt(contact: ContactView) -> ContactView:
    """A contact as it is sent: of its last message and its draft only the beginning."""
    text, draft = contact.last_text, contact.draft
    if (text is None or len(text) <= schema.MAX_EXCERPT) and len(draft) <= schema.MAX_EXCERPT:
        return contact
    return replace(
        contact, last_text=None if text is None else _beginning(text), draft=_beginning(draft)
    )


def _beginning(text: str) -> str:
    return text if len(text) <= schema.MAX_EXCERPT else text[: schema.MAX_EXCERPT - 1] + "…"


def _stretch(found: StretchView) -> schema.Page:
    """As many of the messages as fit into a reply, those nearest to what was asked for."""
    messages = found.messages
    first = last = found.nearest
    size = sum(map(_size, messages[first : first + 1]))
    # From the middle outwards, in turn, until the page is full or both ends are reached.
    ways = [-1, 1]
    while ways:
        way = ways.pop(0)
        place = first - 1 if way < 0 else last + 1
        if not 0 <= place < len(messages):
            continue
        size += _size(messages[place])
        if size > PAGE_BYTES:
            break
        first, last = min(first, place), max(last, place)
        ways.append(way)
    return schema.Page(
        messages[first : last + 1],
        more=found.older or first > 0,
        newer=found.newer or last + 1 < len(messages),
    )


def _size(message: MessageView) -> int:
    return len(msgspec.json.encode(message))


def _page(messages: Iterable[MessageView]) -> tuple[Sequence[MessageView], bool]:
    """As many of `messages` as fit into a reply, but one at least; and whether any is left out."""
    page: list[MessageView] = []
    size = 0
    for message in messages:
        size += _size(message)
        if page and size > PAGE_BYTES:
            return page, True
        page.append(message)
    return page, False
