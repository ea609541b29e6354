"""Keys: the standards' own vectors, and what a key never shows."""

import copy
import hashlib
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.bindings import crypto_sign

from onionchat.errors import BadSignature
from onionchat.protocol.crypto.keys import (
    AgreementKey,
    SigningKey,
    expanded_onion_secret,
    is_agreement_key,
    is_verification_key,
    verify,
)
from onionchat.protocol.crypto.labels import Label
from onionchat.testing.rng import SeededRng

seeds = st.binary(min_size=32, max_size=32)


def test_public_key_of_rfc_8032_test_1():
    key = SigningKey(
        bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    )
    assert key.public.hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"


def test_shared_secret_of_rfc_7748_section_6_1():
    alice = AgreementKey(
        bytes.fromhex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a")
    )
    bob = AgreementKey(
        bytes.fromhex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb")
    )
    assert alice.public.hex() == "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"
    shared = "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"
    assert alice.exchange(bob.public).hex() == bob.exchange(alice.public).hex() == shared


@given(seeds, st.binary(max_size=100))
def test_a_signature_verifies_under_its_own_label_only(seed, message):
    key = SigningKey(seed)
    signature = key.sign(Label.SIGN_ENTRY, message)
    assert len(signature) == 64
    verify(key.public, Label.SIGN_ENTRY, message, signature)
    with pytest.raises(BadSignature):
        verify(key.public, Label.SIGN_ADD, message, signature)


def test_the_label_is_signed_with_its_length():
    key = SigningKey(bytes(32))
    expected = crypto_sign(b"\x0doc1 sig entrym", key.seed + key.public)[:64]
    assert key.sign(Label.SIGN_ENTRY, b"m") == expected


@given(st.integers(0, 511), st.integers(0, 255), st.integers(0, 39))
def test_any_changed_bit_is_noticed(signature_bit, key_bit, message_bit):
    key = SigningKey(bytes(32))
    good = (key.public, b"hello", key.sign(Label.SIGN_ENTRY, b"hello"))
    for place, bit in ((0, key_bit), (1, message_bit), (2, signature_bit)):
        bad = list(good)
        changed = bytearray(bad[place])
        changed[bit // 8] ^= 1 << bit % 8
        bad[place] = bytes(changed)
        with pytest.raises(BadSignature):
            verify(bad[0], Label.SIGN_ENTRY, bad[1], bad[2])


@pytest.mark.parametrize(("key_size", "signature_size"), [(31, 64), (33, 64), (32, 63), (32, 65)])
def test_wrong_lengths_do_not_verify(key_size, signature_size):
    with pytest.raises(BadSignature):
        verify(bytes(key_size), Label.SIGN_ENTRY, b"", bytes(signature_size))


def test_a_point_of_low_order_is_no_public_key():
    # With the neutral element as key, this signature would fit every message.
    neutral = b"\x01" + bytes(31)
    with pytest.raises(BadSignature):
        verify(neutral, Label.SIGN_ENTRY, b"anything", neutral + bytes(32))
    with pytest.raises(ValueError, match="shared"):
        AgreementKey(bytes(32)).exchange(bytes(32))


def test_which_bytes_are_verification_keys():
    assert is_verification_key(SigningKey(bytes(32)).public)
    assert not is_verification_key(SigningKey(bytes(32)).public[:31])
    assert not is_verification_key(b"\x01" + bytes(31))
    assert not is_verification_key(b"\xff" * 32)


def test_which_bytes_are_agreement_keys():
    assert is_agreement_key(AgreementKey(bytes(32)).public)
    for bad in (bytes(32), b"\x01" + bytes(31), bytes(31), bytes(33), b""):
        assert not is_agreement_key(bad)


@pytest.mark.parametrize("kind", [SigningKey, AgreementKey])
def test_a_secret_key_shows_itself_to_the_store_only(kind):
    key = kind.generate(SeededRng("shy"))
    assert key.seed == SeededRng("shy").random_bytes(32)
    for text in (repr(key), str(key), f"{key}"):
        assert key.seed.hex() not in text
        assert repr(key.seed)[2:10] not in text
    with pytest.raises(TypeError):
        pickle.dumps(key)
    with pytest.raises(TypeError):
        copy.copy(key)


@pytest.mark.parametrize("kind", [SigningKey, AgreementKey])
@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_secret_key_has_32_bytes(kind, size):
    with pytest.raises(ValueError, match="32 bytes"):
        kind(bytes(size))


def test_the_expanded_secret_is_what_tor_keeps():
    expanded = expanded_onion_secret(SigningKey(bytes(32)))
    plain = hashlib.sha512(bytes(32)).digest()
    assert len(expanded) == 64
    assert expanded[1:31] + expanded[32:] == plain[1:31] + plain[32:]
    assert expanded[0] & 7 == 0
    assert expanded[31] & 0b11000000 == 0b01000000
