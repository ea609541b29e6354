"""Two people at their windows, over the private Tor network: from first contact to what was read.

A stage of its own in `make test`: it needs a tor, and a process without Twisted's reactor.
"""

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from at_window import AtWindow
from PySide6.QtGui import Qt

from onionchat.control import schema
from onionchat.control.client import Client
from onionchat.errors import OnionchatError
from onionchat.net.transports.tor.process import find_tor
from onionchat.node.node import create_profile
from onionchat.protocol.crypto.rng import SystemRng
from onionchat.testing.demo.lab import Lab
from onionchat.testing.nodes import CHEAP, PASSPHRASE
from onionchat.testing.torlab import seed_client
from onionchat_gui.viewmodels.session import Phase

pytestmark = pytest.mark.tor

PATIENCE = 90_000
"""Milliseconds: a tor has to find its way, an onion service has to be told, found and called."""


@pytest.fixture
def folder():
    # Not pytest's: its name would be too long for a socket.
    made = Path(tempfile.mkdtemp(dir="/tmp"))
    yield made
    shutil.rmtree(made)


@pytest.fixture
def lab(folder):
    made = Lab(folder / "lab")
    made.start()
    yield made
    made.stop()


@pytest.fixture
def people(lab, folder, look, qtbot):
    there = []
    for name in ("Alice", "Bob"):
        profile = folder / name.lower()
        create_profile(profile, PASSPHRASE, name, SystemRng(), cost=CHEAP)
        seed_client(lab.client_seed, profile / "tor")
        options = (f"--torrc={lab.torrc}", f"--tor={find_tor(os.environ.get('ONIONCHAT_TOR'))}")
        person = AtWindow(profile, look, qtbot, options)
        person.patience = PATIENCE
        there.append(person)
    yield there
    for person in there:
        person.drop_window()
        try:
            with Client.connect(person.profile) as client:
                client.call(schema.Stop())
        except OnionchatError:
            pass


def enter(person):
    """The passphrase, which starts the node."""
    person.until(lambda: person.desk.session.phase == Phase.LOCKED)
    person.type(person.window.start.passphrase, PASSPHRASE)
    person.key(person.window.start.passphrase, Qt.Key.Key_Return)


def test_two_people_meet_and_write_to_each_other(people):
    alice, bob = people
    for person in people:
        person.open_window()
        enter(person)
    for person in people:
        person.until_inside()
    for person in people:
        person.until(lambda: person.desk.session.status.online)  # noqa: B023 - called at once

    alice.choose("Add a contact")
    alice.press("For many, each waits for your answer")
    alice.press("Make a link")
    alice.until(lambda: alice.page.made_link.text())
    bob.choose("Add a contact")
    bob.paste(bob.page.link, alice.page.made_link.text())
    bob.type(bob.page.name, "Alice")
    bob.type(bob.page.greeting, "It is me, Bob")
    bob.press("Send the request")

    alice.choose("Contact requests")
    alice.press("Accept: Bob")
    alice.until(lambda: hasattr(alice.page, "composer") and alice.page.composer.isEnabled())
    bob.open("Alice")
    bob.until(bob.page.composer.isEnabled)

    bob.write("hello over Tor")
    alice.until(lambda: alice.messages() == [("hello over Tor", "received")])
    bob.until(lambda: bob.messages() == [("hello over Tor", "delivered")])
    alice.write("hello back")
    bob.until(lambda: bob.texts() == ["hello over Tor", "hello back"])
    alice.until(lambda: alice.messages()[-1] == ("hello back", "delivered"))

    # Bob goes; what is written meanwhile waits for him, and is marked as read when he reads it.
    with Client.connect(bob.profile) as client:
        client.call(schema.Set(name="read-receipts", value="on"))
        client.call(schema.Stop())
    bob.until(lambda: bob.desk.session.phase in (Phase.LOST, Phase.LOCKED))
    alice.until(lambda: not alice.desk.conversations.contact(alice.page.contact).connected)
    alice.write("are you still there?")
    alice.until(lambda: alice.messages()[-1] == ("are you still there?", "queued"))
    enter(bob)
    alice.until(lambda: alice.messages()[-1] == ("are you still there?", "delivered"))
    bob.until_inside()
    bob.open("Alice")
    bob.until(lambda: bob.texts()[-1:] == ["are you still there?"])
    alice.until(lambda: alice.messages()[-1] == ("are you still there?", "read"))
