"""Targets for the cores below a link's channels: handshake, records, link.

What lives here: scripts of peer bytes, time and local actions. What may not: what travels in the
channels (`conversations`).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from fuzz.records import CONTROL_MESSAGES
from fuzz.target import Tape, chunked, target
from onionchat.errors import (
    PeerUnreachable,
    PeerVersionUnknown,
    ProtocolViolation,
)
from onionchat.protocol.crypto.keys import AgreementKey
from onionchat.protocol.link.control import Close, Credit, Hello, Open
from onionchat.protocol.link.events import ChannelClosed, ChannelOpened, LinkClosed, MessageReceived
from onionchat.protocol.link.link import Link
from onionchat.protocol.session.frames import header
from onionchat.protocol.session.handshake import (
    FIRST_SIZE,
    Candidate,
    HandshakeDone,
    Initiator,
    Responder,
)
from onionchat.protocol.session.noise import CipherState, NoiseResult
from onionchat.protocol.session.records import MAX_CONTENT, Session
from onionchat.protocol.session.renewal import RenewalLimits
from onionchat.protocol.wire.codec import encode
from onionchat.protocol.wire.records import MAX_MESSAGE
from onionchat.testing.rng import SeededRng

DIALLER = AgreementKey(b"d" * 32)
CALLEE = AgreementKey(b"c" * 32)
DECOY = AgreementKey(b"x" * 32)
PSK = b"k" * 32
CANDIDATES = (
    (Candidate(CALLEE),),
    (Candidate(DECOY), Candidate(CALLEE)),
    (Candidate(CALLEE, PSK),),
    (Candidate(DECOY),),
    (Candidate(DECOY, PSK), Candidate(CALLEE, PSK), Candidate(CALLEE)),
)


def _initiator(psk: bytes | None) -> Initiator:
    return Initiator(DIALLER, CALLEE.public, psk, "tor", b"address", SeededRng(1), 0.0)


@cache
def first_message(psk: bytes | None) -> bytes:
    """The first message is the same each time, since its keys come from the seeded generator."""
    return _initiator(psk).bytes_to_send()


def _feed(core: Initiator | Responder, honest: bytes, tape: Tape) -> HandshakeDone | None:
    """Bytes by the script: honest ones in pieces, altered, left out, or others."""
    fed, place, now = b"", 0, 0.0
    while tape:
        kind = tape.byte() % 6
        if kind == 0:
            piece, place = honest[place:], len(honest)
        elif kind == 1:
            size = tape.number()
            piece, place = honest[place : place + size], place + size
        elif kind == 2:
            piece, place = tape.flip(honest[place:]), len(honest)
        elif kind == 3:
            piece = tape.chunk()
        elif kind == 4:
            place += tape.byte()
            continue
        else:
            now += tape.byte()
            continue
        fed += piece
        done = core.receive(piece, now)
        if done is not None:
            if not fed.startswith(honest):
                raise AssertionError("a handshake succeeded that was not the honest one")
            return done
    return None


def handshake_seeds() -> Iterator[bytes]:
    for who in range(10):
        head = bytes((who,))
        yield head + b"\0"
        yield head + b"\1\x00\x01\1\x00\x02\1\x04\xe1\0"
        yield head + b"\2\x00\x00\x02\x01"
        yield head + b"\2\x00\x02\x20\x01"
        yield head + b"\2\x01\x02\x20\x01"
        yield head + b"\2\x02\x02\x20\x01"
        yield head + b"\3" + chunked(b"\x04\xe1\x02")
        yield head + b"\3" + chunked(b"\x00\x03\x00\x01\x01")
        yield head + b"\3" + chunked(b"\x00\x03\x00\x02\x05")
        yield head + b"\3" + chunked(b"\xff\xff\x01")
        yield head + b"\3" + chunked(b"\x04\x81\x01" + bytes(1152)) + b"\0"


@target(
    "handshake-callee",
    covers=(Responder.receive,),
    declared=(ProtocolViolation, PeerVersionUnknown),
    seeds=handshake_seeds,
    large=lambda: (b"\0\3\xff\xff\xff" + bytes(0xFFFF),),
    max_size=2048,
)
def handshake_callee(data: bytes) -> None:
    """A stranger who knows the key, or does not: only honest bytes get anywhere."""
    tape = Tape(data)
    who = tape.byte()
    candidates = CANDIDATES[who % len(CANDIDATES)]
    psk = PSK if who & 0x80 else None
    responder = Responder(candidates, "tor", b"address", SeededRng(2), 0.0)
    honest = first_message(psk)
    try:
        _feed(responder, honest, tape)
    except ProtocolViolation:
        if responder.bytes_to_send() and len(honest) != FIRST_SIZE + 2:
            raise AssertionError("a stranger was answered") from None
        raise
    answer = responder.bytes_to_send()
    # The encapsulation's randomness is OpenSSL's own, so the third message is made afresh.
    if answer and who & 0x40:
        initiator = _initiator(psk)
        initiator.bytes_to_send()
        initiator.receive(answer, 1.0)
        _feed(responder, initiator.bytes_to_send(), tape)


@target(
    "handshake-dialler",
    covers=(Initiator.receive,),
    declared=(ProtocolViolation, PeerVersionUnknown),
    seeds=handshake_seeds,
    large=lambda: (b"\0\3\xff\xff\xff" + bytes(0xFFFF),),
    max_size=2048,
)
def handshake_dialler(data: bytes) -> None:
    """What is dialled may be anybody."""
    tape = Tape(data)
    psk = PSK if tape.byte() & 1 else None
    initiator = _initiator(psk)
    responder = Responder((Candidate(CALLEE, psk),), "tor", b"address", SeededRng(2), 0.0)
    responder.receive(initiator.bytes_to_send(), 0.0)
    _feed(initiator, responder.bytes_to_send(), tape)


# --- records --------------------------------------------------------------------------------------


def sessions() -> tuple[Session, Session]:
    """Two ends of one session, the dialler's first, without a handshake."""

    def end(send: bytes, receive: bytes, dialler: bool) -> Session:
        result = NoiseResult(
            CipherState(ChaCha20Poly1305(send)),
            CipherState(ChaCha20Poly1305(receive)),
            b"h" * 64,
            b"r" * 32,
            b"c" * 64,
        )
        return Session(result, dialler, SeededRng(3 + dialler))

    return end(b"1" * 32, b"2" * 32, True), end(b"2" * 32, b"1" * 32, False)


