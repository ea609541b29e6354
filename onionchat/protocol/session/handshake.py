"""The handshake on a byte stream: framing, version byte, prologue, candidates.

What lives here: sans-I/O `Initiator` and `Responder`, which end in a `HandshakeDone`
(docs/spec/04-session.md, "Handshake"). What may not: who a static key belongs to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from onionchat.errors import HandshakeFailed, Malformed, PeerVersionUnknown
from onionchat.protocol.crypto.keys import AgreementKey
from onionchat.protocol.crypto.rng import Rng
from onionchat.protocol.session.noise import HandshakeState
from onionchat.protocol.session.patterns import noise_protocol
from onionchat.protocol.session.records import Session
from onionchat.protocol.wire.records import PROTOCOL_VERSION
from onionchat.types import KEY_SIZE

_SUITE: Final = "25519+MLKEM768_ChaChaPoly_BLAKE2b"
DEVICE_PROTOCOL: Final = noise_protocol(f"Noise_XKhfs_{_SUITE}")
INVITE_PROTOCOL: Final = noise_protocol(f"Noise_XKhfs+psk0_{_SUITE}")

LOWEST_VERSION: Final = PROTOCOL_VERSION
"""The oldest version of the protocol that this program still speaks."""

HIGHEST_VERSION: Final = PROTOCOL_VERSION
"""The newest one."""

HANDSHAKE_SECONDS: Final = 30.0
"""A handshake, the first `Hello` included, takes no longer than this."""

MAX_HANDSHAKE: Final = 4096
"""Bytes of a handshake message of any version."""

FIRST_SIZE: Final = 1249
"""Bytes of the first message of version 1: version, e, e1 with tag, tag of the empty payload."""

SECOND_SIZE: Final = 1153
"""Bytes of the second: version, e, ekem1 with tag, tag."""

THIRD_SIZE: Final = 64
"""Bytes of the third: s with tag, tag."""

_LENGTH_SIZE: Final = 2
_MAX_PART: Final = 255
_NO_VERSION: Final = 0
_REFUSAL_SIZE: Final = 3


@dataclass(frozen=True, slots=True)
class Candidate:
    """Who the responder may be to the dialler: one persona, or one invite."""

    static: AgreementKey
    psk: bytes | None = field(default=None, repr=False)
    """32 bytes for an invite, None for a known device."""
    tag: object = field(default=None, repr=False)
    """What the owner wants to get back when this candidate was called."""


@dataclass(frozen=True, slots=True)
class HandshakeDone:
    """Both sides proved their static keys. Whether the remote one may come in is not decided."""

    version: int
    """The version of the protocol in use."""
    session: Session = field(repr=False)
    local_static: bytes = field(repr=False)
    """32 bytes, public."""
    remote_static: bytes = field(repr=False)
    """32 bytes, public."""
    candidate: Candidate | None = field(repr=False)
    """The responder's candidate that was called; None on the initiator's side."""
    handshake_hash: bytes = field(repr=False)
    """64 bytes, the same on both sides and different in every session."""
    rtt: float
    """Seconds between a message and its answer."""


def prologue(version: int, transport: str, address: bytes) -> bytes:
    """What both sides must agree on without sending it: version, transport, dialled address."""
    name = transport.encode("ascii")
    if max(len(name), len(address)) > _MAX_PART:
        raise ValueError("a transport's name and an address have at most 255 bytes")
    return b"".join(
        (b"onionchat", bytes((version, len(name))), name, bytes((len(address),)), address)
    )


class _Framing:
    """Length, version byte, message: both ways."""

    __slots__ = ("_buffer", "out")

    def __init__(self) -> None:
        self._buffer = bytearray()
        self.out = b""

    def put(self, message: bytes) -> None:
        """Queue a message."""
        self.out += len(message).to_bytes(_LENGTH_SIZE, "big") + message

    def feed(self, data: bytes) -> None:
        """Take bytes from the peer."""
        self._buffer += data

    def version(self) -> int | None:
        """The version byte of the coming message, as soon as it is there.

        Raises:
            Malformed: the message has an impossible length.
        """
        if len(self._buffer) <= _LENGTH_SIZE:
            return None
        if not 0 < self._length() <= MAX_HANDSHAKE:
            raise Malformed
        return self._buffer[_LENGTH_SIZE]

    def _length(self) -> int:
        return int.from_bytes(self._buffer[:_LENGTH_SIZE], "big")

    def message(self, size: int) -> bytes | None:
        """The next message, once it is complete.

        Raises:
            Malformed: it has not exactly `size` bytes; said as soon as its length is there.
        """
        if len(self._buffer) < _LENGTH_SIZE:
            return None
        if self._length() != size:
            raise Malformed
        end = _LENGTH_SIZE + size
        if len(self._buffer) < end:
            return None
        message = bytes(self._buffer[_LENGTH_SIZE:end])
        del self._buffer[:end]
        return message

    def rest(self) -> bytes:
        """Everything after the handshake."""
        return bytes(self._buffer)


class _Handshake:
    """What both sides have in common."""

    __slots__ = ("_deadline", "_framing", "_prologue", "_rng", "_sent_at")

    def __init__(
        self, transport: str, address: bytes, rng: Rng, now: float, seconds: float
    ) -> None:
        self._prologue = prologue(PROTOCOL_VERSION, transport, address)
        self._rng = rng
        self._framing = _Framing()
        self._sent_at = now
        self._deadline = now + seconds

    def bytes_to_send(self) -> bytes:
        """Take what is to be sent."""
        out, self._framing.out = self._framing.out, b""
        return out

    def deadline(self) -> float:
        """When to give up; the owner keeps the time and drops the handshake then."""
        return self._deadline

    def _done(
        self, noise: HandshakeState, candidate: Candidate | None, local: bytes, now: float
    ) -> HandshakeDone:
        result = noise.finish()
        session = Session(result, dialler=candidate is None, rng=self._rng)
        session.feed(self._framing.rest())
        return HandshakeDone(
            version=PROTOCOL_VERSION,
            session=session,
            local_static=local,
            remote_static=result.remote_static or b"",
            candidate=candidate,
            handshake_hash=result.handshake_hash,
            rtt=now - self._sent_at,
        )


class Initiator(_Handshake):
    """The dialler's side. The first message is ready at once."""

    __slots__ = ("_local", "_noise")

    def __init__(
        self,
        static: AgreementKey,
        remote_static: bytes,
        psk: bytes | None,
        transport: str,
        address: bytes,
        rng: Rng,
        now: float,
        seconds: float = HANDSHAKE_SECONDS,
    ) -> None:
        """Dial a device by its link key (`remote_static`, 32 bytes), or an invite with its `psk`.

        `address` is what was dialled (for an onion service its public key); `seconds` is the time
        that the whole handshake may take.

        Raises:
            HandshakeFailed: `remote_static` is a low-order point.
        """
        super().__init__(transport, address, rng, now, seconds)
        if len(remote_static) != KEY_SIZE:
            raise ValueError("a static key has 32 bytes")
        self._local = static.public
        noise = HandshakeState(
            DEVICE_PROTOCOL if psk is None else INVITE_PROTOCOL,
            True,
            self._prologue,
            rng,
            static=static,
            remote_static=remote_static,
            psks=() if psk is None else (psk,),
        )
        self._framing.put(bytes((PROTOCOL_VERSION,)) + noise.write_message())
        self._noise: HandshakeState | None = noise

    def receive(self, data: bytes, now: float) -> HandshakeDone | None:
        """Take bytes from the peer; returns the result as soon as there is one.

        Bytes after the handshake are already in the result's session, and the last message is
        in `bytes_to_send`.

        Raises:
            HandshakeFailed: wrong keys, token, address, or altered bytes.
            Malformed: not a handshake.
            PeerVersionUnknown: the sides have no version in common.
        """
        if self._noise is None:
            raise RuntimeError("this handshake is used up")
        self._framing.feed(data)
        version = self._framing.version()
        if version is None:
            return None
        if version == _NO_VERSION:
            self._refused()
            return None
        if version != PROTOCOL_VERSION:
            raise Malformed
        message = self._framing.message(SECOND_SIZE)
        if message is None:
            return None
        noise, self._noise = self._noise, None
        noise.read_message(message[1:])
        self._framing.put(noise.write_message())
        return self._done(noise, None, self._local, now)

    def _refused(self) -> None:
        """The callee does not speak this version: `00 lowest highest`."""
        answer = self._framing.message(_REFUSAL_SIZE)
        if answer is None:
            return
        _, lowest, highest = answer
        # Naming a version that this side speaks too is a lie, whoever tells it.
        if not 0 < lowest <= highest or lowest <= PROTOCOL_VERSION <= highest:
            raise Malformed
        raise PeerVersionUnknown


