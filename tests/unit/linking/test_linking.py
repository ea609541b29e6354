"""Linking: only the device whose code was typed comes in, and whatever breaks can be done again."""

import pytest

from onionchat.errors import (
    BadSignature,
    DeviceLinkBusy,
    DeviceLinkSpoiled,
    DeviceNotTaken,
    DiskFull,
    InvalidInput,
    LinkExpired,
    Malformed,
    NoDeviceWaits,
    NotPermitted,
    OtherDeviceTaken,
    TooLarge,
    Unavailable,
    UnexpectedMessage,
    WrongDeviceCode,
)
from onionchat.protocol.identity.statements import build_add, build_profile, consent
from onionchat.protocol.journal.entry import EntryKind
from onionchat.protocol.linking import host as h
from onionchat.protocol.linking import joiner as j
from onionchat.protocol.linking.account_entries import MAX_BYTES, read_account
from onionchat.protocol.linking.host import MAX_CALLS, MAX_TRIES, MAX_WAITING, Host
from onionchat.protocol.linking.joiner import Joiner, refusal
from onionchat.protocol.linking.messages import (
    MAX_DEVICE_MESSAGE,
    MAX_ENTRY_BYTES,
    MAX_PART,
    Added,
    Ask,
    Challenge,
    Consent,
    Done,
    Reason,
    Refuse,
    Welcome,
    decode_message,
    encode_message,
)
from onionchat.protocol.rooms.policy import MAX_ACCOUNT_ENTRIES
from onionchat.testing.rng import SeededRng
from tests.unit.linking.conftest import RECOVERY, Account, new_device


class Call:
    """One call of a new device to a host, message by message."""

    def __init__(self, host, account, number=1, phone=None, name="Phone"):
        self.host, self.account, self.number = host, account, number
        self.phone = phone or new_device()
        self.hash = bytes([number]) * 32
        self.joiner = Joiner(name, self.phone.device, self.phone.link.public, self.hash)
        self.seen = []
        self.commits = 0
        self.to_host = [a.message for a in self.joiner.start()]
        self.here(host.called(number, self.hash, self.phone.link.public))

    def here(self, actions):
        """Do what the host says to this call and to nobody."""
        for action in actions:
            match action:
                case h.Send(caller=self.number, message=message):
                    self.there(self.joiner.receive(message))
                case h.Send() | h.HangUp() | h.Waiting() | h.Linked() | h.Ended():
                    self.seen.append(action)
                case h.ReadAccount(caller=self.number):
                    self.here(self.host.account_read(self.number, self.account.facts))
                case h.AddDevice():
                    self.commits += 1
                    entries = self.account.add(action.device_key, action.link_key, action.consent)
                    self.here(self.host.device_added(self.number, entries))
        self.pump()

    def there(self, actions):
        for action in actions:
            if isinstance(action, j.Send):
                self.to_host.append(action.message)
            else:
                self.seen.append(action)
            if isinstance(action, j.Become):
                self.there(self.joiner.stored())

    def pump(self):
        while self.to_host:
            self.here(self.host.receive(self.number, self.to_host.pop(0)))

    def of(self, kind):
        return [action for action in self.seen if isinstance(action, kind)]

    @property
    def code(self):
        return self.of(j.ShowCode)[-1].code


@pytest.fixture
def host():
    return Host(SeededRng("host"))


@pytest.fixture
def call(host, account):
    call = Call(host, account)
    call.pump()
    return call


def confirm(call, code=None):
    call.here(call.host.confirm(code or call.code))


def test_a_device_comes_in_by_its_code(call, account):
    assert call.of(h.Waiting)[-1].devices == call.host.waiting == 1
    assert not call.of(j.Become)
    confirm(call)
    (become,) = call.of(j.Become)
    assert become.journal.account == account.persona.account
    assert become.journal.roster.active(call.phone.device.public)
    assert (become.recovery_public, become.name) == (RECOVERY, "Alice")
    assert call.of(j.Confirmed) and call.of(j.Linked)
    (linked,) = call.of(h.Linked)
    assert linked.name == "Phone"
    assert linked.words == call.of(j.ShowCode)[0].words


