"""Peers that break every rule: the node stays up, others notice nothing, the guilty is named."""

import os
import tracemalloc

import pytest
from twisted.internet.protocol import Factory, Protocol
from twisted.logger import formatEvent, globalLogPublisher

from onionchat.errors import Malformed, RestoredBackup, UnexpectedMessage
from onionchat.net.transports.interface import Address, DialFailed
from onionchat.node import callers
from onionchat.node.callers import CALLS_AT_ONCE
from onionchat.protocol.contacts.invite import invite_access_key, invite_psk, parse_link
from onionchat.protocol.crypto.keys import AgreementKey, SigningKey
from onionchat.protocol.identity.statements import build_profile
from onionchat.protocol.journal.entry import NO_ENTRY, EntryKind
from onionchat.protocol.sync.messages import (
    Absent,
    Ack,
    Entries,
    Have,
    ReadMark,
    Refuse,
    Shared,
    Want,
    WantAll,
    encode_message,
)
from onionchat.protocol.sync.names import Names
from onionchat.protocol.sync.position import Position
from onionchat.store import frontiers
from onionchat.testing.nodes import Person, World
from onionchat.testing.rng import SeededRng
from onionchat.testing.scripted_peer import ScriptedPeer, steal
from onionchat.testing.virtual_time import EPOCH
from onionchat.views import MessageAdded, Warned


@pytest.fixture
def unharmed(world, friends, mallory):
    """Alice and Bob talk on, before and after."""
    yield
    alice, bob = friends
    alice.send("Bob", "still here")
    world.until(lambda: "still here" in bob.texts("Alice"), 10)
    bob.send("Alice", "me too")
    world.until(lambda: "me too" in alice.texts("Bob"), 10)
    assert alice.node is not None
    assert alice.do(alice.api.doctor())


def test_the_script_can_talk_like_a_node(world, friends, mallory, unharmed):
    alice, _ = friends
    peer, channel = mallory.sync()
    peer.say(channel, encode_message(Entries([mallory.entry("one"), mallory.entry("two")])))
    world.until(lambda: alice.texts("Mallory") == ["one", "two"], 10)
    assert not peer.lost


GARBAGE = {
    "nothing": [b""],
    "noise": [os.urandom(200)],
    "not the first word": [encode_message(Entries([b"x"]))],
    "an unknown message": [b"\x91\x63"],
    "half a message": [encode_message(WantAll())[:-1] or b"\x91"],
    "want all twice": [encode_message(WantAll())] * 2,
    "have twice": [encode_message(Have(bytes(16), [], True, False))] * 2,
    "an entry that is none": [encode_message(Entries([b"\xc0" * 50]))],
    "a deep nest": [b"\x91" * 10_000],
    "a huge list": [b"\x92\x03\xdd\xff\xff\xff\xff"],
}


@pytest.mark.parametrize("messages", GARBAGE.values(), ids=GARBAGE.keys())
def test_garbage_ends_the_link_and_nothing_else(world, mallory, unharmed, messages):
    peer, channel = mallory.sync()
    world.pass_time(2)
    for message in messages:
        peer.say(channel, message)
    world.until(lambda: peer.lost, 10)


def test_garbage_below_the_session_ends_the_link(world, mallory, unharmed):
    peer, _ = mallory.sync()
    world.pass_time(2)
    peer.raw(b"\x00\x40" + bytes(64))
    world.until(lambda: peer.lost, 10)


def test_an_unknown_kind_of_channel_is_closed_and_the_link_stays(world, mallory, unharmed):
    peer, _ = mallory.sync()
    peer.open("hologram")
    peer.open("sync")
    world.pass_time(5)
    assert not peer.lost


def test_entries_that_mallory_may_not_write(world, friends, mallory, unharmed):
    """By a stranger, in a foreign journal, as a roster, with a wrong chain."""
    alice, _ = friends
    stranger = SigningKey(bytes(range(32)))
    for bad in (
        {"key": stranger, "seq": 1, "previous": NO_ENTRY},
        {"journal": bytes(32)},
        {"seq": 7, "previous": bytes(32)},
    ):
        peer, channel = mallory.sync()
        peer.say(channel, encode_message(Entries([mallory.entry("bad", **bad)])))
        world.pass_time(90)
        peer.hang_up()
        assert alice.texts("Mallory") == []
        assert alice.contact("Mallory").trust == "unvalidated"


