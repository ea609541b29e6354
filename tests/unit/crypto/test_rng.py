"""Randomness comes from the system, or from a seed in simulations."""

import pytest

from onionchat.protocol.crypto.rng import SystemRng
from onionchat.testing.rng import SeededRng


@pytest.mark.parametrize("rng", [SystemRng(), SeededRng(1)], ids=["system", "seeded"])
def test_bytes_and_numbers_have_the_asked_size(rng):
    assert len(rng.random_bytes(100)) == 100
    assert rng.random_bytes(0) == b""
    assert rng.random_bytes(16) != rng.random_bytes(16)
    numbers = [rng.uniform(2.0, 3.0) for _ in range(100)]
    assert all(2.0 <= n <= 3.0 for n in numbers)
    assert len(set(numbers)) == 100


def test_a_seed_replays():
    assert SeededRng("a").random_bytes(80) == SeededRng(b"a").random_bytes(80)
    assert SeededRng("a").random_bytes(80) != SeededRng("b").random_bytes(80)
