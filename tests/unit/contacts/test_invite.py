"""Invite links: one value, many ways to paste it, and no wrong character goes unnoticed."""

import base64
import json
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onionchat.errors import (
    DeviceLinkRefused,
    InvalidLink,
    LinkChecksumWrong,
    LinkExpired,
    LinkVersionUnknown,
)
from onionchat.protocol.contacts.invite import (
    LINK_CHARACTERS,
    LINK_SIZE,
    MAX_LINK_TEXT,
    Invite,
    from_bytes,
    invite_access_key,
    invite_psk,
    parse_link,
)
from onionchat.protocol.crypto.hashing import digest
from onionchat.protocol.crypto.keys import AgreementKey, SigningKey
from onionchat.protocol.crypto.labels import Label

seeds = st.binary(min_size=32, max_size=32)
invites = st.builds(
    lambda onion, agreement, token, minutes, standing: Invite(
        SigningKey(onion).public, AgreementKey(agreement).public, token, minutes * 60_000, standing
    ),
    seeds,
    seeds,
    st.binary(min_size=16, max_size=16),
    st.integers(0, 2**32 - 1),
    st.booleans(),
)
INVITE = Invite(SigningKey(b"o" * 32).public, AgreementKey(b"a" * 32).public, b"t" * 16, 600_000)
LINK = INVITE.to_link()


def linked(content, scheme="onionchat:"):
    """A link with a right checksum around any content."""
    data = content + digest(Label.LINK_CHECKSUM, content)[:4]
    return scheme + base64.b32encode(data).decode().rstrip("=")


@given(invites)
def test_an_invite_survives_as_a_link(invite):
    link = invite.to_link()
    assert len(link) == len("onionchat:") + LINK_CHARACTERS
    assert parse_link(link) == invite
    assert from_bytes(invite.to_bytes()) == invite
    assert len(invite.to_bytes()) == LINK_SIZE


@given(invites, st.data())
def test_every_changed_character_is_noticed(invite, data):
    link = invite.to_link()
    place = data.draw(st.integers(0, len(link) - 1))
    character = data.draw(st.sampled_from(string.printable) | st.characters())
    if character.upper() != link[place].upper():
        with pytest.raises(InvalidLink):
            parse_link(link[:place] + character + link[place + 1 :])


@pytest.mark.parametrize("place", range(len(LINK)))
def test_a_lost_added_or_swapped_character_is_noticed(place):
    changed = [LINK[:place] + LINK[place + 1 :], LINK[:place] + "A" + LINK[place:]]
    changed.append(LINK[:place] + LINK[place : place + 2][::-1] + LINK[place + 2 :])
    for bad in changed:
        if bad != LINK:
            with pytest.raises(InvalidLink):
                parse_link(bad)


@pytest.mark.parametrize(
    "text",
    [
        LINK.lower(),
        LINK.upper(),
        f"  {LINK}\n",
        f"<{LINK}>",
        f'"{LINK}"',
        f"“{LINK}”",
        f"({LINK}).",
        f"My link is {LINK}, write to me!",
        LINK.replace(":", ":\n"),
        "\r\n".join(LINK[i : i + 60] for i in range(0, len(LINK), 60)),
        " ".join(LINK[i : i + 4] for i in range(0, len(LINK), 4)).replace(
            "onio ncha t:", "onionchat:"
        ),
        f"# An invite to onionchat\r\n\r\n{LINK}\r\n\r\nOpen this file with onionchat.\r\n",
        f"{LINK}\n\n{LINK}\n",
    ],
    ids=[
        *("lower", "upper", "spaces", "brackets", "quotes", "curly quotes", "parentheses"),
        *("a sentence", "a break after the scheme", "wrapped", "in groups", "a file", "twice"),
    ],
)
def test_how_links_are_pasted(text):
    assert parse_link(text) == INVITE


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", InvalidLink),
        ("hello", InvalidLink),
        ("https://example.org/", InvalidLink),
        ("xonionchat:" + LINK[10:], InvalidLink),
        ("onionchat-room:" + LINK[10:], InvalidLink),
        ("ONIONCHAT-VERIFY:ABANDON ABILITY ABLE ABOUT", InvalidLink),
        ("onionchat:", LinkChecksumWrong),
        ("onionchat:A", LinkChecksumWrong),
        ("onionchat:AAAAAAAAAA", LinkChecksumWrong),
        ("onionchat:" + "1" * 144, LinkChecksumWrong),
        (LINK + " see you", LinkChecksumWrong),
        (LINK[:-1], LinkChecksumWrong),
        (LINK[:-1] + "B" if LINK[-1] != "B" else LINK[:-1] + "C", LinkChecksumWrong),
        (LINK.replace("onionchat:", "onionchat-device:"), DeviceLinkRefused),
        ("OnionChat-Device:AAAA " + LINK, DeviceLinkRefused),
        (" " * MAX_LINK_TEXT + LINK, InvalidLink),
        (LINK + "\n\n" + linked(bytes([2]) + bytes(85)), LinkVersionUnknown),
    ],
)
def test_what_is_no_link(text, error):
    with pytest.raises(InvalidLink) as caught:
        parse_link(text)
    assert type(caught.value) is error


