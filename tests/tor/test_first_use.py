"""What a new person does with the command line, and what each command promises to scripts."""

import json
import os
import re
import threading
import time
from dataclasses import replace

import pytest

from onionchat.protocol.contacts.invite import parse_link
from onionchat.testing.demo.pair import active, befriend
from onionchat.testing.demo.people import Person, Watcher, wait_for
from onionchat.testing.demo.processes import children, lives, visible

STATUS = {
    "online": bool,
    "tor": dict,
    "contacts": int,
    "queued": int,
    "account": str,
    "device": str,
}
TOR = {"bootstrap": int, "summary": str, "running": bool, "reasons": list}
INVITE = {"id": str, "link": str, "expires": float, "standing": bool, "state": str}
CONTACT = {"id": str, "name": str, "state": str, "trust": str, "connected": bool, "unread": int}
REQUEST = {"id": str, "name": str, "greeting": str, "received": float}
MESSAGE = {"id": str, "author": str, "mine": bool, "text": str, "time": float, "state": str}


def has(document, fields):
    """Whether a JSON document has these fields, of these types."""
    return all(isinstance(document.get(name), kind) for name, kind in fields.items())


def refused(person, *arguments, stdin=None, status=1):
    """The one sentence of a command that must fail, on stderr; nothing on stdout."""
    done = person.attempt(*arguments, stdin=stdin)
    assert (done.returncode, done.stdout) == (status, b""), done
    said = done.stderr.decode()
    assert "Traceback" not in said
    if status == 1:
        (line,) = said.splitlines()
        assert line.startswith("onionchat: ")
    return said


def texts(person, contact):
    return [message["text"] for message in person.history(contact)]


def contact(person, name):
    (found,) = (c for c in person.ask("contacts") if c["name"] == name)
    return found


@pytest.fixture(scope="module")
def town(tor_network, tmp_path_factory):
    """Alice, Bob and Carol, whose nodes run; Alice and Bob are contacts."""
    people = {
        name: Person(
            name, tmp_path_factory.mktemp("t"), tor_network.torrc, seed=tor_network.client_seed
        )
        for name in ("Alice", "Bob", "Carol")
    }
    try:
        for person in people.values():
            person.init()
            person.spawn()
        for person in people.values():
            person.until_it_answers()
        for person in people.values():
            person.online()
        befriend(people["Alice"], people["Bob"])
        yield people
    finally:
        for person in people.values():
            person.stop()


@pytest.fixture
def alice(town):
    return town["Alice"]


@pytest.fixture
def bob(town):
    return town["Bob"]


@pytest.fixture
def carol(town):
    return town["Carol"]


def test_from_nothing_to_online_and_back(tor_network, tmp_path_factory):
    dora = Person("Dora", tmp_path_factory.mktemp("d"), tor_network.torrc)
    assert "onionchat init" in refused(dora, "status")
    assert "onionchat init" in refused(dora, "node")
    refused(dora, status=2)
    refused(dora, "no-such-command", status=2)
    refused(dora, "send", "Bob", status=2)

    shown = dora.init()
    words = shown.splitlines()[-1].split()
    assert len(words) == 24
    assert re.findall(r"\b[0-9]+ ([a-z]+)", shown) == words
    assert "nothing was changed" in refused(dora, "init", "--name", "Other")
    assert "onionchat node" in refused(dora, "status")

    dora.start()
    try:
        status = dora.ask("status")
        assert has(status, {**STATUS, "device": str, "name": str}) and has(status["tor"], TOR)
        assert (status["name"], status["contacts"], status["queued"]) == ("Dora", 0, 0)
        dora.online()
        assert dora.ask("status")["tor"]["bootstrap"] == 100
        assert "yes" in dora.run("status")
        assert dora.ask("contacts") == dora.ask("requests") == []
        below = [pid for pid, _ in children(dora.node.pid)]
        assert below
        assert "stopped" in dora.run("stop")
        assert dora.node.wait(60) == 0
        assert not any(map(lives, below))
        assert "onionchat node" in refused(dora, "stop")
        # It begins again, as the same.
        dora.start()
        dora.online()
        again = dora.ask("status")
        assert (again["account"], again["device"]) == (status["account"], status["device"])
    finally:
        dora.stop()


def test_an_invite_is_a_link_and_a_picture(alice, bob):
    shown = alice.run("invite")
    (link,) = re.findall(r"^onionchat:[A-Z2-7]{144}$", shown, re.MULTILINE)
    rows = [line for line in shown.splitlines() if set(line) & set("█▀▄")]
    assert len(rows) >= 20
    made = alice.ask("invite")
    assert has(made, INVITE)
    assert not made["standing"] and 6.9 < (made["expires"] - time.time()) / 86400 < 7.1
    listed = {invite["link"]: invite for invite in alice.ask("invites")}
    assert {link, made["link"]} <= set(listed)

    wrong = link[:40] + ("A" if link[40] != "A" else "B") + link[41:]
    assert "checksum" in refused(bob, "add", wrong)
    assert "not an onionchat invite link" in refused(bob, "add", "hello")
    assert "your own invite link" in refused(alice, "add", link)
    past = replace(parse_link(link), expires=60_000).to_link()
    assert "expired" in refused(bob, "add", past)

    for invite in listed.values():
        alice.run("revoke", invite["id"])
    assert alice.ask("invites") == []
    assert "no outstanding invite" in refused(alice, "revoke", made["id"])


