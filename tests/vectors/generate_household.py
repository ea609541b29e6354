"""Writes household.json: test vectors of the values of the `self` journal (docs/spec/08-rooms.md).

    PYTHONPATH=. python tests/vectors/generate_household.py

The keys are fixed; nothing in the file is secret. A change of the file is a change of the protocol.
"""

import json
from pathlib import Path

from onionchat.protocol.crypto.keys import AgreementKey, SigningKey
from onionchat.protocol.rooms import household
from onionchat.types import AccountId, DeviceKey, EntryId, LinkKey, Seq

ACCOUNT = AccountId(b"a" * 32)
CONTACT = AccountId(b"c" * 32)
DEVICE = SigningKey(bytes([1]) * 32)
MEMBER = DeviceKey(SigningKey(bytes([6]) * 32).public)
LINK = AgreementKey(bytes([2]) * 32)
AUTHORS = [DeviceKey(SigningKey(bytes([n]) * 32).public) for n in (3, 4)]


def main() -> None:
    own = DeviceKey(DEVICE.public)
    met = household.Acquainted(CONTACT, (b"theirs",), b"i" * 16)
    records = {
        "of a contact": household.PersonaRecord(b"b" * 80, 1_700_000_000_000, (b"o",), None, met),
        "in stock": household.PersonaRecord(b"b" * 80, 0, (b"one", b"two"), bytes(own), None),
    }
    vectors = {
        "version": 1,
        "source": "made by generate_household.py from this implementation",
        "keys": {
            "profile name": household.PROFILE_NAME,
            "profile recovery": household.RECOVERY_BOX,
            "device name": household.device_name(own),
            "persona": household.persona_key(ACCOUNT),
            "member": household.member_key(ACCOUNT, MEMBER, own),
            "petname": household.contact_key(CONTACT, household.PETNAME),
            "trust": household.contact_key(CONTACT, household.TRUST),
            "visibility": household.contact_key(CONTACT, household.VISIBILITY),
            "state": household.contact_key(CONTACT, household.STATE),
            "own onion": household.contact_key(CONTACT, household.OWN_ONION),
            "removed": household.contact_key(CONTACT, household.REMOVED),
            "read": household.read_key(CONTACT, AUTHORS[0]),
            "draft": household.draft_key(CONTACT),
            "deleted": household.deleted_key(CONTACT, EntryId(b"e" * 32)),
            "cleared": household.cleared_key(CONTACT, MEMBER),
            "setting": household.setting_key("read-receipts"),
        },
        "records": {name: household.encode_record(one).hex() for name, one in records.items()},
        "consent": {
            "device seed": DEVICE.seed.hex(),
            "link seed": LINK.seed.hex(),
            "account": ACCOUNT.hex(),
            "member": MEMBER.hex(),
            "authors": [author.hex() for author in AUTHORS],
            "value": household.build_consent(
                ACCOUNT, MEMBER, DEVICE, LinkKey(LINK.public), AUTHORS
            ).hex(),
        },
        "cleared": household.encode_cleared(
            {AUTHORS[0]: (Seq(7), EntryId(b"e" * 32)), AUTHORS[1]: (Seq(1), EntryId(b"f" * 32))}
        ).hex(),
        "seq": household.encode_seq(7).hex(),
    }
    Path(__file__).with_name("household.json").write_text(
        json.dumps(vectors, indent=2) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
