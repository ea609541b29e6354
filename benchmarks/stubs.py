"""`python -m benchmarks.stubs FOLDER TORS PROFILE…`: contacts that take calls and do nothing else.

Each has the onions and keys of its profile, and answers handshakes as a node does; it dials nobody,
stores nothing and says nothing on a link. They share a process and a few tors, whose control
sockets are `TORS`, by commas. Prints a line of JSON, the addresses, once directories have them all;
ends with its input.
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
from onionchat.net.transports.interface import ServiceSpec
from onionchat.net.transports.tor.onions import add_onion, onion_host
from onionchat.protocol.crypto.rng import SystemRng
from onionchat.protocol.link.link import Link
from onionchat.protocol.session.handshake import Candidate, Responder
from onionchat.store import contacts, keyslot, onions, personas
from onionchat.store.database import Database
from onionchat.store.transaction import Transaction
from onionchat.testing.nodes import PASSPHRASE
from onionchat.testing.torlab.control import ControlPort

UPLOAD_SECONDS = 120.0
RNG = SystemRng()


class _Input(Protocol):
    def connectionLost(self, reason: object = None) -> None:
        reactor.stop()


class _Callers(Factory):
    noisy = False

    def __init__(self, onion_key: bytes, candidates: tuple[Candidate, ...]) -> None:
        self._onion_key = onion_key
        self._candidates = candidates

    def buildProtocol(self, addr: IAddress) -> Protocol:
        handshake = Responder(
            candidates=self._candidates,
            transport="tor",
            address=self._onion_key,
            rng=RNG,
            now=reactor.seconds(),
        )
        link = Link.accepting(handshake, reactor.seconds(), RNG)
        return CoreProtocol(link, reactor, lambda _: None, lambda _: None)


def _contact_onions(tx: Transaction) -> list[tuple[ServiceSpec, tuple[Candidate, ...]]]:
    """What a node would offer, and who may call there."""
    found = []
    for onion in onions.in_use(tx):
        slots = onions.slots(tx, onion.number)
        spec = ServiceSpec(
            onion.key,
            tuple(slot.secret.public for slot in slots),
            f"contact onion {onion.group}",
            test_secret=slots[0].secret.seed,
        )
        callers = [slot.contact for slot in slots if slot.contact is not None]
        statics = [personas.get(tx, contacts.get(tx, number).persona).link for number in callers]
        found.append((spec, tuple(Candidate(static=static, tag=None) for static in statics)))
    return found


def _read(profile: Path) -> list[tuple[ServiceSpec, tuple[Candidate, ...]]]:
    database = Database.open(profile, keyslot.unlock(profile, PASSPHRASE))
    try:
        return database.run(_contact_onions)
    finally:
        database.close()


def main(folder: str, tors: str, *profiles: str) -> None:
    controls = [ControlPort.connect(Path(path)) for path in tors.split(",")]
    awaited: dict[ControlPort, set[str]] = {control: set() for control in controls}
    for control in controls:
        control.command("SETEVENTS HS_DESC")
    addresses = []
    for number, (profile, control) in enumerate(zip(profiles, cycle(controls), strict=False)):
        for spec, candidates in _read(Path(profile)):
            path = Path(folder) / f"{number}-{len(addresses)}"
            reactor.listenUNIX(str(path), _Callers(spec.onion_key, candidates), mode=0o600)
            control.command(add_onion(spec, f"unix:{path}", proof_of_work=False))
            awaited[control].add(onion_host(spec.onion_key))
            if candidates:
                addresses.append((onion_host(spec.onion_key), spec.test_secret.hex()))
    for control, hosts in awaited.items():
        while hosts:
            event = control.wait_event(lambda event: " UPLOADED " in event, timeout=UPLOAD_SECONDS)
            hosts.discard(event.split(" ")[2])
    print(json.dumps(addresses), flush=True)
    stdio.StandardIO(_Input())
    reactor.run()


if __name__ == "__main__":
    main(*sys.argv[1:])