def record_seeds() -> Iterator[bytes]:
    yield b"\0\0" + chunked(b"frames") + b"\0" + chunked(b"x" * 600)
    yield b"\1\0" + chunked(b"frames") + b"\1\x00\x00\x05\x01"
    yield b"\0\1" + chunked(b"frames") + b"\x00\x02\x05\x01"
    yield b"\0\2" + chunked(b"\x00\x05hello")
    yield b"\0\3\5" + b"\0" + chunked(b"x")
    yield b"\1\3\3" + b"\0" + chunked(b"x")
    yield b"\0\4" + chunked(b"m" * 1216)
    yield b"\1\4" + chunked(b"m")
    yield b"\0\2" + chunked(b"\x01\xe8" + bytes(486))


@target(
    "session-records",
    covers=(Session.next_record, Session.answer, Session.accept, Session.switch_receive),
    seeds=record_seeds,
    large=lambda: (b"\0\2\xff\xff\xff" + b"\x3d\x00" * 32767, b"\0\0\xff\x3c\xe0" + bytes(15584)),
    max_size=4096,
)
def session_records(data: bytes) -> None:
    """Records of the peer: honest, altered, foreign; renewals at any time."""
    tape = Tape(data)
    dialler, callee = sessions()
    here, peer = (dialler, callee) if tape.byte() & 1 else (callee, dialler)
    while tape:
        kind = tape.byte() % 6
        if kind == 0:
            content = tape.chunk()[:MAX_CONTENT]
            here.feed(peer.encrypt(content))
            found = here.next_record()
            if found is not None and not found.startswith(content):
                raise AssertionError("a record is not what was sent")
        elif kind == 1:
            here.feed(tape.flip(peer.encrypt(tape.chunk()[:MAX_CONTENT])))
        elif kind == 2:
            here.feed(tape.chunk())
        elif kind == 3:
            if here is callee and not peer.renewing:
                here.answer(peer.ask())
            elif here is dialler and not here.renewing:
                here.accept(peer.answer(here.ask()))
        elif kind == 4:
            here.answer(tape.chunk()) if here is callee else here.accept(tape.chunk())
        else:
            here.switch_receive()
        while here.next_record() is not None:
            pass


# --- the link -------------------------------------------------------------------------------------


class _Callee(Responder):
    """A handshake that is over as soon as the first bytes come."""

    __slots__ = ("end",)

    def receive(self, data: bytes, now: float) -> HandshakeDone | None:
        return finished(self.end, data)


