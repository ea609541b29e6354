"""Randomness that can be replayed: the double of `crypto.rng.SystemRng`."""

from __future__ import annotations

import hashlib


class SeededRng:
    """An endless stream of bytes that depends on the seed alone."""

    def __init__(self, seed: int | str | bytes) -> None:
        material = seed if isinstance(seed, bytes) else str(seed).encode()
        self._key = hashlib.blake2b(material, digest_size=32).digest()
        self._counter = 0

    def random_bytes(self, size: int) -> bytes:
        """Return the next `size` bytes of the stream."""
        made = b""
        while len(made) < size:
            block = self._counter.to_bytes(8, "big")
            made += hashlib.blake2b(block, key=self._key).digest()
            self._counter += 1
        return made[:size]

    def uniform(self, low: float, high: float) -> float:
        """Return the next number from `low` to `high`."""
        return low + (high - low) * (int.from_bytes(self.random_bytes(7), "big") / 2**56)
