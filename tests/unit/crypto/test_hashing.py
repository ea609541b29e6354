"""One hash, many labels: what was hashed for one purpose never fits another."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onionchat.protocol.crypto.hashing import DIGEST_SIZE, derive, digest, equal
from onionchat.protocol.crypto.labels import Label

parts = st.lists(st.binary(max_size=40), max_size=5)


def test_a_digest_is_blake2b_with_lengths_before_the_parts():
    expected = hashlib.blake2b(
        b"\0\0\0\0\0\0\0\x02ab" + b"\0\0\0\0\0\0\0\0", digest_size=32, person=b"oc1 account id"
    ).digest()
    assert digest(Label.ACCOUNT_ID, b"ab", b"") == expected


@given(parts, parts)
def test_parts_that_differ_hash_differently_even_when_they_join_to_the_same(left, right):
    same = digest(Label.ENTRY_ID, *left) == digest(Label.ENTRY_ID, *right)
    assert same == (left == right)


@given(parts)
def test_labels_separate(content):
    results = {digest(label, *content) for label in Label}
    results |= {derive(bytes(32), label, *content) for label in Label}
    assert len(results) == 2 * len(Label)


def test_labels_fit_the_personalisation_and_never_end_in_the_padding():
    for label in Label:
        assert 1 <= len(label.value) <= hashlib.blake2b.PERSON_SIZE
        assert not label.value.endswith(b"\0")


def test_sizes_are_as_asked_and_one_size_is_no_prefix_of_another():
    assert len(digest(Label.ENTRY_ID)) == DIGEST_SIZE
    assert len(derive(bytes(16), Label.REKEY, size=64)) == 64
    assert digest(Label.ENTRY_ID, b"x", size=11) != digest(Label.ENTRY_ID, b"x")[:11]


@given(st.binary(min_size=16, max_size=64), st.binary(min_size=16, max_size=64))
def test_derivation_depends_on_the_secret(left, right):
    def key(secret):
        return derive(secret, Label.INVITE_PSK, b"context")

    assert (key(left) == key(right)) == (left == right)


@pytest.mark.parametrize("size", [0, 15, 65])
def test_no_key_is_derived_from_too_short_or_too_long_a_secret(size):
    with pytest.raises(ValueError, match="16 to 64"):
        derive(bytes(size), Label.INVITE_PSK)


def test_equality_in_constant_time():
    assert equal(b"secret", b"secret")
    assert not equal(b"secret", b"secreT")
    assert not equal(b"secret", b"secrets")
