"""The two ends of a trial: a Tor transport that faults happen to, and one that calls it.

Both are transports as the node runs them, with real tors. The subject's tor reaches its network
through a `Gate`, and, where there is a C compiler, has a clock that can be set (`clock.c`).
"""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, cast

from twisted.internet import task
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.interfaces import IProtocol, IProtocolFactory, ITCPTransport
from twisted.internet.protocol import Factory, Protocol, connectionDone
from twisted.python.failure import Failure

from onionchat.net.transports.interface import (
    Address,
    DialFailed,
    DialReason,
    Service,
    ServiceSpec,
    ServiceState,
    TransportStatus,
)
from onionchat.net.transports.tor.repairs import Action
from onionchat.net.transports.tor.run import TorReactor, TorSettings
from onionchat.net.transports.tor.transport import TorTransport
from onionchat.net.transports.tor.watchdog import Watchdog
from onionchat.node.dialing import FIRST_RETRY
from onionchat.protocol.crypto.keys import AgreementKey, SigningKey
from onionchat.protocol.crypto.rng import SystemRng
from onionchat.testing.torlab import seed_client
from onionchat.testing.torlab.control import ControlPort
from onionchat.testing.torlab.program import find_tor
from onionchat.testing.trouble.gate import Gate, GateReactor

_WORD: Final = b"are you there?"


class TroubleReactor(TorReactor, GateReactor):
    """What a trial needs of a reactor."""


class _Echo(Protocol):
    def dataReceived(self, data: bytes) -> None:
        if self.transport is not None:
            self.transport.write(data)


class _Caller(Protocol):
    """Says a word and waits for its echo."""

    def __init__(self) -> None:
        self.answered: Deferred[None] = Deferred()

    def connectionMade(self) -> None:
        if self.transport is not None:
            self.transport.write(_WORD)

    def dataReceived(self, data: bytes) -> None:
        if not self.answered.called:
            self.answered.callback(None)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        if not self.answered.called:
            self.answered.errback(reason)


def _quiet_factory(protocol: type[Protocol]) -> IProtocolFactory:
    factory: Factory[Protocol] = Factory.forProtocol(protocol)
    factory.noisy = False
    return factory


class _Asleep(Watchdog):
    """Sees everything and does nothing: for the anti-test."""

    def next_action(self) -> Action | None:
        super().next_action()
        return None


def _service(name: str) -> tuple[ServiceSpec, Address]:
    friend = AgreementKey.generate(SystemRng())
    spec = ServiceSpec(SigningKey.generate(SystemRng()), (friend.public,), name)
    return spec, Address(spec.onion_key, friend.seed)


