"""The Noise engine's own behaviour: hybrid tokens, what is refused, what is used up."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onionchat.errors import DecryptionFailed, HandshakeFailed, Malformed
from onionchat.protocol.crypto.keys import AgreementKey
from onionchat.protocol.session.noise import MAX_NONCE, HandshakeState
from onionchat.protocol.session.patterns import Token, noise_protocol
from onionchat.protocol.session.records import exporter
from onionchat.testing.rng import SeededRng

HYBRID = Path(__file__).parents[2] / "vectors" / "session-hybrid.json"
SUITE = "25519+MLKEM768_ChaChaPoly_BLAKE2b"
DIALLER, CALLEE = AgreementKey(b"d" * 32), AgreementKey(b"c" * 32)
PSK = b"p" * 32


class Replay:
    """Gives recorded random bytes."""

    def __init__(self, recorded: bytes) -> None:
        self.left = recorded

    def random_bytes(self, size: int) -> bytes:
        given, self.left = self.left[:size], self.left[size:]
        assert len(given) == size
        return given


def two(name, psks=(), prologue=b""):
    protocol = noise_protocol(name)
    known = CALLEE.public if protocol.pattern.responder_known else None
    return (
        HandshakeState(protocol, True, prologue, SeededRng(1), DIALLER, known, psks),
        HandshakeState(protocol, False, prologue, SeededRng(2), CALLEE, None, psks),
    )


def words(name):
    return [[token.value for token in m] for m in noise_protocol(name).pattern.messages]


# --- patterns


def test_hfs_puts_its_tokens_where_the_extension_says():
    assert words(f"Noise_XKhfs_{SUITE}") == [["e", "es", "e1"], ["e", "ee", "ekem1"], ["s", "se"]]
    assert words(f"Noise_XKhfs+psk0_{SUITE}")[0] == ["psk", "e", "es", "e1"]
    assert words(f"Noise_NNhfs+psk0_{SUITE}") == [["psk", "e", "e1"], ["e", "ee", "ekem1"]]
    assert words(f"Noise_XXhfs_{SUITE}")[1] == ["e", "ee", "ekem1", "s", "es"]
    assert words("Noise_XKpsk0+psk2_25519_ChaChaPoly_SHA256")[1] == ["e", "ee", "psk"]


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Noise_ZZ_25519_ChaChaPoly_BLAKE2b",
        "Noise_XK_448_ChaChaPoly_BLAKE2b",
        "Noise_XK_25519_Salsa_BLAKE2b",
        "Noise_XK_25519_ChaChaPoly_MD5",
        "Snow_XK_25519_ChaChaPoly_BLAKE2b",
        "Noise_XKhfs_25519_ChaChaPoly_BLAKE2b",
        "Noise_XK_25519+MLKEM768_ChaChaPoly_BLAKE2b",
        "Noise_XKpsk4_25519_ChaChaPoly_BLAKE2b",
        "Noise_XKfallback_25519_ChaChaPoly_BLAKE2b",
    ],
)
def test_unknown_protocols_are_refused(name):
    with pytest.raises(ValueError, match="no such Noise protocol"):
        noise_protocol(name)


# --- hybrid vectors


@pytest.mark.parametrize("run", json.loads(HYBRID.read_text())["runs"], ids=lambda r: r["protocol"])
def test_recorded_hybrid_handshake(run):
    def key(name):
        return AgreementKey(bytes.fromhex(run[name])) if run[name] else None

    callee = key("callee_static")
    state = HandshakeState(
        noise_protocol(run["protocol"]),
        True,
        bytes.fromhex(run["prologue"]),
        Replay(bytes.fromhex(run["dialler_random"])),
        key("dialler_static"),
        callee.public if callee else None,
        [bytes.fromhex(run["psk"])] if run["psk"] else (),
    )
    for number, step in enumerate(run["messages"]):
        payload, message = bytes.fromhex(step["payload"]), bytes.fromhex(step["message"])
        if number % 2 == 0:
            assert state.write_message(payload) == message
        else:
            assert state.read_message(message) == payload
    result = state.finish()
    assert result.handshake_hash.hex() == run["handshake_hash"]
    assert exporter(result).hex() == run["exporter"]
    for number in range(2):
        text = b"record %d" % number
        assert result.send.encrypt(text).hex() == run["dialler_sends"][number]
        assert result.receive.decrypt(bytes.fromhex(run["callee_sends"][number])) == text


@pytest.mark.parametrize("run", json.loads(HYBRID.read_text())["runs"], ids=lambda r: r["protocol"])
def test_the_callee_reads_the_recorded_first_message(run):
    callee = run["callee_static"]
    state = HandshakeState(
        noise_protocol(run["protocol"]),
        False,
        bytes.fromhex(run["prologue"]),
        SeededRng(1),
        AgreementKey(bytes.fromhex(callee)) if callee else None,
        None,
        [bytes.fromhex(run["psk"])] if run["psk"] else (),
    )
    first = run["messages"][0]
    assert state.read_message(bytes.fromhex(first["message"])).hex() == first["payload"]


def test_sizes_of_the_hybrid_messages():
    one, two_ = two(f"Noise_XKhfs_{SUITE}")
    first = one.write_message()
    two_.read_message(first)
    second = two_.write_message()
    one.read_message(second)
    assert [len(first), len(second), len(one.write_message())] == [1248, 1152, 64]


# --- refusals


@settings(max_examples=120, deadline=None)
@given(name=st.sampled_from([f"Noise_XKhfs+psk0_{SUITE}", f"Noise_XXhfs_{SUITE}"]), data=st.data())
def test_every_flipped_bit_is_noticed(name, data):
    one, two_ = two(name, (PSK,) if "psk" in name else ())
    count = len(noise_protocol(name).pattern.messages)
    target = data.draw(st.integers(0, count - 1))
    writer, reader = one, two_
    try:
        for number in range(count):
            message = bytearray(writer.write_message(b"payload"))
            if number == target:
                message[data.draw(st.integers(0, len(message) - 1))] ^= 1 << data.draw(
                    st.integers(0, 7)
                )
            reader.read_message(bytes(message))
            writer, reader = reader, writer
    except (HandshakeFailed, Malformed):
        return
    # XX sends its first message in the clear: the flip shows in the next.
    raise AssertionError("nobody noticed")


@settings(max_examples=60, deadline=None)
@given(cut=st.integers(0, 1247))
def test_truncated_messages_are_refused(cut):
    one, two_ = two(f"Noise_XKhfs_{SUITE}")
    with pytest.raises((HandshakeFailed, Malformed)):
        two_.read_message(one.write_message()[:cut])


def test_low_order_points_are_refused():
    low = bytes(32)
    _, callee = two("Noise_XK_25519_ChaChaPoly_BLAKE2b")
    with pytest.raises(HandshakeFailed):
        callee.read_message(low + bytes(16))
    _, callee = two("Noise_NN_25519_ChaChaPoly_BLAKE2b")
    callee.read_message(low)
    with pytest.raises(HandshakeFailed):
        callee.write_message()


def test_a_kem_key_that_is_none_is_refused():
    _, callee = two(f"Noise_NNhfs_{SUITE}")
    with pytest.raises(Malformed):
        callee.read_message(AgreementKey(b"x" * 32).public + b"\xff" * 1184)


def test_a_kem_ciphertext_for_another_key_is_noticed():
    one, two_ = two(f"Noise_NNhfs_{SUITE}")
    message = bytearray(one.write_message())
    other, _ = two(f"Noise_NNhfs_{SUITE}")
    other._rng = SeededRng(9)
    message[32:] = other.write_message()[32:]
    two_.read_message(bytes(message))
    with pytest.raises(HandshakeFailed):
        one.read_message(two_.write_message())


def test_keys_that_the_pattern_needs_must_be_given():
    protocol = noise_protocol("Noise_XK_25519_ChaChaPoly_BLAKE2b")
    with pytest.raises(ValueError, match="not given"):
        HandshakeState(protocol, True, b"", SeededRng(1), DIALLER)
    for psks in ((PSK,), (b"short",)):
        with pytest.raises(ValueError, match="pre-shared"):
            HandshakeState(protocol, False, b"", SeededRng(1), CALLEE, None, psks)


# --- used up


def test_a_handshake_is_used_once():
    one, two_ = two("Noise_NN_25519_ChaChaPoly_BLAKE2b")
    with pytest.raises(RuntimeError):
        one.finish()
    with pytest.raises(RuntimeError):
        one.read_message(b"")
    with pytest.raises(RuntimeError):
        two_.write_message()
    two_.read_message(one.write_message())
    one.read_message(two_.write_message())
    assert one.finished
    one.finish()
    assert not one.finished
    for call in (one.finish, one.write_message, lambda: one.read_message(b"")):
        with pytest.raises(RuntimeError):
            call()


def test_a_failed_handshake_cannot_go_on():
    one, two_ = two("Noise_XK_25519_ChaChaPoly_BLAKE2b")
    message = one.write_message()
    with pytest.raises(HandshakeFailed):
        two_.read_message(message[:-1] + b"\0")
    for call in (two_.finish, two_.write_message, lambda: two_.read_message(message)):
        with pytest.raises(RuntimeError):
            call()


# --- cipher states


def test_messages_out_of_turn_or_altered_do_not_decrypt_and_do_not_disturb():
    one, two_ = two("Noise_NN_25519_ChaChaPoly_BLAKE2b")
    two_.read_message(one.write_message())
    one.read_message(two_.write_message())
    send, receive = one.finish().send, two_.finish().receive
    first, second = send.encrypt(b"1"), send.encrypt(b"2")
    for wrong in (second, first[:-1], b"", first[:-1] + b"\0"):
        with pytest.raises(DecryptionFailed):
            receive.decrypt(wrong)
    assert (receive.decrypt(first), receive.decrypt(second)) == (b"1", b"2")
    with pytest.raises(DecryptionFailed):
        receive.decrypt(second)


def test_the_last_nonce_is_never_used():
    one, two_ = two("Noise_NN_25519_ChaChaPoly_BLAKE2b")
    two_.read_message(one.write_message())
    one.read_message(two_.write_message())
    send = one.finish().send
    send._nonce = MAX_NONCE - 1
    send.encrypt(b"the last one")
    with pytest.raises(OverflowError):
        send.encrypt(b"one too many")


def test_two_runs_share_nothing_but_the_pre_shared_key():
    assert Token.PSK in noise_protocol(f"Noise_NNhfs+psk0_{SUITE}").pattern.messages[0]
    hashes = set()
    for seed in range(2):
        one, two_ = two(f"Noise_NNhfs+psk0_{SUITE}", (PSK,))
        one._rng = SeededRng(seed)
        two_.read_message(one.write_message())
        one.read_message(two_.write_message())
        result = one.finish()
        assert "chaining_key" not in repr(result)
        hashes |= {result.handshake_hash, result.chaining_key, exporter(result)}
    assert len(hashes) == 6