class Responder(_Handshake):
    """The callee's side. It says nothing to whoever does not know one of its static keys."""

    __slots__ = ("_called", "_candidates", "_noise")

    def __init__(
        self,
        candidates: Sequence[Candidate],
        transport: str,
        address: bytes,
        rng: Rng,
        now: float,
        seconds: float = HANDSHAKE_SECONDS,
    ) -> None:
        """Answer at `address` as any one of `candidates`, whichever the dialler calls."""
        super().__init__(transport, address, rng, now, seconds)
        self._candidates: Sequence[Candidate] = candidates
        self._called: Candidate | None = None
        self._noise: HandshakeState | None = None

    def receive(self, data: bytes, now: float) -> HandshakeDone | None:
        """Take bytes from the peer; returns the result as soon as there is one.

        Bytes after the handshake are already in the result's session.

        Raises:
            HandshakeFailed: wrong keys, token, address, or altered bytes. Nothing is answered.
            Malformed: not a handshake. Nothing is answered.
            PeerVersionUnknown: not a version of ours; `bytes_to_send` has the range.
        """
        self._framing.feed(data)
        if self._called is None and not self._answer(now):
            return None
        message = self._framing.message(THIRD_SIZE)
        if message is None:
            return None
        if self._noise is None or self._called is None:
            raise RuntimeError("this handshake is used up")
        noise, self._noise = self._noise, None
        noise.read_message(message)
        return self._done(noise, self._called, self._called.static.public, now)

    def _answer(self, now: float) -> bool:
        """Take the first message if it is there; says whether it was answered."""
        version = self._framing.version()
        if version is None:
            return False
        if version != PROTOCOL_VERSION:
            self._framing.put(bytes((_NO_VERSION, LOWEST_VERSION, HIGHEST_VERSION)))
            raise PeerVersionUnknown
        message = self._framing.message(FIRST_SIZE)
        if message is None:
            return False
        for candidate in self._candidates:
            noise = self._called_as(candidate, message[1:])
            if noise is not None:
                self._called, self._noise, self._candidates = candidate, noise, ()
                self._framing.put(bytes((PROTOCOL_VERSION,)) + noise.write_message())
                self._sent_at = now
                return True
        self._candidates = ()
        raise HandshakeFailed

    def _called_as(self, candidate: Candidate, message: bytes) -> HandshakeState | None:
        """The handshake if the dialler called this candidate."""
        psk = candidate.psk
        noise = HandshakeState(
            DEVICE_PROTOCOL if psk is None else INVITE_PROTOCOL,
            False,
            self._prologue,
            self._rng,
            static=candidate.static,
            psks=() if psk is None else (psk,),
        )
        try:
            noise.read_message(message)
        except (HandshakeFailed, Malformed):
            return None  # it may fit the next one
        return noise
