"""Short names of journals and authors on one link, and the digest over frontiers.

What lives here: how 32-byte ids become 8 bytes on the wire and back. What may not: what is said
about them.

A name is a hash under a salt that both ends have and nobody could know before the link came up, so
no third person can make a key whose name collides with somebody else's.
"""

from __future__ import annotations

from collections.abc import Mapping

from onionchat.protocol.crypto.hashing import digest
from onionchat.protocol.crypto.labels import Label
from onionchat.protocol.sync.messages import NAME_SIZE
from onionchat.protocol.sync.position import Position


class Names:
    """Ids by name and names by id, for the ids that this side knows."""

    def __init__(self, salt: bytes) -> None:
        self._salt = salt
        self._names: dict[bytes, bytes] = {}
        self._ids: dict[bytes, bytes] = {}

    def of(self, known: bytes) -> bytes:
        """The name of a journal or author."""
        name = self._names.get(known)
        if name is None:
            name = digest(Label.SYNC_NAME, self._salt, known, size=NAME_SIZE)
            self._names[known] = name
            self._ids[name] = known
        return name

    def id(self, name: bytes) -> bytes | None:
        """The journal or author whose name was made here before, otherwise None."""
        return self._ids.get(name)


def frontier_digest(frontiers: Mapping[bytes, Mapping[bytes, Position]]) -> bytes:
    """16 bytes over all frontiers of one side, journals and authors by name; {} counts, too."""
    parts: list[bytes] = []
    for journal in sorted(frontiers):
        logs = frontiers[journal]
        parts.append(journal + len(logs).to_bytes(4, "big"))
        parts.extend(
            name + logs[name].seq.to_bytes(8, "big") + logs[name].tag for name in sorted(logs)
        )
    return digest(Label.FRONTIER_DIGEST, b"".join(parts), size=16)
