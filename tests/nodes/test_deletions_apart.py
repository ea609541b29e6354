"""What is erased in one conversation is nobody's business in another: two contacts who compare
cannot find out by it that they talk to one person."""

import os

import pytest

from onionchat.protocol.journal.entry import EntryKind, parse_entry
from onionchat.protocol.rooms import bodies
from onionchat.protocol.sync.messages import Entries, Want, decode_message, encode_message


def answered(peer):
    """The entries that a link's other side sent, by their ids."""
    found = {}
    for _, data in peer.heard:
        message = decode_message(data)
        if isinstance(message, Entries):
            found |= {entry.id: entry for entry in map(parse_entry, message.entries)}
    return found


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("everyone", [True, False])
def test_a_reaction_to_what_another_contact_wrote_tells_nothing(
    world, friends, mallory, before, everyone
):
    alice, bob = friends
    sent = bob.send("Alice", "hello")
    world.until(lambda: alice.texts("Bob") == ["hello"])
    (heard,) = alice.history("Bob")

    def delete():
        if everyone:
            bob.do(bob.api.delete("Alice", [sent.id], for_everyone=True))
        else:
            alice.do(alice.api.delete("Bob", [heard.id], for_everyone=False))
        world.pass_time(10)

    if before:
        delete()
    peer, channel = mallory.sync()
    reactions = [
        mallory.entry(kind=EntryKind.REACTION, body=bodies.encode_reaction(target, "x"))
        for target in (bytes.fromhex(sent.id), os.urandom(32))
    ]
    peer.say(channel, encode_message(Entries(reactions)))
    world.pass_time(5)
    if not before:
        delete()
    ids = [parse_entry(reaction).id for reaction in reactions]
    peer.say(channel, encode_message(Want(ids)))
    world.pass_time(5)
    found = answered(peer)
    assert [found[one].body is not None for one in ids] == [True, True]