def test_a_body_that_is_no_text_is_refused(world, friends, mallory, unharmed):
    alice, _ = friends
    for body in (b"", b"\xff" * 100, b"\x92\xa0\xc0", b"\x92\xa3a\x00b\xc0"):
        peer, channel = mallory.sync()
        peer.say(channel, encode_message(Entries([mallory.entry(body=body, seq=1)])))
        world.pass_time(5)
        peer.hang_up()
        world.pass_time(1)
    assert alice.texts("Mallory") == []


def test_a_kind_of_a_newer_version_is_kept_and_said_to_need_one(world, friends, mallory, unharmed):
    alice, _ = friends
    peer, channel = mallory.sync()
    peer.say(channel, encode_message(Entries([mallory.entry(kind=99, body=b"a new thing")])))
    peer.say(channel, encode_message(Entries([mallory.entry("and a text")])))
    world.until(lambda: len(alice.history("Mallory")) == 2, 10)
    unknown, text = alice.history("Mallory")
    assert (unknown.text, text.text) == ("", "and a text")
    assert "newer version" in unknown.note
    assert not peer.lost
    assert [e.message.note for e in alice.told(MessageAdded)][0] == unknown.note


def test_a_time_far_ahead_is_flagged_and_does_not_go_before_what_comes_later(
    world, friends, mallory, unharmed
):
    alice, _ = friends
    peer, channel = mallory.sync()
    far = EPOCH + 400 * 24 * 3600 * 1000
    peer.say(channel, encode_message(Entries([mallory.entry("future", time=far)])))
    world.until(lambda: alice.texts("Mallory") == ["future"], 10)
    assert "ahead" in alice.history("Mallory")[0].note
    alice.send("Mallory", "now")
    assert alice.texts("Mallory") == ["future", "now"]


@pytest.mark.parametrize("time", [0, 2**53, 2**62 - 1, 2**63 - 1, 2**64 - 1])
def test_no_time_breaks_anything(world, friends, mallory, unharmed, time):
    alice, _ = friends
    peer, channel = mallory.sync()
    try:
        bad = mallory.entry("then", time=time)
    except ValueError:
        return  # the format does not allow it
    peer.say(channel, encode_message(Entries([bad])))
    world.pass_time(5)
    alice.send("Mallory", "after")
    assert alice.texts("Mallory")[-1] == "after"


def test_a_forked_log_marks_the_contact_as_compromised(world, friends, mallory, unharmed):
    alice, _ = friends
    peer, channel = mallory.sync()
    one, other = mallory.entry("one thing", seq=1), mallory.entry("another", seq=1)
    peer.say(channel, encode_message(Entries([one])))
    world.until(lambda: alice.texts("Mallory") == ["one thing"], 10)
    peer.say(channel, encode_message(Entries([other])))
    world.until(lambda: alice.contact("Mallory").trust == "compromised", 10)
    assert alice.texts("Mallory") == ["one thing"]
    assert [e for e in alice.told(Warned) if "compromised" in e.sentence]
    alice.restart()
    assert alice.contact("Mallory").trust == "compromised"


def test_a_forked_account_marks_the_contact_as_compromised(world, friends, mallory, unharmed):
    """The journal of the account as much as the conversation; `planted` takes both away at once."""
    alice, _ = friends
    device = mallory.keys.device.public
    (account,) = (
        journal
        for journal, has in mallory.keys.has.items()
        if device in has and journal != mallory.keys.direct
    )
    tip = alice.read(lambda tx: frontiers.tip(tx, account, device))
    place = {"journal": account, "seq": tip.seq + 1, "previous": tip.entry_id}
    peer, channel = mallory.sync()
    for name in ("Mallory", "Mallet"):
        made = mallory.entry(kind=EntryKind.ROSTER, body=build_profile(name), **place)
        peer.say(channel, encode_message(Entries([made])))
        world.pass_time(2)
    assert alice.contact("Mallory").trust == "compromised"
    alice.restart()
    assert alice.contact("Mallory").trust == "compromised"


