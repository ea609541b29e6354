"""tests/vectors/identity.json, computed here step by step from its keys."""

import hashlib
import json
from pathlib import Path

import pytest
from nacl.bindings import crypto_sign_seed_keypair
from nacl.public import PrivateKey, SealedBox
from nacl.pwhash import argon2id
from nacl.signing import SigningKey as NaclSigningKey

from onionchat.protocol.identity.onion import onion_key
from onionchat.protocol.identity.recovery import open_recovery, recovery_key, seed_from_phrase
from onionchat.protocol.identity.statements import (
    Genesis,
    account_id,
    decode_statement,
    is_by_recovery,
    is_consented,
)
from onionchat.protocol.identity.wordlist import word_list
from onionchat.protocol.identity.words import safety_words


@pytest.fixture(scope="module")
def vectors():
    file = Path(__file__).parents[2] / "vectors" / "identity.json"
    return json.loads(file.read_text(encoding="utf-8"))


def hexed(texts):
    return {name: bytes.fromhex(text) for name, text in texts.items()}


def test_genesis(vectors):
    keys, statements = hexed(vectors["keys"]), hexed(vectors["statements"])
    device = crypto_sign_seed_keypair(keys["first device seed"])[0]
    link = bytes(PrivateKey(keys["first link seed"]).public_key)
    recovery = NaclSigningKey(keys["recovery seed"])
    signed = b"\x0foc1 sig genesis" + keys["salt"] + device + link
    assert decode_statement(statements["genesis"]) == Genesis(
        1, keys["salt"], device, link, bytes(recovery.verify_key), recovery.sign(signed).signature
    )
    genesis = statements["genesis"]
    expected = hashlib.blake2b(
        len(genesis).to_bytes(8, "big") + genesis, digest_size=32, person=b"oc1 account id"
    )
    assert vectors["account id"] == expected.hexdigest() == account_id(genesis).hex()


def test_signatures_inside(vectors):
    keys, statements = hexed(vectors["keys"]), hexed(vectors["statements"])
    account = bytes.fromhex(vectors["account id"])
    genesis = decode_statement(statements["genesis"])
    add = decode_statement(statements["add"])
    second = NaclSigningKey(keys["second device seed"])
    signed = b"\x0boc1 sig add" + account + genesis.device_key
    signed += bytes(second.verify_key) + keys["second link public"]
    assert add.consent == second.sign(signed).signature
    assert is_consented(add, account, genesis.device_key)

    revoke = decode_statement(statements["revoke by recovery"])
    ends = bytes.fromhex(vectors["journal of the revocation"]) + (7).to_bytes(8, "big")
    signed = b"\x0eoc1 sig revoke" + account + bytes(second.verify_key) + ends
    assert revoke.recovery_signature == NaclSigningKey(keys["recovery seed"]).sign(signed).signature
    assert is_by_recovery(revoke, account, genesis.recovery_key)
    assert decode_statement(statements["revoke"]).recovery_signature == b""


def test_address_profile_and_onion(vectors):
    statements = hexed(vectors["statements"])
    genesis = decode_statement(statements["genesis"])
    assert onion_key(vectors["onion address of the first device key"]) == genesis.device_key
    assert decode_statement(statements["address"]).port == 80
    assert decode_statement(statements["profile"]).name == "Zoë"


def test_recovery(vectors):
    recovery = vectors["recovery"]
    seed = seed_from_phrase(recovery["phrase"])
    assert seed.hex() == recovery["phrase seed"]
    key = recovery_key(seed)
    assert key.public.hex() == recovery["public"]
    box = bytes.fromhex(recovery["box"])
    assert SealedBox(PrivateKey(key.seed)).decrypt(box).hex() == vectors["keys"]["recovery seed"]
    assert open_recovery(key, box).seed.hex() == vectors["keys"]["recovery seed"]


def test_words(vectors):
    safety = vectors["safety words"]
    account = bytes.fromhex(vectors["account id"])
    other = bytes.fromhex(safety["other account"])
    words = safety_words(other, account)
    assert list(words) == safety["words"]
    # By the libraries alone: the lower id first, 11 bits a word.
    size = (32).to_bytes(8, "big")
    hashed = size + min(other, account) + size + max(other, account)
    joined = hashlib.blake2b(hashed, digest_size=32, person=b"oc1 safety").digest()
    salt = b"oc1 safety".ljust(16, b"\0")
    bits = argon2id.kdf(17, joined, salt, opslimit=3, memlimit=64 * 1024 * 1024)
    number = int.from_bytes(bits, "big") >> 4
    places = [number >> 11 * (11 - place) & 2047 for place in range(12)]
    assert [word_list()[place] for place in places] == safety["words"]
