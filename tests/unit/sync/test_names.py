"""Short names and the digest over frontiers, byte by byte as docs/spec/07-sync.md has them."""

from onionchat.protocol.crypto.hashing import digest
from onionchat.protocol.crypto.labels import Label
from onionchat.protocol.sync.names import Names, frontier_digest
from onionchat.protocol.sync.position import Position

SALT = b"handshake hash"
ANN, BOB = b"\x03" * 32, b"\x04" * 32
J, K = b"j" * 8, b"k" * 8
A, B = b"a" * 8, b"b" * 8


def test_a_name_is_the_hash_of_salt_and_id_in_8_bytes():
    names = Names(SALT)
    assert names.of(ANN) == digest(Label.SYNC_NAME, SALT, ANN, size=8)
    assert names.of(ANN) == names.of(ANN)
    assert names.of(ANN) != names.of(BOB)
    assert names.of(ANN) != Names(b"another hash").of(ANN)


def test_only_a_name_that_was_made_here_is_understood():
    names = Names(SALT)
    name = Names(SALT).of(ANN)
    assert names.id(name) is None
    names.of(ANN)
    names.of(BOB)
    assert names.id(name) == ANN
    assert names.id(names.of(BOB)) == BOB


def test_a_name_is_hashed_once(monkeypatch):
    made = []

    def counting(*parts, **size):
        made.append(parts)
        return digest(*parts, **size)

    monkeypatch.setattr("onionchat.protocol.sync.names.digest", counting)
    names = Names(SALT)
    assert names.of(ANN) == names.of(ANN)
    assert len(made) == 1


def test_the_digest_goes_over_all_names_numbers_and_tags_in_order():
    frontiers = {K: {}, J: {B: Position(2**40, b"tag of b"), A: Position(1, b"tag of a")}}
    said = (
        J
        + (2).to_bytes(4, "big")
        + (A + (1).to_bytes(8, "big") + b"tag of a")
        + (B + (2**40).to_bytes(8, "big") + b"tag of b")
        + K
        + (0).to_bytes(4, "big")
    )
    assert frontier_digest(frontiers) == digest(Label.FRONTIER_DIGEST, said, size=16)
    assert len(frontier_digest(frontiers)) == 16


def test_the_digest_does_not_depend_on_the_order_in_which_frontiers_are_kept():
    one = {J: {A: Position(1, bytes(8)), B: Position(2, bytes(8))}, K: {}}
    other = {K: {}, J: {B: Position(2, bytes(8)), A: Position(1, bytes(8))}}
    assert frontier_digest(one) == frontier_digest(other)


def test_nothing_at_all_and_a_journal_without_entries_are_told_apart():
    assert frontier_digest({}) == digest(Label.FRONTIER_DIGEST, b"", size=16)
    assert frontier_digest({}) != frontier_digest({J: {}})