class Subject:
    """The transport in trouble, and the addresses at which it offers an echo.

    Args:
        guarded: False puts the watchdog to sleep.
    """

    def __init__(
        self,
        reactor: TroubleReactor,
        folder: Path,
        torrc: Path,
        seed: Path,
        *,
        guarded: bool = True,
    ) -> None:
        self.gate = Gate(reactor)
        self.clock_set = 0.0
        """Seconds by which its clock, and tor's, are ahead."""
        self._folder = folder
        folder.mkdir(mode=0o700)
        seed_client(seed, folder / "tor")
        own = folder / "torrc"
        own.write_text(f"{torrc.read_text()}\nSocks5Proxy 127.0.0.1:{self.gate.port}\n")
        self._clock_file = folder / "clock"
        self.tor_clock = self._with_clock()
        program = folder / "tor-with-clock" if self.tor_clock else find_tor().tor
        self.transport = TorTransport(
            reactor,
            TorSettings(
                folder / "tor",
                folder / "r",
                program=str(program),
                extra_torrc=own,
                force_guards=True,
            ),
            rng=SystemRng(),
            wall=lambda: time.time() + self.clock_set,
        )
        if not guarded:
            self.put_to_sleep()
        spec, self.address = _service("contact onion 1")
        self._reserve_spec, self.reserve = _service("reserve onion 1")
        self._reserve: Service | None = None
        self._hosting = False
        self._main = self.transport.publish(spec, _quiet_factory(_Echo))
        self.transport.subscribe(self._look_after_reserve)

    def _look_after_reserve(self, _status: TransportStatus) -> None:
        """As the node does (node/onions.py): a reserve onion while the other one is refused."""
        refused = self._main.status.state is ServiceState.FAILED
        if refused is self._hosting:
            return
        # First, because both calls change the status.
        self._hosting = refused
        if refused:
            self._reserve = self.transport.publish(self._reserve_spec, _quiet_factory(_Echo))
        elif self._reserve is not None:
            self.transport.withdraw(self._reserve)

    def put_to_sleep(self) -> None:
        """Let the watchdog do nothing any more."""
        now = self.gate.reactor.seconds()
        self.transport._watchdog = _Asleep(own=True, now=now, wall=time.time())

    def control(self) -> ControlPort:
        """Another connection to its tor's control port."""
        return ControlPort.connect(self._folder / "r" / "control")

    def set_clock(self, seconds: float) -> None:
        """Set its clock, and tor's if possible, `seconds` ahead of what they were."""
        self.clock_set += seconds
        self._write_clock()

    async def stop(self) -> None:
        """End its tor and its way into the network."""
        await self.transport.stop()
        await self.gate.close()

    def _write_clock(self) -> None:
        aside = self._clock_file.with_suffix(".new")
        aside.write_text(f"{self.clock_set:+.0f}\n")
        aside.replace(self._clock_file)

    def _with_clock(self) -> bool:
        """Write a program that is tor with a clock to be set; False without a compiler."""
        compiler = shutil.which("cc")
        if compiler is None:
            return False
        library = self._folder / "clock.so"
        source = Path(__file__).with_name("clock.c")
        subprocess.run(
            [compiler, "-O2", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True
        )
        self._write_clock()
        script = self._folder / "tor-with-clock"
        script.write_text(
            "#!/bin/sh\n"
            f"export LD_PRELOAD={library} CLOCK_AHEAD={self._clock_file}\n"
            f'exec {find_tor().tor} "$@"\n'
        )
        script.chmod(0o700)
        return True


class Contact:
    """Whoever calls the subject, each time over circuits that were never used before."""

    def __init__(self, reactor: TroubleReactor, folder: Path, torrc: Path, seed: Path) -> None:
        folder.mkdir(mode=0o700)
        seed_client(seed, folder / "tor")
        self._reactor = reactor
        self._folder = folder
        self._calls = 0
        self.reasons: list[str] = []
        """Why calls failed, in their order."""
        self.transport = TorTransport(
            reactor,
            TorSettings(
                folder / "tor",
                folder / "r",
                program=str(find_tor().tor),
                extra_torrc=torrc,
                force_guards=True,
            ),
            rng=SystemRng(),
            wall=time.time,
        )

    async def call(self, subject: Subject, seconds: float) -> float | None:
        """Seconds until an echo came back, None if none did within `seconds`.

        As the node does (node/reserve.py): where entrances are gone, the next dial goes to the
        reserve onion. What was dialled in vain before it is not among the seconds.
        """
        took, reason = await self.dial_once(subject.address, seconds)
        if reason is not DialReason.INTRO_FAILED:
            return took
        await sleep(self._reactor, FIRST_RETRY)
        took, _ = await self.dial_once(subject.reserve, seconds)
        return took

    async def dial_once(
        self, address: Address, seconds: float
    ) -> tuple[float | None, DialReason | None]:
        """One call to one address: the seconds to an echo, or why there was no connection."""
        self._calls += 1
        began = self._reactor.seconds()
        try:
            protocol = await self.transport.dial(
                address, f"call {self._calls}", _quiet_factory(_Caller), seconds
            )
        except DialFailed as failed:
            self.reasons.append(failed.reason.value)
            return None, failed.reason
        return await self._heard(protocol, began, seconds), None

    async def _heard(self, protocol: IProtocol, began: float, seconds: float) -> float | None:
        assert isinstance(protocol, _Caller)
        left = max(0.1, began + seconds - self._reactor.seconds())
        answered = protocol.answered
        try:
            await answered.addTimeout(left, self._reactor)
        except Exception:  # noqa: BLE001 - broken or silent: it was not reached
            self.reasons.append("no_echo")
            return None
        finally:
            if protocol.transport is not None:
                cast(ITCPTransport, protocol.transport).abortConnection()
        return self._reactor.seconds() - began

    def control(self) -> ControlPort:
        """Another connection to its tor's control port."""
        return ControlPort.connect(self._folder / "r" / "control")

    async def stop(self) -> None:
        """End its tor."""
        await self.transport.stop()


async def sleep(reactor: TroubleReactor, seconds: float) -> None:
    """Let time pass."""
    await task.deferLater(reactor, seconds)


async def until(
    reactor: TroubleReactor, condition: Callable[[], Any], seconds: float, what: str
) -> None:
    """Wait for a condition. Raises TimeoutError."""
    end = reactor.seconds() + seconds
    while not condition():
        if reactor.seconds() > end:
            raise TimeoutError(f"{what} did not happen within {seconds:.0f} s")
        await sleep(reactor, 0.05)


def background(work: Any) -> Deferred[Any]:  # noqa: ANN401 - a coroutine of any result
    """Run a coroutine beside; cancelling it is no failure."""
    running: Deferred[Any] = Deferred.fromCoroutine(work)
    running.addErrback(lambda failure: failure.trap(CancelledError) and None)
    return running
