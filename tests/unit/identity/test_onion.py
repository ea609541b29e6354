"""Onion addresses, checked against published ones."""

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stem.descriptor.hidden_service import HiddenServiceDescriptorV3

from onionchat.errors import InvalidInput
from onionchat.protocol.crypto.keys import SigningKey
from onionchat.protocol.identity.onion import onion_address, onion_key

PUBLISHED = [
    # rend-spec-v3, section 1.2, "In even more detail"
    "pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion",
    "sp3k262uwy4r2k3ycr5awluarykdpag6a7y33jxop4cs2lu5uz5sseqd.onion",
    # The Tor Project, DuckDuckGo
    "2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid.onion",
    "duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad.onion",
]

keys = st.binary(min_size=32, max_size=32).map(lambda seed: SigningKey(seed).public)


@pytest.mark.parametrize("address", PUBLISHED)
def test_published_addresses(address):
    key = onion_key(address)
    assert key == base64.b32decode(address[:56].upper())[:32]
    assert onion_address(key) == address
    assert onion_key(address[:56].upper()) == key


@given(keys)
def test_every_key_has_one_address(key):
    assert onion_key(onion_address(key)) == key


@given(keys)
def test_stem_computes_the_same_address(key):
    address = HiddenServiceDescriptorV3.address_from_identity_key(key, suffix=True)
    assert onion_address(key) == address


@given(keys, st.integers(0, 55), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_a_changed_character_is_noticed(key, place, character):
    address = onion_address(key)
    changed = address[:place] + character + address[place + 1 :]
    if changed != address:
        with pytest.raises(InvalidInput):
            onion_key(changed)


@pytest.mark.parametrize(
    "address",
    ["", ".onion", "a", "aaaaaaaa", PUBLISHED[0][:-7], "1" * 56, "ä" * 56, PUBLISHED[0][:48]],
)
def test_what_is_no_address(address):
    with pytest.raises(InvalidInput) as caught:
        onion_key(address)
    assert len(address) < 10 or address not in str(caught.value)


def test_a_key_that_tor_refuses():
    key = b"\x01" + bytes(31)
    check = hashlib.sha3_256(b".onion checksum" + key + b"\x03").digest()[:2]
    with pytest.raises(InvalidInput):
        onion_key(base64.b32encode(key + check + b"\x03").decode())


def test_another_version():
    key = SigningKey(bytes(32)).public
    check = hashlib.sha3_256(b".onion checksum" + key + b"\x04").digest()[:2]
    with pytest.raises(InvalidInput):
        onion_key(base64.b32encode(key + check + b"\x04").decode())


@pytest.mark.parametrize("size", [31, 33])
def test_a_key_has_32_bytes(size):
    with pytest.raises(ValueError, match="32 bytes"):
        onion_address(bytes(size))
