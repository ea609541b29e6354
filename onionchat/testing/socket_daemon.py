"""The real daemon and node over sockets in place of tor, started as `onionchatd` is.

The folder of the sockets is in the environment (`SOCKETS`).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from onionchat import daemon
from onionchat.node.api import NodeApi
from onionchat.node.node import open_node

from .socket_transport import SocketTransport

SOCKETS: Final = "ONIONCHAT_TEST_SOCKETS"


async def open_on_sockets(reactor: Any, **options: Any) -> NodeApi:  # noqa: ANN401
    """The node itself, over another transport."""
    transport = SocketTransport(reactor, Path(os.environ[SOCKETS]))
    return await open_node(reactor, make_transport=lambda _node: transport, **options)


def main(arguments: Sequence[str] | None = None) -> int:
    """As `onionchat.daemon.main`."""
    return daemon.main(arguments, lambda: replace(daemon.real_parts(), open_node=open_on_sockets))


if __name__ == "__main__":
    sys.exit(main())
