"""Writes identity.json, the test vectors of docs/spec/03-identity.md.

    PYTHONPATH=. python tests/vectors/generate_identity.py

The keys are fixed; nothing in the file is secret. A change of the file is a change of the protocol.
"""

import json
from pathlib import Path

from onionchat.protocol.crypto.keys import AgreementKey, SigningKey
from onionchat.protocol.identity.onion import onion_address
from onionchat.protocol.identity.recovery import phrase_from_seed, recovery_key, seal_recovery
from onionchat.protocol.identity.statements import (
    account_id,
    build_add,
    build_address,
    build_genesis,
    build_profile,
    build_revoke,
    consent,
)
from onionchat.protocol.identity.words import safety_words
from onionchat.testing.rng import SeededRng


def main() -> None:
    first, second, recovery = (SigningKey(bytes([n]) * 32) for n in (1, 2, 3))
    link, other_link, ephemeral = (AgreementKey(bytes([n]) * 32) for n in (4, 5, 6))
    phrase_seed = bytes(range(32))
    genesis = build_genesis(bytes(range(16)), first.public, link.public, recovery)
    account = account_id(genesis)
    agreed = consent(account, first.public, second, other_link.public)
    journal = bytes([9]) * 32

    class Fixed(SeededRng):
        def random_bytes(self, size: int) -> bytes:
            return ephemeral.seed

    vectors = {
        "version": 1,
        "source": "made by generate_identity.py from this implementation; all bytes in hexadecimal",
        "keys": {
            "first device seed": first.seed,
            "second device seed": second.seed,
            "recovery seed": recovery.seed,
            "first link seed": link.seed,
            "second link public": other_link.public,
            "salt": bytes(range(16)),
        },
        "statements": {
            "genesis": genesis,
            "add": build_add(second.public, other_link.public, agreed),
            "revoke": build_revoke(account, second.public, {journal: 7}),
            "revoke by recovery": build_revoke(account, second.public, {journal: 7}, recovery),
            "address": build_address(first.public, link.seed, 80, 0),
            "profile": build_profile("Zoë"),
        },
        "account id": account,
        "journal of the revocation": journal,
        "onion address of the first device key": onion_address(first.public),
        "safety words": {
            "other account": bytes(32),
            "words": safety_words(account, bytes(32)),
        },
        "recovery": {
            "phrase seed": phrase_seed,
            "phrase": phrase_from_seed(phrase_seed),
            "public": recovery_key(phrase_seed).public,
            "ephemeral seed": ephemeral.seed,
            "box": seal_recovery(recovery, recovery_key(phrase_seed).public, Fixed(0)),
        },
    }
    text = json.dumps(vectors, indent=2, ensure_ascii=False, default=bytes.hex)
    Path(__file__).with_name("identity.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