def test_contacts_know_each_other_by_the_names_that_were_given(alice, bob):
    hers, his = contact(alice, "Bob"), contact(bob, "Alice")
    for found in (hers, his):
        assert has(found, CONTACT)
        assert found["state"] == "active"
    alice.run("rename", "Bob", "Robert")
    assert contact(alice, "Robert")["id"] == hers["id"]
    assert "no contact" in refused(alice, "send", "Bob", "x")
    alice.run("rename", hers["id"], "Bob")


def test_messages_from_an_argument_and_from_stdin(alice, bob):
    written = alice.run("send", "Bob", "first words", "--wait", "60").strip()
    assert re.fullmatch(r"[0-9a-f]{64}", written)
    second = alice.run("send", "Bob", "-", "--wait", "60", stdin="zwei\nZeilen – ✓\n".encode())
    answer = bob.ask("send", "Alice", "an answer", "--wait", "60")
    assert has(answer, MESSAGE)

    hers, his = alice.history("Bob"), bob.history("Alice")
    assert [m["text"] for m in hers][-3:] == ["first words", "zwei\nZeilen – ✓", "an answer"]
    assert [m["id"] for m in hers][-3:] == [written, second.strip(), answer["id"]]
    assert [m["id"] for m in his] == [m["id"] for m in hers]
    assert all(has(message, MESSAGE) for message in hers + his)
    assert [m["mine"] for m in hers][-3:] == [True, True, False]
    assert [m["author"] for m in hers][-3:] == ["Alice", "Alice", "Bob"]
    assert [m["state"] for m in hers][-3:] == ["delivered", "delivered", "received"]
    assert [m["id"] for m in alice.history("Bob", limit=1)] == [answer["id"]]
    shown = alice.run("history", "Bob", "--limit", "3").splitlines()
    assert len(shown) == 4 and "first words" in shown[0] and "[delivered]" in shown[0]

    (found,) = alice.ask("search", "zeilen")
    assert has(found, MESSAGE) and found["id"] == second.strip()
    assert alice.ask("search", "nowhere", "written") == []


def test_watching(alice, bob):
    hers, his = Watcher(alice), Watcher(bob)
    try:
        for watcher, person, name in ((hers, alice, "Bob"), (his, bob, "Alice")):
            # It has no way to say that it listens: so let it see something that changes nothing.
            wait_for(
                "watching",
                lambda w=watcher, p=person, n=name: p.run("rename", n, n) or w.events,
            )
        written = alice.run("send", "Bob", "look at this", "--wait", "60").strip()

        def types(watcher):
            return {
                (event["type"], event.get("state"))
                for _, event in watcher.events
                if written in (event.get("message", {}).get("id"), *event.get("ids", ()))
            }

        wait_for("the message at Bob's", lambda: ("message", None) in types(his))
        expected = {("message", None), ("state", "sent"), ("state", "delivered")}
        wait_for("what happens at Alice's", lambda: expected <= types(hers))
    finally:
        hers.close()
        his.close()


def test_safety_words(alice, bob):
    hers, his = alice.ask("verify", "Bob")["words"], bob.ask("verify", "Alice")["words"]
    assert hers == his
    assert len(hers) >= 6
    assert contact(alice, "Bob")["trust"] != "validated"
    refused(alice, "verify", "Bob", "--words", " ".join(reversed(hers)))
    assert contact(alice, "Bob")["trust"] != "validated"
    alice.run("verify", "Bob", "--words", " ".join(his))
    assert contact(alice, "Bob")["trust"] == "validated"


def test_a_contact_that_is_off(alice, bob):
    bob.run("stop")
    bob.node.wait(60)
    bob.node = None
    began = time.monotonic()
    written = alice.run("send", "Bob", "for later").strip()
    assert time.monotonic() - began < 5
    assert {m["id"]: m["state"] for m in alice.history("Bob")}[written] in ("queued", "sent")
    assert alice.ask("status")["queued"] == 1
    assert "nothing is lost" in refused_but_stored(alice, "send", "Bob", "this too", "--wait", "1")
    wait_for("queued", lambda: {m["state"] for m in alice.history("Bob")[-2:]} == {"queued"})
    bob.start()
    wait_for("the delivery", lambda: alice.ask("status")["queued"] == 0, 90)
    assert texts(bob, "Alice")[-2:] == ["for later", "this too"]
    assert [m["state"] for m in alice.history("Bob")[-2:]] == ["delivered", "delivered"]