def test_names_and_numbers_that_nobody_knows_change_nothing(world, friends, mallory, unharmed):
    peer, channel = mallory.sync()
    world.pass_time(2)
    stranger = b"12345678"
    for message in (
        Ack(1, [(stranger, {stranger: Position(5, stranger)})]),
        ReadMark(stranger, stranger, 5),
        Shared(stranger, {stranger: Position(1, stranger)}),
        Absent([stranger]),
        Refuse(stranger, stranger),
        Want([bytes(32)]),
    ):
        peer.say(channel, encode_message(message))
    world.pass_time(10)
    assert not peer.lost


def test_an_acknowledgement_of_what_was_never_sent_delivers_nothing_else(
    world, friends, mallory, unharmed
):
    """It can only lie about its own device; what was not written does not become delivered."""
    alice, _ = friends
    peer, channel = mallory.sync()
    world.pass_time(2)
    names = Names(peer.up.handshake_hash)
    card = next(c for c in alice.api.directory.all() if c.petname == "Mallory")
    lie = Ack(1, [(names.of(card.direct), {names.of(card.own_device): Position(1000, bytes(8))})])
    peer.say(channel, encode_message(lie))
    world.pass_time(2)
    with pytest.raises(RestoredBackup):
        # It claims entries of ours that are not here, so nothing may be signed before it is clear.
        alice.send("Mallory", "x")
    assert alice.texts("Mallory") == []


def test_a_lie_about_our_own_log_stops_us_from_writing_to_the_liar_alone_until_it_takes_it_back(
    world, friends, mallory, unharmed
):
    alice, _ = friends
    peer, channel = mallory.sync()
    names = Names(peer.up.handshake_hash)
    card = next(c for c in alice.api.directory.all() if c.petname == "Mallory")
    lie = Shared(names.of(card.direct), {names.of(card.own_device): Position(1000, bytes(8))})
    peer.say(channel, encode_message(lie))
    world.until(lambda: peer.lost, 700)
    with pytest.raises(RestoredBackup):
        alice.send("Mallory", "may I?")
    assert alice.send("Bob", "to you I may").state in ("queued", "sent")
    alice.restart()
    with pytest.raises(RestoredBackup):
        alice.send("Mallory", "may I?")
    mallory.sync()
    world.pass_time(2)
    assert alice.send("Mallory", "I write").state in ("queued", "sent")


def test_floods_are_bounded(world, friends, mallory, unharmed):
    """Entries that wait for what never comes, wants, new channels, strangers: memory stays flat."""
    alice, _ = friends
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        for _round in range(3):
            peer, channel = mallory.sync()
            for number in range(3000):
                if peer.lost:
                    break
                orphan = mallory.entry("x" * 1000, seq=number + 2, previous=os.urandom(32))
                try:
                    peer.say(channel, encode_message(Entries([orphan])))
                    peer.say(channel, encode_message(Want([os.urandom(32) for _ in range(64)])))
                except Exception:  # noqa: BLE001 - our own link is closed: the flood is over
                    break
                if number % 50 == 0:
                    world.pass_time(0.2)
            world.pass_time(1)
            grown = tracemalloc.get_traced_memory()[0] - before
            assert grown < 24 * 1024 * 1024
            peer.hang_up()
            world.pass_time(1)
    finally:
        tracemalloc.stop()
    assert alice.texts("Mallory") == []


def test_an_offender_that_dials_again_and_again_is_only_answered(world, friends, mallory, unharmed):
    alice, _ = friends
    calls = 0
    with pytest.raises(DialFailed):  # in the end it is not let in any more for a while
        while calls < 2 * CALLS_AT_ONCE:
            peer, channel = mallory.sync()
            calls += 1
            world.pass_time(1)
            peer.say(channel, b"\xc1")
            world.until(lambda peer=peer: peer.lost, 10)
    assert calls >= CALLS_AT_ONCE // 2
    assert alice.contact("Mallory").state == "active"


def test_many_links_of_one_contact_are_bounded(world, friends, mallory, unharmed, monkeypatch):
    monkeypatch.setattr(callers, "CALLS_AT_ONCE", 100)
    alice, _ = friends
    alice.node._onions._calls._accounts.clear()
    peers = [mallory.sync()[0] for _ in range(40)]
    world.pass_time(60)
    assert sum(not peer.lost for peer in peers) <= 4


