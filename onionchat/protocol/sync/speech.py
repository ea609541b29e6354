"""What a session says: composes the messages that state where this side is.

What lives here: the form of outgoing messages, and remembering which statements the peer has read.
What may not: when they are said (`session`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from onionchat.protocol.sync.events import OutEntry, OutMessage
from onionchat.protocol.sync.knowledge import Announcements
from onionchat.protocol.sync.messages import (
    Absent,
    Ack,
    Entries,
    Message,
    ReadMark,
    Refuse,
    Shared,
    encode_message,
    have_parts,
    pieces,
)
from onionchat.protocol.sync.names import Names, frontier_digest
from onionchat.protocol.sync.position import Position
from onionchat.protocol.sync.replica import Replica
from onionchat.types import DeviceKey, JournalId

ABSENT_PART: Final = 8192
"""Journals in one `Absent`."""


class Speech:
    """The messages of one session that are not taken yet, in their order."""

    def __init__(self, names: Names) -> None:
        self.announcements = Announcements()
        self._names = names
        self._out: list[OutMessage] = []

    def take(self) -> list[OutMessage]:
        """Take what was said."""
        out, self._out = self._out, []
        return out

    def say(self, message: Message, *, expects_answer: bool = False) -> None:
        """Say one thing."""
        self.announcements.count()
        self._out.append(OutMessage(encode_message(message), expects_answer))

    def entries(self, batch: Sequence[OutEntry]) -> None:
        """Send entries of the window."""
        self.say(Entries([entry.data for entry in batch]), expects_answer=True)

    def have(self, replicas: Iterable[Replica], *, full: bool) -> None:
        """State all frontiers, or those that the peer may not know."""
        frontiers: dict[bytes, dict[bytes, Position]] = {}
        changed: list[tuple[bytes, dict[bytes, Position]]] = []
        stated: list[Replica] = []
        for replica in replicas:
            frontiers[replica.name] = replica.frontier_by_name()
            untold = frontiers[replica.name] if full else replica.untold()
            if untold is not None:
                changed.append((replica.name, untold))
                stated.append(replica)
        *parts, last = have_parts(frontier_digest(frontiers), changed, full=full)
        for part in parts:
            self.say(part)
        # Which part states what is not looked at: whoever heard the last one heard all.
        for replica in stated:
            self.announcements.state(replica, replica.frontier)
        self.say(last)

    def shared(self, replica: Replica) -> None:
        """State that a journal is shared, and its frontier."""
        replica.announced = True
        for piece in pieces(replica.frontier_by_name()):
            self.announcements.state(replica, replica.frontier)
            self.say(Shared(replica.name, piece))

    def absent(self, names: Sequence[bytes]) -> None:
        """State that journals are not shared."""
        for start in range(0, len(names), ABSENT_PART):
            self.say(Absent([*names[start : start + ABSENT_PART]]))

    def ack(self, heard: int, moved: Mapping[Replica, Mapping[DeviceKey, Position]]) -> None:
        """Acknowledge logs, and so many messages."""
        frontiers: list[tuple[bytes, dict[bytes, Position]]] = []
        for replica, logs in moved.items():
            self.announcements.state(replica, logs)
            named = {self._names.of(author): there for author, there in logs.items()}
            frontiers.extend((replica.name, piece) for piece in pieces(named))
        self.say(Ack(heard, frontiers))

    def read_marks(self, marks: Mapping[tuple[JournalId, DeviceKey], int]) -> None:
        """Tell how far the person has read."""
        for (journal, author), seq in marks.items():
            self.say(ReadMark(self._names.of(journal), self._names.of(author), seq))

    def refuse(self, journal: JournalId, author: DeviceKey) -> None:
        """Take no more of a log."""
        self.say(Refuse(self._names.of(journal), self._names.of(author)))
