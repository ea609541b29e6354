"""Sealed boxes are libsodium's, made from our own randomness."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.bindings import crypto_box_seal, crypto_box_seal_open

from onionchat.errors import DecryptionFailed
from onionchat.protocol.crypto.keys import AgreementKey
from onionchat.protocol.crypto.sealed import SEAL_OVERHEAD, open_sealed, seal
from onionchat.testing.rng import SeededRng

KEY = AgreementKey(bytes(range(32)))


@given(st.binary(max_size=200), st.integers())
def test_libsodium_opens_what_we_seal(content, seed):
    box = seal(KEY.public, content, SeededRng(seed))
    assert len(box) == len(content) + SEAL_OVERHEAD
    assert crypto_box_seal_open(box, KEY.public, KEY.seed) == content
    assert open_sealed(KEY, box) == content


@given(st.binary(max_size=200))
def test_we_open_what_libsodium_seals(content):
    assert open_sealed(KEY, crypto_box_seal(content, KEY.public)) == content


def test_the_same_randomness_makes_the_same_box():
    assert seal(KEY.public, b"x", SeededRng(1)) == seal(KEY.public, b"x", SeededRng(1))
    assert seal(KEY.public, b"x", SeededRng(1)) != seal(KEY.public, b"x", SeededRng(2))


def test_another_key_an_altered_and_a_short_box_do_not_open():
    box = seal(KEY.public, b"content", SeededRng(1))
    with pytest.raises(DecryptionFailed):
        open_sealed(AgreementKey(bytes(32)), box)
    for bad in (box[:-1] + bytes([box[-1] ^ 1]), box[: SEAL_OVERHEAD - 1], b""):
        with pytest.raises(DecryptionFailed):
            open_sealed(KEY, bad)


def test_the_recipient_has_32_bytes():
    with pytest.raises(ValueError, match="32 bytes"):
        seal(bytes(31), b"", SeededRng(1))
