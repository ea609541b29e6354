"""What one's own devices tell each other: keys, values, and how concurrent ones meet."""

import json
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.bindings import crypto_sign_seed_keypair
from nacl.signing import SigningKey as NaclSigningKey

from onionchat.errors import Malformed, TooLarge
from onionchat.protocol.crypto.keys import AgreementKey, SigningKey
from onionchat.protocol.identity.statements import Add, decode_statement, is_consented
from onionchat.protocol.journal.order import OrderKey
from onionchat.protocol.rooms import household
from onionchat.protocol.rooms.bodies import MAX_VALUE, Put, encode_put
from onionchat.protocol.rooms.household import (
    Acquainted,
    PersonaRecord,
    build_consent,
    decode_cleared,
    decode_consent,
    decode_record,
    decode_seq,
    encode_cleared,
    encode_record,
    encode_seq,
    grows,
    id_in,
)
from onionchat.protocol.rooms.self_state import Held, SelfState, meet

pack = msgspec.msgpack.encode
ACCOUNT, CONTACT = b"a" * 32, b"c" * 32
DEVICE, LINK = SigningKey(bytes([1]) * 32), AgreementKey(bytes([2]) * 32)
MEMBER = SigningKey(bytes([6]) * 32).public
AUTHORS = sorted(SigningKey(bytes([n]) * 32).public for n in (3, 4, 5))
BOX = b"b" * 80
MET = Acquainted(CONTACT, (b"theirs",), b"i" * 16)


# --- vectors --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def vectors():
    file = Path(__file__).parents[2] / "vectors" / "household.json"
    return json.loads(file.read_text(encoding="utf-8"))


def test_the_vectors_are_what_this_program_makes(vectors):
    own = DEVICE.public.hex()
    account, contact = ACCOUNT.hex(), CONTACT.hex()
    first, second = vectors["consent"]["authors"]
    assert vectors["keys"] == {
        "profile name": ["profile", "name"],
        "profile recovery": ["profile", "recovery"],
        "device name": ["device", own, "name"],
        "persona": ["persona", account],
        "member": ["member", account, MEMBER.hex(), own],
        "petname": ["contact", contact, "petname"],
        "trust": ["contact", contact, "trust"],
        "visibility": ["contact", contact, "visibility"],
        "state": ["contact", contact, "state"],
        "own onion": ["contact", contact, "own-onion"],
        "removed": ["contact", contact, "removed"],
        "read": ["read", contact, first],
        "draft": ["draft", contact],
        "deleted": ["deleted", contact, "65" * 32],
        "cleared": ["cleared", contact, MEMBER.hex()],
        "setting": ["setting", "read-receipts"],
    }
    made = {
        "device name": household.device_name(DEVICE.public),
        "persona": household.persona_key(ACCOUNT),
        "member": household.member_key(ACCOUNT, MEMBER, DEVICE.public),
        "draft": household.draft_key(CONTACT),
        "setting": household.setting_key("read-receipts"),
        "read": household.read_key(CONTACT, bytes.fromhex(first)),
    }
    assert {name: vectors["keys"][name] for name in made} == {k: list(v) for k, v in made.items()}
    records = {name: bytes.fromhex(text) for name, text in vectors["records"].items()}
    assert records["of a contact"] == pack(
        [BOX, 1_700_000_000_000, [b"o"], None, [CONTACT, [b"theirs"], b"i" * 16]]
    )
    assert records["in stock"] == pack([BOX, 0, [b"one", b"two"], DEVICE.public, None])
    assert all(encode_record(decode_record(data)) == data for data in records.values())
    assert decode_cleared(bytes.fromhex(vectors["cleared"])) == {
        bytes.fromhex(first): (7, b"e" * 32),
        bytes.fromhex(second): (1, b"f" * 32),
    }
    assert vectors["seq"] == "0000000000000007"


def test_a_consent_is_signed_for_each_author_as_an_add_demands(vectors):
    told = vectors["consent"]
    seed, link = bytes.fromhex(told["device seed"]), bytes.fromhex(told["link seed"])
    public, link_key = crypto_sign_seed_keypair(seed)[0], AgreementKey(link).public
    account = bytes.fromhex(told["account"])
    key = NaclSigningKey(seed)
    signatures = [
        [
            author,
            key.sign(b"\x0boc1 sig add" + account + author + public + link_key).signature,
        ]
        for author in sorted(map(bytes.fromhex, [told["member"], *told["authors"]]))
    ]
    assert bytes.fromhex(told["value"]) == pack([public, link_key, signatures])


# --- values ---------------------------------------------------------------------------------------