def test_a_long_journal_comes_in_parts(host, account):
    for number in range(3 * MAX_PART):
        account.say(build_profile(f"Alice {number}"))
    call = Call(host, account)
    call.pump()
    confirm(call)
    assert len(call.of(j.Become)[0].journal.entries) == 3 * MAX_PART + 2


def test_nothing_of_the_account_is_told_before_the_code(call):
    assert [type(a) for a in call.seen] == [j.ShowCode, h.Waiting]


def test_the_others_are_refused(host, account):
    calls = [Call(host, account, n, new_device(n)) for n in range(1, MAX_WAITING + 1)]
    for call in calls:
        call.pump()
    chosen = calls[2]
    actions = host.confirm(chosen.code)
    for call in calls:
        mine = [a for a in actions if getattr(a, "caller", None) == call.number]
        if call is chosen:
            assert mine == [h.ReadAccount(3)]
        else:
            refused, hang_up = mine
            assert decode_message(refused.message) == Refuse(Reason.OTHER_CODE)
            assert hang_up == h.HangUp(call.number)
            # What they said before they heard it is heard by nobody.
            assert host.receive(call.number, encode_message(Done())) == []
    with pytest.raises(NoDeviceWaits):
        host.confirm(chosen.code)
    # Who asks after that had another code.
    late = Call(host, account, 9, new_device(9))
    late.pump()
    assert isinstance(late.of(j.Failed)[0].error, DeviceNotTaken)


def test_wrong_codes_end_the_link(call):
    wrong = str((int(call.code) + 1) % 10**8).zfill(8)
    for _ in range(MAX_TRIES - 1):
        with pytest.raises(WrongDeviceCode):
            call.host.confirm(wrong)
    call.here(call.host.confirm(wrong))
    assert isinstance(call.of(h.Ended)[0].error, DeviceLinkSpoiled)
    assert isinstance(call.of(j.Failed)[0].error, DeviceLinkSpoiled)
    with pytest.raises(NoDeviceWaits):
        call.host.confirm(call.code)


def test_two_with_one_code_are_two_strangers(host, account):
    """It cannot be but by an attack: then neither comes in."""
    calls = [Call(host, account, n, new_device(n)) for n in (1, 2)]
    for call in calls:
        call.pump()
    host._callers[2].code = calls[0].code
    with pytest.raises(WrongDeviceCode):
        host.confirm(calls[0].code)


def test_a_code_before_anybody_called_costs_no_try(host):
    for _ in range(MAX_TRIES + 1):
        with pytest.raises(NoDeviceWaits):
            host.confirm("12345678")
    with pytest.raises(InvalidInput):
        host.confirm("code")


def test_places_are_few_and_become_free(host, account):
    phones = [new_device(n) for n in range(MAX_WAITING)]
    calls = [Call(host, account, n, phones[n]) for n in range(MAX_WAITING)]
    for call in calls:
        call.pump()
    late = Call(host, account, 99, new_device("late"))
    late.pump()
    assert isinstance(late.of(j.Failed)[0].error, Unavailable)
    assert late.of(h.HangUp)
    assert host.gone(0) == [h.Waiting(MAX_WAITING - 1)]
    assert host.gone(0) == []
    again = Call(host, account, 100, new_device("again"))
    again.pump()
    assert again.of(j.ShowCode)


def test_a_link_is_called_so_often_and_no_more(host, account):
    for number in range(MAX_CALLS):
        host.called(number, b"h" * 32, b"k" * 32)
        assert host.gone(number) == []
    refused = Call(host, account, 200, new_device("late"))
    assert refused.of(j.Failed)


def test_who_leaves_before_it_was_added_leaves_its_place(host, account):
    phone = new_device()
    first = Call(host, account, 1, phone)
    first.pump()
    host.confirm(first.code)
    host.gone(1)
    assert host.account_read(1, account.facts) == []
    second = Call(host, account, 2, phone)
    second.pump()
    assert second.code != first.code
    confirm(second)
    assert second.of(h.Linked)


