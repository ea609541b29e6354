"""The requests that concern the connection itself, and its last notification."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from .base import Nothing, Request


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
    "message",
    "arrived",
    "state",
    "changed",
    "deleted",
    "contact",
    "removed",
    "request",
    "connection",
    "tor",
    "linking",
    "warning",
]


class Subscribe(Request[Nothing], frozen=True):
    """From now on be told what happens, by notifications `event`.

    A client that leaves more than 1000 notifications unread is told so and disconnected.
    """

    method = "subscribe"

    events: tuple[EventName, ...] | None = None
    """The types of events to be told of; null for all but `arrived`, which `message` includes. A
    later `subscribe` takes the place of the one before: after its reply no other types come."""


class Closing(Struct, frozen=True):
    """The last line of a connection that the node closes."""

    reason: Literal["stopping", "slow", "refused"]
    """stopping: the node ends; slow: notifications were not read; refused: no (valid) `hello`."""
    sentence: str
    """The same for a person."""
