"""The demo's story, told on standard output.

Every step is a command that a person could type; times are measured from outside.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from onionchat.testing.demo.lab import Lab
from onionchat.testing.demo.observer import Observer
from onionchat.testing.demo.pair import active
from onionchat.testing.demo.people import Person, Watcher, wait_for
from onionchat.testing.torlab.process import bound_to_us

BEFORE = [
    ("Alice", "Hello Bob, this is the first message that ever left my machine through Tor."),
    ("Bob", "It arrived! I see who wrote it, and nobody else does."),
    ("Alice", "Good. Let us try something unkind: I keep writing while your node is killed."),
]
DURING = [
    "Your node is dead now (kill -9). This one waits on my disk.",
    "So does this one.",
    "And this third one: they must arrive once, in order.",
]
AFTER = [("Bob", "I am back, and all three are here, in order, once each.")]


class Story:
    """Runs the story and keeps what it measured."""

    def __init__(self, base: Path, lab: Lab) -> None:
        self.lab = lab
        bound = bound_to_us()
        self.alice = Person("Alice", base / "alice", lab.torrc, node_prefix=bound)
        self.bob = Person("Bob", base / "bob", lab.torrc, node_prefix=bound)
        self.observer = Observer()
        self._began = time.monotonic()
        self._watchers: list[Watcher] = []
        self._former: list[Watcher] = []

    def say(self, text: str) -> None:
        """Print one line with the seconds since the beginning."""
        print(f"{time.monotonic() - self._began:6.1f} s  {text}", flush=True)

    def close(self) -> None:
        """End everything that was started."""
        for watcher in self._watchers:
            watcher.close()
        self.alice.stop()
        self.bob.stop()
        self.observer.close()

    def run(self) -> None:
        """Tell it all."""
        self._begin()
        self._meet()
        for author, text in BEFORE:
            self._send(author, text)
        self._crash()
        for author, text in AFTER:
            self._send(author, text)
        self._transcript()
        self._observed()

    def _begin(self) -> None:
        for person in (self.alice, self.bob):
            person.init()
        self.say("Alice and Bob have a profile each, encrypted under a passphrase.")
        for person in (self.alice, self.bob):
            person.start()
            self._observe(person)
        for person in (self.alice, self.bob):
            person.online()
            self._observe(person)
            self.say(f"{person.name}'s node is online: Tor is up and its onion is published.")
            self._watchers.append(Watcher(person))

    def _observe(self, person: Person) -> None:
        assert person.node is not None
        self.observer.watch(f"{person.name}'s node", person.node.pid)
        self.observer.watch(f"{person.name}'s tor", person.tor_pid())

    def _meet(self) -> None:
        link = self.alice.ask("invite")["link"]
        self.say(f"Alice makes a one-time invite: {link[:26]}… ({len(link)} characters)")
        self.bob.run("add", link, "--name", "Alice", "--greeting", "It is me, Bob")
        started = time.monotonic()
        wait_for("the contact", lambda: active(self.bob) and active(self.alice))
        self.say(f"Bob added it; both are contacts {time.monotonic() - started:.1f} s later.")

    def _send(self, author: str, text: str) -> None:
        sender = self.alice if author == "Alice" else self.bob
        other = "Bob" if author == "Alice" else "Alice"
        sender.run("send", other, text, "--wait", "60")
        self.say(f"{author} → {other}: delivered “{text}”")

    def _crash(self) -> None:
        self.bob.kill()
        self._former.append(self._watchers.pop())
        self._former[-1].close()
        self.say("Bob's node is killed with kill -9.")
        for text in DURING:
            self.alice.run("send", "Bob", text)
        waiting = [m for m in self.alice.history("Bob") if m["state"] in ("queued", "sent")]
        self.say(
            f"Alice wrote {len(DURING)} messages; her node says {len(waiting)} are on their way."
        )
        self.bob.start()
        self._observe(self.bob)
        back = time.monotonic()
        self._watchers.append(Watcher(self.bob))
        wait_for(
            "delivery after the crash",
            lambda: (
                {m["state"] for m in self.alice.history("Bob") if m["mine"]}
                <= {"delivered", "read"}
            ),
            seconds=90,
        )
        self._observe(self.bob)
        self.say(
            f"Bob's node is back; everything was delivered {time.monotonic() - back:.1f} s later."
        )

    def _transcript(self) -> None:
        hers, his = self.alice.history("Bob"), self.bob.history("Alice")
        same = [m["id"] for m in hers] == [m["id"] for m in his]
        expected = [t for _, t in BEFORE] + DURING + [t for _, t in AFTER]
        once = [m["text"] for m in hers] == expected
        received = {m["id"]: float(m["received"]) for m in [*hers, *his] if m.get("received")}
        written = self._seen(mine=True)
        # Where it was watched: what watching itself takes is the same at both ends. What arrived
        # before anybody watched again is as old as the node says.
        received |= self._seen(mine=False)
        print("\nTranscript (the same at both ends: " + ("yes" if same and once else "NO") + ")")
        print("  written   stored at the other end after   author  text")
        for message in hers:
            print(_line(message, written, received))
        if not (same and once):
            raise SystemExit("The two histories differ from what was written.")

    def _seen(self, *, mine: bool) -> dict[str, float]:
        """When nodes told their people that a text is stored; entries themselves say seconds."""
        return {
            event["message"]["id"]: at
            for watcher in (*self._watchers, *self._former)
            for at, event in list(watcher.events)
            if event["type"] == "message" and event["message"]["mine"] == mine
        }

    def _observed(self) -> None:
        print("\nWhat an observer of the sockets saw")
        for label, kinds in sorted(self.observer.kinds.items()):
            if label in self.observer.hidden and not kinds:
                print(f"  {label:12} lets no other program of its user look at it (root sees more)")
                continue
            inet = {k: n for k, n in kinds.items() if k not in ("unix", "packet")}
            shown = (
                ", ".join(f"{n} {k}" for k, n in sorted(inet.items())) or "no network socket at all"
            )
            remotes = self.observer.remotes.get(label, set())
            relays = len(remotes & self.lab.relay_addresses)
            talk = f"; to {relays} relays or authorities" if remotes else ""
            other = remotes - self.lab.relay_addresses
            talk += f" and {len(other)} other addresses" if other else ""
            print(f"  {label:12} {kinds['unix']} Unix sockets, {shown}{talk}")
        if self.observer.can_capture:
            words = [t for _, t in BEFORE] + DURING + [t for _, t in AFTER]
            found = self.observer.found_in_packets(words)
            print(
                f"  {len(self.observer.captured) / 1e6:.1f} MB captured on the loopback: "
                f"{found} of {len(words)} texts found in them"
            )
            if found:
                raise SystemExit("A text was found in clear on the wire.")


def _line(message: dict[str, Any], written: dict[str, float], received: dict[str, float]) -> str:
    when = datetime.fromtimestamp(message["time"], tz=UTC).strftime("%H:%M:%S")
    before, after = written.get(message["id"]), received.get(message["id"])
    # Both clocks are this machine's.
    took = f"{after - before:8.3f} s" if before and after else "       –  "
    author = "Alice" if message["mine"] else "Bob"
    return f"  {when}  {took:34}  {author:6}  {message['text']}"


def main(*, keep: bool) -> int:
    """Run the demo; with `keep`, leave the network and the nodes running until Enter."""
    for number in (signal.SIGHUP, signal.SIGTERM):
        # A closed terminal ends everything, as Ctrl-C does.
        signal.signal(number, signal.default_int_handler)
    base = Path(tempfile.mkdtemp(prefix="onionchat-demo-"))
    story: Story | None = None
    lab = Lab(base / "network")
    try:
        print("Starting a private Tor network on this machine (nothing leaves it) …", flush=True)
        lab.start()
        print(f"        {lab.seconds:.1f} s: {lab.nodes} relays and authorities are up.")
        story = Story(base, lab)
        story.run()
        if keep:
            _keep(story)
    except KeyboardInterrupt:
        print("\nStopped.")
        return 130
    finally:
        if story is not None:
            story.close()
        lab.stop()
        shutil.rmtree(base, ignore_errors=True)
    return 0


def _keep(story: Story) -> None:
    print("\nBoth nodes go on. In two terminals, type:")
    for person in (story.alice, story.bob):
        print(f"  {person.typed()}")
    print("Press Ctrl-C here to stop everything.")
    subprocess.run(["sleep", "infinity"], check=False)
