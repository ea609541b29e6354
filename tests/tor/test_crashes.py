"""Every message arrives once and in order, whatever is killed at whatever moment.

Two nodes as processes write to each other over the private Tor network. At moments drawn from a
seed, `kill -9` hits one of the two nodes or one of the two tors. The test starts a killed node
again, as a person or a service manager would; a killed tor is the node's own business.

ONIONCHAT_CRASH_SEED chooses another run.
"""

import os
import random
import signal
import threading
import time
from contextlib import suppress

import pytest

from onionchat.control import schema
from onionchat.errors import NodeNotRunning, NotAuthorised, Stopping, TimedOut
from onionchat.testing.demo.pair import connected_pair
from onionchat.testing.demo.people import wait_for
from onionchat.testing.demo.processes import lives

MESSAGES = 500
SEED = int(os.environ.get("ONIONCHAT_CRASH_SEED", "1"))
PATIENCE = 120.0
ROUNDS = (
    # Each component twice. "calm": all is delivered before the next kill; "busy": something was
    # delivered both ways; "double": the next kill comes while this one is being repaired.
    *(("node", "busy"), ("tor", "busy"), ("node", "double"), ("tor", "calm")),
    *(("node", "calm"), ("tor", "double"), ("node", "busy"), ("tor", "busy")),
)
GONE = (NodeNotRunning, NotAuthorised, Stopping, TimedOut)


class Writer:
    """One side: writes numbered texts as fast as it is allowed, whatever happens to its node."""

    def __init__(self, person, contact, rng):
        self.person, self.contact = person, contact
        self.ids = []
        self.doubts = 0
        self._pauses = [rng.uniform(0, 0.05) for _ in range(MESSAGES)]
        self._client = None
        self._allowed = 0
        self._changed = threading.Condition()
        self._error = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def text(self, number):
        return f"{self.person.name} writes message number {number:04} of {MESSAGES}. " + "x" * 60

    def allow(self, number):
        """Let it write until it has written `number` messages."""
        with self._changed:
            self._allowed = min(number, MESSAGES)
            self._changed.notify_all()

    def reached(self, number):
        """Wait until so many are stored."""
        number = min(number, MESSAGES)
        with self._changed:
            done = self._changed.wait_for(
                lambda: len(self.ids) >= number or self._error is not None, PATIENCE
            )
        if self._error is not None:
            raise self._error
        assert done, f"{self.person.name} could not store messages"

    def fresh_id(self):
        """The id of a message that was written after this call began."""
        with self._changed:
            # One more may be on its way into the store just now.
            number = min(len(self.ids) + 2, MESSAGES)
            self.allow(max(self._allowed, number))
        self.reached(number)
        return self.ids[number - 1]

    def _run(self):
        try:
            for number in range(MESSAGES):
                with self._changed:
                    self._changed.wait_for(lambda number=number: self._allowed > number)
                time.sleep(self._pauses[number])
                stored = self._store(self.text(number))
                with self._changed:
                    self.ids.append(stored)
                    self._changed.notify_all()
        except Exception as error:  # noqa: BLE001 - raised by whoever waits for it
            with self._changed:
                self._error = error
                self._changed.notify_all()

    def _store(self, text):
        doubt = False
        end = time.monotonic() + PATIENCE
        while True:
            try:
                if self._client is None:
                    self._client = self.person.client()
                if doubt:
                    page = self._client.call(schema.History(contact=self.contact, limit=200))
                    found = [m.id for m in page.messages if m.text == text]
                    if found:
                        return found[0]
                return self._client.call(schema.Send(contact=self.contact, text=text)).id
            except GONE:
                # Stored or not, the reply is lost.
                if self._client is not None:
                    self._client.close()
                    self.doubts += 1
                self._client, doubt = None, True
                assert time.monotonic() < end, f"{self.person.name}'s node does not come back"
                time.sleep(0.1)


def asked(person, request, **options):
    """Ask a person's node, on a connection of its own."""
    with person.client() as client:
        return client.call(request, **options)


def history(person, contact):
    """All messages, oldest first, page by page."""
    found, before = [], None
    with person.client() as client:
        while True:
            page = client.call(schema.History(contact=contact, limit=200, before=before))
            found[:0] = page.messages
            if not page.more or not page.messages:
                return found
            before = page.messages[0].id


def delivered(messages):
    return {m.id for m in messages if m.mine and m.state in ("delivered", "read")}