def broken_while_added(host, account, phone):
    """A call that ends while its device is being added: returns the action."""
    call = Call(host, account, 1, phone)
    call.pump()
    host.confirm(call.code)
    (welcome,) = host.account_read(1, account.facts)
    (_, answer) = call.joiner.receive(welcome.message)
    (add,) = host.receive(1, answer.message)
    host.gone(1)
    return add


def test_who_was_added_and_broke_off_needs_no_second_code(host, account):
    phone = new_device()
    add = broken_while_added(host, account, phone)
    early = Call(host, account, 2, phone)
    early.pump()
    # Still being committed: it may try again.
    assert isinstance(early.of(j.Failed)[0].error, Unavailable)
    entries = account.add(add.device_key, add.link_key, add.consent)
    assert host.device_added(1, entries) == []
    again = Call(host, account, 3, phone)
    again.pump()
    assert again.of(j.Linked) and again.of(h.Linked)
    assert again.commits == 0
    # After that the link is over.
    late = Call(host, account, 4, phone)
    late.pump()
    assert isinstance(late.of(j.Failed)[0].error, DeviceNotTaken)


@pytest.mark.parametrize("here", [True, False])
def test_a_link_that_ends_while_its_device_is_added_tells_that_it_was_added(host, account, here):
    phone = new_device()
    call = Call(host, account, 1, phone)
    call.pump()
    host.confirm(call.code)
    (welcome,) = host.account_read(1, account.facts)
    (_, answer) = call.joiner.receive(welcome.message)
    (add,) = host.receive(1, answer.message)
    if not here:
        host.gone(1)
    assert host.expired() == []
    entries = account.add(add.device_key, add.link_key, add.consent)
    actions = host.device_added(1, entries)
    assert [type(action) for action in actions] == ([h.Send] if here else []) + [h.Linked]
    assert actions[-1].name == "Phone" and len(actions[-1].words) == 6
    if here:
        call.there(call.joiner.receive(actions[0].message))
        assert call.of(j.Linked)
        assert host.receive(1, call.to_host.pop()) == [h.HangUp(1)]
    assert host.expired() == []


def test_what_could_not_be_added_as_the_link_ended_is_told_as_that(host, account):
    call = Call(host, account, 1)
    call.pump()
    host.confirm(call.code)
    (welcome,) = host.account_read(1, account.facts)
    _, answer = call.joiner.receive(welcome.message)
    host.receive(1, answer.message)
    host.expired()
    assert [type(a) for a in host.not_added(1, DiskFull())] == [h.Send, h.HangUp, h.Ended]


@pytest.mark.parametrize("again", [True, False])
def test_a_link_that_ends_after_its_device_was_added_tells_that(host, account, again):
    phone = new_device()
    add = broken_while_added(host, account, phone)
    host.device_added(1, account.add(add.device_key, add.link_key, add.consent))
    if again:
        host.called(2, b"h" * 32, phone.link.public)
        ask = Ask("Phone", phone.device.public, phone.link.public)
        host.receive(2, encode_message(ask))
    host.called(3, b"i" * 32, b"k" * 32)
    refused, hang_up, linked = host.expired()
    assert (refused.caller, hang_up.caller) == (3, 3)
    assert linked.name == "Phone"


def test_somebody_else_does_not_come_in_by_what_was_admitted(host, account):
    add = broken_while_added(host, account, new_device())
    host.device_added(1, account.add(add.device_key, add.link_key, add.consent))
    stranger = Call(host, account, 2, new_device("stranger"))
    stranger.pump()
    assert isinstance(stranger.of(j.Failed)[0].error, DeviceNotTaken)


def test_a_full_disk_ends_the_link_and_says_so(host, account):
    call = Call(host, account)
    call.pump()
    host.confirm(call.code)
    (welcome,) = host.account_read(1, account.facts)
    _, answer = call.joiner.receive(welcome.message)
    host.receive(1, answer.message)
    call.here(host.not_added(1, DiskFull()))
    assert isinstance(call.of(h.Ended)[0].error, DiskFull)
    assert isinstance(call.of(j.Failed)[0].error, DeviceNotTaken)


