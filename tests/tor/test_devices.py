"""One person, several devices, over Tor: whichever device of Alice's meets whichever of Bob's."""

import pytest

from onionchat.testing.demo.linked import device_of, link
from onionchat.testing.demo.pair import connected_pair
from onionchat.testing.demo.people import wait_for

LONG = 180.0


def has(person, contact, text):
    return text in [message["text"] for message in person.history(contact)]


def second_is_known(person):
    """Whether the second device of the one contact is known here."""
    return ("added", 2) in [
        (news["kind"], news["device"]) for view in person.ask("contacts") for news in view["news"]
    ]


@pytest.fixture(scope="module")
def four(tor_network, tmp_path_factory):
    """Alice's A1 and A2, Bob's B1 and B2, all online, with all devices known to all."""
    base = tmp_path_factory.mktemp("d")
    a1, b1 = connected_pair(base, tor_network.torrc, seed=tor_network.client_seed)
    a2, b2 = (device_of(one, f"{one.name} 2", base / f"{one.name}2") for one in (a1, b1))
    link(a1, a2)
    link(b1, b2)
    people = a1, a2, b1, b2
    for one in (a1, b1):
        wait_for("the contact's second device", lambda one=one: second_is_known(one), LONG)
    for one in (a2, b2):
        wait_for("the contact", lambda one=one: one.ask("contacts"), LONG)
    yield people
    for person in people:
        person.stop()


def test_the_four_steps_of_the_seed(four):
    a1, a2, b1, b2 = four
    for person in (a2, b1, b2):
        person.stop()

    # (a) A1 online, Bob offline: the message waits and is delivered when B1 comes.
    sent = a1.ask("send", "Bob", "first")
    assert sent["state"] == "queued"
    b1.start()
    wait_for("the first text at B1", lambda: has(b1, "Alice", "first"), LONG)
    wait_for("the tick", lambda: a1.history("Bob")[-1]["state"] == "delivered", LONG)

    # (b) B2 gets it from A1 or B1.
    b2.start()
    wait_for("the first text at B2", lambda: has(b2, "Alice", "first"), LONG)

    # (c) A1 off, A2 on: A2 gets it from B1 or B2.
    a1.stop()
    a2.start()
    wait_for("the first text at A2", lambda: has(a2, "Bob", "first"), LONG)
    assert [m["mine"] for m in a2.history("Bob") if m["text"] == "first"] == [True]

    # (d) Written on A1 while nobody of Bob's is there; A1 meets only A2, and A2 then meets B1.
    for person in (b1, b2):
        person.stop()
    a1.start()
    a1.run("send", "Bob", "second")
    wait_for("the second text at A2", lambda: has(a2, "Bob", "second"), LONG)
    a1.stop()
    b1.start()
    wait_for("the second text at B1", lambda: has(b1, "Alice", "second"), LONG)

    # In one order everywhere, each once.
    a1.start()
    b2.start()
    b2.run("send", "Alice", "third")
    for person, contact in ((a1, "Bob"), (a2, "Bob"), (b1, "Alice"), (b2, "Alice")):
        wait_for(
            "all texts", lambda person=person, contact=contact: has(person, contact, "third"), LONG
        )
        texts = [message["text"] for message in person.history(contact)]
        assert texts == ["first", "second", "third"]
