"""What is mutated, in slices of some minutes each, and which tests have to notice it.

A slice's tests are the quick unit tests of its chapter of the specification: a rule that only a
test of a whole node notices is not pinned down.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]


@dataclass(frozen=True)
class Slice:
    """Some files of the protocol, and the folders with their tests."""

    name: str
    files: tuple[str, ...]
    """Paths from the root; a folder stands for its modules."""
    tests: tuple[str, ...]
    but: tuple[str, ...] = ()
    """Files of these folders that belong to another slice."""

    def modules(self, below: tuple[str, ...] = ()) -> list[Path]:
        """The modules, all or those in one of these paths, relative to the root."""
        found: list[Path] = []
        for name in self.files:
            path = ROOT / name
            found += sorted(path.glob("*.py")) if path.is_dir() else [path]
        relative = [path.relative_to(ROOT) for path in found]
        return [
            path
            for path in relative
            if str(path) not in self.but
            if not below or any(path.is_relative_to(Path(part)) for part in below)
        ]


_WIRE: Final = "tests/unit/wire"
"""Holds for the structures of all chapters: frozen, of one length, no surplus."""

# The first failure ends a run, so what is quick and most likely to fail comes first.
_SYNC: Final = (
    "tests/unit/sync/test_limits.py",
    "tests/unit/sync/test_messages.py",
    "tests/unit/sync/test_names.py",
    "tests/unit/sync/test_knowledge.py",
    "tests/unit/sync/test_speech.py",
    _WIRE,
    "tests/unit/sync/test_outgoing.py",
    "tests/unit/sync/test_replica.py",
    "tests/unit/sync/test_session.py",
    "tests/unit/sync/test_incoming.py",
)
_SESSION: Final = "onionchat/protocol/sync/session.py"

SLICES: Final = (
    Slice("wire", ("onionchat/protocol/wire",), (_WIRE,)),
    Slice(
        "journal",
        ("onionchat/protocol/journal",),
        ("tests/unit/journal/test_limits.py", _WIRE, "tests/unit/journal"),
    ),
    Slice("sync", ("onionchat/protocol/sync",), _SYNC, but=(_SESSION,)),
    Slice("session", (_SESSION,), _SYNC),
    Slice("rooms", ("onionchat/protocol/rooms",), (_WIRE, "tests/unit/rooms")),
    Slice(
        "roster",
        ("onionchat/protocol/identity/roster.py", "onionchat/protocol/identity/statements.py"),
        (
            "tests/unit/identity/test_limits.py",
            "tests/unit/identity/test_statements.py",
            "tests/unit/identity/test_roster.py",
            "tests/unit/identity/test_vectors.py",
            _WIRE,
        ),
    ),
    Slice(
        "records",
        ("onionchat/protocol/session/records.py", "onionchat/protocol/session/frames.py"),
        (_WIRE, "tests/unit/session"),
    ),
)


def module_name(path: Path) -> str:
    """`onionchat/a/b.py` as `onionchat.a.b`."""
    return ".".join(path.with_suffix("").parts)
