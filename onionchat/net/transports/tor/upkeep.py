"""Errands at the control port that keep tor well: its state, new circuits, a probe, its guards."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.logger import Logger
from twisted.python.failure import Failure

from onionchat.errors import TorFailed
from onionchat.net.transports.tor import guards
from onionchat.net.transports.tor.clock import parse_time
from onionchat.net.transports.tor.control import CommandRefused, Control
from onionchat.net.transports.tor.dial import forget
from onionchat.net.transports.tor.events import (
    COMPLETE,
    AllCircuits,
    CircuitsEstablished,
    ConsensusTimes,
    TorEvent,
    parse_bootstrap,
    parse_circuit,
)
from onionchat.net.transports.tor.run import TorRun, TorSettings
from onionchat.protocol.crypto.rng import Rng

GUARD_CHECK_SECONDS: Final = 6 * 3600.0
"""How often the layer-2 guards are compared with the consensus, at least."""

GUARD_RETRY_SECONDS: Final = 60.0
CONSENSUS_SECONDS: Final = 120.0

_GUARD = re.compile(r"\$?([0-9A-F]{40})[~=]?\S* (up|unusable|down|never-connected|unlisted)\b")
_log = Logger()


async def present_state(control: Control, *, seconds: float | None = None) -> Sequence[TorEvent]:
    """What tor would have told us, had we listened from the start. Raises as `Control.command`."""
    found: list[TorEvent] = []
    phase = await control.command("GETINFO status/bootstrap-phase", seconds=seconds)
    bootstrap = parse_bootstrap(phase)
    if bootstrap is not None:
        found.append(bootstrap)
    try:
        circuits = await control.getinfo("status/circuit-established")
    except CommandRefused:
        # A filter before a shared tor may not let us ask; then a complete bootstrap has to do.
        complete = bootstrap is not None and bootstrap.percent == COMPLETE
        return [*found, CircuitsEstablished(complete)]
    return [*found, CircuitsEstablished(circuits == "1")]


async def consensus_times(control: Control) -> ConsensusTimes | None:
    """When the consensus that tor works with is valid; None if it has none or does not tell.

    Raises as `Control.command`, but for `CommandRefused`.
    """
    try:
        found = [
            parse_time(await control.getinfo(f"consensus/{name}"))
            for name in ("valid-after", "valid-until")
        ]
    except CommandRefused:
        return None
    after, until = found
    return None if after is None or until is None else ConsensusTimes(after, until)


async def present_circuits(control: Control) -> AllCircuits:
    """The circuits of an own tor: truth, should an event have been missed. Raises as `command`."""
    reply = await control.command("GETINFO circuit-status")
    found = [parse_circuit(line.removeprefix("circuit-status=")) for line in reply.splitlines()]
    return AllCircuits(tuple(circuit for circuit in found if circuit is not None))


async def new_circuits(run: TorRun) -> None:
    """Use no present circuit for new streams; forget fetched descriptors, and at which entrances
    nobody was met. tor forgets our access secrets with them, so each is given to it again when it
    is next needed. Raises as `Control.command`."""
    run.authorised.clear()
    await run.control.command("SIGNAL NEWNYM")


async def probe_network(control: Control) -> None:
    """Let tor build a circuit of one hop to its guard.

    tor itself leaves a guard alone for ten minutes after it did not answer, and begins a second
    late when it starts. Whether the connection came up shows as an ORCONN event. The guard is one
    that tor has used before if there is any: no further relay learns of this client. Raises as
    `Control.command`.
    """
    listed = _GUARD.findall(await control.command("GETINFO entry-guards"))
    if not listed:
        return
    guard = next((name for name, state in listed if state == "up"), listed[0][0])
    try:
        await control.command(f"EXTENDCIRCUIT 0 ${guard}")
    except CommandRefused as refused:
        # It has no descriptor of the guard yet: then it is still trying by itself.
        _log.debug("probe refused with code {code}", code=refused.status)


async def clean_up(run: TorRun) -> None:
    """Take our access secrets back from a tor that goes on without us."""
    for onion_key in list(run.authorised):
        try:
            await forget(run, onion_key)
        except TorFailed:
            return


class GuardKeeper:
    """Keeps the layer-2 guards of the own tor: loads, chooses, stores, tells tor, checks again."""

    def __init__(
        self,
        clock: IReactorTime,
        settings: TorSettings,
        rng: Rng,
        wall: Callable[[], float],
        on_change: Callable[[int, str], None],
    ) -> None:
        self._clock = clock
        self._settings = settings
        self._rng = rng
        self._wall = wall
        self._on_change = on_change
        self._control: Control | None = None
        self._timer: IDelayedCall | None = None

    def configure(self, settings: TorSettings) -> None:
        """Use these settings for the next tor."""
        self._settings = settings

    def start(self, control: Control) -> None:
        """tor knows its network: pin the guards. Does nothing if that was done for this tor."""
        if self._control is not control:
            self.stop()
            self._control = control
            self._check()

    def stop(self) -> None:
        """tor is gone."""
        self._control = None
        if self._timer is not None and self._timer.active():
            self._timer.cancel()

    def _check(self) -> None:
        control = self._control
        if control is None:
            return

        def report(failure: Failure) -> None:
            if failure.check(CommandRefused):
                self._on_change(0, "Tor did not take the second layer of guards.")
            elif failure.check(TorFailed, CancelledError) is None:
                _log.failure("while choosing guards", failure)
            self._again(control, GUARD_RETRY_SECONDS)

        Deferred.fromCoroutine(self._pin(control)).addErrback(report)

    async def _pin(self, control: Control) -> None:
        reader = guards.ConsensusReader()
        await control.command("GETINFO ns/all", on_line=reader.line, seconds=CONSENSUS_SECONDS)
        wall = self._wall()
        before = self._settings.load_guards()
        chosen = guards.refresh(
            before, reader.relays(), wall=wall, rng=self._rng, force=self._settings.force_guards
        )
        if chosen is None:
            # The network is too small: no trouble, Tor chooses its own.
            self._on_change(0, "")
            self._again(control, GUARD_CHECK_SECONDS)
            return
        if chosen != before:
            self._settings.save_guards(chosen)
        await control.command(guards.setconf(chosen))
        self._on_change(len(chosen), "")
        change = guards.next_change(chosen)
        wait = GUARD_CHECK_SECONDS if change is None else change - wall
        self._again(control, min(max(wait, 1.0), GUARD_CHECK_SECONDS))

    def _again(self, control: Control, seconds: float) -> None:
        if self._control is control:
            self._timer = self._clock.callLater(seconds, self._check)
