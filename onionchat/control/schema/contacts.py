"""Requests about invites and contacts."""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import Meta, Struct

from onionchat.views import ContactView, InviteView, LinkView, RemovedView, RequestView

from .base import ContactRef, Id, Nothing, Request, Text


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


class CheckLink(Request[LinkView], frozen=True):
    """Say whether `add` would take this link, as far as this device can tell alone.

    Nothing is stored and nobody is asked: whether a one-time link was used already shows only when
    it is followed.
    """

    method = "check_link"

    link: Text
    """The invite link, or a text with one in it."""


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


class Contact(Request[ContactView], frozen=True):
    """One contact; of its last message and draft 200 characters."""

    method = "contact"

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
    against: str | None = None
    """What speaks against the contact's keys, to be shown before the words; as in `contacts`."""


class VerifyQr(Request[VerifyQrReply], frozen=True):
    """The safety words with a QR code of them, which the contact's device can read."""

    method = "verify_qr"

    contact: ContactRef
    """The contact."""


class Validate(Request[ContactView], frozen=True):
    """Mark a contact as validated, if these are its safety words, or what its QR code says.

    For a contact that is compromised the answer is the error ContactCompromised, with what speaks
    against its keys: the words are right whoever has them.
    """

    method = "validate"

    contact: ContactRef
    """The contact."""
    words: Annotated[tuple[Annotated[str, Meta(max_length=64)], ...], Meta(max_length=64)]
    """The words that the contact read out; or those of the text of its QR code, as they stand."""
    anyway: bool = False
    """Also if it is compromised: the person was told why, and has asked the contact."""


class Distrust(Request[ContactView], frozen=True):
    """Mark a contact as compromised: the person has heard that somebody else has its keys.

    `validate` with `anyway` takes it back.
    """

    method = "distrust"

    contact: ContactRef
    """The contact."""


class SuggestionShown(Request[Nothing], frozen=True):
    """Say that the person was advised to compare safety words (`suggest_verify` of a contact)."""

    method = "suggestion_shown"

    contact: ContactRef
    """The contact."""


class OwnOnion(Request[ContactView], frozen=True):
    """Move a contact to an onion address that no other contact knows."""

    method = "own_onion"

    contact: ContactRef
    """The contact."""
