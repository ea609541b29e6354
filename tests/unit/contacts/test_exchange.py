"""The exchange: whatever is lost, repeated or late, both sides end with the same contact."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onionchat.errors import (
    DiskFull,
    LinkExpired,
    LinkUsed,
    Malformed,
    NotPermitted,
    ProtocolViolation,
    RequestDeclined,
    TooLarge,
    Unavailable,
    UnexpectedMessage,
)
from onionchat.protocol.contacts.exchange import (
    Done,
    Failed,
    JoinerExchange,
    OwnerExchange,
    Send,
    StoreAcceptance,
    StoreRequest,
    Waits,
    refusal,
)
from onionchat.protocol.contacts.messages import (
    MAX_CONTACT_MESSAGE,
    MAX_ENTRIES,
    MAX_ENTRY_BYTES,
    Accept,
    Confirm,
    Pending,
    Reason,
    Refuse,
    Request,
    decode_message,
    encode_message,
)

PENDING, CONFIRM = encode_message(Pending()), encode_message(Confirm())


def sent(actions):
    """The one message among the actions, and the rest."""
    (message,) = (action.message for action in actions if isinstance(action, Send))
    return message, [action for action in actions if not isinstance(action, Send)]


@pytest.fixture
def request_of_bob(bob):
    return Request(bob.entries(), "Hi, it is Bob")


@pytest.fixture
def acceptance(alice):
    return Accept(alice.entries())


@pytest.fixture
def owner(bob):
    return OwnerExchange(bob.persona.link.public)


def test_a_one_time_invite_accepts_at_once(alice, bob, request_of_bob, acceptance, owner):
    joiner = JoinerExchange(request_of_bob)
    asked, rest = sent(joiner.start())
    assert rest == []

    (store,) = owner.receive(asked)
    assert isinstance(store, StoreRequest)
    assert (store.introduction.name, store.greeting) == ("Bob", "Hi, it is Bob")
    assert store.message == asked
    accepted, rest = sent(owner.answer(acceptance))
    assert rest == []

    (store,) = joiner.receive(accepted)
    assert isinstance(store, StoreAcceptance)
    assert store.introduction.name == "Alice"
    confirmed, rest = sent(joiner.stored(alice.persona.account))
    assert rest == [Done()]
    assert owner.receive(confirmed) == [Done()]


def test_a_standing_invite_lets_the_person_decide(bob, request_of_bob, acceptance, owner):
    joiner = JoinerExchange(request_of_bob)
    asked, _ = sent(joiner.start())
    owner.receive(asked)
    waits, rest = sent(owner.answer(Pending()))
    assert (waits, rest) == (PENDING, [])
    assert joiner.receive(waits) == [Waits()]
    # Asked again while it waits: the same answer.
    assert sent(owner.receive(asked)) == (PENDING, [])
    assert joiner.receive(PENDING) == [Waits()]

    accepted, _ = sent(owner.answer(acceptance))
    (store,) = joiner.receive(accepted)
    assert isinstance(store, StoreAcceptance)


def test_the_owner_calls_back(alice, request_of_bob, acceptance, owner):
    joiner = JoinerExchange(request_of_bob)
    accepted, rest = sent(owner.call_back(acceptance))
    assert rest == []
    (store,) = joiner.receive(accepted)
    confirmed, rest = sent(joiner.stored(store.introduction.account))
    assert rest == [Done()]
    assert owner.receive(confirmed) == [Done()]


def test_an_acceptance_that_was_stored_is_confirmed_again(alice, request_of_bob, acceptance):
    for begin in (JoinerExchange.start, lambda joiner: None):
        joiner = JoinerExchange(request_of_bob, accepted=alice.persona.account)
        begin(joiner)
        assert sent(joiner.receive(encode_message(acceptance))) == (CONFIRM, [Done()])


def test_another_account_cannot_step_in_for_the_one_that_accepted(bob, request_of_bob, alice):
    joiner = JoinerExchange(request_of_bob, accepted=alice.persona.account)
    joiner.start()
    with pytest.raises(NotPermitted):
        joiner.receive(encode_message(Accept(bob.entries())))


@pytest.mark.parametrize(
    ("reason", "error"),
    [
        (Reason.USED, LinkUsed),
        (Reason.EXPIRED, LinkExpired),
        (Reason.DECLINED, RequestDeclined),
        (Reason.FULL, Unavailable),
        (200, RequestDeclined),
    ],
)
def test_refusals(request_of_bob, owner, reason, error):
    joiner = JoinerExchange(request_of_bob)
    asked, _ = sent(joiner.start())
    owner.receive(asked)
    refused, rest = sent(owner.answer(Refuse(int(reason))))
    assert rest == [Done()]
    (failed,) = joiner.receive(refused)
    assert isinstance(failed, Failed)
    assert type(failed.error) is error is type(refusal(reason))


def test_a_refusal_by_calling_back(request_of_bob, owner):
    refused, rest = sent(owner.call_back(Refuse(Reason.DECLINED)))
    assert rest == [Done()]
    (failed,) = JoinerExchange(request_of_bob).receive(refused)
    assert isinstance(failed.error, RequestDeclined)


def test_who_was_accepted_stays_a_contact_when_the_invite_is_used_up(request_of_bob, alice):
    joiner = JoinerExchange(request_of_bob, accepted=alice.persona.account)
    joiner.start()
    assert joiner.receive(encode_message(Refuse(Reason.USED))) == [Done()]


def test_nothing_is_answered_that_is_not_stored(request_of_bob, acceptance, owner):
    joiner = JoinerExchange(request_of_bob)
    asked, _ = sent(joiner.start())
    owner.receive(asked)
    (failed,) = owner.not_stored(DiskFull())
    assert isinstance(failed.error, DiskFull)

    joiner.receive(encode_message(acceptance))
    (failed,) = joiner.not_stored(DiskFull())
    assert isinstance(failed.error, DiskFull)


def test_the_introduced_one_has_to_be_the_one_that_dials(alice, request_of_bob):
    owner = OwnerExchange(alice.persona.link.public)
    with pytest.raises(NotPermitted):
        owner.receive(encode_message(request_of_bob))


def test_out_of_turn_for_the_joiner(request_of_bob, acceptance):
    new, asked, storing = (JoinerExchange(request_of_bob) for _ in range(3))
    asked.start()
    storing.start()
    storing.receive(encode_message(acceptance))
    for joiner, message in (
        (new, PENDING),
        (new, CONFIRM),
        (asked, CONFIRM),
        (asked, encode_message(request_of_bob)),
        (storing, encode_message(acceptance)),
        (storing, PENDING),
        (storing, encode_message(Refuse(Reason.USED))),
    ):
        with pytest.raises(UnexpectedMessage):
            joiner.receive(message)


def test_out_of_turn_for_the_owner(bob, request_of_bob, acceptance):
    def owner(*steps):
        made = OwnerExchange(bob.persona.link.public)
        for step in steps:
            step(made)
        return made

    asked = encode_message(request_of_bob)
    other = encode_message(Request(bob.entries(), "Now let me in"))
    ask = lambda made: made.receive(asked)  # noqa: E731
    for made, message in (
        (owner(), CONFIRM),
        (owner(), PENDING),
        (owner(), encode_message(acceptance)),
        (owner(ask), asked),
        (owner(ask), CONFIRM),
        (owner(ask, lambda made: made.answer(Pending())), other),
        (owner(ask, lambda made: made.answer(Pending())), CONFIRM),
        (owner(ask, lambda made: made.answer(acceptance)), asked),
        (owner(ask, lambda made: made.answer(Refuse(Reason.FULL))), asked),
    ):
        with pytest.raises(UnexpectedMessage):
            made.receive(message)


def test_mistakes_of_our_own(request_of_bob, acceptance, owner, alice):
    joiner = JoinerExchange(request_of_bob)
    joiner.start()
    with pytest.raises(ValueError, match="begun"):
        joiner.start()
    for call in (
        lambda: joiner.stored(alice.persona.account),
        lambda: joiner.not_stored(DiskFull()),
    ):
        with pytest.raises(ValueError, match="being stored"):
            call()

    for call in (
        lambda: owner.answer(acceptance),
        lambda: owner.not_stored(DiskFull()),
    ):
        with pytest.raises(ValueError, match="no request"):
            call()
    owner.receive(encode_message(request_of_bob))
    with pytest.raises(ValueError, match="begun"):
        owner.call_back(acceptance)
    owner.answer(Pending())
    with pytest.raises(ValueError, match="no request"):
        owner.answer(Pending())


# --- messages ----------------------------------------------------------------------------------


def test_messages_come_back(request_of_bob, acceptance):
    for message in (request_of_bob, Pending(), acceptance, Confirm(), Refuse(1)):
        assert decode_message(encode_message(message)) == message


def test_the_longest_message_fits():
    longest = Request((bytes(MAX_ENTRY_BYTES),) * MAX_ENTRIES, "ë" * 500)
    assert decode_message(encode_message(longest)) == longest
    with pytest.raises(TooLarge):
        decode_message(bytes(MAX_CONTACT_MESSAGE + 1))


@pytest.mark.parametrize(
    "message",
    [
        Request((), ""),
        Request((b"",) * (MAX_ENTRIES + 1), ""),
        Request((bytes(MAX_ENTRY_BYTES + 1),), ""),
        Request((b"",), "x" * 1001),
        Request((b"",), "ë" * 501),
        Accept(()),
        Refuse(256),
    ],
    ids=["none", "many", "long", "greeting", "greeting in bytes", "none accepted", "reason"],
)
def test_messages_beyond_their_limits(message):
    with pytest.raises(Malformed):
        decode_message(encode_message(message))


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_by_name(data):
    for core in (JoinerExchange(Request((b"",), "")), OwnerExchange(bytes(32))):
        try:
            core.receive(data)
        except ProtocolViolation:
            continue
        assert data[:1] == b"\x92"  # a refusal, the one short message that may come first


def test_messages_do_not_show_what_they_say(request_of_bob, acceptance, owner):
    assert "Bob" not in repr(request_of_bob)
    assert repr(acceptance) == "Accept(…)"
    assert "Bob" not in repr(owner.receive(encode_message(request_of_bob)))
