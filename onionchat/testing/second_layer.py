"""Which relays stand second in a tor's circuits, and whether they are the same after a restart.

Seen from outside: in the paths of the circuits that onion services and their callers use, not in
anybody's configuration. For the Tor transport as the node runs it, and for a tor alone.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from twisted.internet import task
from twisted.internet.protocol import Factory, Protocol

from onionchat.net.transports.interface import ServiceSpec
from onionchat.net.transports.tor import guards
from onionchat.net.transports.tor.run import TorReactor, TorSettings
from onionchat.net.transports.tor.transport import TorTransport
from onionchat.protocol.crypto.keys import SigningKey
from onionchat.protocol.crypto.rng import SystemRng
from onionchat.testing.torlab import seed_client
from onionchat.testing.torlab.client import PlainClient
from onionchat.testing.torlab.control import ControlPort
from onionchat.testing.torlab.errors import TorLabError
from onionchat.testing.torlab.program import find_tor

LAYER: Final = 4
"""Relays of the second layer (proposal 333)."""

CIRCUITS: Final = 15
"""So many circuits show all of them nineteen times in twenty; a start makes some more. The entry
guard may be one of the layer; it never stands second, so that three are to be seen."""

RELAYS: Final = 10
"""A network in which a tor that draws anew hardly draws the same: once in 210 times."""

_LOOK_EVERY: Final = 0.05
_SECONDS: Final = 60.0
_SECOND: Final = 1
_OF_AN_ONION: Final = "PURPOSE=HS_"


def second_hops(status: Iterable[str]) -> dict[str, str]:
    """The fingerprints of the second relays in lines of `GETINFO circuit-status`, by circuit.

    Only circuits of onion services and their callers count: others have no second layer.
    """
    found: dict[str, str] = {}
    for line in status:
        words = line.split(" ")
        if _OF_AN_ONION not in line or len(words) <= 2 or not words[2].startswith("$"):  # noqa: PLR2004
            continue
        path = words[2].split(",")
        if len(path) > _SECOND:
            found[words[0]] = path[_SECOND].lstrip("$").partition("~")[0].partition("=")[0]
    return found


class _Watch:
    """Collects second hops from one control connection until the layer is known."""

    def __init__(self, control: ControlPort) -> None:
        self._control = control
        self._end = time.monotonic() + _SECONDS
        self._by_circuit: dict[str, str] = {}

    @property
    def seen(self) -> frozenset[str]:
        """The relays that stood second."""
        return frozenset(self._by_circuit.values())

    def look(self) -> bool:
        """Look again; whether that is enough. Raises TorLabError if it takes too long."""
        self._by_circuit |= second_hops(self._control.get_info("circuit-status").splitlines())
        if time.monotonic() > self._end:
            raise TorLabError(
                f"{len(self._by_circuit)} circuits were seen within {_SECONDS:.0f} s,"
                f" {len(self.seen)} relays standing second in them."
            )
        return len(self.seen) >= LAYER - 1 and len(self._by_circuit) >= CIRCUITS


@dataclass
class KeptLayer:
    """A Tor transport that is started and stopped, with what it keeps between: a file of guards."""

    reactor: TorReactor
    folder: Path
    torrc: Path
    seed: Path

    def __post_init__(self) -> None:
        """Make the folder."""
        self.folder.mkdir(mode=0o700)
        seed_client(self.seed, self.folder / "tor")

    @property
    def kept(self) -> guards.GuardSet:
        """What the file says."""
        path = self.folder / "guards"
        return guards.parse(path.read_text()) if path.exists() else ()

    @property
    def chosen(self) -> frozenset[str]:
        """The fingerprints among it."""
        return frozenset(guard.fingerprint for guard in self.kept)

    async def run(self) -> frozenset[str]:
        """Start, offer a service, see which relays stand second, stop."""
        rng = SystemRng()
        runtime = self.folder / "r"
        transport = TorTransport(
            self.reactor,
            TorSettings(
                self.folder / "tor",
                runtime,
                program=str(find_tor().tor),
                extra_torrc=self.torrc,
                load_guards=lambda: self.kept,
                save_guards=self._save,
                force_guards=True,
            ),
            rng=rng,
            wall=time.time,
        )
        factory = Factory.forProtocol(Protocol)
        factory.noisy = False
        transport.publish(ServiceSpec(SigningKey.generate(rng), (), "contact onion 1"), factory)
        first = not self.kept
        await transport.start()
        try:
            while first and not self.kept:
                await task.deferLater(self.reactor, _LOOK_EVERY)
            with ControlPort.connect(runtime / "control") as control:
                watch = _Watch(control)
                while not watch.look():
                    await task.deferLater(self.reactor, _LOOK_EVERY)
        finally:
            await transport.stop()
        return watch.seen

    def _save(self, chosen: guards.GuardSet) -> None:
        (self.folder / "guards").write_text(guards.serialise(chosen))


def plain_layer(folder: Path, torrc: Path, seed: Path) -> frozenset[str]:
    """Start a tor alone on `folder`, which keeps its data from the time before; see, and stop."""
    with PlainClient.start(folder, torrc, seed=None if folder.exists() else seed) as tor:
        tor.control.command("ADD_ONION NEW:ED25519-V3 Flags=DiscardPK Port=80,127.0.0.1:9")
        watch = _Watch(tor.control)
        while not watch.look():
            time.sleep(_LOOK_EVERY)
    return watch.seen
