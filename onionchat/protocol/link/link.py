"""The link: one core for handshake, session and channels, driven with bytes and time.

What lives here: `Link` (docs/spec/05-link.md). What may not: sockets and clocks (the shell has
them), and the decision whether the proved peer may come in (the owner's, on `LinkUp`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from onionchat.errors import (
    Downgraded,
    Malformed,
    PeerUnreachable,
    PeerVersionUnknown,
    ProtocolViolation,
    TimedOut,
    UnexpectedMessage,
)
from onionchat.protocol.crypto.rng import Rng
from onionchat.protocol.link.channel import Priority
from onionchat.protocol.link.control import (
    CONTROL,
    Bye,
    Close,
    ControlMessage,
    Credit,
    Hello,
    Open,
    Ping,
    Pong,
    RenewAnswer,
    RenewRequest,
    read,
)
from onionchat.protocol.link.events import ByeReason, Event, LinkClosed, LinkUp, Why
from onionchat.protocol.link.lifecycle import LinkCore, Stage, link_life
from onionchat.protocol.link.liveness import Verdict
from onionchat.protocol.link.mux import Mux
from onionchat.protocol.link.running import Running, control_frame
from onionchat.protocol.session.frames import Frame, parse
from onionchat.protocol.session.handshake import (
    HIGHEST_VERSION,
    LOWEST_VERSION,
    Initiator,
    Responder,
)
from onionchat.protocol.session.renewal import RenewalLimits

KINDS: Final[Mapping[str, Priority]] = {
    "contact": Priority.INTERACTIVE,
    "device": Priority.INTERACTIVE,
    "sync": Priority.INTERACTIVE,
}
"""The kinds of channels of this version."""

SEND_CHUNK: Final = 64 * 1024
"""Bytes that `bytes_to_send` gives at a time, about."""

DRAIN_SECONDS: Final = 5.0
"""How long a link that was shut down may go on sending what waits."""

_TOKEN_SIZE: Final = 16
_LIMITS: Final = RenewalLimits()


class Link:
    """One link. Feed it bytes and time, send what it says, take its events.

    The shell's duties: `receive` what comes, `on_deadline` at `deadline`; after each of them, and
    after each call of the owner, take all of `next_event`, write `bytes_to_send` as the transport
    takes it (it is made only then, so that the urgent overtakes what waits), take `next_event`
    again, look at `deadline` anew. After `LinkClosed` it closes the transport.

    No bytes of a peer make any method raise: they end in `LinkClosed`.
    """

    __slots__ = (
        "_bye",
        "_core",
        "_dialler",
        "_handshake",
        "_life",
        "_limits",
        "_mux",
        "_now",
        "_out",
        "_rng",
        "_run",
        "_until",
    )

    def __init__(
        self,
        handshake: Initiator | Responder,
        now: float,
        rng: Rng,
        kinds: Mapping[str, Priority],
        features: frozenset[str],
        limits: RenewalLimits,
    ) -> None:
        self._dialler = isinstance(handshake, Initiator)
        self._handshake: Initiator | Responder | None = handshake
        self._run: Running | None = None
        self._now = now
        self._rng = rng
        self._limits = limits
        self._core = LinkCore()
        self._life = link_life(self._core)
        self._mux = Mux(self._dialler, kinds, self._core)
        self._out = b""
        self._bye = int(ByeReason.STOPPING)
        # When handshaking and greeting, later draining, must be over.
        self._until = handshake.deadline()
        self._mux.control(Hello(LOWEST_VERSION, HIGHEST_VERSION, tuple(sorted(features))))

    @classmethod
    def dialling(
        cls,
        handshake: Initiator,
        now: float,
        rng: Rng,
        kinds: Mapping[str, Priority] = KINDS,
        features: frozenset[str] = frozenset(),
        limits: RenewalLimits = _LIMITS,
    ) -> Link:
        """The dialler's end. It may open channels and send at once: the callee is proved first."""
        return cls(handshake, now, rng, kinds, features, limits)

    @classmethod
    def accepting(
        cls,
        handshake: Responder,
        now: float,
        rng: Rng,
        kinds: Mapping[str, Priority] = KINDS,
        features: frozenset[str] = frozenset(),
        limits: RenewalLimits = _LIMITS,
    ) -> Link:
        """The callee's end. `kinds` are the kinds that the peer may open, with their classes."""
        return cls(handshake, now, rng, kinds, features, limits)

    # --- the shell's side

    def receive(self, data: bytes, now: float) -> None:
        """Take bytes from the transport."""
        self._now = now
        try:
            if self._handshake is not None:
                self._shake(self._handshake, data, now)
            elif self._run is not None:
                self._run.session.feed(data)
            self._read_records(now)
        except ProtocolViolation as error:
            self._end(LinkClosed(Why.VIOLATION, error))
        except PeerVersionUnknown as error:
            self._end(LinkClosed(Why.VERSION, error))

    def bytes_to_send(self, limit: int = SEND_CHUNK) -> bytes:
        """Make bytes for the transport: less than `limit` plus one record; empty for nothing."""
        if self._handshake is not None:
            return self._handshake.bytes_to_send()
        parts = [self._out]
        size = len(self._out)
        self._out = b""
        while size < limit and self._run is not None:
            record = self._next_record(self._run)
            if not record:
                break
            parts.append(record)
            size += len(record)
        return b"".join(parts)

    def deadline(self) -> float | None:
        """When to call `on_deadline`."""
        run = self._run
        if run is None or self._core.stage is Stage.GREETING:
            return None if self._core.stage is Stage.CLOSED else self._until
        times = [run.live.deadline(), run.age.over_at(), run.renew_at()]
        if self._core.stage is Stage.DRAINING:
            times.append(self._until)
        return min(time for time in times if time is not None)

    def on_deadline(self, now: float) -> None:
        """Do what is due; nothing if it is too early."""
        self._now = now
        run, stage = self._run, self._core.stage
        if stage is Stage.CLOSED:
            return
        if run is None or stage is Stage.GREETING:
            if now >= self._until:
                self._end(LinkClosed(Why.TIMEOUT, TimedOut()))
        elif stage is Stage.DRAINING and now >= self._until:
            self._out += self._say_bye(run)
        else:
            self._keep_alive(run, now)

    def transport_lost(self) -> None:
        """The transport ended by itself."""
        self._end(LinkClosed(Why.LOST, PeerUnreachable()))

    def next_event(self) -> Event | None:
        """Take the next event. Taking a message gives its credit back to the peer."""
        queued = self._core.take()
        if queued is None:
            return None
        event, channel, price = queued
        if channel is not None:
            self._mux.taken(channel, price)
        return event

    # --- the owner's side

    @property
    def rtt(self) -> float | None:
        """Smoothed round-trip time in seconds; None while there is no session."""
        return None if self._run is None else self._run.live.rtt

    def open(self, kind: str, priority: Priority | None = None) -> int:
        """Open a channel and return its number; its class is the kind's unless given.

        Raises:
            PeerUnreachable: the link is closing or closed.
        """
        self._require_usable()
        return self._mux.open(kind, priority)

    def send(self, channel: int, message: bytes, now: float, expect_answer: bool = False) -> None:
        """Queue a message (at most `MAX_MESSAGE` bytes).

        With `expect_answer`, silence of the peer after it is found out within seconds.

        Raises:
            PeerUnreachable: the channel or the link is closing or closed. Nothing was queued.
        """
        self._require_usable()
        self._mux.send(channel, message)
        self._now = now
        if expect_answer and self._run is not None:
            self._run.live.asked(now)

    def backlog(self, channel: int) -> int:
        """Bytes of messages that wait to be sent; 0 for a closed channel."""
        return self._mux.backlog(channel)

    def pause(self, channel: int) -> None:
        """Give the peer no more credit for now: it can still send what is left of its window."""
        self._mux.pause(channel, True)

    def resume(self, channel: int) -> None:
        """Give credit again."""
        self._mux.pause(channel, False)

    def close(self, channel: int) -> None:
        """Close a channel once everything is sent. `ChannelClosed` follows when the peer agrees."""
        self._mux.close(channel)

    def shutdown(self, reason: int, now: float) -> None:
        """Send what waits (for `DRAIN_SECONDS` at most), say Bye, and end with `LinkClosed`."""
        if self._core.stage in (Stage.GREETING, Stage.OPEN):
            self._bye = int(reason)
            self._until = now + DRAIN_SECONDS
        self._life.shut_down()
        if self._core.stage is Stage.CLOSED:
            self._forget()

    # --- inside

    def _require_usable(self) -> None:
        if self._core.stage in (Stage.DRAINING, Stage.CLOSED):
            raise PeerUnreachable

    def _end(self, closed: LinkClosed) -> None:
        if self._handshake is not None:
            # A callee still tells which versions it speaks. Other failures answer nothing.
            self._out = self._handshake.bytes_to_send() if closed.why is Why.VERSION else b""
        self._life.ended(closed)
        self._forget()

    def _forget(self) -> None:
        self._handshake = self._run = None
        self._mux.drop()

    def _shake(self, handshake: Initiator | Responder, data: bytes, now: float) -> None:
        done = handshake.receive(data, now)
        if done is not None:
            self._out = handshake.bytes_to_send()
            self._handshake = None
            self._run = Running(done, self._dialler, self._limits, now, self._rng)
            self._life.authenticated()

    def _keep_alive(self, run: Running, now: float) -> None:
        over, due = run.age.over_at(), run.renew_at()
        if over is not None and now >= over:
            self._end(LinkClosed(Why.TIMEOUT, TimedOut()))
            return
        if due is not None and now >= due:
            self._mux.control(run.renew())
        token = self._rng.random_bytes(_TOKEN_SIZE)
        verdict = run.live.check(now, token)
        if verdict is Verdict.PING:
            self._mux.control(Ping(token))
        elif verdict is Verdict.DEAD:
            self._end(LinkClosed(Why.DEAD, PeerUnreachable()))

    # --- sending

    def _next_record(self, run: Running) -> bytes:
        record = run.marker_record(self._now)
        if record:
            return record
        frames, messages = self._mux.next_frames()
        if messages:
            run.used(self._now)
        if frames:
            return run.record(frames, self._now)
        if self._core.stage is Stage.DRAINING and self._mux.empty():
            return self._say_bye(run)
        return b""

    def _say_bye(self, run: Running) -> bytes:
        record = run.record(control_frame(Bye(self._bye)), self._now)
        self._life.drained()
        self._forget()
        return record

    # --- receiving

    def _read_records(self, now: float) -> None:
        # A record can end the link, and then there are no keys for the next one.
        while self._run is not None:
            content = self._run.next_content(now)
            if content is None:
                return
            for frame in parse(content):
                if self._run is not None:
                    self._frame(self._run, frame, now)

    def _frame(self, run: Running, frame: Frame, now: float) -> None:
        if frame.channel == CONTROL:
            if not frame.last:
                raise Malformed
            message = read(frame.payload)
            # Hello first, and once.
            if (run.peer_highest == 0) is not isinstance(message, Hello):
                raise UnexpectedMessage
            self._mux.check_flood()
            if message is not None:
                self._control(run, message, now)
        elif run.peer_highest == 0:
            raise UnexpectedMessage
        else:
            self._mux.data(frame)
            run.used(now)

    def _control(self, run: Running, message: ControlMessage, now: float) -> None:
        match message:
            case Hello():
                self._hello(run, message)
            case Open():
                self._mux.opened(message)
            case Credit():
                self._mux.credited(message)
            case Close():
                self._mux.closed(message)
            case Bye():
                self._end(LinkClosed(Why.BYE, peer_reason=message.reason))
            case Ping():
                run.live.pinged()
                self._mux.control(Pong(message.token))
            case Pong():
                run.live.ponged(message.token, now)
            case RenewRequest():
                run.renew_requested(message, now)
            case RenewAnswer():
                run.renew_answered(message, now)
            case _:  # Renewed: the last of the union
                run.renewed(now)

    def _hello(self, run: Running, hello: Hello) -> None:
        if not hello.lowest <= run.done.version <= hello.highest:
            raise Malformed
        if min(hello.highest, HIGHEST_VERSION) > run.done.version:
            raise Downgraded
        done = run.done
        run.peer_highest = hello.highest
        self._life.greeted(
            LinkUp(
                remote_static=done.remote_static,
                local_static=done.local_static,
                tag=None if done.candidate is None else done.candidate.tag,
                handshake_hash=done.handshake_hash,
                peer_versions=(hello.lowest, hello.highest),
                features=frozenset(hello.features),
            )
        )
