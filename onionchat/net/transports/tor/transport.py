"""`TorTransport`: the run of tor, the services, the dials and the watchdog put together.

Decisions are made in `watchdog` and `guards`, sentences in `status`; here they are carried out.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, Final

from twisted.internet.defer import CancelledError, Deferred, DeferredLock
from twisted.internet.interfaces import IDelayedCall, IProtocol, IProtocolFactory
from twisted.logger import Logger
from twisted.python.failure import Failure

from onionchat.errors import OnionchatError, TorFailed
from onionchat.net.transports.interface import (
    Address,
    DialFailed,
    DialReason,
    Phase,
    Service,
    ServiceSpec,
    TransportStatus,
    TroubleKind,
)
from onionchat.net.transports.status_listeners import StatusListeners
from onionchat.net.transports.tor import events, upkeep
from onionchat.net.transports.tor.bridges import Bridge
from onionchat.net.transports.tor.clock import ConsensusClock
from onionchat.net.transports.tor.control import CommandRefused
from onionchat.net.transports.tor.details import TorDetails, ask, nothing
from onionchat.net.transports.tor.dial import dial, forget, test_call
from onionchat.net.transports.tor.network_watch import NetworkWatch
from onionchat.net.transports.tor.own_calls import OwnCalls
from onionchat.net.transports.tor.paths import Paths
from onionchat.net.transports.tor.repairs import (
    Action,
    NewCircuits,
    ProbeNetwork,
    Republish,
    RestartTor,
    SelfTest,
    Timings,
)
from onionchat.net.transports.tor.run import (
    TorReactor,
    TorRun,
    TorSettings,
    join,
    launch,
    service_place,
)
from onionchat.net.transports.tor.services import ServiceTable, TorService
from onionchat.net.transports.tor.status import StatusBoard
from onionchat.net.transports.tor.watchdog import Watchdog
from onionchat.protocol.crypto.rng import Rng

MAX_LATENCY_MS: Final = 20_000
ASK_EVERY_SECONDS: Final = 30.0
"""How often tor is asked whether it still answers, and has circuits."""

SUSPICIOUS_DIALS: Final = 3
"""So many different addresses not reached in a row: perhaps it is us."""

ASK_AGAIN_SECONDS: Final = 5.0
"""The same when something has failed."""

FORGET_EVERY_SECONDS: Final = 15.0
"""At most so often tor is told to forget at which entrances it met nobody."""

_SUSPICIOUS: Final = frozenset({DialReason.TIMED_OUT, DialReason.OTHER})
_log = Logger()


class TorTransport:
    """Reaches other devices through Tor, and is reached through onion services.

    `wall` gives the wall time in seconds since 1970. The methods are those of
    `interface.Transport`, where their contracts stand.
    """

    def __init__(
        self,
        reactor: TorReactor,
        settings: TorSettings,
        *,
        rng: Rng,
        wall: Callable[[], float],
        timings: Timings | None = None,
    ) -> None:
        self._reactor = reactor
        self._settings = settings
        self._wall = wall
        self._own = settings.join is None
        self._board = StatusBoard(own=self._own, bridges=bool(settings.bridges.bridges))
        self._watchdog = Watchdog(
            own=self._own, now=reactor.seconds(), wall=wall(), timings=timings
        )
        self._services = ServiceTable(
            reactor,
            settings.folders,
            service_place(settings),
            rng,
            self._board.service,
            self._on_inbound,
        )
        self._paths = Paths()
        self._consensus_clock = ConsensusClock()
        self._guards = upkeep.GuardKeeper(reactor, settings, rng, wall, self._on_guards)
        self._network_watch = NetworkWatch(reactor, self.disturbed)
        self._listeners = StatusListeners()
        self._shown: TransportStatus | None = None
        self._run: TorRun | None = None
        self._running = False
        self._opening = False
        self._changing = DeferredLock()
        self._timer: IDelayedCall | None = None
        self._ticking = False
        self._asked_at = self._ask_at = 0.0
        self._failed_dials: set[bytes] = set()
        self._tests = 0
        self._own_calls = OwnCalls()
        self._forgotten_at = float("-inf")

    @property
    def name(self) -> str:
        """As it stands in a session's prologue."""
        return "tor"

    @property
    def can_hide_ip(self) -> bool:
        """Yes."""
        return True

    @property
    def max_latency_ms(self) -> int:
        """A round trip through six relays; a second is usual."""
        return MAX_LATENCY_MS

    @property
    def status(self) -> TransportStatus:
        """How Tor is doing now."""
        return self._board.snapshot()

    @property
    def tor_pid(self) -> int | None:
        """The process id of the own tor, if it runs."""
        process = None if self._run is None else self._run.process
        return None if process is None else process.pid

    # --- the interface ---------------------------------------------------------------------------

    def start(self) -> Deferred[None]:
        """Start or join tor; see `interface.Transport.start`."""
        return Deferred.fromCoroutine(self._start())

    def stop(self) -> Deferred[None]:
        """End everything; see `interface.Transport.stop`."""
        return Deferred.fromCoroutine(self._stop())

    def publish(self, spec: ServiceSpec, factory: IProtocolFactory) -> Service:
        """Offer a service; see `interface.Transport.publish`."""
        service = self._services.add(spec, factory)
        now = self._reactor.seconds()
        self._board.service_added(service.number, spec, now)
        self._watchdog.service_added(
            service.number, testable=self._services.testable(service.number), now=now
        )
        if self._run is not None:
            self._background(self._publish(self._run, service))
        self._show()
        return service

    def withdraw(self, service: Service) -> Deferred[None]:
        """Take a service back; see `interface.Transport.withdraw`."""
        return Deferred.fromCoroutine(self._withdraw(service))

    def dial(
        self, address: Address, isolation: str, factory: IProtocolFactory, timeout: float = 120.0
    ) -> Deferred[IProtocol]:
        """Connect; see `interface.Transport.dial`."""
        return Deferred.fromCoroutine(self._dial(address, isolation, factory, timeout))

    def forget(self, onion_key: bytes) -> Deferred[None]:
        """Take an access secret back from tor; see `interface.Transport.forget`."""
        return Deferred.fromCoroutine(self._forget(onion_key))

    def subscribe(self, listener: Callable[[TransportStatus], None]) -> Callable[[], None]:
        """Call `listener` after every change of `status`."""
        return self._listeners.add(listener)

    def disturbed(self) -> None:
        """Look after Tor; see `interface.Transport.disturbed`."""
        now = self._reactor.seconds()
        self._watchdog.disturbed(now)
        self._ask_at = min(self._ask_at, self._asked_at + ASK_AGAIN_SECONDS)
        self._act()

    def was_own_call(self, onion_key: bytes) -> bool:
        """See `interface.Transport.was_own_call`."""
        return self._own_calls.take(onion_key, self._reactor.seconds())

    def reconfigure(self, settings: TorSettings) -> Deferred[None]:
        """Use these settings from now on: another tor is started or joined at once.

        All circuits end with the tor that had them; services are published anew. Fires when that
        tor is controlled. Raises InvalidInput (nothing was changed), and what `start` raises: then
        it is tried again as after any failure.
        """
        return self._changing.run(lambda: Deferred.fromCoroutine(self._reconfigure(settings)))

    async def details(self) -> tuple[TorDetails, tuple[Bridge, ...]]:
        """What an own tor is doing, for the person; and the bridges whose states it tells.

        Nothing is asked of a joined one, which also serves others.
        """
        run, bridges = self._run, self._settings.bridges.bridges
        if not self._own:
            return TorDetails(), ()
        if run is None:
            return nothing(bridges), bridges
        try:
            return await ask(run.control, bridges), bridges
        except TorFailed:
            return nothing(bridges), bridges

    # --- start and stop --------------------------------------------------------------------------

    async def _start(self) -> None:
        if self._running:
            return
        self._running = True
        self._watchdog.started()
        try:
            self._settings.folders.prepare()
            self._settings.folders.clear_services()
            await self._open()
        except OnionchatError:
            self._running = False
            self._watchdog.stopped()
            raise
        if self._running:
            self._network_watch.start()
            self._ticking = True
            self._tick()

    async def _stop(self) -> None:
        self._running = self._ticking = False
        self._watchdog.stopped()
        self._network_watch.stop()
        if self._timer is not None and self._timer.active():
            self._timer.cancel()
        await self._leave()
        self._board.stopped(self._reactor.seconds())
        self._show()

    async def _reconfigure(self, settings: TorSettings) -> None:
        place = service_place(settings)
        if self._opening:
            raise TorFailed("Tor is just being started; try again in a moment.")
        # Until then nobody starts another one.
        self._opening = True
        try:
            await self._leave()
        finally:
            self._opening = False
        self._settings = settings
        self._own = settings.join is None
        self._guards.configure(settings)
        self._services.move(place)
        self._board.configure(own=self._own, bridges=bool(settings.bridges.bridges))
        self._watchdog.configure(own=self._own)
        if self._running:
            try:
                await self._open()
            except OnionchatError:
                self._watchdog.control_lost(self._reactor.seconds())
                raise

    async def _leave(self) -> None:
        """End the run of tor, take everything back from one that goes on."""
        self._guards.stop()
        run, self._run = self._run, None
        if run is not None:
            if not self._own:
                await upkeep.clean_up(run)
            await run.end()
        await self._services.close()

    async def _open(self) -> None:
        """Get a tor. Raises what `launch` and `join` raise, after the status says it."""
        self._opening = True
        self._board.starting()
        self._show()
        try:
            if self._own:
                run = await launch(self._reactor, self._settings, wall=self._wall())
            else:
                run = await join(self._reactor, self._settings)
        except OnionchatError as error:
            self._say_failed(error)
            raise
        finally:
            self._opening = False
        if not self._running:
            await run.end()
            return
        self._run = run
        run.on_lost = lambda: self._on_lost(run)
        now = self._reactor.seconds()
        self._paths.forget()
        self._board.connected(run.control.version, now)
        self._watchdog.control_up(now)
        self._asked_at, self._ask_at = now, now + ASK_EVERY_SECONDS
        # The services first: tor makes their keys and introduction circuits while it starts up.
        for service in self._services:
            self._background(self._publish(run, service))
        self._background(self._follow(run))
        self._show()

    async def _follow(self, run: TorRun) -> None:
        """Subscribe to what happens, and catch up with what has happened before."""
        names = events.SUBSCRIBED_OWN if self._own else events.SUBSCRIBED
        try:
            await run.control.subscribe(names, lambda event: self._on_event(run, event))
        except CommandRefused:
            self._board.trouble(
                TroubleKind.OTHER, "The Tor that was joined does not tell this node what happens."
            )
        for event in await upkeep.present_state(run.control):
            self._on_event(run, event)
        await self._compare_clock(run)
        if self._own:
            self._on_event(run, await upkeep.present_circuits(run.control))

    async def _reopen(self, *, hung: bool = False) -> None:
        """The watchdog wants tor anew. `hung`: the present one cannot be asked to end."""
        if self._opening or not self._running:
            return
        self._guards.stop()
        run, self._run = self._run, None
        if run is not None:
            await self._end(run, hung=hung)
        if not self._running:
            return
        try:
            await self._open()
        except OnionchatError:
            self._watchdog.control_lost(self._reactor.seconds())

    async def _end(self, run: TorRun, *, hung: bool) -> None:
        if hung:
            run.kill()
            return
        # Killed, it would not write its state, and a young one would draw new entry guards.
        self._opening = True
        try:
            await run.end()
        finally:
            self._opening = False

    def _on_lost(self, run: TorRun) -> None:
        if self._run is not run:
            return
        self._run = None
        self._guards.stop()
        if run.process is not None:
            run.process.kill()
        self._say_failed(TorFailed("Tor ended unexpectedly; it is started again."))
        self._watchdog.control_lost(self._reactor.seconds())
        self._act()

    def _say_failed(self, error: OnionchatError) -> None:
        self._board.failed(error, self._reactor.seconds())
        self._show()

    # --- services and dials ----------------------------------------------------------------------

    async def _publish(self, run: TorRun, service: TorService) -> None:
        try:
            if service in self._services and self._run is run:
                await self._services.publish(run, service.number)
        except CommandRefused as refused:
            _log.warn("tor refused a service with code {code}", code=refused.status)
            self._board.service_refused(service.number, self._reactor.seconds())
            self._show()

    async def _withdraw(self, service: Service) -> None:
        if not isinstance(service, TorService) or service not in self._services:
            return
        self._board.service_removed(service.number)
        self._watchdog.service_removed(service.number)
        self._show()
        try:
            await self._services.remove(self._run, service.number)
        except TorFailed:
            # tor is going away, and the service with it.
            return

    async def _dial(
        self, address: Address, isolation: str, factory: IProtocolFactory, timeout: float
    ) -> IProtocol:
        run = self._run
        if run is None:
            raise DialFailed(DialReason.NOT_READY)
        try:
            protocol = await dial(run, self._reactor, address, isolation, factory, timeout)
        except DialFailed as failed:
            if failed.reason in _SUSPICIOUS:
                self._failed_dials.add(address.onion_key)
            if len(self._failed_dials) >= SUSPICIOUS_DIALS:
                self._failed_dials.clear()
                self.disturbed()
            if failed.reason is DialReason.INTRO_FAILED:
                self._forget_entrances(run)
            raise
        self._failed_dials.clear()
        return protocol

    def _forget_entrances(self, run: TorRun) -> None:
        """tor met nobody at a service's entrances and leaves them alone for half an hour; but a
        service that only lost its circuits opens the same ones again within seconds."""
        now = self._reactor.seconds()
        if self._own and self._run is run and now - self._forgotten_at >= FORGET_EVERY_SECONDS:
            self._forgotten_at = now
            self._background(upkeep.new_circuits(run))

    async def _forget(self, onion_key: bytes) -> None:
        if self._run is not None:
            try:
                await forget(self._run, onion_key)
            except TorFailed:
                # It was in tor's memory only, which is gone or going.
                return

    # --- what happens ----------------------------------------------------------------------------

    def _on_event(self, run: TorRun, event: events.TorEvent) -> None:
        if self._run is not run:
            return
        now = self._reactor.seconds()
        self._board.apply(event)
        if isinstance(event, events.Uploaded):
            number = self._services.number_of(event.address)
            if number is not None:
                self._board.uploaded(number, now)
                self._watchdog.uploaded(number, now, self._wall())
        elif isinstance(event, events.UploadFailed):
            number = self._services.number_of(event.address)
            if number is not None:
                self._board.upload_failed(number, now)
        elif isinstance(event, events.Circuit | events.AllCircuits):
            self._paths.apply(event)
        elif isinstance(event, events.ConsensusTimes):
            works = self._board.snapshot().phase is Phase.ONLINE
            self._board.clock_by_consensus(
                self._consensus_clock.compare(event, wall=self._wall(), now=now, works=works)
            )
        elif isinstance(event, events.Said):
            _log.info("tor {severity}: {text}", severity=event.severity, text=event.text)
        else:
            self._tell_watchdog(run, event, now)
        self._look_at_paths(now)
        self._act()
        self._show()

    def _look_at_paths(self, now: float) -> None:
        entrances = {s.number: self._paths.introductions(s.host) for s in self._services}
        self._board.paths(self._paths.any, entrances)
        self._watchdog.cut(self._board.cut, now)
        for number, count in entrances.items():
            self._watchdog.entrances(number, count, now)

    def _tell_watchdog(self, run: TorRun, event: events.TorEvent, now: float) -> None:
        if isinstance(event, events.Bootstrap):
            self._watchdog.bootstrap(event.percent, now)
            if event.percent == events.COMPLETE and self._own:
                self._guards.start(run.control)
        elif isinstance(event, events.CircuitsEstablished):
            self._watchdog.circuits(event.established, now)
        elif isinstance(event, events.Liveness):
            self._watchdog.liveness(event.up, now)
        elif isinstance(event, events.RelayConnection):
            if event.status == "CONNECTED":
                self._watchdog.relay_connected(now)
        elif isinstance(event, events.ClockJumped | events.GuardsChanged):
            self._watchdog.disturbed(now)

    def _on_inbound(self) -> None:
        self._board.tested(reached=True)
        self._show()
        self._watchdog.inbound(self._reactor.seconds())

    def _on_guards(self, pinned: int, reason: str) -> None:
        self._board.guards(pinned, reason)
        self._show()

    def _tick(self) -> None:
        now = self._reactor.seconds()
        self._watchdog.tick(now, self._wall())
        if self._run is not None and now >= self._ask_at:
            self._asked_at, self._ask_at = now, now + ASK_EVERY_SECONDS
            self._watchdog.control_asked(now)
            self._background(self._ask(self._run))
        self._timer = None
        self._act()

    def _arm(self) -> None:
        """Let the watchdog look again after its pace, which trouble quickens."""
        pace = self._watchdog.pace()
        if self._timer is not None and self._timer.active():
            if self._timer.getTime() - self._reactor.seconds() <= pace:
                return
            self._timer.cancel()
        self._timer = self._reactor.callLater(pace, self._tick)

    async def _ask(self, run: TorRun) -> None:
        limit = 2 * self._watchdog.timings.control_silent
        slow = self._reactor.callLater(
            self._watchdog.timings.control_slow, self._answers, run, False
        )
        try:
            await self._take_stock(run, limit)
        finally:
            if slow.active():
                slow.cancel()
        if self._run is run:
            self._watchdog.control_answered(self._reactor.seconds())
        self._answers(run, True)

    def _answers(self, run: TorRun, does: bool) -> None:
        if self._run is run:
            self._board.answering(does)
            self._show()

    async def _take_stock(self, run: TorRun, limit: float) -> None:
        try:
            for event in await upkeep.present_state(run.control, seconds=limit):
                self._on_event(run, event)
            await self._compare_clock(run)
            if self._own:
                self._on_event(run, await upkeep.present_circuits(run.control))
        except CommandRefused as refused:
            # An answer as well: a filter before a shared tor does not let us ask.
            _log.info("tor does not tell its state, code {code}", code=refused.status)

    async def _compare_clock(self, run: TorRun) -> None:
        times = await upkeep.consensus_times(run.control)
        if times is not None:
            self._on_event(run, times)

    # --- what is done about it -------------------------------------------------------------------

    def _act(self) -> None:
        while (action := self._watchdog.next_action()) is not None:
            _log.info("watchdog: {action}", action=type(action).__name__)
            self._background(self._carry_out(action))
        if self._ticking:
            self._arm()

    async def _carry_out(self, action: Action) -> None:
        run = self._run
        if isinstance(action, SelfTest):
            await self._self_test(action.service)
        elif isinstance(action, Republish):
            if run is not None and self._services.get(action.service) is not None:
                self._board.republishing(action.service, self._reactor.seconds())
                self._show()
                await self._services.republish(run, action.service)
        elif isinstance(action, NewCircuits):
            if run is not None:
                await upkeep.new_circuits(run)
        elif isinstance(action, ProbeNetwork):
            if run is not None:
                await upkeep.probe_network(run.control)
        else:
            await self._reopen(hung=isinstance(action, RestartTor) and action.hung)

    async def _self_test(self, number: int) -> None:
        run, service = self._run, self._services.get(number)
        reached = False
        if run is not None and service is not None:
            self._tests += 1
            address = Address(
                service.spec.onion_key, self._services.test_secret(number), service.spec.port
            )
            seconds = self._watchdog.timings.test_seconds
            self._own_calls.begun(address.onion_key, seconds, self._reactor.seconds())
            reached = await test_call(
                run, self._reactor, address, f"self test {self._tests}", seconds
            )
        if run is not None and self._run is run:
            self._board.tested(reached)
            self._show()
        self._watchdog.tested(number, reached, self._reactor.seconds())
        self._act()

    def _background(self, work: Coroutine[Any, Any, None]) -> None:
        """Let something happen on its own. That tor goes away meanwhile is no error here."""

        def report(failure: Failure) -> None:
            if failure.check(TorFailed, CancelledError) is None:
                _log.failure("in the Tor transport", failure)

        Deferred.fromCoroutine(work).addErrback(report)

    def _show(self) -> None:
        status = self._board.snapshot()
        if status != self._shown:
            self._shown = status
            self._listeners.tell(status)
