"""A private Tor network on this machine, for tests and demonstrations.

Authorities and relays are real tor processes on 127.0.0.1 from which nothing can leave; they end
with the process that started them. Tests use `PrivateTorNetwork`, other programs the command
``python -m onionchat.testing.torlab``. Nothing here knows what runs over the network.
"""

from __future__ import annotations

from onionchat.testing.torlab.client import PlainClient, seed_client
from onionchat.testing.torlab.control import ControlError, ControlPort
from onionchat.testing.torlab.errors import TorLabError
from onionchat.testing.torlab.network import PrivateTorNetwork
from onionchat.testing.torlab.shaping import LinkShape

__all__ = [
    "ControlError",
    "ControlPort",
    "LinkShape",
    "PlainClient",
    "PrivateTorNetwork",
    "TorLabError",
    "seed_client",
]
