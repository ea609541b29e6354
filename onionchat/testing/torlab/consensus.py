"""What the consensus of a network says, as far as it decides whether the network works.

Reads microdescriptor consensuses; waiting for one and acting on it is the caller's business.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from stem.descriptor.networkstatus import NetworkStatusDocumentV3

__all__ = ["Consensus", "parse_consensus", "read_consensus"]

_NEEDED_FLAGS = frozenset({"Fast", "Guard", "HSDir", "Running", "Stable", "Valid"})


@dataclass(frozen=True)
class Entry:
    """One node in the consensus: its flags and its weight."""

    flags: frozenset[str]
    weight: int


@dataclass(frozen=True)
class Consensus:
    """The times of a consensus, in UTC, and its nodes by nickname."""

    valid_after: datetime
    valid_until: datetime
    nodes: dict[str, Entry]

    def problem(self, relays: list[str]) -> str | None:
        """Say why clients cannot build onion circuits through `relays`; None if they can.

        The relays must have the flags that such circuits ask for and equal weights: a relay that
        is the only one of its kind would be wanted for two places of one circuit.
        """
        missing = [name for name in relays if name not in self.nodes]
        if missing:
            return f"{', '.join(missing)} not in it"
        for name in relays:
            lacking = _NEEDED_FLAGS - self.nodes[name].flags
            if lacking:
                return f"{name} without the flags {' '.join(sorted(lacking))}"
        weights = {self.nodes[name].weight for name in relays}
        if len(weights) != 1 or weights == {0}:
            return f"relays with the weights {sorted(weights)}"
        return None


def parse_consensus(text: str) -> Consensus:
    """Read a consensus. Raises `ValueError` if it is not a complete one."""
    document = NetworkStatusDocumentV3(text.encode(), validate=False)
    times = document.valid_after, document.valid_until
    # Without validation stem takes a part of a file, as tor may be writing it just now.
    if None in times or "\ndirectory-footer" not in text:
        raise ValueError("the consensus is not complete")
    after, until = (moment.replace(tzinfo=UTC) for moment in times)
    nodes = {
        entry.nickname: Entry(frozenset(entry.flags), entry.bandwidth or 0)
        for entry in document.routers.values()
    }
    return Consensus(after, until, nodes)


def read_consensus(data_directory: Path) -> Consensus | None:
    """Return the consensus that the tor with this data directory has, None if it has none yet."""
    try:
        text = (data_directory / "cached-microdesc-consensus").read_text(encoding="utf-8")
        return parse_consensus(text)
    except (FileNotFoundError, ValueError):
        return None