def test_it_expires_once(call):
    call.here(call.host.expired())
    assert isinstance(call.of(j.Failed)[0].error, LinkExpired)
    assert call.host.expired() == call.host.end(DiskFull()) == []


def test_a_caller_has_to_prove_the_key_that_it_names(host):
    host.called(1, b"h" * 32, b"k" * 32)
    with pytest.raises(NotPermitted):
        host.receive(1, encode_message(Ask("x", b"d" * 32, b"l" * 32)))


@pytest.mark.parametrize("message", [Done(), Consent(b"s" * 64), Challenge(b"n" * 32)])
def test_the_host_takes_nothing_out_of_turn(call, message):
    with pytest.raises(UnexpectedMessage):
        call.host.receive(1, encode_message(message))


# --- the new device -------------------------------------------------------------------------------


@pytest.fixture
def phone():
    return new_device()


@pytest.fixture
def joiner(phone):
    """One that shows its code."""
    joiner = Joiner("Phone", phone.device, phone.link.public, b"h" * 32)
    joiner.start()
    joiner.receive(encode_message(Challenge(b"n" * 32)))
    return joiner


def welcome(account, **changed):
    fields = {
        "recovery_public": RECOVERY,
        "name": "Alice",
        "author": account.persona.device.public,
        "entries": account.entries,
        "more": False,
    }
    return encode_message(Welcome(**{**fields, **changed}))


def test_it_asks_once(joiner):
    with pytest.raises(ValueError):
        joiner.start()
    with pytest.raises(ValueError):
        joiner.stored()


@pytest.mark.parametrize(
    "message", [Done(), Added((), False), Challenge(b"n" * 32), Ask("x", b"d" * 32, b"l" * 32)]
)
def test_the_new_device_takes_nothing_out_of_turn(joiner, message):
    with pytest.raises(UnexpectedMessage):
        joiner.receive(encode_message(message))


def test_an_account_without_that_author_is_refused(joiner, account):
    with pytest.raises(NotPermitted):
        joiner.receive(welcome(account, author=b"x" * 32))


def test_a_recovery_key_that_is_none_is_refused(joiner, account):
    with pytest.raises(NotPermitted):
        joiner.receive(welcome(account, recovery_public=bytes(32)))


