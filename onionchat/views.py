"""What a node shows to the outside: values that the control API serialises and front ends draw.

What lives here: frozen structs with plain fields (text, numbers, booleans): views, which answer a
question, and events, which tell what happened (published only after the commit that made them
true). What may not: keys, secrets, behaviour, anything from protocol/, store/, net/ or node/. Ids
are lower-case hex. Times are seconds since 1970 UTC as floats, for people and scripts; the protocol
counts milliseconds.
"""

from __future__ import annotations

from msgspec import Struct


class TorView(Struct, frozen=True):
    """How Tor is doing, in terms that a person understands."""

    running: bool
    bootstrap: int
    """Per cent, 0 to 100."""
    summary: str
    """One sentence: what it is doing, or why it does not get further."""
    reasons: tuple[str, ...] = ()
    """Warnings that stand in the way, one sentence each."""
    version: str = ""
    own: bool = True
    """Whether this node started that tor (false: it joined a running one)."""
    services_published: int = 0
    services: int = 0
    guards_pinned: int = 0
    """Layer-2 guards kept over restarts; 0 when the network is too small or tor is not ours."""


class CircuitsView(Struct, frozen=True):
    """Ways through the Tor network that stand now, by what they are for; counts only."""

    entrances: int = 0
    """At their ends callers ask to be let in (introduction points)."""
    joined: int = 0
    """They lead to another device."""
    calling: int = 0
    """They are to lead to another device soon."""
    directory: int = 0
    """For announcing this device's addresses and looking up others'."""
    ready: int = 0
    """Built in advance, so that the next call is quick."""
    other: int = 0


class BridgeView(Struct, frozen=True):
    """One bridge of the setting `bridges`."""

    number: int
    """Its place in the setting, from 1."""
    transport: str
    """obfs4, snowflake, …; plain for one without."""
    state: str
    """connected, answered (before; not in use now), untried, silent, or unknown."""
    sentence: str


class TorServiceView(Struct, frozen=True):
    """One onion service of this device."""

    purpose: str
    """contacts, invite, reserve (for contacts who missed a move), or other."""
    state: str
    """waiting, publishing, published, failed or withdrawn."""
    entrances: int | None
    """How many of its entrances stand; null if nobody can tell."""
    seconds: float
    """For how long it has been in that state."""


class TroubleView(Struct, frozen=True):
    """Something that stands, or stood, in Tor's way."""

    kind: str
    """not_found, too_old, stopped_working, clock, no_network, blocked, bridge, stuck, upload,
    guards or other."""
    sentence: str
    advice: str
    """What a person can do about it, one sentence."""
    since: float
    until: float | None = None
    """When it was over; null while it stands."""


class TorDetailsView(Struct, frozen=True):
    """The answer to `tor_details`. Of what a joined tor does for others nothing is asked."""

    tor: TorView
    phase: str
    """stopped, starting, connecting, online or failed."""
    online: bool
    """Whether a contact could reach this device."""
    circuits: CircuitsView | None
    """Null if tor is not up, does not answer, or was joined."""
    connections: int | None
    """To guards or bridges, the first relays on every way; null as `circuits`."""
    bridges: tuple[BridgeView, ...]
    services: tuple[TorServiceView, ...]
    troubles: tuple[TroubleView, ...]
    """What stands in the way now."""
    last_trouble: TroubleView | None
    """What was over last, since the node was started."""


class BridgeCheckView(Struct, frozen=True):
    """What would become of one line of bridges."""

    line: int
    """Its number in the text, from 1."""
    transport: str
    """Empty if it could not be told."""
    ok: bool
    error: str | None
    """The name of the error: InvalidInput, PluginMissing."""
    sentence: str


class StatusView(Struct, frozen=True):
    """The answer to `status`."""

    online: bool
    """Tor is up and a contact could reach this device now, as far as tor and a test call can tell:
    a cut that closes tor's connections shows at once, one without a sign within a minute or so of
    the first thing that fails (docs/tor.md, "Status")."""
    tor: TorView
    contacts: int
    connected: int
    queued: int
    """Messages of one's own that no device of their contact has yet."""
    requests: int
    """Contact requests that wait for the person."""
    account: str
    device: str
    name: str
    visibility: str
    version: str
    protocol: int
    pid: int
    profile: str
    uptime: float
    warnings: tuple[str, ...] = ()
    clock: str | None = None
    """What speaks against this computer's clock, or a contact's, one sentence."""
    locked: bool = False
    """The profile is closed: its key is not in memory, no onion is up, and only `status`, `unlock`,
    `stop` and `wipe` are answered. Then account, device, name and visibility are empty, and all
    numbers 0."""


class InviteView(Struct, frozen=True):
    """An outstanding or past invite."""

    id: str
    link: str
    expires: float | None
    standing: bool
    state: str
    """unused, used, expired or revoked."""
    created: float
    note: str | None = None
    """Why nobody can use it now although it is unused, one sentence."""


class RequestView(Struct, frozen=True):
    """A contact request that waits for the person."""

    id: str
    name: str
    greeting: str
    received: float
    lookalike: str | None = None
    """Petname of a contact whose name looks alike, a warning against impersonation."""


