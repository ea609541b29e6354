"""Personas have nothing in common, and can be evicted by the phrase alone."""

import pytest

from onionchat.protocol.crypto.keys import AgreementKey
from onionchat.protocol.identity.persona import Persona
from onionchat.protocol.identity.recovery import open_recovery
from onionchat.protocol.identity.statements import account_id, check_genesis, decode_statement
from onionchat.testing.rng import SeededRng

PHRASE = AgreementKey(b"p" * 32)


def test_a_persona_is_complete():
    made = Persona.create(SeededRng(1), PHRASE.public)
    genesis = decode_statement(made.genesis)
    check_genesis(genesis)
    assert made.account == account_id(made.genesis)
    assert (genesis.device_key, genesis.link_key) == (made.device.public, made.link.public)
    assert open_recovery(PHRASE, made.recovery_box).public == genesis.recovery_key
    assert Persona.create(SeededRng(1), PHRASE.public).genesis == made.genesis


def test_two_personas_share_no_bytes():
    rng = SeededRng(1)
    one, other = (Persona.create(rng, PHRASE.public) for _ in range(2))
    first, second = (decode_statement(made.genesis) for made in (one, other))
    for name in ("salt", "device_key", "link_key", "recovery_key", "recovery_signature"):
        assert getattr(first, name) != getattr(second, name)
    assert one.recovery_box != other.recovery_box


def test_nothing_secret_is_shown():
    made = Persona.create(SeededRng(1), PHRASE.public)
    assert "secret" in repr(made)
    assert "box" not in repr(made)


def test_the_phrase_key_has_32_bytes():
    with pytest.raises(ValueError, match="32 bytes"):
        Persona.create(SeededRng(1), bytes(31))
