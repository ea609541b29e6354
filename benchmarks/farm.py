"""`python -m benchmarks.farm CONTROL FOLDER PROFILE…`: many nodes in one process, on one tor.

They are real nodes; only their process and their tor are shared. Prints a line of JSON a second:
bytes that their links wrote and read so far, and how many links there are. Ends with its input.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import cast

from twisted.internet import reactor, stdio
from twisted.internet.defer import Deferred, DeferredList
from twisted.internet.protocol import Protocol
from twisted.internet.task import LoopingCall

from benchmarks.counting import Counted
from onionchat.node.node import Node, open_node
from onionchat.node.reactors import NodeReactor
from onionchat.testing.nodes import PASSPHRASE


class _Input(Protocol):
    def connectionLost(self, reason: object = None) -> None:
        reactor.stop()


async def _open(nodes: list[Node], control: str, runtime: Path, profile: Path) -> None:
    runtime.mkdir(mode=0o700)
    nodes.append(
        await open_node(
            cast(NodeReactor, reactor),
            profile=profile,
            passphrase=PASSPHRASE,
            runtime_dir=runtime,
            tor_control=control,
        )
    )


def main(control: str, folder: str, *profiles: str) -> None:
    counted = Counted()
    nodes: list[Node] = []

    def tell() -> None:
        sums = [sum(size for _, size in way) for way in (counted.written, counted.read)]
        links = sum(node.delivery.links for node in nodes)
        print(json.dumps({"written": sums[0], "read": sums[1], "links": links}), flush=True)

    def begin() -> None:
        stdio.StandardIO(_Input())
        LoopingCall(tell).start(1.0)
        for number, profile in enumerate(profiles):
            opening = _open(nodes, control, Path(folder) / str(number), Path(profile))
            Deferred.fromCoroutine(opening).addErrback(lambda failure: failure.printTraceback())

    reactor.callWhenRunning(begin)
    reactor.addSystemEventTrigger(
        "before",
        "shutdown",
        lambda: DeferredList([Deferred.fromCoroutine(node.stop()) for node in nodes]),
    )
    reactor.run()


if __name__ == "__main__":
    main(*sys.argv[1:])
