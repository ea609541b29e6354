"""What the window sees of a node: one way to ask, and signals of what happens.

What lives here: `Node`, which the connection and the tests' fakes fulfil. What may not: sockets,
processes, anything that is shown.
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

    def ask(
        self,
        request: Request[R],
        then: Callable[[R], None],
        failed: Callable[[OnionchatError], None],
    ) -> None:
        """Send a request. Exactly one of `then` and `failed` is called, and not before this
        returns. Without a connection the error is `NodeNotRunning`; one that is lost meanwhile,
        `Stopping`.
        """
        raise NotImplementedError
