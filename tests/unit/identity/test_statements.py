"""Statements: one form each, bounded, and signed inside where more than the author must agree."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onionchat.errors import BadSignature, Malformed, ProtocolViolation, TooLarge
from onionchat.protocol.crypto.keys import SigningKey, verify
from onionchat.protocol.crypto.labels import Label
from onionchat.protocol.identity.statements import (
    MAX_EPILOGUES,
    MAX_STATEMENT,
    Add,
    Address,
    Genesis,
    Profile,
    Revoke,
    account_id,
    build_add,
    build_address,
    build_genesis,
    build_profile,
    build_revoke,
    check_genesis,
    consent,
    decode_statement,
    is_by_recovery,
    is_consented,
)
from onionchat.protocol.wire.codec import encode

A, B, RECOVERY = (SigningKey(bytes([n]) * 32) for n in (1, 2, 3))
ACCOUNT = bytes(range(32))
LINK = bytes([7]) * 32


def test_a_genesis_is_signed_by_the_recovery_key():
    data = build_genesis(bytes(16), A.public, LINK, RECOVERY)
    genesis = decode_statement(data)
    assert genesis == Genesis(
        1, bytes(16), A.public, LINK, RECOVERY.public, genesis.recovery_signature
    )
    check_genesis(genesis)
    for change in ({"salt": b"x" * 16}, {"device_key": B.public}, {"link_key": bytes(32)}):
        with pytest.raises(BadSignature):
            check_genesis(msgspec.structs.replace(genesis, **change))
    assert len(account_id(data)) == 32
    assert account_id(data) != account_id(build_genesis(b"x" * 16, A.public, LINK, RECOVERY))


def test_a_device_consents_to_one_author_of_one_account():
    data = build_add(B.public, LINK, consent(ACCOUNT, A.public, B, LINK))
    add = decode_statement(data)
    assert isinstance(add, Add)
    assert is_consented(add, ACCOUNT, A.public)
    assert not is_consented(add, ACCOUNT, B.public)
    assert not is_consented(add, bytes(32), A.public)
    assert not is_consented(msgspec.structs.replace(add, link_key=bytes(32)), ACCOUNT, A.public)


def test_a_revocation_sorts_its_epilogues_and_may_be_the_recovery_keys():
    ends = {b"z" * 32: 3, b"a" * 32: 0}
    plain = decode_statement(build_revoke(ACCOUNT, B.public, ends))
    assert plain == Revoke(B.public, ((b"a" * 32, 0), (b"z" * 32, 3)), b"")
    assert not is_by_recovery(plain, ACCOUNT, RECOVERY.public)

    signed = decode_statement(build_revoke(ACCOUNT, B.public, ends, RECOVERY))
    assert is_by_recovery(signed, ACCOUNT, RECOVERY.public)
    assert not is_by_recovery(signed, ACCOUNT, A.public)
    assert not is_by_recovery(signed, bytes(32), RECOVERY.public)
    other = msgspec.structs.replace(signed, epilogues=((b"a" * 32, 1),))
    assert not is_by_recovery(other, ACCOUNT, RECOVERY.public)
    message = ACCOUNT + B.public + b"a" * 32 + bytes(8) + b"z" * 32 + bytes(7) + b"\x03"
    verify(RECOVERY.public, Label.SIGN_REVOKE, message, signed.recovery_signature)


def test_a_recovery_signature_over_a_genesis_is_none_over_a_revocation():
    assert Label.SIGN_GENESIS != Label.SIGN_REVOKE


def test_the_longest_revocation_fits_into_a_statement():
    ends = {bytes([n]) * 32: 2**53 - 1 for n in range(MAX_EPILOGUES)}
    data = build_revoke(ACCOUNT, B.public, ends, RECOVERY)
    assert len(data) <= MAX_STATEMENT
    assert len(decode_statement(data).epilogues) == MAX_EPILOGUES
    with pytest.raises(ValueError, match="^a revocation names at most 32 journals$"):
        build_revoke(ACCOUNT, B.public, {**ends, b"x" * 32: 1})


def test_addresses_and_names():
    assert decode_statement(build_address(A.public, b"s" * 32, 9, 5)) == Address(
        A.public, b"s" * 32, 9, 5
    )
    assert decode_statement(build_address(A.public, b"s" * 32, 9)).capabilities == 0
    assert decode_statement(build_profile("Zoë")) == Profile("Zoë")
    assert decode_statement(build_profile("ë" * 32)) == Profile("ë" * 32)
    with pytest.raises(ValueError, match="^a display name has at most 64 bytes$"):
        build_profile("x" * 65)


def test_secrets_and_names_are_not_shown():
    assert repr(Address(A.public, b"s" * 32, 9, 5)) == "Address(…)"
    assert repr(Profile("Alice")) == "Profile(…)"


@pytest.mark.parametrize(
    "statement",
    [
        Genesis(2, bytes(16), A.public, LINK, B.public, bytes(64)),
        Genesis(1, bytes(15), A.public, LINK, B.public, bytes(64)),
        Add(A.public, LINK, bytes(63)),
        Add(A.public, bytes(32), bytes(64)),
        Genesis(1, bytes(16), A.public, bytes(32), B.public, bytes(64)),
        Revoke(A.public, ((b"z" * 32, 1), (b"a" * 32, 1)), b""),
        Revoke(A.public, ((b"a" * 32, 1), (b"a" * 32, 2)), b""),
        Revoke(A.public, ((b"a" * 32, -1),), b""),
        Revoke(A.public, (), bytes(63)),
        Revoke(A.public, (), bytes(65)),
        Address(A.public, bytes(32), 0, 0),
        Address(A.public, bytes(32), 65536, 0),
        Address(b"\xff" * 32, bytes(32), 1, 0),
        Address(A.public, bytes(32), 1, 2**32),
        Profile("x" * 65),
        Profile("ë" * 33),
    ],
    ids=repr,
)
def test_every_other_form_is_malformed(statement):
    with pytest.raises(Malformed):
        decode_statement(encode(statement))


@given(st.binary(max_size=300))
def test_any_bytes_decode_or_are_refused_by_name(data):
    try:
        decode_statement(data)
    except ProtocolViolation as error:
        assert isinstance(error, Malformed)


def test_a_statement_has_a_limit():
    with pytest.raises(TooLarge):
        decode_statement(bytes(MAX_STATEMENT + 1))
