"""What can happen in a node, as frozen values; published only after the commit that made them true.

Consumers: the control server (notifications), delivery, tests. The classes live in `views`, because
front ends read them and may not import node/; this module is their name inside the node.
"""

from __future__ import annotations

from onionchat.views import (
    ConnectionChanged,
    ContactChanged,
    ContactRemoved,
    LinkingChanged,
    MessageAdded,
    MessageChanged,
    MessagesDeleted,
    MessageStateChanged,
    NodeEvent,
    RequestReceived,
    TorChanged,
    Warned,
)

__all__ = [
    "ConnectionChanged",
    "ContactChanged",
    "ContactRemoved",
    "LinkingChanged",
    "MessageAdded",
    "MessageChanged",
    "MessagesDeleted",
    "MessageStateChanged",
    "NodeEvent",
    "RequestReceived",
    "TorChanged",
    "Warned",
]