def test_whoever_is_named_can_add_the_device_and_nobody_else():
    consent = decode_consent(build_consent(ACCOUNT, MEMBER, DEVICE, LINK.public, AUTHORS[:2]))
    assert consent.authors == {MEMBER, *AUTHORS[:2]}
    assert consent.is_of(ACCOUNT, MEMBER)
    assert not consent.is_of(ACCOUNT, DEVICE.public)
    assert not consent.is_of(CONTACT, MEMBER)
    for author in AUTHORS[:2]:
        add = decode_statement(consent.statement(ACCOUNT, author))
        assert isinstance(add, Add)
        assert (add.device_key, add.link_key) == (DEVICE.public, LINK.public)
        assert is_consented(add, ACCOUNT, author)
    assert consent.statement(ACCOUNT, AUTHORS[2]) is None
    assert consent.statement(CONTACT, AUTHORS[0]) is None


def test_a_consent_names_not_more_than_there_can_be():
    with pytest.raises(ValueError, match="at most 32"):
        build_consent(ACCOUNT, MEMBER, DEVICE, LINK.public, [bytes([n]) * 32 for n in range(33)])


def test_who_founded_an_account_says_by_which_key_and_lets_nobody_add_it():
    founder = decode_consent(build_consent(ACCOUNT, MEMBER, DEVICE, LINK.public))
    assert founder.authors == {MEMBER}
    assert founder.is_of(ACCOUNT, MEMBER)


SIGNED = [[author, bytes(64)] for author in AUTHORS]


@pytest.mark.parametrize(
    "value",
    [
        pack([DEVICE.public, LINK.public, []]),
        pack([DEVICE.public, LINK.public, SIGNED[::-1]]),
        pack([DEVICE.public, LINK.public, SIGNED[:1] * 2]),
        pack([DEVICE.public, bytes(32), SIGNED]),
        pack([DEVICE.public, LINK.public, [[bytes([n]) * 32, bytes(64)] for n in range(34)]]),
        b"",
    ],
    ids=["nobody", "unsorted", "doubled", "low order", "too many", "nothing"],
)
def test_other_consents_are_malformed(value):
    with pytest.raises(Malformed):
        decode_consent(value)


@pytest.mark.parametrize(
    ("reserved", "contact"), [(None, MET), (b"d" * 32, None), (b"d" * 32, MET)]
)
def test_records_come_back(reserved, contact):
    record = PersonaRecord(BOX, 5, (b"one", b"two"), reserved, contact)
    assert decode_record(encode_record(record)) == record


@pytest.mark.parametrize(
    "record",
    [
        PersonaRecord(BOX, 5, (b"one",), None, None),
        PersonaRecord(BOX[1:], 5, (b"one",), None, MET),
        PersonaRecord(BOX, -1, (b"one",), None, MET),
        PersonaRecord(BOX, 5, (), None, MET),
        PersonaRecord(BOX, 5, (b"one",) * 41, None, MET),
        PersonaRecord(BOX, 5, (bytes(2049),), None, MET),
        PersonaRecord(BOX, 5, (b"one",), b"short", MET),
        PersonaRecord(BOX, 5, (b"one",), None, Acquainted(CONTACT, (), b"i" * 16)),
        PersonaRecord(BOX, 5, (b"one",), None, Acquainted(CONTACT, (b"x",), b"i")),
    ],
)
def test_other_records_are_malformed(record):
    with pytest.raises(Malformed):
        decode_record(encode_record(record))


def test_values_are_bounded():
    for decode in (decode_record, decode_consent, decode_cleared):
        with pytest.raises(TooLarge):
            decode(bytes(MAX_VALUE + 1))


def test_the_largest_household_fits_one_value():
    entries = tuple(bytes(700) for _ in range(40))
    record = encode_record(
        PersonaRecord(BOX, 5, entries, None, Acquainted(CONTACT, entries, b"i" * 16))
    )
    consent = build_consent(
        ACCOUNT, MEMBER, DEVICE, LINK.public, [bytes([n]) * 32 for n in range(32)]
    )
    for value in (record, consent):
        encode_put(household.persona_key(ACCOUNT), value)


def test_a_conversation_has_no_more_logs_than_devices():
    logs = {bytes([n]) * 32: (n + 1, bytes([n + 1]) * 32) for n in range(64)}
    assert decode_cleared(encode_cleared(logs)) == logs
    with pytest.raises(ValueError, match="64"):
        encode_cleared({**logs, b"\xff" * 32: (1, b"e" * 32)})


@pytest.mark.parametrize(
    "value",
    [
        pack([[[AUTHORS[1], 1, b"e" * 32], [AUTHORS[0], 1, b"e" * 32]]]),
        pack([[[AUTHORS[0], 0, b"e" * 32]]]),
        pack([[[AUTHORS[0], 1]]]),
        pack([[[bytes([n]) * 32, 1, b"e" * 32] for n in range(65)]]),
        b"",
    ],
)
def test_other_emptied_conversations_are_malformed(value):
    with pytest.raises(Malformed):
        decode_cleared(value)


def test_positions():
    assert decode_seq(encode_seq(2**53 - 1)) == 2**53 - 1
    for value in (b"", bytes(8), bytes(7), bytes(9), (2**53).to_bytes(8, "big")):
        with pytest.raises(Malformed):
            decode_seq(value)


