"""The handshake on a byte stream: who gets in, and what anybody else learns."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onionchat.errors import HandshakeFailed, Malformed, PeerVersionUnknown
from onionchat.protocol.crypto.keys import AgreementKey
from onionchat.protocol.session.handshake import (
    FIRST_SIZE,
    SECOND_SIZE,
    THIRD_SIZE,
    Candidate,
    Initiator,
    Responder,
    prologue,
)
from onionchat.testing.rng import SeededRng

DIALLER, CALLEE, OTHER = (AgreementKey(letter * 32) for letter in (b"d", b"c", b"o"))
PSK = b"p" * 32


def initiator(remote=CALLEE.public, psk=None, static=DIALLER, transport="tor", address=b"here"):
    return Initiator(static, remote, psk, transport, address, SeededRng(1), now=0.0)


def responder(*candidates, transport="tor", address=b"here"):
    candidates = candidates or (Candidate(CALLEE),)
    return Responder(candidates, transport, address, SeededRng(2), now=0.0)


def run(one, two):
    """A whole handshake; returns both results."""
    assert two.receive(one.bytes_to_send(), 1.0) is None
    ours = one.receive(two.bytes_to_send(), 3.0)
    theirs = two.receive(one.bytes_to_send(), 6.0)
    return ours, theirs


def test_both_sides_prove_their_keys():
    ours, theirs = run(initiator(), responder())
    assert ours.remote_static == theirs.local_static == CALLEE.public
    assert theirs.remote_static == ours.local_static == DIALLER.public
    assert ours.handshake_hash == theirs.handshake_hash
    assert len(ours.handshake_hash) == 64
    assert (ours.candidate, ours.version, theirs.version) == (None, 1, 1)
    assert (ours.rtt, theirs.rtt) == (3.0, 5.0)
    theirs.session.feed(ours.session.encrypt(b"\x01\x80\x02hi"))
    assert theirs.session.next_record().startswith(b"\x01\x80\x02hi\xff\0")


def test_sizes_are_as_in_the_specification():
    one, two = initiator(), responder()
    first = one.bytes_to_send()
    two.receive(first, 0.0)
    second = two.bytes_to_send()
    one.receive(second, 0.0)
    third = one.bytes_to_send()
    assert [len(first), len(second), len(third)] == [
        2 + FIRST_SIZE,
        2 + SECOND_SIZE,
        2 + THIRD_SIZE,
    ]
    assert first[2] == second[2] == 1
    assert len(first + second + third) < 4096
    assert one.bytes_to_send() == two.bytes_to_send() == b""
    assert one.deadline() == two.deadline() == 30.0


def test_the_callee_finds_out_who_was_called():
    candidates = [
        Candidate(OTHER, tag="wrong key"),
        Candidate(CALLEE, PSK, tag="invite"),
        Candidate(CALLEE, tag="device"),
    ]
    for psk, tag in ((PSK, "invite"), (None, "device")):
        _, theirs = run(initiator(psk=psk), responder(*candidates))
        assert theirs.candidate.tag == tag


@pytest.mark.parametrize(
    "wrong",
    [
        {"remote": OTHER.public},
        {"psk": PSK},
        {"transport": "lan"},
        {"address": b"elsewhere"},
    ],
    ids=["key", "token", "transport", "address"],
)
def test_a_prober_gets_no_answer(wrong):
    two = responder()
    with pytest.raises(HandshakeFailed):
        two.receive(initiator(**wrong).bytes_to_send(), 0.0)
    assert two.bytes_to_send() == b""
    with pytest.raises(HandshakeFailed):  # nor a second try
        two.receive(initiator().bytes_to_send(), 0.0)
    assert two.bytes_to_send() == b""


def test_a_wrong_token_and_a_missing_one_are_refused():
    for psk in (b"q" * 32, None):
        two = responder(Candidate(CALLEE, PSK))
        with pytest.raises(HandshakeFailed):
            two.receive(initiator(psk=psk).bytes_to_send(), 0.0)
        assert two.bytes_to_send() == b""


class Impostor(AgreementKey):
    """Claims a public key without having the secret."""

    claimed = b""

    @property
    def public(self):
        return self.claimed


def test_who_stole_the_callees_key_cannot_appear_as_a_contact_to_it():
    """Key-compromise impersonation: the thief knows CALLEE's secret and everything public."""
    for secret in (CALLEE.seed, OTHER.seed):
        thief = Impostor(secret)
        thief.claimed = DIALLER.public
        one, two = initiator(static=thief), responder()
        two.receive(one.bytes_to_send(), 0.0)
        one.receive(two.bytes_to_send(), 0.0)
        with pytest.raises(HandshakeFailed):
            two.receive(one.bytes_to_send(), 0.0)
        assert two.bytes_to_send() == b""


def test_the_same_with_the_contacts_real_key_gets_in():
    """The anti-test of the one above."""
    honest = Impostor(DIALLER.seed)
    honest.claimed = DIALLER.public
    assert run(initiator(static=honest), responder())[1].remote_static == DIALLER.public


