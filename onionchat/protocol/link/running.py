"""A session in use: its records, its clocks, the renewal of its keys.

What lives here: what exists from the end of the handshake to the end of the link. What may not:
channels (`mux`), the stages of the link (`lifecycle`).
"""

from __future__ import annotations

from onionchat.errors import FloodRefused
from onionchat.protocol.crypto.rng import Rng
from onionchat.protocol.link.control import CONTROL, RenewAnswer, Renewed, RenewRequest
from onionchat.protocol.link.liveness import Liveness
from onionchat.protocol.session.frames import header
from onionchat.protocol.session.handshake import HandshakeDone
from onionchat.protocol.session.renewal import KeyAge, RenewalLimits
from onionchat.protocol.wire.codec import WireStruct, encode


def control_frame(message: WireStruct) -> bytes:
    """A control message as a frame."""
    payload = encode(message)
    return header(CONTROL, True, len(payload)) + payload


class Running:
    """A session with its clocks."""

    __slots__ = ("_dialler", "_marker", "age", "done", "live", "peer_highest", "session")

    def __init__(
        self, done: HandshakeDone, dialler: bool, limits: RenewalLimits, now: float, rng: Rng
    ) -> None:
        self._dialler = dialler
        # The message after which this side sends under its new key.
        self._marker: WireStruct | None = None
        self.done = done
        self.session = done.session
        self.live = Liveness(dialler, done.rtt, now)
        self.age = KeyAge(limits, now, rng)
        self.peer_highest = 0
        """The highest version that the peer speaks; 0 before its Hello."""

    def record(self, frames: bytes, now: float) -> bytes:
        """Make a record."""
        record = self.session.encrypt(frames)
        self.live.sent(len(record))
        self.age.carried(self.session.carried, now)
        return record

    def next_content(self, now: float) -> bytes | None:
        """The frames of the next record that came; None while it is incomplete."""
        content = self.session.next_record()
        if content is None:
            self.age.carried(self.session.carried, now)
        else:
            self.live.heard(now)
        return content

    def used(self, now: float) -> None:
        """A message of a channel was sent or received."""
        self.age.used(now)
        self.live.active()

    # --- renewal

    def renew_at(self) -> float | None:
        """When this side is to start a renewal."""
        return self.age.due_at() if self._dialler and not self.session.renewing else None

    def renew(self) -> RenewRequest:
        """Start a renewal: a message to be sent."""
        return RenewRequest(self.session.ask())

    def renew_requested(self, request: RenewRequest, now: float) -> None:
        """The dialler asks.

        Raises:
            FloodRefused: much too early; it costs this side more than the peer.
            UnexpectedMessage, HandshakeFailed, Malformed: as `Session.answer`.
        """
        if self.age.too_early(self.session.carried, now):
            raise FloodRefused
        self._marker = RenewAnswer(self.session.answer(request.message))

    def renew_answered(self, answer: RenewAnswer, now: float) -> None:
        """The callee answers; it sends under its new key from the next record on.

        Raises:
            UnexpectedMessage, HandshakeFailed, Malformed: as `Session.accept`.
        """
        self.session.accept(answer.message)
        self.age.renewed(now)
        self._marker = Renewed()

    def renewed(self, now: float) -> None:
        """The dialler's marker.

        Raises:
            UnexpectedMessage: as `Session.switch_receive`.
        """
        self.session.switch_receive()
        self.age.renewed(now)

    def marker_record(self, now: float) -> bytes:
        """The last record under the old key, if one is due; else empty."""
        marker, self._marker = self._marker, None
        if marker is None:
            return b""
        record = self.record(control_frame(marker), now)
        self.session.switch_send()
        return record
