"""`onionchat` alone on a terminal, with a real node over the private Tor network."""

import sys

import pytest

from onionchat.testing.demo.people import Person, wait_for
from onionchat.testing.screen import Screen

PASSPHRASE = "correct horse battery"


@pytest.fixture
def alice(tor_network, tmp_path_factory):
    person = Person(
        "Alice", tmp_path_factory.mktemp("a"), tor_network.torrc, seed=tor_network.client_seed
    )
    person.init()
    person.start()
    yield person
    person.stop()


def test_the_first_start_of_the_prompt_leads_to_a_conversation(
    tor_network, tmp_path_factory, alice
):
    home = tmp_path_factory.mktemp("b")
    bob = Person("Bob", home, tor_network.torrc)
    environment = {k: v for k, v in bob.environment.items() if not k.startswith("ONIONCHAT_PASS")}
    command = [sys.executable, "-m", "onionchat.cli", f"--profile={bob.profile}"]
    command += [f"--torrc={tor_network.torrc}", f"--tor={tor_network.ready['tor']}"]
    bob.passphrase_file.write_text(PASSPHRASE + "\n")
    screen = Screen(command, environment)
    try:
        screen.until("Your name")
        screen.type("Bob\n")
        screen.until("A passphrase: ")
        screen.type(PASSPHRASE + "\n")
        screen.until("The same again")
        screen.type(PASSPHRASE + "\n")
        # tor's way to 100 % on the private network is shown, from nothing.
        shown = screen.until("onionchat> ", 120)
        assert "recovery phrase" in shown and "Tor " in shown
        wait_for("Alice online", lambda: alice.ask("status")["online"])
        screen.type(f"/add {alice.ask('invite')['link']} Alice\n")
        screen.until("Alice> ", 60)
        screen.until("Alice is online", 90)
        screen.type("Hello over Tor\n")
        screen.until("delivered: Hello over Tor", 60)
        assert [m["text"] for m in alice.history("Bob")] == ["Hello over Tor"]
        alice.run("send", "bob", "Hello back")
        screen.until("Alice: Hello back", 60)
        screen.type("/quit\n")
        screen.until("The node keeps running")
        assert screen.end() == 0
    finally:
        screen.close()
        bob.attempt("stop")
