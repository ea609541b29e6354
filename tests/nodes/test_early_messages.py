"""What a contact says while the node still reads from disk what the session begins with."""

from onionchat.protocol.link.control import WINDOW
from onionchat.protocol.sync.messages import Entries, encode_message

TEXTS = 3 * WINDOW // 60_000
"""So many texts of 60,000 bytes are three times the credit of a channel."""


def test_a_contact_cannot_fill_the_memory_while_the_session_is_loading(world, friends, mallory):
    alice, _ = friends
    # From here on the disk answers nothing.
    alice.db._armed = True
    peer, channel = mallory.sync()
    said = []
    for number in range(TEXTS):
        said.append(f"{number} {'x' * 60_000}")
        peer.say(channel, encode_message(Entries([mallory.entry(said[-1])])))
    world.pass_time(5)
    (link,) = (
        link
        for links in alice.node.delivery._links.values()
        for link in links
        if link.session is None
    )
    assert 0 < sum(map(len, link._early)) <= WINDOW
    # What had to wait is not lost, and comes in order.
    alice.db._armed = False
    alice.db._arm()
    world.until(lambda: alice.texts("Mallory") == said, 60)
    assert not peer.lost