class _Dialler(Initiator):
    """The same for the dialler."""

    __slots__ = ("end",)

    def __init__(self, *_: object) -> None:
        self._deadline = 30.0

    def bytes_to_send(self) -> bytes:
        return b""

    def receive(self, data: bytes, now: float) -> HandshakeDone | None:
        return finished(self.end, data)


def finished(end: Session, data: bytes) -> HandshakeDone:
    end.feed(data)
    return HandshakeDone(1, end, b"l" * 32, b"r" * 32, None, b"h" * 64, 0.2)


AFTER_THE_END = 8
"""Steps that a script goes on when a link is closed: nothing may happen then, and most scripts of
random bytes close it early, so more of them would only take time."""

LIMITS = RenewalLimits(seconds=600.0, size=2**20)


class Peered:
    """A link, and its peer's end of the session in the hands of the script."""

    def __init__(self, dialler: bool) -> None:
        ends = sessions()
        end, self.peer = ends if dialler else ends[::-1]
        shaken = _Dialler() if dialler else _Callee((), "tor", b"address", SeededRng(2), 0.0)
        shaken.end = end
        make = Link.dialling if dialler else Link.accepting
        self.link = make(shaken, 0.0, SeededRng(5), limits=LIMITS)
        self.now = 0.0
        self.channels: list[int] = []
        self.closed = False
        self.waiting = 0

    def from_peer(self, content: bytes) -> None:
        """One honest record with these frames."""
        self.link.receive(self.peer.encrypt(content[:MAX_CONTENT]), self.now)

    def settle(self) -> None:
        """What the shell does after each call; checks what must always hold."""
        for _ in range(4):
            while (event := self.link.next_event()) is not None:
                if self.closed:
                    raise AssertionError("something happens after the end")
                if isinstance(event, ChannelOpened):
                    self.channels.append(event.channel)
                elif isinstance(event, ChannelClosed) and event.channel in self.channels:
                    self.channels.remove(event.channel)
                elif isinstance(event, MessageReceived) and len(event.data) > MAX_MESSAGE:
                    raise AssertionError("a message is longer than any may be")
                elif isinstance(event, LinkClosed):
                    self.closed = True
            if not self.link.bytes_to_send():
                break
        deadline = self.link.deadline()
        if self.closed and deadline is not None:
            raise AssertionError("a closed link has a deadline")


def frame(channel: int, payload: bytes, last: bool = True) -> bytes:
    return header(channel, last, len(payload)) + payload


LINK_MESSAGES = (
    *(encode(message) for message in CONTROL_MESSAGES),
    encode(Hello(1, 1, ())),
    encode(Hello(2, 3, ())),
    encode(Open(1, "sync")),
    encode(Open(2, "contact")),
    encode(Open(5, "unknown")),
    encode(Credit(2, 262144)),
    encode(Credit(1, 1)),
    encode(Close(1)),
    encode(Close(2)),
)
HELLO = len(CONTROL_MESSAGES)


def link_seeds() -> Iterator[bytes]:
    hello = bytes((0, HELLO))
    for dialler in (b"\0", b"\1"):
        yield dialler + hello
        for message in range(len(LINK_MESSAGES)):
            yield dialler + hello + bytes((0, message)) * 2
        for number in (1, 2):
            opened = hello + bytes((0, HELLO + 1 + number))
            yield dialler + opened + bytes((2, number, 1)) + chunked(b"message")
            yield (
                dialler
                + opened
                + bytes((2, number, 0))
                + chunked(b"x" * 64)
                + bytes((2, number, 1))
                + chunked(b"end")
            )
            yield dialler + opened + bytes((5, 0)) + chunked(b"local") + b"\7\x01\x02\x08"
        yield dialler + hello + b"\4\1" + b"\5\0" + chunked(b"text") + b"\6\x02" + b"\7\xff"
        yield dialler + hello + b"\7\x01\xf4\x07\x03\xe8\x07\xff\xff"
        yield dialler + hello + bytes((9, 0))
        yield dialler + hello + b"\x0a"
        yield dialler + hello + b"\x0b\x00\x00\x01\x01"
        yield dialler + b"\3" + chunked(b"\x01\xe8" + bytes(486))
        yield dialler + hello + b"\x08\x00\x08\x01"
        yield dialler + hello + b"\1" + chunked(b"\x05x")