class Trial:
    def __init__(self, alice, bob):
        self.rng = random.Random(SEED)
        self.writers = [Writer(alice, "Bob", self.rng), Writer(bob, "Alice", self.rng)]
        self.report = []
        self.kills = []
        self.dead_tors = set()

    def run(self):
        rounds = list(ROUNDS)
        victims = {kind: [0, 1, 0, 1] for kind in ("node", "tor")}
        for chosen in victims.values():
            self.rng.shuffle(chosen)
        # Some are left for the end, so that there is always one more to write.
        share = MESSAGES // (len(rounds) + 1)
        for index, (kind, mood) in enumerate(rounds):
            victim = victims[kind].pop()
            first, last = index * share, (index + 1) * share
            for writer in self.writers:
                writer.allow(last)
            moment = first + self.rng.randrange(share // 4, share * 3 // 4)
            self.writers[self.rng.randrange(2)].reached(moment)
            self._kill(kind, victim, mood)
        for writer in self.writers:
            writer.allow(MESSAGES)
            writer.reached(MESSAGES)
        self._until_delivered("the end")

    def _kill(self, kind, victim, mood):
        killed, other = self.writers[victim], self.writers[1 - victim]
        at = time.monotonic()
        if kind == "node":
            self._kill_node(killed, other)
        else:
            pid = wait_for("a tor to kill", killed.person.tor_pid, PATIENCE)
            os.kill(pid, signal.SIGKILL)
            wait_for("its end", lambda: not lives(pid))
            self.dead_tors.add(pid)
        back = time.monotonic()
        self.kills.append((kind, killed.person.name, mood))
        if mood == "double":
            return
        self._until_flowing(f"{killed.person.name}'s {kind}", at, back)
        if mood == "calm":
            self._until_delivered(f"calm after {killed.person.name}'s {kind}")

    def _kill_node(self, killed, other):
        tor = killed.person.tor_pid()
        killed.person.kill()
        dead = len(other.ids)
        at = time.monotonic()
        # Some time without the node: what is written now cannot be delivered.
        with suppress(AssertionError):
            other.reached(min(dead + self.rng.randrange(20), other._allowed))
        seen = history(other.person, other.contact)
        late = set(other.ids[dead + 1 :])
        assert not late & delivered(seen), "shown as delivered to a node that was dead"
        if tor is not None:
            wait_for("the end of the killed node's tor", lambda: not lives(tor), 60)
            self.report.append(f"tor of the dead node ended after {time.monotonic() - at:.2f} s")
        at = time.monotonic()
        killed.person.start()
        self.report.append(f"node started in {time.monotonic() - at:.2f} s")
        there = {m.id for m in history(killed.person, killed.contact)}
        assert delivered(seen) <= there, "shown as delivered, and lost by the crash"

    def _until_flowing(self, what, at, back):
        """Wait until messages written after the kill have arrived, both ways."""
        for writer in self.writers:
            fresh = writer.fresh_id()
            asked(
                writer.person,
                schema.WaitDelivered(id=fresh, timeout=PATIENCE),
                timeout=PATIENCE + 10,
            )
        now = time.monotonic()
        # By a tor that runs now, not by the one that was killed.
        assert not self.dead_tors & {writer.person.tor_pid() for writer in self.writers}
        self.report.append(
            f"after kill -9 of {what}: messages both ways {now - at:.1f} s after the kill, "
            f"{now - back:.1f} s after all processes were started"
        )

    def _until_delivered(self, what):
        at = time.monotonic()
        for writer in self.writers:
            wait_for(
                what,
                lambda writer=writer: asked(writer.person, schema.Status()).queued == 0,
                PATIENCE,
            )
        self.report.append(f"{what}: everything delivered after {time.monotonic() - at:.1f} s")
        self._compare()

    def _compare(self):
        """Whatever is shown as delivered is in the other's history."""
        for writer, other in (self.writers, self.writers[::-1]):
            seen = delivered(history(writer.person, writer.contact))
            assert seen <= {m.id for m in history(other.person, other.contact)}


@pytest.mark.slow
def test_every_message_arrives_once_and_in_order_whatever_is_killed(
    tor_network, tmp_path_factory, capsys
):
    began = time.monotonic()
    alice, bob = people = connected_pair(
        tmp_path_factory.mktemp("c"), tor_network.torrc, seed=tor_network.client_seed
    )
    try:
        trial = Trial(alice, bob)
        set_up = time.monotonic() - began
        trial.run()
        hers, his = history(alice, "Bob"), history(bob, "Alice")
        for name, number in (("node", 4), ("tor", 4)):
            assert sum(kind == name for kind, _, _ in trial.kills) == number
        # Once each, in the order in which they were written, in one order for both.
        assert [m.id for m in hers] == [m.id for m in his]
        assert [m.text for m in hers] == [m.text for m in his]
        for seen, mine in ((hers, trial.writers[0]), (his, trial.writers[1])):
            assert [m.id for m in seen if m.mine] == mine.ids
            assert [m.text for m in seen if m.mine] == [mine.text(n) for n in range(MESSAGES)]
            assert {m.state for m in seen if m.mine} == {"delivered"}
            assert {m.state for m in seen if not m.mine} == {"received"}
        for person in people:
            found = {check.name: check.ok for check in asked(person, schema.Doctor())}
            assert found["database"] and found["delivery"]
    finally:
        for person in people:
            person.stop()
    doubts = sum(writer.doubts for writer in trial.writers)
    with capsys.disabled():
        print(
            f"\n{2 * MESSAGES} messages, {len(trial.kills)} kills (seed {SEED}): "
            f"{time.monotonic() - began:.0f} s, of these {set_up:.0f} s to set up; "
            f"{doubts} connections lost while writing"
        )
        for line in trial.report:
            print(f"  {line}")
