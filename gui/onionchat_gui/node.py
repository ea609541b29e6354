"""What the window sees of a node: one way to ask, and signals of what happens.

What lives here: `Node` and `Starter`, which the real ones and the tests' fakes fulfil. What may
not: sockets, processes, anything that is shown.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from PySide6.QtCore import QObject, Signal

from onionchat.control.schema import Request
from onionchat.errors import OnionchatError

R = TypeVar("R")

FRAME_MILLIS: Final = 16
"""Events that come within this time are told together."""


def ignore(_: Any) -> None:  # noqa: ANN401 - any reply
    """The continuation of a request whose reply says nothing that an event does not say too."""


class Node(QObject):
    """A node that can be asked. Fulfilled by `connection.Connection` and by fakes."""

    happened = Signal(tuple)
    """Events (`views.NodeEvent`) in their order, gathered for one frame."""
    joined = Signal()
    """A connection was made and greeted; requests are answered from now on."""
    parted = Signal(object)
    """The connection is gone: an `OnionchatError` that says why."""

    def join(self) -> None:
        """Connect, unless that is done or under way; `joined` or `parted` tells how it went."""
        raise NotImplementedError

    def leave(self) -> None:
        """Hang up and stay away."""
        raise NotImplementedError

    def try_again(self) -> None:
        """`join` after a pause that grows with each try in vain."""
        raise NotImplementedError

    def set_discreet(self, discreet: bool) -> None:
        """Be told nothing but `Arrived` from now on, as a locked window is; or everything again.
        Holds for connections that are made later, too.
        """
        raise NotImplementedError

    def ask(
        self,
        owner: QObject,
        request: Request[R],
        then: Callable[[R], None],
        failed: Callable[[OnionchatError], None],
    ) -> None:
        """Send a request. Exactly one of `then` and `failed` is called, and not before this
        returns; neither, once `owner` was deleted: a page that was closed has nobody to tell.
        Without a connection the error is `NodeNotRunning`; one that is lost meanwhile, `Stopping`.
        """
        raise NotImplementedError


class Starter(QObject):
    """What makes a profile and lets its node run. Fulfilled by `node_process.NodeProcess` and by
    fakes.
    """

    def missing(self) -> OnionchatError | None:
        """Why there is no profile that a node could open: `NoProfile`, or `KeyslotMissing` where
        there is one without its key. None if there is one.
        """
        raise NotImplementedError

    def stop_starting(self) -> None:
        """End a node that was started and does not answer yet, whatever it is doing."""
        raise NotImplementedError

    def identity(self) -> str:
        """Which profile it is, as `schema.Wipe` takes it; empty if that cannot be told."""
        raise NotImplementedError

    def destroy(
        self, then: Callable[[bool], None], failed: Callable[[OnionchatError], None]
    ) -> None:
        """Destroy the profile whatever its node does: its key first; then a node is asked to end if
        it answers, and killed if it was started here. `then` is told whether files are left,
        because a node that does not end has them open, and the key in its memory. Neither is called
        before this returns.
        """
        raise NotImplementedError

    def start(
        self, passphrase: str, then: Callable[[], None], failed: Callable[[OnionchatError], None]
    ) -> None:
        """Start the node in the background; `then` when it answers, `failed` with what it said.

        Neither is called before this returns. The passphrase is not kept.
        """
        raise NotImplementedError

    def create(
        self,
        name: str,
        passphrase: str,
        then: Callable[[tuple[str, ...]], None],
        failed: Callable[[OnionchatError], None],
    ) -> None:
        """Make a profile; `then` gets the words of its recovery phrase, which nothing else keeps.

        Neither is called before this returns. What failed has left nothing behind. Name and
        passphrase are not kept.
        """
        raise NotImplementedError

    def stop_creating(self) -> None:
        """End a `create` that is under way: nothing of it stays, and neither `then` nor `failed` is
        called. Where it comes too late there is a profile of whose phrase nobody knows.
        """
        raise NotImplementedError
