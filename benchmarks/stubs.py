"""`python -m benchmarks.stubs FOLDER TORS PROFILE…`: contacts that take calls and do nothing else.

Each has the onions and keys of its profile, and answers handshakes as a node does; it dials nobody,
stores nothing and says nothing on a link. They share a process and a few tors, whose control
sockets are `TORS`, by commas. Prints a line of JSON, the addresses, once tor has their onions; ends
with its input.
"""

from __future__ import annotations

import json
import sys
from itertools import cycle
from pathlib import Path

from twisted.internet import reactor, stdio
from twisted.internet.interfaces import IAddress
from twisted.internet.protocol import Factory, Protocol

from onionchat.net.core_protocol import CoreProtocol
from onionchat.net.transports.tor.onions import add_onion, onion_host
from onionchat.node.onions import _plan, _Planned
from onionchat.protocol.crypto.rng import SystemRng
from onionchat.protocol.link.link import Link
from onionchat.protocol.session.handshake import Responder
from onionchat.store import keyslot
from onionchat.store.database import Database
from onionchat.testing.nodes import PASSPHRASE
from onionchat.testing.torlab.control import ControlPort

NONE = frozenset()
RNG = SystemRng()


class _Input(Protocol):
    def connectionLost(self, reason: object = None) -> None:
        reactor.stop()


class _Callers(Factory):
    noisy = False

    def __init__(self, onion_key: bytes, planned: _Planned) -> None:
        self._onion_key = onion_key
        self._planned = planned

    def buildProtocol(self, addr: IAddress) -> Protocol:
        handshake = Responder(
            candidates=self._planned.candidates,
            transport="tor",
            address=self._onion_key,
            rng=RNG,
            now=reactor.seconds(),
        )
        link = Link.accepting(handshake, reactor.seconds(), RNG)
        return CoreProtocol(link, reactor, lambda _: None, lambda _: None)


def _contact_onions(profile: Path) -> dict[bytes, _Planned]:
    database = Database.open(profile, keyslot.unlock(profile, PASSPHRASE))
    try:
        plan = database.run(lambda tx: _plan(tx, NONE, NONE, NONE))
    finally:
        database.close()
    return {key: planned for key, planned in plan.services.items() if planned.for_contacts}


def main(folder: str, tors: str, *profiles: str) -> None:
    controls = [ControlPort.connect(Path(path)) for path in tors.split(",")]
    addresses = []
    for number, (profile, control) in enumerate(zip(profiles, cycle(controls), strict=False)):
        for key, planned in _contact_onions(Path(profile)).items():
            path = Path(folder) / f"{number}-{len(addresses)}"
            reactor.listenUNIX(str(path), _Callers(key, planned), mode=0o600)
            control.command(add_onion(planned.spec, f"unix:{path}", proof_of_work=False))
            taken = [c.static for c in planned.candidates]
            if taken:
                addresses.append((onion_host(key), planned.spec.test_secret.hex()))
    print(json.dumps(addresses), flush=True)
    stdio.StandardIO(_Input())
    reactor.run()


if __name__ == "__main__":
    main(*sys.argv[1:])
