"""Every request of the control API with its parameters, reply and sentence, and every notification.

What lives here: frozen structs and the registry made of them; the server, the clients, the command
line and docs/control-api.md all follow it. What may not: any input or output, and any import of the
project beyond `types`, `views` and `errors`.

A request's class is its documentation: the docstring says what it does, the strings below the
fields say what they mean. Parameters are passed by name; unknown ones are refused.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Final, Generic, Literal, TypeVar, get_args

from msgspec import Meta, Struct

from onionchat.views import (
    BridgeCheckView,
    CheckView,
    ContactView,
    InviteView,
    MessageView,
    NodeEvent,
    RemovedView,
    RequestView,
    SettingView,
    StatusView,
    TorDetailsView,
)

API_VERSION: Final = 1
"""Raised by one when a program written for the version before could fail; `hello` compares it."""

MAX_LINE_BYTES: Final = 1024 * 1024
"""Longest line that a node takes, newline included."""

MAX_REPLY_BYTES: Final = 16 * 1024 * 1024
"""Longest line that a node sends, newline included."""

MAX_PAGE: Final = 200
"""Most messages in one reply of `history` or `search`."""

MAX_SEARCH: Final = 1000
"""Most characters of the words of `search`."""

MAX_EXCERPT: Final = 200
"""Characters of a contact's last message, and of its draft, that `contacts` shows."""

ContactRef = Annotated[str, Meta(min_length=1, max_length=200)]
"""A petname in any capitals, a contact id, or an unambiguous prefix of 8 or more digits of one."""
Id = Annotated[str, Meta(min_length=1, max_length=128)]
Text = str
"""Bounded by the line; its own limit is in bytes and has its own error, TextTooLong."""
Seconds = Annotated[float, Meta(ge=0, le=365 * 24 * 3600)]

R_co = TypeVar("R_co", covariant=True)


