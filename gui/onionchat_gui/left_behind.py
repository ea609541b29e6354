"""Which notifications of a profile the desktop shows, for the next window of it.

What lives here: a line in the profile's run folder, so that a window which was killed leaves
nothing on the desktop. What may not: what a notification says. The line goes with the profile.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from onionchat.control import address
from onionchat.errors import UnsafePermissions

_FILE: Final = "window.shown"
_MAX_DIGITS: Final = 10


@dataclass(frozen=True, slots=True)
class Shown:
    """Numbers of notifications, which mean something to one desktop alone, as long as it runs."""

    bus: str = ""
    """What the bus calls itself; no other one has the same name."""
    desktop: str = ""
    """What the bus calls who shows them; nobody else is called so while it runs."""
    numbers: tuple[int, ...] = ()


class LeftBehind:
    """The file; where there is no profile yet, or it cannot be written, there is none."""

    def __init__(self, profile: Path) -> None:
        self._profile = profile
        self._file = profile / "run" / _FILE

    def load(self) -> Shown:
        """What was stored last; what is no such line counts for nothing."""
        try:
            bus, desktop, *said = address.read_private(self._file).split()
        except (OSError, UnsafePermissions, ValueError):
            return Shown()
        numbers = [int(n) for n in said if n.isascii() and n.isdigit() and len(n) <= _MAX_DIGITS]
        return Shown(bus, desktop, tuple(n for n in numbers if 0 < n < 1 << 32))

    def store(self, shown: Shown) -> None:
        """Replace it."""
        with suppress(OSError):
            if not shown.numbers:
                self._file.unlink(missing_ok=True)
            elif address.holds_profile(self._profile):
                said = (shown.bus, shown.desktop, *map(str, shown.numbers))
                address.write_private(self._file, " ".join(said))