def test_two_different_links_are_a_question():
    other = Invite(INVITE.onion_key, INVITE.agreement_key, b"u" * 16).to_link()
    with pytest.raises(InvalidLink, match="several"):
        parse_link(f"{LINK}\n{other}")


def test_newer_versions_keep_the_checksum_and_are_told_apart():
    content = INVITE.to_bytes()[:-4]
    for newer in (b"\x02" + content[1:], b"\x02" + content + b"more", content[:1] + b"\x02"):
        padded = newer.ljust(86, b"\0")
        with pytest.raises(LinkVersionUnknown):
            parse_link(linked(padded))
    with pytest.raises(LinkVersionUnknown):
        parse_link(linked(content[:1] + b"\x81" + content[2:]))


@pytest.mark.parametrize(
    "content",
    [
        INVITE.to_bytes()[:-4] + b"x",
        INVITE.to_bytes()[:-5],
        INVITE.to_bytes()[:6] + b"\xff" * 32 + INVITE.to_bytes()[38:-4],
        INVITE.to_bytes()[:38] + bytes(32) + INVITE.to_bytes()[70:-4],
    ],
    ids=["longer", "shorter", "no onion key", "no agreement key"],
)
def test_a_right_checksum_is_not_enough(content):
    with pytest.raises(InvalidLink) as caught:
        parse_link(linked(content))
    assert type(caught.value) is InvalidLink


@given(st.binary(max_size=120))
def test_any_bytes_are_read_or_refused_by_name(data):
    with pytest.raises(InvalidLink):
        from_bytes(data)
    content = data.ljust(6, b"\0")
    with pytest.raises(InvalidLink):
        parse_link(linked(content))


@given(st.text() | st.text("onionchat:-device \nABCDEF234567"))
def test_any_text_is_read_or_refused_by_name(text):
    for pasted in (text, "onionchat:" + text):
        with pytest.raises(InvalidLink):
            parse_link(pasted)


def test_spare_bits_at_the_end_are_covered_too():
    # 87 bytes leave 4 spare bits in the last character.
    link = linked(b"\x02" + bytes(82))
    with pytest.raises(LinkVersionUnknown):
        parse_link(link)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    with pytest.raises(LinkChecksumWrong):
        parse_link(link[:-1] + alphabet[alphabet.index(link[-1]) ^ 1])


def test_expiry():
    INVITE.check_expiry(599_999)
    for late in (600_000, 10**15):
        with pytest.raises(LinkExpired):
            INVITE.check_expiry(late)
    Invite(INVITE.onion_key, INVITE.agreement_key, INVITE.token).check_expiry(10**15)
    # Minutes are rounded up: a link does not end before its time.
    rounded = Invite(INVITE.onion_key, INVITE.agreement_key, INVITE.token, 600_001)
    assert parse_link(rounded.to_link()).expires == 660_000


@pytest.mark.parametrize(
    "invite",
    [
        Invite(bytes(31), bytes(32), bytes(16)),
        Invite(bytes(32), bytes(33), bytes(16)),
        Invite(bytes(32), bytes(32), bytes(15)),
        Invite(bytes(32), bytes(32), bytes(16), 2**32 * 60_000),
        Invite(bytes(32), bytes(32), bytes(16), -60_000),
    ],
)
def test_what_no_link_can_carry(invite):
    with pytest.raises(ValueError, match="no link can carry"):
        invite.to_link()


def test_nothing_secret_is_shown():
    assert "tttt" not in repr(INVITE)
    assert repr(INVITE) == "Invite(expires=600000, standing=False)"


def test_keys_from_the_token():
    access, psk = invite_access_key(b"t" * 16), invite_psk(b"t" * 16)
    assert len(psk) == 32
    assert access.seed != psk
    assert invite_psk(b"u" * 16) != psk
    for derive_key in (invite_access_key, invite_psk):
        with pytest.raises(ValueError, match="16 bytes"):
            derive_key(bytes(17))


def test_vectors():
    file = Path(__file__).parents[2] / "vectors" / "invite.json"
    vectors = json.loads(file.read_text(encoding="utf-8"))
    for case in vectors["links"]:
        invite = Invite(
            bytes.fromhex(case["onion key"]),
            bytes.fromhex(case["agreement key"]),
            bytes.fromhex(case["token"]),
            case["expires minutes"] * 60_000,
            case["standing"],
        )
        assert invite.to_link() == case["link"]
        assert parse_link(case["link"]) == invite
        assert invite_psk(invite.token).hex() == case["psk"]
        assert invite_access_key(invite.token).seed.hex() == case["access secret"]
    for case in vectors["refused"]:
        with pytest.raises(InvalidLink) as caught:
            parse_link(case["text"])
        assert type(caught.value).__name__ == case["error"]
