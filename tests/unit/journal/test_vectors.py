"""The vectors, recomputed from the specification with nothing of the project but the file."""

import json
import runpy
from hashlib import blake2b
from pathlib import Path

import msgspec
import pytest
from nacl.signing import SigningKey, VerifyKey

from onionchat.protocol.journal.entry import parse_entry

FOLDER = Path(__file__).parents[2] / "vectors"
VECTORS = json.loads((FOLDER / "journal.json").read_text(encoding="ascii"))
unhex = bytes.fromhex


def hashed(label: bytes, *parts: bytes) -> str:
    state = blake2b(digest_size=32, person=label)
    for part in parts:
        state.update(len(part).to_bytes(8, "big") + part)
    return state.hexdigest()


def test_the_file_is_what_the_generator_writes():
    generator = runpy.run_path(str(FOLDER / "generate_journal.py"))
    assert generator["text"]() == (FOLDER / "journal.json").read_text(encoding="ascii")


def test_journal_ids():
    ids = VECTORS["journals"]
    low, high = map(unhex, ids["accounts"])
    assert ids["account"] == hashed(b"oc1 j account", low)
    assert ids["self"] == hashed(b"oc1 j self", low)
    assert ids["direct"] == hashed(b"oc1 j direct", low, high)
    assert ids["room"] == hashed(b"oc1 j room", unhex(ids["room_genesis"]))


@pytest.mark.parametrize("vector", VECTORS["entries"])
def test_entry_bytes(vector):
    header = msgspec.msgpack.decode(unhex(vector["header_bytes"]))
    body = unhex(vector["body"])
    assert header == [
        1,
        unhex(VECTORS["journals"]["direct"]),
        unhex(vector["author"]),
        vector["seq"],
        unhex(vector["previous"]),
        [unhex(parent) for parent in vector["parents"]],
        vector["time"],
        vector["kind"],
        unhex(hashed(b"oc1 entry body", body)),
        len(body),
    ]
    assert vector["id"] == hashed(b"oc1 entry id", unhex(vector["header_bytes"]))
    signed = b"\x0d" + b"oc1 sig entry" + unhex(vector["header_bytes"])
    VerifyKey(unhex(vector["author"])).verify(signed, unhex(vector["signature"]))
    parts = [unhex(vector["header_bytes"]), unhex(vector["signature"])]
    assert msgspec.msgpack.decode(unhex(vector["entry"])) == [*parts, body]
    assert msgspec.msgpack.decode(unhex(vector["without_body"])) == [*parts, None]


def test_authors_are_the_keys_of_the_seeds():
    keys = {SigningKey(unhex(seed)).verify_key.encode().hex() for seed in VECTORS["seeds"].values()}
    assert {vector["author"] for vector in VECTORS["entries"]} == keys


def test_order_keys():
    keys = {}
    for vector in VECTORS["entries"]:
        ancestors = [keys[e] for e in [vector["previous"], *vector["parents"]] if e]
        effective = max([vector["time"], *(key[0] for key in ancestors)])
        depth = 1 + max([0, *(key[1] for key in ancestors)])
        keys[vector["id"]] = [effective, depth, vector["id"]]
        assert vector["key"] == keys[vector["id"]]


@pytest.mark.parametrize("vector", VECTORS["entries"])
def test_entries_parse_to_the_same_bytes(vector):
    for form in ("entry", "without_body"):
        entry = parse_entry(unhex(vector[form]))
        assert entry.to_bytes().hex() == vector[form]
        assert entry.id.hex() == vector["id"]


@pytest.mark.parametrize("vector", VECTORS["bodies"])
def test_bodies_of_a_conversation(vector):
    def raw(field):
        if isinstance(field, list):
            return [unhex(one) for one in field]
        return unhex(field) if isinstance(field, str) and len(field) == 64 else field

    written = msgspec.msgpack.encode([raw(field) for field in vector["fields"]])
    assert vector["body"] == written.hex()