class Request(Struct, Generic[R_co], frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all requests; the type argument is the reply."""

    method: ClassVar[str]


class Nothing(Struct, frozen=True):
    """The reply of a request that only does something: an empty object."""


# --- The connection ------------------------------------------------------------------------------


class HelloReply(Struct, frozen=True):
    """What a client learns about the node that it reached."""

    version: int
    """The node's version of the control API."""
    release: str
    """The node's release."""
    pid: int
    """The node's process."""


class Hello(Request[HelloReply], frozen=True):
    """Show the token and agree on the version; must be the first request of a connection."""

    method = "hello"

    token: Annotated[str, Meta(max_length=128)]
    """What stands in the file `token` beside the socket; new for each run of the node."""
    version: int
    """The version of the control API that the client speaks."""


EventName = Literal[
    "message", "state", "contact", "removed", "request", "connection", "tor", "warning"
]


class Subscribe(Request[Nothing], frozen=True):
    """From now on be told what happens, by notifications `event`.

    A client that leaves more than 1000 notifications unread is told so and disconnected.
    """

    method = "subscribe"

    events: tuple[EventName, ...] | None = None
    """The types of events to be told of; null for all."""


# --- The node ------------------------------------------------------------------------------------


class Status(Request[StatusView], frozen=True):
    """How the node is doing."""

    method = "status"


class Doctor(Request[tuple[CheckView, ...]], frozen=True):
    """Check what commonly goes wrong."""

    method = "doctor"


class StopReply(Struct, frozen=True):
    """The node has begun to stop."""

    pid: int
    """The process that ends when everything is stored and tor has ended."""


class Stop(Request[StopReply], frozen=True):
    """Stop the node. The reply comes first; then every client is told and disconnected."""

    method = "stop"


class Settings(Request[tuple[SettingView, ...]], frozen=True):
    """All settings with their values and what they mean."""

    method = "settings"


class TorDetails(Request[TorDetailsView], frozen=True):
    """What Tor is doing, in more detail than `status` and in words for everybody.

    Counts only: no relay, no address of a contact. Asks an own tor anew each time, at most for some
    seconds; the event "tor" says when to ask again.
    """

    method = "tor_details"


class CheckBridges(Request[tuple[BridgeCheckView, ...]], frozen=True):
    """Say of each bridge line whether it could be used, before the setting `bridges` is changed.

    Looks at its form and for the program that it needs; it connects to nobody.
    """

    method = "check_bridges"

    text: Annotated[str, Meta(max_length=64 * 1024)]
    """The lines, as pasted; empty ones are skipped."""


class Set(Request[SettingView], frozen=True):
    """Change one setting."""

    method = "set"

    name: Annotated[str, Meta(min_length=1, max_length=64)]
    """The setting."""
    value: Annotated[str, Meta(max_length=64 * 1024)]
    """Its new value; the empty text for the default."""


class ChangePassphrase(Request[Nothing], frozen=True):
    """Put a new passphrase around the database's key."""

    method = "change_passphrase"

    old: Annotated[str, Meta(max_length=1024)]
    """The passphrase until now."""
    new: Annotated[str, Meta(min_length=1, max_length=1024)]
    """The passphrase from now on."""


class VerifyPassphrase(Request[Nothing], frozen=True):
    """Ask whether this is the profile's passphrase, as a lock screen does: WrongPassphrase if not.

    It takes as long as opening the profile. After five wrong ones in a row (of `change_passphrase`,
    too) each is followed by a pause, from one second to five minutes, in which TooManyTries is the
    answer to all. The node itself is not locked by this: it goes on receiving, and its keys are in
    its memory.
    """

    method = "verify_passphrase"

    passphrase: Annotated[str, Meta(min_length=1, max_length=1024)]
    """The passphrase."""


class Wipe(Request[StopReply], frozen=True):
    """Destroy the profile for good: its key first, then the node stops and its files are removed.

    The reply comes when the key is destroyed, from when on nothing opens the database, whatever
    happens to the node; then every client is told and disconnected. If the key cannot be destroyed,
    the answer is an error, and the files are removed all the same. Backups are not reached.
    """

    method = "wipe"

    confirm: Literal["wipe"]
    """The word `wipe`, so that nobody does this by mistake."""


class Backup(Request[Nothing], frozen=True):
    """Write an encrypted copy of the profile while the node runs."""

    method = "backup"

    path: Annotated[str, Meta(min_length=1, max_length=4096)]
    """An absolute path; the folder must not exist yet."""


class SetVisibility(Request[Nothing], frozen=True):
    """Say who can reach this device."""

    method = "set_visibility"

    visibility: Literal["online", "restricted", "hidden"]
    """online: contacts and invites; restricted: contacts only; hidden: nobody, this node dials."""
    contact: ContactRef | None = None
    """For this contact alone; null for all."""


# --- Contacts ------------------------------------------------------------------------------------


class InviteReply(Struct, frozen=True):
    """A new invite, ready to be shown."""

    invite: InviteView
    qr: str
    """The link as a QR code of block characters, dark on light, for a terminal."""
    svg: str
    """The link as a QR code in SVG."""


class Invite(Request[InviteReply], frozen=True):
    """Make an invite link."""

    method = "invite"

    standing: bool = False
    """Whether it can be used many times; its requests then wait for the person."""
    lifetime: Annotated[float, Meta(gt=0, le=10 * 365 * 24 * 3600)] | None = None
    """Seconds until it expires, at the next full minute of the clock; null for 7 days, or for ever
    when standing."""


class Invites(Request[tuple[InviteView, ...]], frozen=True):
    """Outstanding invites."""

    method = "invites"


class RevokeInvite(Request[Nothing], frozen=True):
    """Withdraw an invite."""

    method = "revoke_invite"

    id: Id
    """The invite's id."""


class Add(Request[ContactView], frozen=True):
    """Ask the maker of a link to become a contact; the reply comes when the request is stored."""

    method = "add"

    link: Text
    """The invite link."""
    name: Text | None = None
    """The petname; null for what the contact calls itself."""
    greeting: Text = ""
    """A few words that the other person sees with the request; at most 1000 bytes of UTF-8."""


class Requests(Request[tuple[RequestView, ...]], frozen=True):
    """Contact requests that wait for the person."""

    method = "requests"


class Accept(Request[ContactView], frozen=True):
    """Accept a contact request."""

    method = "accept"

    id: Id
    """The request's id."""
    name: Text | None = None
    """The petname; null for what the contact calls itself."""


class Decline(Request[Nothing], frozen=True):
    """Decline a contact request; its sender is told when it asks again."""

    method = "decline"

    id: Id
    """The request's id."""


class Block(Request[ContactView], frozen=True):
    """Block a contact: it can neither reach nor see this device again.

    The reply's `problem` says so if the standing link by which it came still works.
    """

    method = "block"

    contact: ContactRef
    """The contact, or the id of a waiting request."""


class Unblock(Request[ContactView], frozen=True):
    """Undo `block`."""

    method = "unblock"

    contact: ContactRef
    """The contact."""


class Cancel(Request[RemovedView], frozen=True):
    """Take back a request of one's own that was not answered, or in vain."""

    method = "cancel"

    contact: ContactRef
    """The contact that it would have become."""


class Remove(Request[RemovedView], frozen=True):
    """Forget a contact: with its messages, keys and name. It sees what a blocked one sees.

    The reply's `note` says so if the standing link by which it came still works.
    """

    method = "remove"

    contact: ContactRef
    """The contact."""


class Contacts(Request[tuple[ContactView, ...]], frozen=True):
    """All contacts, the latest conversation first; of last messages and drafts 200 characters."""

    method = "contacts"


class Rename(Request[ContactView], frozen=True):
    """Give a contact another petname."""

    method = "rename"

    contact: ContactRef
    """The contact."""
    name: Text
    """The new petname; at most 64 bytes of UTF-8."""


class VerifyWords(Request[tuple[str, ...]], frozen=True):
    """The safety words, to be compared with the contact over another channel."""

    method = "verify_words"

    contact: ContactRef
    """The contact."""


VERIFY_PREFIX: Final = "ONIONCHAT-VERIFY:"
"""What the QR code of safety words begins with; the words follow, a blank between them."""


class VerifyQrReply(Struct, frozen=True):
    """The safety words as a QR code."""

    words: tuple[str, ...]
    text: str
    """What the code says."""
    qr: str
    """The code of block characters, dark on light, for a terminal."""
    svg: str
    """The code in SVG."""


class VerifyQr(Request[VerifyQrReply], frozen=True):
    """The safety words with a QR code of them, which the contact's device can read."""

    method = "verify_qr"

    contact: ContactRef
    """The contact."""


class Validate(Request[ContactView], frozen=True):
    """Mark a contact as validated, if these are its safety words, or what its QR code says."""

    method = "validate"

    contact: ContactRef
    """The contact."""
    words: Annotated[tuple[Annotated[str, Meta(max_length=64)], ...], Meta(max_length=64)]
    """The words that the contact read out; or those of the text of its QR code, as they stand."""


class OwnOnion(Request[ContactView], frozen=True):
    """Move a contact to an onion address that no other contact knows."""

    method = "own_onion"

    contact: ContactRef
    """The contact."""


# --- Messages ------------------------------------------------------------------------------------


class Send(Request[MessageView], frozen=True):
    """Store a message for a contact; the reply comes when it is on disk, not when delivered."""

    method = "send"

    contact: ContactRef
    """The contact."""
    text: Text
    """The text; at most 64 KiB of UTF-8."""
    clear_draft: bool = False
    """Whether the contact's draft is forgotten in the same step."""


class DraftReply(Struct, frozen=True):
    """A text that was written and not sent."""

    text: str
    """Empty if there is none."""


class Draft(Request[DraftReply], frozen=True):
    """The whole text that was written to a contact and not sent."""

    method = "draft"

    contact: ContactRef
    """The contact."""


class SetDraft(Request[ContactView], frozen=True):
    """Keep a text that is not sent yet; the reply comes when it is on disk.

    It stays on this device, in the encrypted database; nobody else ever gets it. `send` with
    `clear_draft` forgets it in the same step.
    """

    method = "set_draft"

    contact: ContactRef
    """The contact."""
    text: Text
    """The text, at most 64 KiB of UTF-8; without a visible character, the draft is forgotten."""


class WaitDelivered(Request[MessageView], frozen=True):
    """Wait until a device of the contact has the message."""

    method = "wait_delivered"

    id: Id
    """The message's id."""
    timeout: Seconds
    """Seconds, after which the error TimedOut is the answer."""


class Page(Struct, frozen=True):
    """Messages, and whether there are more."""

    messages: tuple[MessageView, ...]
    more: bool
    """Whether there may be more: of `history`, `before` the first one, of `search`, `before` the
    last one."""
    newer: bool = False
    """Of `history`: whether there are newer ones; ask for those `after` the last one."""


class History(Request[Page], frozen=True):
    """Messages of a conversation that follow each other, oldest first; fewer when they are long.

    The newest, or those just before, just after or around one message, which must be in this
    conversation. The cost depends on their number alone, not on the length of the conversation.
    """

    method = "history"

    contact: ContactRef
    """The contact."""
    limit: Annotated[int, Meta(ge=1, le=MAX_PAGE)] = 50
    """How many at most."""
    before: Id | None = None
    """The newest messages that are older than this one."""
    after: Id | None = None
    """The oldest messages that are newer than this one."""
    around: Id | None = None
    """This message (a search result, say) with as many before it as after it. At most one of the
    three may be given."""


class FirstUnreadReply(Struct, frozen=True):
    """Where reading ended."""

    id: str | None
    """Of the first message that was not read, for `history` around it; null if all are read."""


class FirstUnread(Request[FirstUnreadReply], frozen=True):
    """The first message of a conversation that the person has not read."""

    method = "first_unread"

    contact: ContactRef
    """The contact."""


class MarkRead(Request[Nothing], frozen=True):
    """Say that the person has read a conversation."""

    method = "mark_read"

    contact: ContactRef
    """The contact."""
    id: Id | None = None
    """Up to this message; null for all."""


class Search(Request[Page], frozen=True):
    """Messages that hold all words (the last one as a prefix), newest first."""

    method = "search"

    words: Annotated[str, Meta(min_length=1, max_length=MAX_SEARCH)]
    """The words, separated by spaces."""
    contact: ContactRef | None = None
    """Only in this conversation."""
    limit: Annotated[int, Meta(ge=1, le=MAX_PAGE)] = 50
    """How many at most."""
    before: Id | None = None
    """The last message of the page before: go on after it."""


# --- Notifications -------------------------------------------------------------------------------


class Closing(Struct, frozen=True):
    """The last line of a connection that the node closes."""

    reason: Literal["stopping", "slow", "refused"]
    """stopping: the node ends; slow: notifications were not read; refused: no (valid) `hello`."""
    sentence: str
    """The same for a person."""


NOTIFICATIONS: Final[dict[str, Any]] = {"event": NodeEvent, "closing": Closing}
"""Method name of each notification and the type of its parameters."""

EVENTS: Final[tuple[type[Struct], ...]] = get_args(NodeEvent)
"""The events; the field `type` of the parameters of `event` tells which it is."""


def _registry() -> dict[str, type[Request[Any]]]:
    # In the order of this file, which is the order of the reference.
    return {request.method: request for request in Request.__subclasses__()}


REQUESTS: Final = _registry()
"""Every request by its method name."""


def reply_type(request: type[Request[Any]]) -> Any:  # noqa: ANN401 - a type form, for msgspec
    """The type that a request is answered with."""
    (base,) = request.__dict__["__orig_bases__"]
    return get_args(base)[0]


def event_name(event: type[Struct]) -> str:
    """The name by which an event is subscribed, its `type` on the wire."""
    tag = event.__struct_config__.tag
    assert isinstance(tag, str)
    return tag