# --- what the log says ----------------------------------------------------------------------------


@pytest.fixture
def logged():
    """What is logged of what was refused."""
    lines: list[str] = []

    def observe(event):
        text = formatEvent(event)
        if "refused what" in text:
            lines.append(text)

    globalLogPublisher.addObserver(observe)
    yield lines
    globalLogPublisher.removeObserver(observe)


def test_what_was_refused_is_logged_once_a_peer_with_the_reason(world, mallory, logged):
    for _round in range(3):
        for garbage in (b"\xc1", encode_message(WantAll())):
            peer, channel = mallory.sync()
            world.pass_time(1)
            peer.say(channel, garbage)
            peer.say(channel, garbage)
            world.until(lambda peer=peer: peer.lost, 10)
            world.pass_time(1)
    malformed, unexpected = logged
    assert "a device of contact" in malformed
    assert Malformed.sentence in malformed
    assert UnexpectedMessage.sentence in unexpected
    assert "Mallory" not in "".join(logged)


def test_entries_that_are_refused_for_themselves_are_logged_too_and_the_link_goes_on(
    world, friends, mallory, logged, unharmed
):
    alice, _ = friends
    peer, channel = mallory.sync()
    for _round in range(3):
        peer.say(channel, encode_message(Entries([mallory.entry(body=b"\xff", seq=1)])))
        world.pass_time(2)
    assert not peer.lost
    (line,) = logged
    assert Malformed.sentence in line
    assert alice.texts("Mallory") == []


def test_what_stands_below_the_session_is_logged_too(world, mallory, logged):
    for _round in range(2):
        peer, _ = mallory.sync()
        world.pass_time(2)
        peer.raw(b"\x00\x40" + bytes(64))
        world.until(lambda peer=peer: peer.lost, 10)
    assert len(logged) == 1


def test_strangers_at_invites_are_one_peer(world, alice, logged):
    text = alice.invite(standing=True)
    for number in range(3):
        transport = world.network.transport(f"stranger {number}")
        world.time.result(transport.start())
        peer = ScriptedPeer(transport, world.time, SeededRng(number))
        peer.say(enter(world, peer, text, bytes([number]) * 32), b"\xc1")
        world.until(lambda peer=peer: peer.lost, 10)
    (line,) = logged
    assert "somebody with an invite link of ours" in line


def test_a_removed_contact_is_forgotten_here_too(world, friends, mallory, logged):
    alice, _ = friends
    peer, channel = mallory.sync()
    world.pass_time(1)
    peer.say(channel, b"\xc1")
    world.until(lambda: peer.lost, 10)
    assert len(alice.node._blame._said) == 1
    alice.do(alice.api.remove("Mallory"))
    assert not alice.node._blame._said


# --- other versions -------------------------------------------------------------------------------


class _Answers(Protocol):
    """A callee that says the same to whoever comes."""

    answer = b""
    said = False

    def dataReceived(self, data: bytes) -> None:
        if not self.said:
            self.said = True
            self.transport.write(self.answer)


def replace_service(world: World, person: Person, answer: bytes) -> None:
    """Let something else answer at a person's onions."""

    class Says(_Answers):
        pass

    Says.answer = answer
    for service in person.transport._services:
        service.factory = Factory.forProtocol(Says)


def test_a_contact_whose_version_is_unknown_here_is_shown_with_the_reason(world, friends):
    alice, bob = friends
    alice.send("Bob", "hello")
    world.pass_time(10)
    replace_service(world, bob, bytes((0, 3, 0, 7, 9)))
    bob.do(bob.api.set_visibility("online", contact=None))
    world.cut(alice, bob)
    bob.api._peers.stop()
    world.until(lambda: alice.contact("Bob").problem, 60)
    world.pass_time(30)
    assert "version" in alice.contact("Bob").problem
    alice.send("Bob", "for later")
    assert alice.node is not None