def test_a_replayed_dialler_gets_nowhere():
    one, two = initiator(), responder()
    first = one.bytes_to_send()
    two.receive(first, 0.0)
    one.receive(two.bytes_to_send(), 0.0)
    third = one.bytes_to_send()
    again = Responder([Candidate(CALLEE)], "tor", b"here", SeededRng(3), 0.0)
    again.receive(first, 0.0)
    assert again.bytes_to_send()  # the first message alone cannot be told from a new one
    with pytest.raises(HandshakeFailed):
        again.receive(third, 0.0)


@settings(max_examples=150, deadline=None)
@given(which=st.integers(0, 2), data=st.data())
def test_a_flipped_bit_anywhere_ends_the_handshake(which, data):
    one, two = initiator(), responder()
    writer, reader = one, two
    for number in range(3):
        message = bytearray(writer.bytes_to_send())
        if number == which:
            place = data.draw(st.integers(0, 8 * len(message) - 1))
            message[place // 8] ^= 1 << place % 8
            try:
                done = reader.receive(bytes(message), 0.0)
            except PeerVersionUnknown:
                assert place // 8 == 2  # the version byte
            except (HandshakeFailed, Malformed):
                assert reader.bytes_to_send() == b""
            else:
                # No more than a longer length of a message that ends too early.
                assert done is None
                assert reader.bytes_to_send() == b""
                assert place // 8 < 3
            return
        reader.receive(bytes(message), 0.0)
        writer, reader = reader, writer


@settings(max_examples=30, deadline=None)
@given(chunks=st.lists(st.integers(1, 700), min_size=1, max_size=10))
def test_chunks_do_not_matter(chunks):
    one, two = initiator(), responder()
    results = []
    for writer, reader in ((one, two), (two, one), (one, two)):
        data = writer.bytes_to_send()
        turn = 0
        while data:
            size = chunks[turn % len(chunks)]
            done = reader.receive(data[:size], 0.0)
            data = data[size:]
            turn += 1
            if done is not None:
                results.append(done)
    assert len(results) == 2


def test_bytes_after_the_handshake_belong_to_the_session():
    one, two = initiator(), responder()
    two.receive(one.bytes_to_send(), 0.0)
    ours = one.receive(two.bytes_to_send(), 0.0)
    theirs = two.receive(one.bytes_to_send() + ours.session.encrypt(b"\x01\x80\x01!"), 0.0)
    assert theirs.session.next_record()[:4] == b"\x01\x80\x01!"


# --- versions


@pytest.mark.parametrize("version", [0, 2, 255])
def test_a_callee_names_its_versions_to_others(version):
    two = responder()
    two.receive(b"\x0f\xff", 0.0)
    with pytest.raises(PeerVersionUnknown):
        two.receive(bytes([version]), 0.0)
    assert two.bytes_to_send() == b"\x00\x03\x00\x01\x01"


def test_a_dialler_is_told():
    one = initiator()
    assert one.receive(b"\x00\x03\x00", 0.0) is None
    with pytest.raises(PeerVersionUnknown):
        one.receive(b"\x02\x04", 0.0)


@pytest.mark.parametrize(
    "answer",
    [
        b"\x00\x03\x00\x01\x01",  # it could have answered, then
        b"\x00\x03\x00\x01\x03",
        b"\x00\x03\x00\x04\x02",
        b"\x00\x03\x00\x00\x00",
        b"\x00\x04\x00\x02\x02\x02",
        b"\x00\x03\x02",
        b"\x00\x00\x01",
        b"\x10\x01\x01",
        b"\x00\x05\x01",
    ],
)
def test_other_answers_are_malformed(answer):
    with pytest.raises(Malformed):
        initiator().receive(answer, 0.0)


@pytest.mark.parametrize("start", [b"\x00\x00\x01", b"\x10\x01\x01", b"\x04\xe2\x01"])
def test_impossible_lengths_are_refused_at_once(start):
    two = responder()
    with pytest.raises(Malformed):
        two.receive(start, 0.0)
    assert two.bytes_to_send() == b""


# --- use


def test_a_handshake_is_used_up():
    one, two = initiator(), responder()
    run(one, two)
    for side in (one, two):
        with pytest.raises(RuntimeError):
            side.receive(bytes(2) + b"\0" if side is one else b"\0\x40" + bytes(64), 0.0)


def test_arguments():
    assert prologue(1, "tor", b"abc") == b"onionchat\x01\x03tor\x03abc"
    with pytest.raises(ValueError, match="255"):
        prologue(1, "tor", bytes(256))
    with pytest.raises(ValueError, match="32 bytes"):
        initiator(remote=b"short")
    with pytest.raises(HandshakeFailed):
        initiator(remote=bytes(32))
    shown = repr(Candidate(CALLEE, PSK, "name"))
    assert "ppp" not in shown
    assert "name" not in shown
