"""Requests about conversations."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from onionchat.views import (
    ContactView,
    DeletedView,
    MessageInfoView,
    MessageView,
    VersionView,
)

from .base import MAX_PAGE, MAX_SEARCH, ContactRef, Id, Nothing, Request, Seconds, Tag, Text


class Send(Request[MessageView], frozen=True):
    """Store a message for a contact; the reply comes when it is on disk, not when delivered.

    For a contact that is compromised (`against` of a contact) the answer is the error
    ContactCompromised.
    """

    method = "send"

    contact: ContactRef
    """The contact."""
    text: Text
    """The text; at most 64 KiB of UTF-8."""
    clear_draft: bool = False
    """Whether the contact's draft is forgotten in the same step."""
    tag: Tag | None = None
    """Made up by the program, of printable ASCII without spaces, at random. If a message was stored
    for this contact and tag within the last day (of the last 10,000 tags), that message is the
    reply and nothing is stored: so it can be sent again when the answer was lost, also after a
    crash of the node. It stays on this device."""
    anyway: bool = False
    """Also to a contact that is compromised: the person was asked."""
    reply_to: Id | None = None
    """The message of this conversation that it answers."""


class Edit(Request[MessageView], frozen=True):
    """Have a text of one's own say something else, here and for the contact.

    The reply comes when that is on disk. What it said before can still be asked for (`versions`).
    """

    method = "edit"

    contact: ContactRef
    """The contact."""
    id: Id
    """The text's id."""
    text: Text
    """What it says from now on; at most 64 KiB of UTF-8."""


class React(Request[MessageView], frozen=True):
    """React to a message, instead of one's reaction to it before."""

    method = "react"

    contact: ContactRef
    """The contact."""
    id: Id
    """The message's id."""
    emoji: str = ""
    """One emoji, at most 64 bytes of UTF-8; the empty text takes the reaction back."""


class Versions(Request[tuple[VersionView, ...]], frozen=True):
    """What a text said, and what it says now, the oldest first: at most 200, the newest of them."""

    method = "versions"

    contact: ContactRef
    """The contact."""
    id: Id
    """The text's id."""


class SetTimer(Request[ContactView], frozen=True):
    """Have the messages that are written from now on, by either side, disappear a while after they
    were seen; each device counts by its own clock."""

    method = "set_timer"

    contact: ContactRef
    """The contact."""
    seconds: Annotated[int, Meta(ge=0)]
    """300 (5 minutes) to 2419200 (4 weeks); 0: they stay."""


class Delete(Request[DeletedView], frozen=True):
    """Delete messages from this device (one's other devices follow), for good; what of one's own no
    device of the contact has yet is not sent any more.

    The reply comes when nothing of them is left in the database's files.
    """

    method = "delete"

    contact: ContactRef
    """The contact."""
    ids: Annotated[tuple[Id, ...], Meta(min_length=1, max_length=MAX_PAGE)]
    """The messages' ids, of this conversation."""
    for_everyone: bool = False
    """Whether the contact is asked to delete them as well; for one's own alone. It may refuse, or
    have copied them."""


class Clear(Request[DeletedView], frozen=True):
    """Delete a whole conversation, or its beginning, as `delete` does single messages."""

    method = "clear"

    contact: ContactRef
    """The contact."""
    before: float | None = None
    """What was written before this time (seconds since 1970); null for everything and the draft."""
    for_everyone: bool = False
    """Whether the contact is asked to delete those of them that are one's own."""


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


class MessageInfo(Request[MessageInfoView], frozen=True):
    """Where one message is: at which of one's own devices, at which of the contact's, since when,
    whether it was read, and why it waits."""

    method = "message_info"

    id: Id
    """The message's id."""


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