def link_large() -> Iterator[bytes]:
    """Many messages, the largest channels, and floods of answers, as one script each."""
    hello = bytes((0, HELLO))
    yield b"\0" + hello + bytes((0, 5)) * 300
    opened = hello + bytes((0, HELLO + 2))
    yield b"\0" + opened + b"".join(bytes((2, 1, 0)) + chunked(b"x" * 15000) for _ in range(12))
    yield b"\0" + opened + (bytes((2, 1, 1)) + chunked(b"")) * 400
    yield b"\0" + hello + b"".join(b"\x0c" + bytes((number,)) for number in range(1, 255))
    yield b"\0" + hello + b"\x0d"


@target(
    "link",
    covers=(Link.receive, Link.on_deadline),
    declared=(),
    seeds=link_seeds,
    large=link_large,
    max_size=1024,
)
def link(data: bytes) -> None:
    """No bytes of a peer make any method raise, in no state, whatever the owner does meanwhile."""
    tape = Tape(data)
    here = Peered(bool(tape.byte() & 1))
    after = AFTER_THE_END
    while tape and after:
        after -= here.closed
        kind = tape.byte() % 14
        if kind == 0:
            here.from_peer(frame(0, tape.choose(LINK_MESSAGES)))
        elif kind == 1:
            here.from_peer(frame(0, tape.chunk()))
        elif kind == 2:
            channel, last = tape.byte(), bool(tape.byte() & 1)
            here.from_peer(frame(channel % 255, tape.chunk()[: MAX_CONTENT - 3], last))
        elif kind == 3:
            here.link.receive(tape.chunk(), here.now)
        else:
            _local(here, kind, tape)
        here.settle()


def _local(here: Peered, kind: int, tape: Tape) -> None:
    """The owner, the clock, the transport."""
    link_ = here.link
    channel = here.channels[tape.byte() % len(here.channels)] if here.channels else 1
    try:
        if kind == 4 and len(here.channels) < 8:
            here.channels.append(link_.open(("sync", "contact")[tape.byte() & 1]))
        elif kind == 5:
            link_.send(channel, tape.chunk(), here.now, expect_answer=True)
        elif kind == 6:
            link_.close(channel)
        elif kind == 8:
            (link_.pause if tape.byte() & 1 else link_.resume)(channel)
        elif kind == 9:
            link_.shutdown(tape.byte(), here.now)
        elif kind == 10:
            link_.transport_lost()
        elif kind == 11:
            link_.receive(tape.flip(here.peer.encrypt(frame(0, LINK_MESSAGES[5]))), here.now)
        elif kind == 12:
            here.from_peer(frame(0, encode(Open(tape.byte() % 254 + 1, "sync"))))
        elif kind == 13:
            here.from_peer(frame(0, b"\x95\x01", True) * 1500)
        else:
            here.now += tape.number()
            while (due := link_.deadline()) is not None and due <= here.now:
                link_.on_deadline(here.now)
                here.settle()
                if link_.deadline() == due:
                    break
    except PeerUnreachable:
        pass  # the owner is told so


@target(
    "link-raw",
    covers=(Link.receive,),
    declared=(),
    seeds=lambda: (
        b"\0\3" + chunked(b"\x04\xe1\x01" + bytes(1248)),
        b"\1\3" + chunked(b"\x04\x81\x01" + bytes(1152)),
        b"\0\0\3" + chunked(bytes(500)),
        b"\0\7\0\x1f",
    ),
    large=lambda: (b"\0\1" + chunked(bytes(0xFFFF)), b"\1\1" + chunked(bytes(0xFFFF))),
    max_size=2048,
)
def link_raw(data: bytes) -> None:
    """The same before the handshake: a stranger's bytes end in `LinkClosed`, never in an error."""
    tape = Tape(data)
    if tape.byte() & 1:
        link_ = Link.dialling(_initiator(None), 0.0, SeededRng(5))
    else:
        responder = Responder(CANDIDATES[1], "tor", b"address", SeededRng(2), 0.0)
        link_ = Link.accepting(responder, 0.0, SeededRng(5))
    now, after = 0.0, AFTER_THE_END
    while tape and after:
        after -= link_.deadline() is None
        kind = tape.byte() % 4
        if kind == 0:
            link_.receive(first_message(None), now)
        elif kind == 3:
            now += tape.byte()
            link_.on_deadline(now)
        else:
            link_.receive(tape.chunk(), now)
        while link_.next_event() is not None:
            pass
        link_.bytes_to_send()
