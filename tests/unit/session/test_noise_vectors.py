"""The Noise engine against others: published vectors, and an independent implementation."""

from pathlib import Path

import pytest

from onionchat.protocol.crypto.keys import AgreementKey
from onionchat.protocol.session.noise import HandshakeState
from onionchat.protocol.session.patterns import noise_protocol
from onionchat.testing.rng import SeededRng

VECTORS = Path(__file__).parents[2] / "vectors" / "noise-flynn.txt"


class FixedRng(SeededRng):
    """Gives the vector's ephemeral key."""

    def __init__(self, value: bytes) -> None:
        super().__init__(0)
        self.value = value

    def random_bytes(self, size: int) -> bytes:
        assert size == len(self.value)
        return self.value


def vectors() -> list[dict[str, str]]:
    lines = VECTORS.read_text().splitlines()
    blocks = "\n".join(line for line in lines if not line.startswith("#")).strip().split("\n\n")
    return [dict(line.split("=", 1) for line in block.splitlines()) for block in blocks]


def test_the_file_covers_what_the_engine_has():
    names = {vector["handshake"] for vector in vectors()}
    assert len(names) == 176  # 22 patterns, 2 ciphers, 4 hashes
    assert {name.split("_")[1][:2] for name in names} == {"NN", "XK", "KK", "IK", "XX"}


@pytest.mark.parametrize("vector", vectors(), ids=lambda vector: vector["handshake"])
def test_published_vector(vector):
    protocol = noise_protocol(vector["handshake"])
    psks = [bytes.fromhex(vector[k]) for k in ("preshared_key",) if k in vector]
    keys = {
        side: AgreementKey(bytes.fromhex(vector[f"{side}_static"]))
        for side in ("init", "resp")
        if f"{side}_static" in vector
    }
    known = {"init": protocol.pattern.initiator_known, "resp": protocol.pattern.responder_known}
    public = {side: keys[side].public if known[side] else None for side in known}

    def start(side: str, other: str) -> HandshakeState:
        return HandshakeState(
            protocol,
            side == "init",
            bytes.fromhex(vector["prologue"]),
            FixedRng(bytes.fromhex(vector[f"gen_{side}_ephemeral"])),
            keys.get(side),
            public[other],
            psks,
        )

    writer, reader = start("init", "resp"), start("resp", "init")
    first, count = writer, len(protocol.pattern.messages)
    for number in range(count):
        payload = bytes.fromhex(vector[f"msg_{number}_payload"])
        message = writer.write_message(payload)
        assert message.hex() == vector[f"msg_{number}_ciphertext"]
        assert reader.read_message(message) == payload
        writer, reader = reader, writer
    second = reader if writer is first else writer
    ends = first.finish(), second.finish()
    assert ends[0].handshake_hash == ends[1].handshake_hash
    # The vectors go on with one message of the initiator and one of the responder.
    for number, (sender, receiver) in enumerate([ends, ends[::-1]], count):
        payload = bytes.fromhex(vector[f"msg_{number}_payload"])
        ciphertext = sender.send.encrypt(payload)
        assert ciphertext.hex() == vector[f"msg_{number}_ciphertext"]
        assert receiver.receive.decrypt(ciphertext) == payload


@pytest.mark.parametrize("name", ["XK", "XKpsk0"])
@pytest.mark.parametrize("we_dial", [True, False])
def test_an_independent_implementation_understands_us(name, we_dial):
    connection = pytest.importorskip("noise.connection")
    full = f"Noise_{name}_25519_ChaChaPoly_BLAKE2b"
    psk = bytes(range(32)) if "psk" in name else None
    dialler, callee = AgreementKey(b"d" * 32), AgreementKey(b"c" * 32)
    ours, theirs = (dialler, callee) if we_dial else (callee, dialler)

    other = connection.NoiseConnection.from_name(full.encode())
    if psk is not None:
        other.set_psks(psk)
    if we_dial:
        other.set_as_responder()
    else:
        other.set_as_initiator()
        other.set_keypair_from_public_bytes(connection.Keypair.REMOTE_STATIC, callee.public)
    other.set_keypair_from_private_bytes(connection.Keypair.STATIC, theirs.seed)
    other.set_prologue(b"prologue")
    other.start_handshake()
    own = HandshakeState(
        noise_protocol(full),
        we_dial,
        b"prologue",
        SeededRng(1),
        ours,
        callee.public if we_dial else None,
        () if psk is None else (psk,),
    )
    turn = we_dial
    while not other.handshake_finished:
        if turn:
            assert other.read_message(own.write_message(b"hello")) == b"hello"
        else:
            assert own.read_message(bytes(other.write_message(b"hello"))) == b"hello"
        turn = not turn
    result = own.finish()
    assert result.handshake_hash == other.get_handshake_hash()
    assert result.remote_static == theirs.public
    for number in range(3):
        text = b"message %d" % number
        assert other.decrypt(result.send.encrypt(text)) == text
        assert result.receive.decrypt(bytes(other.encrypt(text))) == text
