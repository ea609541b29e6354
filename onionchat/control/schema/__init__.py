"""Every request of the control API with its parameters, reply and sentence, and every notification.

What lives here: frozen structs, by their subject, and the registry made of them; the server, the
clients, the command line and docs/control-api.md all follow it. What may not: any input or output,
and any import of the project beyond `types`, `views` and `errors`.

A request's class is its documentation: the docstring says what it does, the strings below the
fields say what they mean. Parameters are passed by name; unknown ones are refused.
"""

from __future__ import annotations

from typing import Any, Final, get_args

from msgspec import Struct

from onionchat.views import NodeEvent

# In the order of the reference.
# isort: off
from .base import (
    API_VERSION as API_VERSION,
    ContactRef as ContactRef,
    Id as Id,
    MAX_EXCERPT as MAX_EXCERPT,
    MAX_LINE_BYTES as MAX_LINE_BYTES,
    MAX_PAGE as MAX_PAGE,
    MAX_REPLY_BYTES as MAX_REPLY_BYTES,
    MAX_SEARCH as MAX_SEARCH,
    Nothing as Nothing,
    R_co as R_co,
    Request as Request,
    Seconds as Seconds,
    Text as Text,
)
from .connection import (
    Closing as Closing,
    EventName as EventName,
    Hello as Hello,
    HelloReply as HelloReply,
    Subscribe as Subscribe,
)
from .node import (
    Backup as Backup,
    ChangePassphrase as ChangePassphrase,
    CheckBridges as CheckBridges,
    Doctor as Doctor,
    Set as Set,
    SetVisibility as SetVisibility,
    Settings as Settings,
    Status as Status,
    Stop as Stop,
    StopReply as StopReply,
    TorDetails as TorDetails,
    Unlock as Unlock,
    VerifyPassphrase as VerifyPassphrase,
    Wipe as Wipe,
)
from .devices import (
    CancelDeviceLink as CancelDeviceLink,
    ConfirmDevice as ConfirmDevice,
    DeviceLinkReply as DeviceLinkReply,
    Devices as Devices,
    JoinDevice as JoinDevice,
    LinkDevice as LinkDevice,
    RenameDevice as RenameDevice,
    RevokeDevice as RevokeDevice,
)
from .contacts import (
    Accept as Accept,
    Add as Add,
    Block as Block,
    Cancel as Cancel,
    CheckLink as CheckLink,
    Contact as Contact,
    Contacts as Contacts,
    Decline as Decline,
    Distrust as Distrust,
    Invite as Invite,
    InviteReply as InviteReply,
    Invites as Invites,
    OwnOnion as OwnOnion,
    Remove as Remove,
    Rename as Rename,
    Requests as Requests,
    RevokeInvite as RevokeInvite,
    SuggestionShown as SuggestionShown,
    Unblock as Unblock,
    VERIFY_PREFIX as VERIFY_PREFIX,
    Validate as Validate,
    VerifyQr as VerifyQr,
    VerifyQrReply as VerifyQrReply,
    VerifyWords as VerifyWords,
)
from .messages import (
    Clear as Clear,
    Delete as Delete,
    Draft as Draft,
    DraftReply as DraftReply,
    Edit as Edit,
    FirstUnread as FirstUnread,
    FirstUnreadReply as FirstUnreadReply,
    History as History,
    MarkRead as MarkRead,
    MessageInfo as MessageInfo,
    Page as Page,
    React as React,
    Search as Search,
    Send as Send,
    SetDraft as SetDraft,
    SetTimer as SetTimer,
    Versions as Versions,
    WaitDelivered as WaitDelivered,
)
# isort: on

NOTIFICATIONS: Final[dict[str, Any]] = {"event": NodeEvent, "closing": Closing}
"""Method name of each notification and the type of its parameters."""

EVENTS: Final[tuple[type[Struct], ...]] = get_args(NodeEvent)
"""The events; the field `type` of the parameters of `event` tells which it is."""


def _registry() -> dict[str, type[Request[Any]]]:
    # In the order in which the modules are imported above.
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