def test_ids_in_keys_are_written_in_one_way_only():
    assert id_in("0a" * 32) == b"\n" * 32
    for part in ("", "0A" * 32, "0a" * 31, " 0a" * 32, "x" * 64):
        with pytest.raises(Malformed):
            id_in(part)


def test_reprs_show_nothing():
    consent = decode_consent(build_consent(ACCOUNT, MEMBER, DEVICE, LINK.public, AUTHORS))
    shown = repr((MET, PersonaRecord(BOX, 5, (b"one",), None, MET), consent))
    shown += repr(household.Cleared(()))
    shown += repr(Held(OrderKey(1, 1, b"i"), b"secret"))
    assert "theirs" not in shown
    assert "secret" not in shown


# --- how concurrent values meet -------------------------------------------------------------------

READ = household.read_key(CONTACT, AUTHORS[0])
CLEARED = household.cleared_key(CONTACT, MEMBER)
PERSONA = household.persona_key(ACCOUNT)
REMOVED = household.contact_key(CONTACT, household.REMOVED)
DELETED = household.deleted_key(CONTACT, b"e" * 32)
PETNAME = household.contact_key(CONTACT, household.PETNAME)


def test_which_keys_only_grow():
    assert all(map(grows, (READ, REMOVED, DELETED)))
    assert not any(
        map(grows, (PETNAME, CLEARED, PERSONA, household.PROFILE_NAME, household.setting_key("x")))
    )


def state(*puts):
    made = SelfState()
    for place, (key, value) in enumerate(puts):
        made.apply(OrderKey(place, 1, b"i"), Put(key, value))
    return made


def test_the_highest_read_mark_counts_in_whatever_order_they_come():
    assert state((READ, encode_seq(9)), (READ, encode_seq(300)), (READ, encode_seq(8))).get(
        *READ
    ) == encode_seq(300)


def test_what_was_said_for_good_is_not_taken_back():
    for key, value in ((REMOVED, b""), (DELETED, b""), (READ, encode_seq(1))):
        assert state((key, None), (key, value), (key, None), (key, b"x")).get(*key) == value
        assert not SelfState().apply(OrderKey(1, 1, b"i"), Put(key, None))


def test_of_a_persona_the_first_record_that_says_for_whom_it_is_stays():
    stock = encode_record(PersonaRecord(BOX, 5, (b"one",), b"d" * 32, None))
    other_stock = encode_record(PersonaRecord(BOX, 6, (b"one",), b"d" * 32, None))
    bobs = encode_record(PersonaRecord(BOX, 5, (b"one",), None, MET))
    others = encode_record(PersonaRecord(BOX, 6, (b"one",), None, MET))
    for values, stays in (
        ((bobs, others, None, b"?", stock), bobs),
        ((stock, other_stock), stock),
        ((stock, bobs, others), bobs),
        ((None, b"?"), None),
    ):
        assert state(*((PERSONA, value) for value in values)).get(*PERSONA) == stays


def test_what_one_device_alone_may_say():
    of_one = map(
        household.is_of_one_device, (CLEARED, household.member_key(ACCOUNT, MEMBER, MEMBER))
    )
    assert all(of_one)
    assert not any(map(household.is_of_one_device, (READ, PERSONA, PETNAME)))


records = st.builds(
    lambda created, met: encode_record(PersonaRecord(BOX, created, (b"one",), b"d" * 32, met)),
    st.integers(1, 3),
    st.sampled_from([None, MET]),
)
growing = st.one_of(
    st.tuples(st.just(READ), st.integers(1, 5).map(encode_seq)),
    st.tuples(st.just(PERSONA), st.sampled_from([None, b"?"]) | records),
    st.tuples(st.sampled_from([REMOVED, DELETED]), st.sampled_from([None, b"", b"x"])),
    st.tuples(st.just(PETNAME), st.sampled_from([None, b"a", b"b"])),
)


@given(st.lists(growing, max_size=10), st.randoms(use_true_random=False))
def test_devices_that_know_the_same_agree(puts, random):
    arrived = [(OrderKey(place, 1, b"i"), Put(*put)) for place, put in enumerate(puts)] * 2
    made = [SelfState(), SelfState()]
    for one in made:
        random.shuffle(arrived)
        for order, put in arrived:
            one.apply(order, put)
    assert made[0] == made[1]
    whole = SelfState()
    whole.merge(made[0])
    assert whole == made[0]


def test_meeting_says_what_is_held():
    held = Held(OrderKey(2, 1, b"i"), encode_seq(4))
    assert meet(READ, None, Held(OrderKey(1, 1, b"i"), None)) is None
    assert meet(READ, held, Held(OrderKey(3, 1, b"i"), b"?")) is held
    assert meet(READ, held, Held(OrderKey(1, 1, b"i"), encode_seq(5))) == Held(
        held.order, encode_seq(5)
    )
    assert meet(PETNAME, held, Held(OrderKey(1, 1, b"i"), None)) is held