class DeviceNewsView(Struct, frozen=True):
    """A contact has added a device, or removed one."""

    device: int
    """Its number by seniority, from 1."""
    kind: str
    """added or removed."""
    time: float
    """When this device heard of it."""


class ContactView(Struct, frozen=True):
    """One contact."""

    id: str
    name: str
    """The petname; unique."""
    suggested_name: str
    """What the contact calls itself."""
    state: str
    """outgoing, requested, incoming, active, declined, blocked or expired."""
    trust: str
    visibility: str
    connected: bool
    """There is a connection, as far as is known. One that died without a sign (a cable, a suspended
    machine) shows within seconds once something is written; while nobody writes anything, after
    the next ping only: 4 to 5 minutes, up to 13 on a connection that has been quiet for long."""
    unread: int
    queued: int
    last_time: float | None
    last_text: str | None
    created: float
    greeting: str = ""
    """What it said when it followed a link of ours; empty if we followed one of its."""
    own_onion: bool = False
    problem: str | None = None
    """Why there is no connection or no answer, one sentence, where it is known."""
    lookalike: str | None = None
    disappear: int = 0
    """Seconds after which what is written now disappears, from when it was seen; 0: it stays."""
    draft: str = ""
    """The beginning of a text that was written but not sent; the request `draft` has all of it."""
    against: str | None = None
    """What speaks against its keys, where `trust` is compromised: to be shown wherever the contact
    is. `send` refuses, unless it is told to send it anyway."""
    news: tuple[DeviceNewsView, ...] = ()
    """What became of its devices in the last seven days, to be shown: whoever is validated stays
    so, and the person should know."""
    suggest_verify: bool = False
    """Both have written for the first time, and nobody has compared safety words: advise it once,
    then ask `suggestion_shown`."""


class LinkView(Struct, frozen=True):
    """What an invite link of somebody else's says."""

    standing: bool
    """Whether others can use it, too; its maker then answers each request."""
    expires: float | None
    """Null if it does not end by itself."""


class RemovedView(Struct, frozen=True):
    """A contact that is gone, or a request of one's own."""

    name: str
    """The petname that it had, which is free now."""
    messages: int
    """How many messages were deleted with it."""
    note: str | None = None
    """If the standing link by which it came still works: what that means."""


class QuoteView(Struct, frozen=True):
    """The message that another one answers, as far as it is here."""

    id: str
    author: str = ""
    mine: bool = False
    text: str = ""
    """Its beginning, at most 200 characters."""
    note: str | None = None
    """Why there is no text: it was deleted, or is not here."""


class ReactionView(Struct, frozen=True):
    """The reaction of one person to a message."""

    emoji: str
    mine: bool
    author: str


class VersionView(Struct, frozen=True):
    """What a text said once."""

    text: str
    time: float
    """The author's clock."""


class MessageView(Struct, frozen=True):
    """One message of a conversation."""

    id: str
    contact: str
    """Id of the contact whose conversation it belongs to."""
    author: str
    """Petname of the author, or one's own display name."""
    mine: bool
    text: str
    time: float
    """The author's clock."""
    state: str
    """queued, sent, delivered, read for one's own; received for the others'."""
    received: float | None = None
    """When it was stored here, for the others'."""
    note: str | None = None
    """A remark to show: clock far off, kind unknown to this version, deleted, a timer."""
    kind: str = "text"
    """text, timer (it says from when on messages disappear), or unknown (a newer version's)."""
    deleted: bool = False
    """Its body is not here (any more)."""
    asked: str = ""
    """Whether its author asked everybody to delete it: asked; arrived, if it is one's own and a
    device of the contact has heard of that."""
    edited: float | None = None
    """When its author wrote what it says now, if that is not what it said first."""
    reply: QuoteView | None = None
    """The message that it answers."""
    reactions: tuple[ReactionView, ...] = ()
    timer: int | None = None
    """Of a timer: the seconds after which what comes after it disappears; 0: it stays."""
    lifetime: int | None = None
    """Seconds after which it disappears, from when it was seen here (one's own: was delivered);
    null: it stays."""
    disappears: float | None = None
    """When it disappears here; null if it stays, or if its time has not begun."""


class DeviceHasView(Struct, frozen=True):
    """Where one message is: at one device."""

    owner: str
    """mine or contact."""
    number: int
    """Of a contact's device by seniority, from 1; of one's own 0 for this device."""
    name: str
    """For a person: this device, device 1, …"""
    active: bool
    """Whether it is in use; false: it was removed, and gets nothing any more."""
    state: str
    """wrote: it is of this device; has: it is on its disk; sent: written to a connection, not
    confirmed; waiting; unknown: a contact's message of which a device of the contact's never
    spoke."""
    since: float | None = None
    """Since when it has the message, as far as is known."""
    why: str | None = None
    """Why it waits, one sentence."""


class MessageInfoView(Struct, frozen=True):
    """Where one message is."""

    message: MessageView
    read: bool
    """Whether the contact has read it, if it shares that; of a contact's message, whether the
    person has."""
    devices: tuple[DeviceHasView, ...]
    """One's own first, this one at the head; then the contact's, the most senior first."""


