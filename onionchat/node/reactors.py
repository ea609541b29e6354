"""What a node needs of the reactor, as one type."""

from __future__ import annotations

from twisted.internet.interfaces import IReactorFromThreads, IReactorThreads

from onionchat.net.transports.tor.run import TorReactor


class NodeReactor(TorReactor, IReactorThreads, IReactorFromThreads):
    """The real reactor; tests give one that plays the parts they use."""
