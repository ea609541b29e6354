"""What is to be done when Tor falters: signs and the clock in, repairs out. Pure.

The table of signs and repairs stands in docs/tor.md. Repairs go in steps, the gentle one first,
and back off; a healthy tor is left alone but for a rare test call to a service of our own.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Final

from onionchat.net.transports.tor.events import COMPLETE, ENOUGH_DIRECTORY
from onionchat.net.transports.tor.repairs import (
    NO_ANSWER,
    Action,
    NewCircuits,
    ProbeNetwork,
    Reconnect,
    Republish,
    RestartTor,
    SelfTest,
    Timings,
)

RESTART_DELAYS: Final = (0.0, 1.0, 2.0, 5.0, 10.0, 20.0, 40.0, 60.0)
"""Seconds before the 1st, 2nd, … attempt in a row to get tor or the control connection back."""

STEADY_SECONDS: Final = 60.0
"""A control connection that lasted so long ends the row."""


@dataclass(slots=True)
class _Watched:
    """What is known of one service."""

    testable: bool
    asked_at: float
    uploaded_at: float | None = None
    repairs: int = 0
    repair_after: float = 0.0
    shut_since: float | None = None
    """Since when none of its entrances stands, although it was published."""
    stamp: float = float("-inf")
    """The latest wall time of an announcement that directories took …"""
    stamped_at: float = float("-inf")
    """… and when, by the clock that nobody can set, that was."""


@dataclass(slots=True)
class _Suspicion:
    """A disturbance that a test call has to dispel."""

    test_at: float
    testing: int | None = None
    started_at: float = 0.0
    step: int = 0
    pause: float = 0.0
    hurry: bool = True
    """Whether the next upload is reason enough for the next test call."""


class Watchdog:
    """Call an input whenever something happens, `tick` regularly, and do what `next_action` says.

    `own` tells whether tor is our child (and may be restarted). Services are known by numbers.
    Times are monotonic seconds; `wall` is seconds since 1970.
    """

    def __init__(
        self, *, own: bool, now: float, wall: float, timings: Timings | None = None
    ) -> None:
        self.timings = timings or Timings()
        self._own = own
        self._actions: deque[Action] = deque()
        self._services: dict[int, _Watched] = {}
        self._running = False
        # control
        self._control_since: float | None = None
        self._attempts = 0
        self._attempt_at: float | None = None
        self._silent_since: float | None = None
        # network
        self._percent = 0
        self._percent_since = now
        self._stuck_seconds = self.timings.bootstrap_stuck
        self._circuits = False
        self._said_circuits = False
        self._cut = False
        self._circuits_since = now
        self._live = True
        self._lost_since: float | None = None
        self._probe_at = 0.0
        self._back_at: float | None = None
        self._was_complete = False
        self._return_pause = self.timings.no_circuits
        self._return_allowed_at = now
        # tests
        self._suspicion: _Suspicion | None = None
        self._proof_at = now
        self._ticked = (now, wall)

    def next_action(self) -> Action | None:
        """The oldest action not fetched yet."""
        return self._actions.popleft() if self._actions else None

    def configure(self, *, own: bool) -> None:
        """Another tor will be used, which is our child or is not."""
        self._own = own
        self._control_since = None
        self._attempts = 0
        self._was_complete = False

    # --- the control connection ------------------------------------------------------------------

    def started(self) -> None:
        """The transport runs: from now on a missing control connection is repaired."""
        self._running = True

    def stopped(self) -> None:
        """The transport is being stopped: nothing is repaired any more."""
        self._running = False
        self._attempt_at = None
        self._suspicion = None
        self._actions.clear()

    def control_up(self, now: float) -> None:
        """The control connection is there; every service is being published."""
        self._control_since = now
        self._attempt_at = None
        self._silent_since = None
        self._percent, self._percent_since = 0, now
        self._said_circuits = self._cut = False
        self._circuits, self._circuits_since = False, now
        for service in self._services.values():
            service.asked_at, service.uploaded_at = now, None

    def control_lost(self, now: float) -> None:
        """tor ended, the connection to it broke, or an attempt to get it failed."""
        if self._control_since is not None and now - self._control_since >= STEADY_SECONDS:
            self._attempts = 0
        self._control_since = None
        self._silent_since = None
        self._circuits = self._said_circuits = self._cut = False
        self._back_at = None
        if self._suspicion is not None:
            # A test call under way ends with the connection; that says nothing about the network.
            self._suspicion.testing = None
            self._suspicion.test_at = max(self._suspicion.test_at, now + self.timings.settle)
        if self._running and self._attempt_at is None:
            delay = RESTART_DELAYS[min(self._attempts, len(RESTART_DELAYS) - 1)]
            self._attempts += 1
            self._attempt_at = now + delay
            if delay == 0:
                self._attempt(now)

    def control_asked(self, now: float) -> None:
        """A command was sent to see whether tor answers."""
        if self._silent_since is None:
            self._silent_since = now

    def control_answered(self, now: float) -> None:
        """tor answered a command. If it took long, tor was suspended: the network is suspect."""
        if self._silent_since is not None and now - self._silent_since > self.timings.leap:
            self._disturbed(now)
        self._silent_since = None

    # --- the network -----------------------------------------------------------------------------

    def bootstrap(self, percent: int, now: float) -> None:
        """How far tor is."""
        if self._own and self._percent < ENOUGH_DIRECTORY <= percent < COMPLETE:
            # tor itself begins at its next look, up to a second later, and everything waits for
            # its first circuit: services another second, and another (docs/tor.md).
            self._actions.append(ProbeNetwork())
        if percent > self._percent:
            self._lost_since = self._back_at = None
        if percent != self._percent:
            self._percent, self._percent_since = percent, now
        if percent == COMPLETE:
            self._was_complete = True
            self._stuck_seconds = self.timings.bootstrap_stuck

    def circuits(self, established: bool, now: float) -> None:
        """tor says that it has circuits, or has lost them."""
        self._said_circuits = established
        self._have_circuits(established and not self._cut, now)

    def cut(self, cut: bool, now: float) -> None:
        """Services are published and not one circuit stands: tor will say so much later."""
        if cut != self._cut:
            self._cut = cut
            self._have_circuits(self._said_circuits and not cut, now)

    def _have_circuits(self, established: bool, now: float) -> None:
        if established and not self._circuits and self._lost_since is not None:
            self._disturbed(now)
        if established:
            self._lost_since = self._back_at = None
            self._return_pause = self.timings.no_circuits
        if established != self._circuits:
            self._circuits, self._circuits_since = established, now

    def liveness(self, up: bool, now: float) -> None:
        """tor's opinion of the network."""
        if up and not self._live:
            self._disturbed(now)
        self._live = up

    def relay_connected(self, now: float) -> None:
        """A connection to a guard came up. If the network was lost, it is back."""
        if self._lost_since is not None and self._was_complete and self._back_at is None:
            self._back_at = now + self.timings.settle

    def disturbed(self, now: float) -> None:
        """What often breaks circuits unseen: another network, guards dropped, links dead."""
        self._disturbed(now)

    # --- services --------------------------------------------------------------------------------

    def service_added(self, service: int, *, testable: bool, now: float) -> None:
        """A service is to be watched. `testable`: it can be dialled from here."""
        self._services[service] = _Watched(testable=testable, asked_at=now)

    def service_removed(self, service: int) -> None:
        """A service was withdrawn."""
        self._services.pop(service, None)
        if self._suspicion is not None and self._suspicion.testing == service:
            self._suspicion.testing = None

    def uploaded(self, service: int, now: float, wall: float) -> None:
        """A directory has the service's descriptor."""
        watched = self._services.get(service)
        if watched is None:
            return
        first = watched.uploaded_at is None
        watched.uploaded_at, watched.repairs = now, 0
        if wall >= watched.stamp or now - watched.stamped_at > self.timings.announced:
            watched.stamp, watched.stamped_at = wall, now
        suspicion = self._suspicion
        if first and suspicion is not None and suspicion.testing is None and suspicion.hurry:
            suspicion.test_at = min(suspicion.test_at, now + 1.0)

    def entrances(self, service: int, count: int | None, now: float) -> None:
        """How many introduction points of a service stand; None if tor does not tell."""
        watched = self._services.get(service)
        if watched is None:
            return
        if count != 0 or watched.uploaded_at is None:
            watched.shut_since = None
        elif watched.shut_since is None:
            watched.shut_since = now

    def inbound(self, now: float) -> None:
        """Somebody reached one of our services: all is well."""
        self._proof_at = now
        if self._suspicion is not None and self._suspicion.testing is None:
            self._suspicion = None

    def tested(self, service: int, reached: bool, now: float) -> None:
        """The test call that `SelfTest` asked for has ended."""
        suspicion = self._suspicion
        if suspicion is None or suspicion.testing != service:
            return
        suspicion.testing = None
        if reached:
            self._proof_at = now
            self._suspicion = None
        elif self._services[service].asked_at > suspicion.started_at:
            # It called at entrances that have been replaced meanwhile: of the new ones, whose
            # circuits a repair would end, it says nothing.
            suspicion.test_at = now + self.timings.settle
        else:
            self._escalate(suspicion, service, now)

    # --- the clock -------------------------------------------------------------------------------

    def pace(self) -> float:
        """Seconds until `tick` is to be called next."""
        trouble = (
            self._lost_since is not None
            or self._suspicion is not None
            or self._attempt_at is not None
            or self._cut
        )
        return self.timings.trouble_tick if trouble else self.timings.tick

    def tick(self, now: float, wall: float) -> None:
        """Time passes."""
        self._watch_clock(now, wall)
        if not self._running:
            return
        if self._attempt_at is not None and now >= self._attempt_at:
            self._attempt(now)
        if self._control_since is None:
            return
        silent = self._silent_since is not None and (
            now - self._silent_since > self.timings.control_silent
        )
        if silent:
            self._silent_since = None
            self._restart(NO_ANSWER, now)
            return
        self._watch_network(now)
        if self._percent == COMPLETE and self._circuits:
            self._watch_uploads(now)
            self._watch_suspicion(now)

    # --- inside ----------------------------------------------------------------------------------

    def _attempt(self, now: float) -> None:
        self._attempt_at = None
        self._actions.append(RestartTor("it ended") if self._own else Reconnect())

    def _restart(self, reason: str, now: float) -> None:
        self._percent_since = self._circuits_since = now
        self._lost_since = self._back_at = None
        self._actions.append(RestartTor(reason) if self._own else Reconnect())

    def _disturbed(self, now: float) -> None:
        if self._suspicion is None:
            self._suspicion = _Suspicion(test_at=now + self.timings.settle)

    def _watch_clock(self, now: float, wall: float) -> None:
        before, wall_before = self._ticked
        self._ticked = (now, wall)
        gap = now - before
        if gap > self.timings.tick + self.timings.leap:
            # This process did not run: what looks overdue now has merely not been seen.
            self._percent_since = max(self._percent_since, now - self.timings.tick)
            self._circuits_since = max(self._circuits_since, now - self.timings.tick)
            if self._silent_since is not None:
                self._silent_since = now
            self._disturbed(now)
        if abs((wall - wall_before) - gap) > self.timings.leap:
            self._disturbed(now)

    def _watch_network(self, now: float) -> None:
        starting = self._percent < COMPLETE
        stuck = starting and now - self._percent_since > self._stuck_seconds
        quiet_start = starting and now - self._percent_since > self.timings.no_circuits
        no_circuits = (
            not starting
            and not self._circuits
            and now - self._circuits_since
            > (self.timings.cut if self._cut else self.timings.no_circuits)
        )
        if stuck and self._own:
            self._stuck_seconds *= 2
            self._restart("it made no progress", now)
        elif (quiet_start or no_circuits) and self._lost_since is None:
            self._lost_since = now
        if self._lost_since is None or not self._own:
            return
        if self._back_at is not None and now >= max(self._back_at, self._return_allowed_at):
            # tor waits up to ten minutes before it tries a guard again that did not answer; a new
            # process tries at once, and nothing is lost that was not lost already.
            self._return_allowed_at = now + self._return_pause
            self._return_pause = min(2 * self._return_pause, self.timings.repair_pause_most)
            self._restart("the network is back", now)
        elif now >= self._probe_at:
            self._probe_at = now + self.timings.probe_every
            self._actions.append(ProbeNetwork())

    def _watch_uploads(self, now: float) -> None:
        if self._suspicion is not None and self._suspicion.step > 0:
            # Its repairs go in steps already; two at once would end each other's work.
            return
        for number, service in self._services.items():
            since = max(service.asked_at, self._circuits_since)
            late = (
                now - since > self.timings.first_upload
                if service.uploaded_at is None
                else now - service.uploaded_at > self.timings.upload_overdue
            )
            pause = self.timings.first_upload
            if service.shut_since is not None:
                # tor tries the old introduction points again, and then waits for minutes.
                shut = max(service.shut_since, self._circuits_since)
                late = late or now - shut > self.timings.shut
                pause = self.timings.shut_pause
            if late and now >= service.repair_after and not self._irreplaceable(service, now):
                service.repair_after = now + pause * 2 ** min(service.repairs, 5)
                service.repairs += 1
                service.asked_at, service.uploaded_at = now, None
                if service.repairs % 3 == 0:
                    self._actions.append(NewCircuits())
                self._actions.append(Republish(number))

    def _watch_suspicion(self, now: float) -> None:
        suspicion = self._suspicion
        if suspicion is None:
            if now - self._proof_at > self.timings.idle_test and self._test_target() is not None:
                self._suspicion = _Suspicion(test_at=now)
            return
        if suspicion.testing is not None:
            if now - suspicion.started_at > self.timings.test_seconds + self.timings.tick:
                # Whoever runs the tests did not report: count it as failed.
                self.tested(suspicion.testing, False, now)
        elif now >= suspicion.test_at:
            target = self._test_target()
            if target is None:
                self._untestable(suspicion, now)
                return
            suspicion.testing, suspicion.started_at = target, now
            self._actions.append(SelfTest(target))

    def _test_target(self) -> int | None:
        """A service that can be dialled: the one that was published first."""
        for number, service in self._services.items():
            if service.testable and service.uploaded_at is not None:
                return number
        return None

    def _untestable(self, suspicion: _Suspicion, now: float) -> None:
        """No service can be dialled just now."""
        silent = [n for n, s in self._services.items() if s.uploaded_at is None]
        if silent and suspicion.step > 0:
            # Published anew as a repair, and still nobody took the descriptor: no repair.
            self._escalate(suspicion, silent[0], now)
        elif silent:
            suspicion.test_at = now + self.timings.retest
        else:
            # None of them will ever be testable: repair gently, once, on suspicion.
            self._suspicion = None
            for number in self._services:
                self._republish(number, now)

    def _escalate(self, suspicion: _Suspicion, service: int, now: float) -> None:
        suspicion.step += 1
        suspicion.test_at = now + self.timings.retest
        if suspicion.step == 1:
            if not self._republish(service, now):
                # No directory has to be waited for.
                suspicion.test_at = now + self.timings.settle
        elif suspicion.step == 2:  # noqa: PLR2004
            self._actions.append(NewCircuits())
            for number in self._services:
                # Two calls met nobody at the entrances that were to be kept: they are of no use.
                # Directories will say that they take no others, and then the node has its answer.
                self._republish(number, now, anyway=number == service)
        else:
            # The first restart is tested as soon as it can be, further ones ever more slowly.
            suspicion.hurry = suspicion.pause == 0
            suspicion.pause = min(
                max(suspicion.pause * 2, self.timings.repair_pause),
                self.timings.repair_pause_most,
            )
            suspicion.test_at = now + suspicion.pause
            self._restart("nobody can reach our services", now)

    def _irreplaceable(self, service: _Watched, now: float) -> bool:
        """Whether no directory would take a new announcement in the place of the one it has.

        Announcements are numbered by the time of day, and an older one is refused for as long as
        directories keep the newer: so it is after the clock was ahead and is set back. Then the
        entrances that stand are the only ones that anybody can learn of, and publishing anew would
        end them.
        """
        before, wall = self._ticked
        behind = service.stamp - (wall + now - before)
        return (
            service.uploaded_at is not None
            and behind > self.timings.leap
            and now - service.stamped_at <= self.timings.announced
        )

    def _republish(self, number: int, now: float, *, anyway: bool = False) -> bool:
        """Publish a service again, or only see to new circuits if it cannot be replaced."""
        service = self._services[number]
        if self._irreplaceable(service, now) and not anyway:
            self._actions.append(NewCircuits())
            return False
        service.asked_at, service.uploaded_at = now, None
        self._actions.append(Republish(number))
        return True