def refused_but_stored(person, *arguments):
    done = person.attempt(*arguments)
    assert done.returncode == 1
    assert re.fullmatch(rb"[0-9a-f]{64}\n", done.stdout)
    return done.stderr.decode()


def test_a_standing_invite_asks_first(alice, bob, carol):
    invite = alice.ask("invite", "--standing")
    assert invite["standing"] and invite["expires"] is None
    # Somebody who is not welcome; he is told when his node asks again.
    bobs = bob.ask("add", invite["link"], "--name", "Alice again")
    (request,) = wait_for("a request", lambda: alice.ask("requests"), 90)
    alice.run("decline", request["id"])

    carol.run("add", invite["link"], "--name", "Alice", "--greeting", "We met at the fair")
    (request,) = wait_for("another request", lambda: alice.ask("requests"), 90)
    assert has(request, REQUEST)
    assert (request["name"], request["greeting"]) == ("Carol", "We met at the fair")
    assert alice.ask("status")["requests"] == 1
    assert "not accepted" in refused(carol, "send", "Alice", "hello?")
    wait_for("waiting", lambda: contact(carol, "Alice")["state"] == "requested")
    alice.run("accept", request["id"])
    wait_for("the contact", lambda: active(carol), 90)
    carol.run("send", "Alice", "thank you", "--wait", "60")
    assert texts(alice, "Carol") == ["thank you"]
    assert alice.ask("requests") == []
    assert "no waiting contact request" in refused(alice, "accept", request["id"])

    wait_for("the refusal", lambda: contact(bob, "Alice again")["state"] == "declined", 90)
    assert "declined" in refused(bob, "send", bobs["id"], "why?")
    alice.run("revoke", invite["id"])


def test_a_one_time_invite_is_for_the_first_one(alice, bob, carol):
    link = bob.ask("invite")["link"]
    alice.run("add", link, "--name", "Bob once more")
    wait_for("used", lambda: contact(alice, "Bob once more")["state"] == "active", 90)
    watcher = Watcher(carol)
    try:
        carol.run("add", link, "--name", "Bob")
        assert contact(carol, "Bob")["state"] == "outgoing"

        def told():
            found = contact(carol, "Bob")
            warned = [e["sentence"] for _, e in watcher.events if e["type"] == "warning"]
            sentences = [found["problem"] or "", *warned]
            return any("used" in sentence for sentence in sentences)

        wait_for("the sentence", told, 90)
    finally:
        watcher.close()
    # Seen by a person, too.
    assert contact(carol, "Bob")["state"] in ("outgoing", "expired")
    refused(carol, "send", "Bob", "hello?")


def test_blocking(alice, bob):
    alice.run("block", "Bob")
    assert contact(alice, "Bob")["state"] == "blocked"
    assert "blocked" in refused(alice, "send", "Bob", "x")
    wait_for("shut out", lambda: not contact(bob, "Alice")["connected"])
    before = texts(alice, "Bob")
    lost = bob.run("send", "Alice", "written to who has blocked me").strip()
    alice.run("unblock", "Bob")
    assert contact(alice, "Bob")["state"] == "active"
    # While it was blocked nothing came; now it does.
    assert texts(alice, "Bob")[: len(before)] == before
    alice.run("send", "Bob", "hello again", "--wait", "90")
    wait_for("what was written", lambda: lost in {m["id"] for m in alice.history("Bob")}, 90)


def test_many_commands_at_once(alice, bob):
    """Scripts and people do not wait for each other."""
    before = len(alice.history("Bob"))
    threads = [
        threading.Thread(target=alice.run, args=("send", "Bob", f"at once {n}")) for n in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wait_for("the delivery", lambda: alice.ask("status")["queued"] == 0, 90)
    hers, his = alice.history("Bob"), bob.history("Alice")
    assert len(hers) == before + 6
    assert [m["id"] for m in hers] == [m["id"] for m in his]
    assert json.dumps(hers)


def test_what_was_said_is_in_no_log_and_in_no_other_process(town):
    """Neither texts nor names, links, addresses or passphrases, after all of the above."""
    said = {b"Robert", b"onionchat:", *(name.encode() for name in town)}
    shown = b""
    for person in town.values():
        said |= {
            f"a passphrase for {person.name}".encode(),
            str(person.ask("status")["account"]).encode(),
        }
        for found in person.ask("contacts"):
            said |= {m["text"].encode() for m in person.history(found["id"])}
            said.add(found["id"].encode())
        for pid in (person.node.pid, *(pid for pid, _ in children(person.node.pid))):
            # All that others may read of it but where its files are.
            shown += visible(pid).replace(os.fsencode(person.profile.parent), b"")
        shown += person.log.read_bytes()
        for path in person.profile.rglob("*"):
            if path.is_file():
                shown += path.read_bytes()
    assert len(said) > 10 and b"The node runs." in shown
    # The shortest texts could stand anywhere by chance.
    assert not [secret for secret in said if len(secret) > 3 and secret in shown]
    assert not re.search(rb"[a-z2-7]{56}", shown)