def test_parts_that_bring_nothing_or_too_much_are_refused(joiner, account):
    with pytest.raises(UnexpectedMessage):
        joiner.receive(welcome(account, entries=(), more=True))
    many = (b"x",) * MAX_PART
    with pytest.raises(TooLarge):
        for _ in range(MAX_ACCOUNT_ENTRIES // MAX_PART + 1):
            joiner.receive(welcome(account, entries=many, more=True))


def consented(joiner, account):
    _, sent = joiner.receive(welcome(account))
    return decode_message(sent.message).signature


def test_being_added_to_another_account_is_refused(joiner, account, phone):
    consented(joiner, account)
    other = Account("mallory")
    author = other.persona.device.public
    signed = consent(other.persona.account, author, phone.device, phone.link.public)
    entries = other.add(phone.device.public, phone.link.public, signed)
    with pytest.raises(NotPermitted):
        joiner.receive(encode_message(Added(entries, False)))


def test_not_being_added_is_refused(joiner, account):
    consented(joiner, account)
    with pytest.raises(NotPermitted):
        joiner.receive(encode_message(Added(account.entries, False)))


def test_another_device_with_its_link_key_is_refused(joiner, account, phone):
    consented(joiner, account)
    thief = new_device("thief").device
    author = account.persona.device.public
    signed = consent(account.persona.account, author, thief, phone.link.public)
    entries = account.add(thief.public, phone.link.public, signed)
    with pytest.raises(NotPermitted):
        joiner.receive(encode_message(Added(entries, False)))


def test_what_cannot_be_stored_is_not_confirmed(joiner, account, phone):
    entries = account.add(phone.device.public, phone.link.public, consented(joiner, account))
    (become,) = joiner.receive(encode_message(Added(entries, False)))
    assert isinstance(become, j.Become)
    error = DiskFull()
    assert joiner.not_stored(error) == [j.Failed(error)]
    with pytest.raises(UnexpectedMessage):
        joiner.receive(encode_message(Refuse(Reason.EXPIRED)))


@pytest.mark.parametrize(
    ("reason", "error"),
    [
        (Reason.OTHER_CODE, OtherDeviceTaken),
        (Reason.EXPIRED, LinkExpired),
        (Reason.CANCELLED, DeviceNotTaken),
        (Reason.SPOILED, DeviceLinkSpoiled),
        (Reason.FULL, DeviceLinkBusy),
        (200, DeviceNotTaken),
    ],
)
def test_a_refusal_says_why(reason, error):
    assert type(refusal(reason)) is error


# --- the account's journal ------------------------------------------------------------------------


def test_an_account_with_several_devices_is_read(account):
    phone = new_device()
    author = account.persona.device.public
    signed = consent(account.persona.account, author, phone.device, phone.link.public)
    account.add(phone.device.public, phone.link.public, signed)
    account.say(build_profile("Alice"), key=phone.device)
    account.say(b"of a newer version", kind=200)
    found = read_account(account.entries)
    assert found.roster.name == "Alice"
    assert len(found.roster.devices) == 2


def test_what_is_no_account_is_refused(account):
    stranger = new_device("stranger").device
    text = Account("text")
    text.say(b"x", kind=EntryKind.TEXT)
    account.say(build_profile("Alice"))
    spoiled = account.entries[1][:-70] + bytes(1) + account.entries[1][-69:]
    nameless = account.journal.__iter__().__next__().without_body().to_bytes()
    added = Account()
    added.say(build_add(stranger.public, new_device("x").link.public, b"s" * 64))
    for entries, error in (
        ((), Malformed),
        ((b"x",), Malformed),
        ((nameless,), NotPermitted),
        (account.entries[1:], NotPermitted),
        ((account.entries[0], account.entries[0]), Malformed),
        (text.entries, NotPermitted),
        (added.entries, NotPermitted),
        ((b"x" * (MAX_BYTES + 1),), TooLarge),
        ((b"x",) * (MAX_ACCOUNT_ENTRIES + 1), TooLarge),
    ):
        with pytest.raises(error):
            read_account(entries)
    with pytest.raises((BadSignature, Malformed, NotPermitted)):
        read_account((account.entries[0], spoiled))


def test_an_unsigned_entry_is_refused(account):
    entry = account.say(build_profile("Alice"))
    forged = entry.to_bytes().replace(entry.signature, bytes(64))
    with pytest.raises(BadSignature):
        read_account((account.entries[0], forged))


# --- messages -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "message",
    [
        Ask("Phone", b"d" * 32, b"l" * 32),
        Challenge(b"n" * 32),
        Welcome(b"r" * 32, "Alice", b"a" * 32, (b"x" * MAX_ENTRY_BYTES,) * MAX_PART, True),
        Consent(b"s" * 64),
        Added((b"x",), False),
        Done(),
        Refuse(255),
    ],
)
def test_messages_survive_and_tell_nothing_in_their_names(message):
    data = encode_message(message)
    assert len(data) <= MAX_DEVICE_MESSAGE
    assert decode_message(data) == message
    assert "Alice" not in repr(message) and "Phone" not in repr(message)


def test_what_is_no_message():
    for data in (b"", b"\xc0", encode_message(Done()) + b"\0"):
        with pytest.raises(Malformed):
            decode_message(data)
    with pytest.raises(Malformed):
        decode_message(encode_message(Ask("ä" * 64, b"d" * 32, b"l" * 32)))
    with pytest.raises(TooLarge):
        decode_message(bytes(MAX_DEVICE_MESSAGE + 1))
