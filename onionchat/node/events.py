"""What can happen in a node, as frozen values; published only after the commit that made them true.

Consumers: the control server (notifications), delivery, tests. Nothing here has behaviour.
"""

from __future__ import annotations

from msgspec import Struct

from onionchat.views import ContactView, MessageView, RequestView, TorView


class MessageAdded(Struct, frozen=True, tag="message"):
    """A message was stored: one's own or a contact's."""

    message: MessageView


class MessageStateChanged(Struct, frozen=True, tag="state"):
    """All own messages of a conversation up to and including `id` have reached `state`.

    `ids` names those whose state changed with this event, oldest first.
    """

    contact: str
    ids: tuple[str, ...]
    state: str


class ContactChanged(Struct, frozen=True, tag="contact"):
    """A contact was added or changed (state, name, trust, connection)."""

    contact: ContactView


class RequestReceived(Struct, frozen=True, tag="request"):
    """A contact request waits for the person."""

    request: RequestView


class ConnectionChanged(Struct, frozen=True, tag="connection"):
    """A link to a contact came up or went down."""

    contact: str
    name: str
    connected: bool


class TorChanged(Struct, frozen=True, tag="tor"):
    """Tor's state changed."""

    tor: TorView
    online: bool


class Warned(Struct, frozen=True, tag="warning"):
    """Something that the person should know: a key misused, a full disk, a wrong clock."""

    sentence: str
    contact: str | None = None


NodeEvent = (
    MessageAdded
    | MessageStateChanged
    | ContactChanged
    | RequestReceived
    | ConnectionChanged
    | TorChanged
    | Warned
)
