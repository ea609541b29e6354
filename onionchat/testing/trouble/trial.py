"""Trials: a fault, and the seconds from its end until a contact reaches the subject again.

What is promised (goal T5): 30 seconds and one building of a circuit at most, with no help.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Final

from twisted.internet.defer import Deferred, DeferredList

from onionchat.testing.torlab.network import PrivateTorNetwork
from onionchat.testing.trouble.faults import Fault
from onionchat.testing.trouble.subject import (
    Contact,
    Subject,
    TroubleReactor,
    background,
    sleep,
    until,
)

PROMISED_SECONDS: Final = 30.0

CALL_EVERY: Final = 2.0
"""Seconds from one call to the next; several are under way, the first that is answered counts."""

CALL_SECONDS: Final = 20.0
QUIET_CALLS: Final = 3
HOLD_SECONDS: Final = 5.0
"""Reached again means that it is so once more after so long: no last flicker of what dies."""

PATIENCE: Final = 150.0
"""When a trial is given up."""

FIRST_MEANWHILE: Final = 2.0
"""A contact that calls in vain waits ever longer, as nodes do."""

READY_SECONDS: Final = 120.0


@dataclass(frozen=True)
class Trial:
    """How one trial ended. `seconds` is None if it was given up."""

    fault: str
    circuit: float
    """Seconds of a call before the fault, circuits built: the median of some."""
    seconds: float | None
    reasons: tuple[str, ...] = ()
    """Why calls failed after the fault was over."""

    @property
    def kept(self) -> bool:
        """Whether the promise was kept."""
        return self.seconds is not None and self.seconds <= PROMISED_SECONDS + self.circuit


class Pair:
    """A subject and its contact, both up."""

    def __init__(self, reactor: TroubleReactor, subject: Subject, contact: Contact) -> None:
        self._reactor = reactor
        self.subject = subject
        self.contact = contact

    async def start(self) -> None:
        """Bring both up; returns once the contact reaches the subject."""
        await self.subject.transport.start()
        await self.contact.transport.start()
        status = lambda: self.subject.transport.status.reachable  # noqa: E731
        await until(self._reactor, status, READY_SECONDS, "being reachable")
        if await self._reached(READY_SECONDS) is None:
            raise TimeoutError("the subject was not reached before any fault")

    async def trial(self, name: str, fault: Fault, *, patience: float = PATIENCE) -> Trial:
        """Let `fault` happen and see how long it takes afterwards; given up after `patience`."""
        if await self._reached(READY_SECONDS) is None:
            raise TimeoutError(f"the subject was not reached before the fault {name}")
        circuit = await self._quiet()
        calling = background(self._meanwhile())
        await fault(self._reactor, self.subject)
        calling.cancel()
        self.contact.reasons.clear()
        seconds = await self._reached(patience)
        return Trial(name, circuit, seconds, tuple(self.contact.reasons))

    async def stop(self) -> None:
        """End both."""
        await self.subject.stop()
        await self.contact.stop()

    async def _quiet(self) -> float:
        took = [await self._call() for _ in range(QUIET_CALLS)]
        return median(CALL_SECONDS if seconds is None else seconds for seconds in took)

    async def _call(self) -> float | None:
        return await self.contact.call(self.subject, CALL_SECONDS)

    async def _meanwhile(self) -> None:
        wait = FIRST_MEANWHILE
        while True:
            await self._call()
            await sleep(self._reactor, wait)
            wait *= 2

    async def _reached(self, patience: float) -> float | None:
        """Seconds until a call is answered that was not answered by chance; None if none is."""
        began = self._reactor.seconds()
        while self._reactor.seconds() - began < patience:
            seconds = await self._first_answer(began, patience)
            if seconds is None:
                return None
            await sleep(self._reactor, HOLD_SECONDS)
            if await self._call() is not None:
                return seconds
        return None

    async def _first_answer(self, began: float, patience: float) -> float | None:
        answered: list[float] = []
        calls: list[Deferred[Any]] = []

        async def one() -> None:
            if await self._call() is not None:
                answered.append(self._reactor.seconds() - began)

        while not answered and self._reactor.seconds() - began < patience:
            calls.append(background(one()))
            again = self._reactor.seconds() + CALL_EVERY
            while not answered and self._reactor.seconds() < again:
                await sleep(self._reactor, 0.05)
        for call in calls:
            call.cancel()
        await DeferredList(calls)
        return min(answered, default=None)


@contextmanager
def network(folder: Path) -> Iterator[PrivateTorNetwork]:
    """A private network below `folder`, from the snapshot of an earlier one if there is any."""
    with PrivateTorNetwork.start(folder, snapshot_cache=Path(".cache/torlab")) as lab:
        yield lab


async def pair(
    reactor: TroubleReactor, folder: Path, torrc: Path, seed: Path, *, guarded: bool = True
) -> Pair:
    """A pair that is up. `guarded` as for `Subject`."""
    made = Pair(
        reactor,
        Subject(reactor, folder / "s", torrc, seed, guarded=guarded),
        Contact(reactor, folder / "c", torrc, seed),
    )
    try:
        await made.start()
    except BaseException:
        await made.stop()
        raise
    return made
