"""What the consensus of a network says, as far as it decides whether the network works.

Reads microdescriptor consensuses; waiting for one and acting on it is the caller's business.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

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
    times: dict[str, datetime] = {}
    nodes: dict[str, Entry] = {}
    nickname = ""
    flags: frozenset[str] = frozenset()
    complete = False
    for line in text.splitlines():
        word, _, rest = line.partition(" ")
        if word in {"valid-after", "valid-until"}:
            moment = datetime.strptime(rest, "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007  (next line)
            times[word] = moment.replace(tzinfo=UTC)
        elif word == "r":
            nickname = rest.partition(" ")[0]
        elif word == "s":
            flags = frozenset(rest.split())
        elif word == "w":
            nodes[nickname] = Entry(flags, _weight(rest))
        elif word == "directory-footer":
            complete = True
    if not complete or len(times) != len(("valid-after", "valid-until")):
        raise ValueError("the consensus is not complete")
    return Consensus(times["valid-after"], times["valid-until"], nodes)


def read_consensus(data_directory: Path) -> Consensus | None:
    """Return the consensus that the tor with this data directory has, None if it has none yet."""
    try:
        text = (data_directory / "cached-microdesc-consensus").read_text(encoding="utf-8")
        return parse_consensus(text)
    except (FileNotFoundError, ValueError):
        return None


def _weight(text: str) -> int:
    for word in text.split():
        key, _, value = word.partition("=")
        if key == "Bandwidth":
            return int(value)
    return 0
