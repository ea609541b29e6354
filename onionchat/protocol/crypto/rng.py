"""Randomness as an object that is passed in, so that a simulation can replay a run.

Only this module may ask the operating system for random bytes.
"""

from __future__ import annotations

import os
from typing import Protocol


class Rng(Protocol):
    """A source of random bytes."""

    def random_bytes(self, size: int) -> bytes:
        """Return `size` random bytes."""

    def uniform(self, low: float, high: float) -> float:
        """Return a number from `low` to `high`, for jitter (not for secrets)."""


class SystemRng:
    """The operating system's generator."""

    def random_bytes(self, size: int) -> bytes:
        """Return `size` random bytes from the kernel."""
        return os.urandom(size)

    def uniform(self, low: float, high: float) -> float:
        """Return a number from `low` to `high`."""
        return low + (high - low) * (int.from_bytes(os.urandom(7), "big") / 2**56)
