"""Writes journal.json, the test vectors of docs/spec/06-journal.md.

    PYTHONPATH=. python tests/vectors/generate_journal.py

The keys are fixed; nothing in the file is secret. A change of the file is a change of the protocol.
"""

import json
from pathlib import Path

from onionchat.protocol.crypto.keys import SigningKey
from onionchat.protocol.journal.entry import NO_ENTRY, EntryKind, SignedEntry, sign_entry
from onionchat.protocol.journal.ids import (
    account_journal,
    direct_journal,
    room_journal,
    self_journal,
)
from onionchat.protocol.journal.order import OrderKey, order_key
from onionchat.protocol.rooms.bodies import (
    encode_deletion,
    encode_edit,
    encode_reaction,
    encode_text,
    encode_timer,
)
from onionchat.types import AccountId, EntryId, Millis

TARGET = Path(__file__).with_name("journal.json")


def described(entry: SignedEntry, key: OrderKey) -> dict[str, object]:
    header = entry.header
    return {
        "author": header.author.hex(),
        "seq": header.seq,
        "previous": header.previous.hex(),
        "parents": [parent.hex() for parent in header.parents],
        "time": header.time,
        "kind": header.kind,
        "body": (entry.body or b"").hex(),
        "header_bytes": entry.header_bytes.hex(),
        "signature": entry.signature.hex(),
        "entry": entry.to_bytes().hex(),
        "without_body": entry.without_body().to_bytes().hex(),
        "id": entry.id.hex(),
        "key": [key.effective, key.depth, key.id.hex()],
    }


def bodies() -> list[dict[str, object]]:
    target, other = EntryId(b"\x01" * 32), EntryId(b"\x02" * 32)
    made: list[tuple[EntryKind, list[object], bytes]] = [
        (EntryKind.TEXT, ["h\xe9", None], encode_text("h\xe9")),
        (EntryKind.TEXT, ["h\xe9", target.hex()], encode_text("h\xe9", target)),
        (EntryKind.EDIT, [target.hex(), "better"], encode_edit(target, "better")),
        (EntryKind.REACTION, [target.hex(), "\U0001f44d"], encode_reaction(target, "\U0001f44d")),
        (EntryKind.REACTION, [target.hex(), ""], encode_reaction(target, "")),
        (EntryKind.DELETION, [[target.hex(), other.hex()]], encode_deletion([target, other])),
        (EntryKind.TIMER, [0], encode_timer(0)),
        (EntryKind.TIMER, [2_419_200], encode_timer(2_419_200)),
    ]
    return [{"kind": kind, "fields": fields, "body": body.hex()} for kind, fields, body in made]


def vectors() -> dict[str, object]:
    one, other = AccountId(bytes(range(32))), AccountId(bytes(range(32, 64)))
    alice, bob = SigningKey(b"\x0a" * 32), SigningKey(b"\x0b" * 32)
    journal = direct_journal(one, other)
    a1 = sign_entry(alice, journal, 1, NO_ENTRY, (), Millis(5000), EntryKind.TEXT, b"hello")
    b1 = sign_entry(bob, journal, 1, NO_ENTRY, (a1.id,), Millis(4000), EntryKind.TEXT, b"early")
    b2 = sign_entry(bob, journal, 2, b1.id, (), Millis(6000), 200, b"from a newer version")
    parents = (EntryId(b2.id),)
    a2 = sign_entry(alice, journal, 2, a1.id, parents, Millis(2**48 - 1), EntryKind.TEXT, b"")
    keys: dict[bytes, OrderKey] = {}
    entries = []
    for entry in (a1, b1, b2, a2):
        key = order_key(entry.header.time, entry.id, [keys[e] for e in entry.ancestors])
        keys[entry.id] = key
        entries.append(described(entry, key))
    return {
        "about": "docs/spec/06-journal.md, protocol version 1; made by generate_journal.py",
        "journals": {
            "accounts": [one.hex(), other.hex()],
            "account": account_journal(one).hex(),
            "self": self_journal(one).hex(),
            "direct": journal.hex(),
            "room_genesis": b"a genesis".hex(),
            "room": room_journal(b"a genesis").hex(),
        },
        "seeds": {"alice": alice.seed.hex(), "bob": bob.seed.hex()},
        "entries": entries,
        "bodies": bodies(),
    }


def text() -> str:
    return json.dumps(vectors(), indent=1) + "\n"


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="ascii")
