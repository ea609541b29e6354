"""A device's link: never taken for an invite, nor the other way round."""

import pytest

from onionchat.errors import (
    DeviceLinkRefused,
    InvalidInput,
    InvalidLink,
    InviteLinkRefused,
    LinkChecksumWrong,
    LinkExpired,
    LinkVersionUnknown,
)
from onionchat.protocol.contacts.invite import Invite, invite_access_key, invite_psk, parse_link
from onionchat.protocol.contacts.link_text import LinkFields, written
from onionchat.protocol.crypto.keys import AgreementKey, SigningKey
from onionchat.protocol.crypto.labels import Label
from onionchat.protocol.linking.code import (
    DEVICE_WORDS,
    MAX_TYPED,
    device_code,
    device_words,
    read_code,
    spaced,
)
from onionchat.protocol.linking.device_link import DeviceLink, parse_device_link

ONION, AGREEMENT = SigningKey(b"o" * 32).public, AgreementKey(b"a" * 32).public
LINK = DeviceLink(ONION, AGREEMENT, b"t" * 16, 600_000)
INVITE = Invite(ONION, AGREEMENT, b"t" * 16, 600_000)


def test_it_survives_as_text():
    assert LINK.to_link().startswith("onionchat-device:")
    assert parse_device_link(f"Here: <{LINK.to_link().lower()}>.") == LINK


def test_neither_link_is_taken_for_the_other():
    with pytest.raises(InviteLinkRefused):
        parse_device_link(INVITE.to_link())
    with pytest.raises(DeviceLinkRefused):
        parse_link(LINK.to_link())


def test_a_prefix_changed_by_hand_makes_no_other_link():
    with pytest.raises(LinkChecksumWrong):
        parse_device_link(INVITE.to_link().replace("onionchat:", "onionchat-device:"))
    with pytest.raises(LinkChecksumWrong):
        parse_link(LINK.to_link().replace("onionchat-device:", "onionchat:"))


def test_one_token_gives_other_keys_in_each_kind_of_link():
    assert LINK.access_key.public != invite_access_key(LINK.token).public
    assert LINK.psk != invite_psk(LINK.token)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("no link", InvalidLink),
        (LINK.to_link()[:-1], LinkChecksumWrong),
        (
            written(
                "onionchat-device:",
                LinkFields(ONION, AGREEMENT, b"t" * 16, 0, 1).to_bytes(Label.DEVICE_LINK_CHECKSUM),
            ),
            LinkVersionUnknown,
        ),
    ],
)
def test_what_is_no_device_link(text, error):
    with pytest.raises(error):
        parse_device_link(text)


def test_it_ends():
    LINK.check_expiry(LINK.expires - 1)
    with pytest.raises(LinkExpired):
        LINK.check_expiry(LINK.expires)


def test_the_code_hangs_on_all_that_was_agreed():
    of = (b"h" * 32, b"n" * 32, b"d" * 32, b"l" * 32)
    codes, words = {device_code(*of)}, {device_words(*of)}
    for place in range(4):
        changed = [*of]
        changed[place] = b"x" * 32
        codes.add(device_code(*changed))
        words.add(device_words(*changed))
    assert len(codes) == len(words) == 5
    assert all(len(code) == 8 and code.isdigit() for code in codes)
    assert all(len(one) == DEVICE_WORDS for one in words)


def test_a_code_may_be_typed_as_it_is_shown():
    assert spaced("01234567") == "0123 4567"
    for typed in ("01234567", "0123 4567", " 0123-4567 "):
        assert read_code(typed) == "01234567"


@pytest.mark.parametrize(
    "typed", ["", "1234567", "123456789", "1234 567x", "١٢٣٤٥٦٧٨", "1" * MAX_TYPED * 2]
)
def test_what_is_no_code(typed):
    with pytest.raises(InvalidInput):
        read_code(typed)
