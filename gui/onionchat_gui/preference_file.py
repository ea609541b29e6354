"""The window's preferences as a file of the profile.

What lives here: reading and replacing `window.json`. What may not: what the values mean. It lies in
the profile's folder so that profiles do not show each other's and destroying one takes it along.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from onionchat.control import address
from onionchat.errors import InvalidInput, StorageFailed


class PreferenceFile:
    """A `viewmodels.preferences.Shelf`."""

    def __init__(self, profile: Path) -> None:
        self._profile = profile

    def load(self) -> dict[str, Any] | None:
        """As `Shelf.load`. Raises InvalidInput, StorageFailed and UnsafePermissions."""
        try:
            text = address.read_private(self._profile / address.WINDOW)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StorageFailed(f"{address.WINDOW} cannot be read: {error.strerror}.") from error
        try:
            return msgspec.json.decode(text, type=dict[str, Any])
        except (msgspec.DecodeError, ValueError) as error:
            raise InvalidInput(f"{address.WINDOW} in the profile's folder is damaged.") from error

    def store(self, fields: dict[str, Any]) -> None:
        """As `Shelf.store`. Without a profile nothing is stored: its folder is not made here.

        Raises StorageFailed.
        """
        if not address.holds_profile(self._profile):
            return
        text = msgspec.json.encode(fields).decode()
        try:
            address.write_private(self._profile / address.WINDOW, text)
        except OSError as error:
            raise StorageFailed(f"{address.WINDOW} cannot be written: {error.strerror}.") from error

    def remove(self) -> None:
        """As `Shelf.remove`. Raises StorageFailed."""
        try:
            (self._profile / address.WINDOW).unlink(missing_ok=True)
        except OSError as error:
            raise StorageFailed(f"{address.WINDOW} cannot be written: {error.strerror}.") from error
