"""The keys of reserve onions: what both sides of a pair compute, and nobody else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onionchat.protocol.contacts.reserve import reserve_onion
from onionchat.protocol.crypto.keys import AgreementKey, is_verification_key

SEEDS = st.binary(min_size=32, max_size=32)
ALICE, BOB, CAROL = (AgreementKey(bytes([n]) * 32) for n in (1, 2, 3))
HOST, OTHER = b"\x0a" * 32, b"\x0b" * 32


def keys(link, remote, host):
    found = reserve_onion(link, remote, host)
    return found.onion.seed, found.access.seed


@given(one=SEEDS, other=SEEDS, host=SEEDS)
def test_both_sides_compute_the_same(one, other, host):
    left, right = AgreementKey(one), AgreementKey(other)
    assert keys(left, right.public, host) == keys(right, left.public, host)


@given(one=SEEDS, other=SEEDS, host=SEEDS)
def test_tor_takes_the_onion_key(one, other, host):
    found = reserve_onion(AgreementKey(one), AgreementKey(other).public, host)
    assert is_verification_key(found.onion.public)


def test_each_side_and_each_pair_has_its_own():
    made = [
        *keys(ALICE, BOB.public, HOST),
        *keys(ALICE, BOB.public, OTHER),
        *keys(ALICE, CAROL.public, HOST),
        *keys(BOB, CAROL.public, HOST),
    ]
    assert len(set(made)) == len(made)


def test_the_keys_are_what_they_are():
    """Two versions that differ here would not find each other."""
    onion, access = keys(ALICE, BOB.public, HOST)
    assert onion.hex() == "8175ae14d9b64f2bf179a6f7a2644a3322b24b41f0a439d40797f7bd54500dc1"
    assert access.hex() == "17e33ff979f5d9adfaffea823969727c2d2c1c4d05d188cd2a182a0e9af5b546"


def test_a_key_of_low_order_gives_none():
    with pytest.raises(ValueError):
        reserve_onion(ALICE, bytes(32), HOST)


def test_nothing_is_shown_of_the_keys():
    assert repr(reserve_onion(ALICE, BOB.public, HOST)) == "Reserve()"