class StretchView(Struct, frozen=True):
    """Messages of a conversation that follow each other, the oldest first."""

    messages: tuple[MessageView, ...]
    older: bool
    """Whether the conversation has messages before the first one."""
    newer: bool
    """Whether it has messages after the last one."""
    nearest: int
    """The place in `messages` of the one that is nearest to what was asked for; 0 if empty."""


class CheckView(Struct, frozen=True):
    """One line of `doctor`."""

    name: str
    ok: bool
    """Whether nothing is wrong here."""
    sentence: str
    note: bool = False
    """Nothing is wrong, but it is worth knowing."""


class SettingView(Struct, frozen=True):
    """One setting."""

    name: str
    value: str
    default: str
    sentence: str
    """What it does and what it costs."""


class DeviceLinkView(Struct, frozen=True):
    """A link by which a new device is taken in."""

    link: str
    """Whoever has it may ask; nobody comes in without the code."""
    expires: float


class LinkedView(Struct, frozen=True):
    """A new device was taken in."""

    name: str
    words: tuple[str, ...]
    """Shown by both devices; they are the same."""


class DeviceView(Struct, frozen=True):
    """One of the person's own devices."""

    id: str
    """Stays the same for the life of the device."""
    name: str
    this: bool
    """Whether it is the one that answers."""
    state: str
    """active, or revoked."""
    connected: bool = False
    """Whether there is a link to it now."""
    ended: float | None = None
    """When this device heard that it was put out; null if it was not, or long ago."""


class RevokedView(Struct, frozen=True):
    """A device of the person was put out of the account, as far as that could be done now."""

    device: DeviceView
    contacts: int
    """How many contacts it cannot write to or hear from any more."""
    senior: int = 0
    """Contacts where it is still a member, because it is the senior one there: the recovery words
    put it out there as well."""
    waiting: int = 0
    """Contacts where it is a member until this device was connected to them or to another device of
    the person: this profile is a copy, or not a member there yet."""


class MessageAdded(Struct, frozen=True, tag="message"):
    """A message was stored: one's own or a contact's."""

    message: MessageView


class MessageChanged(Struct, frozen=True, tag="changed"):
    """A message is to be shown otherwise: edited, with other reactions, deleted for everyone, or
    its time has begun to run."""

    message: MessageView


class MessagesDeleted(Struct, frozen=True, tag="deleted"):
    """Messages are gone from this device without a trace: deleted here, or disappeared."""

    contact: str
    """Id of the contact."""
    ids: tuple[str, ...]


class DeletedView(Struct, frozen=True):
    """What became of a request to delete messages."""

    messages: int
    """How many are gone from this device."""
    asked: int = 0
    """For how many of them everybody was asked to delete them."""


class Arrived(Struct, frozen=True, tag="arrived"):
    """A contact's message was stored; neither which nor whose. For a window that is locked, and
    told only to those who ask for it by name.
    """


class MessageStateChanged(Struct, frozen=True, tag="state"):
    """Messages of one's own in one conversation reached `state`."""

    contact: str
    """Id of the contact."""
    ids: tuple[str, ...]
    """The messages whose state changed, oldest first."""
    state: str
    """queued, sent, delivered or read."""


class ContactChanged(Struct, frozen=True, tag="contact"):
    """A contact was added or changed (state, name, trust, connection)."""

    contact: ContactView


class ContactRemoved(Struct, frozen=True, tag="removed"):
    """A contact, or a request of one's own, is gone with all its messages."""

    contact: str
    """The id that it had."""
    name: str


class RequestReceived(Struct, frozen=True, tag="request"):
    """A contact request waits for the person."""

    request: RequestView


class ConnectionChanged(Struct, frozen=True, tag="connection"):
    """A connection to a contact came up, or was found to be gone (`connected` of a contact)."""

    contact: str
    name: str
    connected: bool


class TorChanged(Struct, frozen=True, tag="tor"):
    """Tor's state changed."""

    tor: TorView
    online: bool


class LinkingChanged(Struct, frozen=True, tag="linking"):
    """A device is being linked, seen from the one that takes it in (old) or from the new one."""

    side: str
    """old or new."""
    stage: str
    """old: waiting (for the code of so many devices), linked, failed; new: calling, code (type it
    on the other device), confirmed (it was typed), linked, failed."""
    waiting: int = 0
    """How many new devices show a code."""
    code: str | None = None
    words: tuple[str, ...] = ()
    name: str = ""
    """What the new device is called."""
    sentence: str = ""
    """Why it failed, or why it is tried again."""


class Warned(Struct, frozen=True, tag="warning"):
    """Something that the person should know: a key misused, a full disk, a wrong clock."""

    sentence: str
    contact: str | None = None


NodeEvent = (
    MessageAdded
    | Arrived
    | MessageStateChanged
    | MessageChanged
    | MessagesDeleted
    | ContactChanged
    | ContactRemoved
    | RequestReceived
    | ConnectionChanged
    | TorChanged
    | LinkingChanged
    | Warned
)
