"""Writes invite.json, the test vectors of the invite links of docs/spec/09-contacts.md.

    PYTHONPATH=. python tests/vectors/generate_invite.py

The keys are fixed; nothing in the file is secret. A change of the file is a change of the protocol.
"""

import json
from pathlib import Path

from onionchat.errors import InvalidLink
from onionchat.protocol.contacts.invite import Invite, invite_access_key, invite_psk, parse_link
from onionchat.protocol.crypto.keys import AgreementKey, SigningKey


def link(number: int, minutes: int, standing: bool) -> dict[str, object]:
    invite = Invite(
        SigningKey(bytes([number]) * 32).public,
        AgreementKey(bytes([number + 1]) * 32).public,
        bytes(range(number, number + 16)),
        minutes * 60_000,
        standing,
    )
    return {
        "onion key": invite.onion_key.hex(),
        "agreement key": invite.agreement_key.hex(),
        "token": invite.token.hex(),
        "expires minutes": minutes,
        "standing": standing,
        "link": invite.to_link(),
        "psk": invite_psk(invite.token).hex(),
        "access secret": invite_access_key(invite.token).seed.hex(),
    }


def refused(text: str) -> dict[str, str]:
    try:
        parse_link(text)
    except InvalidLink as error:
        return {"text": text, "error": type(error).__name__}
    raise AssertionError(text)


def main() -> None:
    links = [link(1, 0, False), link(2, 29_000_000, False), link(3, 2**32 - 1, True)]
    good = str(links[0]["link"])
    vectors = {
        "version": 1,
        "source": "made by generate_invite.py from this implementation",
        "links": links,
        "refused": [
            refused(text)
            for text in (
                "onionchat",
                good[:-1],
                good + "A",
                good.replace("A", "B", 1),
                good.replace("onionchat:", "onionchat-device:"),
            )
        ],
    }
    Path(__file__).with_name("invite.json").write_text(
        json.dumps(vectors, indent=2) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
