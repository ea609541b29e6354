"""Records: frames in, ciphertext of few sizes out, and back; the renewal of the keys.

What lives here: `Session`, what a finished handshake leaves (docs/spec/04-session.md, "Records" and
"Renewal"). What may not: which frames there are (`frames`), and when to renew (`renewal`).
"""

from __future__ import annotations

from bisect import bisect_left
from typing import Final

from onionchat.errors import Malformed, UnexpectedMessage
from onionchat.protocol.crypto.hashing import derive
from onionchat.protocol.crypto.labels import Label
from onionchat.protocol.crypto.rng import Rng
from onionchat.protocol.session.frames import PADDING
from onionchat.protocol.session.noise import TAG_SIZE, CipherState, HandshakeState, NoiseResult
from onionchat.protocol.session.patterns import noise_protocol
from onionchat.protocol.wire.records import MAX_RECORD, RECORD_SIZES

RENEWAL_PROTOCOL: Final = noise_protocol("Noise_NNhfs+psk0_25519+MLKEM768_ChaChaPoly_BLAKE2b")

_LENGTH_SIZE: Final = 2

OVERHEAD: Final = _LENGTH_SIZE + TAG_SIZE
"""Bytes of a record that are not frames: its length and its tag."""

MAX_CONTENT: Final = MAX_RECORD - OVERHEAD
"""Bytes of frames in the largest record."""

CONTENT_SIZES: Final = tuple(size - OVERHEAD for size in RECORD_SIZES)
"""Bytes of frames in each record size."""


def exporter(result: NoiseResult) -> bytes:
    """The pre-shared key of the next renewal: nobody outside these two sessions can know it."""
    return derive(result.chaining_key, Label.REKEY, result.handshake_hash)


def content_size(wanted: int) -> int:
    """The content of the smallest record that holds `wanted` bytes; at most the largest's."""
    return CONTENT_SIZES[min(bisect_left(CONTENT_SIZES, wanted), len(CONTENT_SIZES) - 1)]


class Session:
    """Keys of both directions, the bytes that wait for a whole record, a renewal under way.

    The renewal: `ask` (dialler), `answer` (callee), `accept` (dialler). The answer is the callee's
    marker, `Renewed` the dialler's: the record that carries a marker is the last under the old key
    of its direction. So the owner calls `switch_send` after the record with its marker is made,
    and `switch_receive` when the dialler's marker arrives, before the next `next_record`.
    """

    __slots__ = (
        "_buffer",
        "_dialler",
        "_handshake",
        "_hash",
        "_next_receive",
        "_next_send",
        "_psk",
        "_receive",
        "_rng",
        "_send",
        "carried",
    )

    def __init__(self, result: NoiseResult, dialler: bool, rng: Rng) -> None:
        self._dialler = dialler
        self._rng = rng
        self._send = result.send
        self._receive = result.receive
        self._hash = result.handshake_hash
        self._psk = exporter(result)
        self._buffer = bytearray()
        self._handshake: HandshakeState | None = None
        self._next_send: CipherState | None = None
        self._next_receive: CipherState | None = None
        self.carried = 0
        """Bytes of records in both directions since the last renewal."""

    # --- records

    def encrypt(self, frames: bytes) -> bytes:
        """Make one record: the smallest that holds `frames` (at most `MAX_CONTENT` bytes)."""
        size = content_size(len(frames))
        missing = size - len(frames)
        if missing < 0:
            raise ValueError("more frames than a record holds")
        if missing:
            frames = b"".join((frames, bytes((PADDING,)), bytes(missing - 1)))
        length = size + OVERHEAD
        self.carried += length
        return length.to_bytes(_LENGTH_SIZE, "big") + self._send.encrypt(frames)

    def feed(self, data: bytes) -> None:
        """Take bytes from the peer. Then call `next_record` until it gives None."""
        self._buffer += data

    def next_record(self) -> bytes | None:
        """Decrypt the next record and return its content; None while it is incomplete.

        Less than one record stays in memory once this gave None.

        Raises:
            Malformed: a length that no record has; said as soon as the length is there.
            DecryptionFailed: the record was altered, replayed or reordered.
        """
        buffer = self._buffer
        if len(buffer) < _LENGTH_SIZE:
            return None
        length = int.from_bytes(buffer[:_LENGTH_SIZE], "big")
        if length not in RECORD_SIZES:
            raise Malformed
        if len(buffer) < length:
            return None
        record = bytes(memoryview(buffer)[_LENGTH_SIZE:length])
        del buffer[:length]
        self.carried += length
        return self._receive.decrypt(record)

    # --- renewal

    def _renewal(self) -> HandshakeState:
        # The running session's hash as prologue: a renewal cannot be moved to another session.
        return HandshakeState(
            RENEWAL_PROTOCOL, self._dialler, self._hash, self._rng, psks=(self._psk,)
        )

    @property
    def renewing(self) -> bool:
        """Whether a renewal was started and has not ended."""
        under_way = (self._handshake, self._next_send, self._next_receive)
        return any(part is not None for part in under_way)

    def ask(self) -> bytes:
        """Dialler: start a renewal; returns the first message."""
        if not self._dialler or self.renewing:
            raise RuntimeError("only the dialler starts a renewal, one at a time")
        self._handshake = self._renewal()
        return self._handshake.write_message()

    def answer(self, message: bytes) -> bytes:
        """Callee: take the first message; returns the second, which is also this side's marker.

        Raises:
            UnexpectedMessage: the peer is not the dialler, or the last renewal has not ended.
            HandshakeFailed, Malformed: the message is wrong.
        """
        if self._dialler or self.renewing:
            raise UnexpectedMessage
        handshake = self._renewal()
        handshake.read_message(message)
        second = handshake.write_message()
        self._next_receive = self._renewed_by(handshake)
        return second

    def accept(self, message: bytes) -> None:
        """Dialler: take the second message. Its records are under the new key from the next on.

        Raises:
            UnexpectedMessage: no renewal was started.
            HandshakeFailed, Malformed: the message is wrong.
        """
        handshake, self._handshake = self._handshake, None
        if handshake is None:
            raise UnexpectedMessage
        handshake.read_message(message)
        self._receive = self._renewed_by(handshake)
        self.carried = 0

    def _renewed_by(self, handshake: HandshakeState) -> CipherState:
        """Keep what a finished renewal gives; returns the key to receive with."""
        result = handshake.finish()
        self._next_send = result.send
        self._hash = result.handshake_hash
        self._psk = exporter(result)
        return result.receive

    def switch_send(self) -> None:
        """The record with this side's marker is made: from the next on, the new key."""
        if self._next_send is None:
            raise RuntimeError("there is no new key")
        self._send, self._next_send = self._next_send, None

    def switch_receive(self) -> None:
        """Callee: the dialler's marker came, and the renewal is complete.

        Raises:
            UnexpectedMessage: there was no renewal, or the answer is not even sent.
        """
        if self._next_receive is None or self._next_send is not None:
            raise UnexpectedMessage
        self._receive, self._next_receive = self._next_receive, None
        self.carried = 0