def test_who_calls_in_an_unknown_version_is_told_ours(world, friends):
    alice, bob = friends
    world.pass_time(5)
    stolen = bob.read(steal)
    transport = world.network.transport("newer")
    world.time.result(transport.start())
    heard: list[bytes] = []

    class Newer(Protocol):
        def connectionMade(self) -> None:
            self.transport.write(bytes((7, 209, 9)) + os.urandom(2000))

        def dataReceived(self, data: bytes) -> None:
            heard.append(data)

    world.time.result(transport.dial(stolen.address, "x", Factory.forProtocol(Newer)))
    world.pass_time(5)
    assert b"".join(heard) == bytes((0, 3, 0, 1, 1))
    assert alice.node is not None


# --- strangers on an invite -----------------------------------------------------------------------


@pytest.fixture
def stranger(world: World) -> ScriptedPeer:
    transport = world.network.transport("stranger")
    world.time.result(transport.start())
    return ScriptedPeer(transport, world.time, SeededRng("stranger"))


def test_without_the_token_nobody_gets_to_the_onion(alice, stranger):
    link = parse_link(alice.invite())
    key = AgreementKey(bytes(range(32)))
    for secret in (None, bytes(range(1, 33))):
        with pytest.raises(DialFailed):
            stranger.dial(key, link.agreement_key, Address(link.onion_key, secret))


def test_with_a_wrong_token_the_handshake_fails(world, alice, bob, stranger):
    text = alice.invite()
    link = parse_link(text)
    address = Address(link.onion_key, invite_access_key(link.token).seed)
    stranger.dial(
        AgreementKey(bytes(range(32))), link.agreement_key, address, invite_psk(bytes(16))
    )
    world.pass_time(60)
    assert stranger.up is None
    assert stranger.lost
    bob.add(text)
    world.until(lambda: bob.states() == {"Alice": "active"})


def enter(world: World, peer: ScriptedPeer, text: str, key: bytes = bytes(range(32))) -> int:
    link = parse_link(text)
    address = Address(link.onion_key, invite_access_key(link.token).seed)
    peer.dial(AgreementKey(key), link.agreement_key, address, invite_psk(link.token))
    world.until(lambda: peer.up, 10)
    return peer.open("contact")


@pytest.mark.parametrize(
    "message", [b"", b"\xc1", SeededRng("garbage").random_bytes(100), b"\x93\x01\x90\xa0"]
)
def test_garbage_on_an_invite_leaves_it_usable(world, alice, bob, stranger, message):
    text = alice.invite()
    stranger.say(enter(world, stranger, text), message)
    world.until(lambda: stranger.lost, 10)
    bob.add(text)
    world.until(lambda: bob.states() == {"Alice": "active"})


def test_a_stranger_who_only_waits_is_sent_away(world, alice, stranger):
    enter(world, stranger, alice.invite())
    world.pass_time(130)
    assert stranger.lost


def test_strangers_who_only_wait_are_bounded(world, alice, bob):
    text = alice.invite()
    peers = []
    for number in range(60):
        transport = world.network.transport(f"stranger {number}")
        world.time.result(transport.start())
        peer = ScriptedPeer(transport, world.time, SeededRng(f"stranger {number}"))
        link = parse_link(text)
        address = Address(link.onion_key, invite_access_key(link.token).seed)
        key = AgreementKey(bytes([number]) * 32)
        try:
            peer.dial(key, link.agreement_key, address, invite_psk(link.token))
        except DialFailed:
            continue
        peers.append(peer)
    world.pass_time(5)
    assert sum(peer.up is not None and not peer.lost for peer in peers) <= 33
    bob.add(text)
    world.until(lambda: bob.states() == {"Alice": "active"}, 700)


def test_a_caller_at_a_contact_onion_that_is_no_contact_is_shut_out(world, friends):
    """Somebody who learned a contact's address and access secret, but not its key."""
    alice, bob = friends
    world.pass_time(5)
    stolen = bob.read(steal)
    transport = world.network.transport("thief")
    world.time.result(transport.start())
    thief = ScriptedPeer(transport, world.time, SeededRng("thief"))
    thief.dial(AgreementKey(bytes(range(32))), stolen.victim.link_key, stolen.address)
    world.pass_time(60)
    assert thief.lost
    assert thief.heard == []
    assert world.linked(alice, bob)
