"""The real daemon around fake nodes: `python -m onionchat.testing.fake_daemon`, as `onionchatd`.

What lives here: the parts that stand in for the node, so that the command line can be tried with
real processes and sockets and without Tor. The profile's node has a friend in the same process, who
answers each message with `echo: ` and the text, whose one-time and standing invite links are in the
profile's files `friend-link` and `friend-standing-link`, and who uses the link in `ask-friend` once
there is such a file.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from twisted.internet.defer import Deferred

from onionchat import daemon, errors
from onionchat.control.address import KEYSLOT
from onionchat.node.api import NodeApi
from onionchat.node.events import MessageAdded, NodeEvent
from onionchat.node_process import Parts
from onionchat.protocol.contacts import qr
from onionchat.protocol.crypto.rng import Rng
from onionchat.store import wipe
from onionchat.views import CheckView

from .fake_node import FakeNode, FakeWorld

WORDS: Final = 24


def create_profile(profile: Path, passphrase: str, name: str, rng: Rng) -> list[str]:
    """A folder with a key slot that holds a hash of the passphrase, which protects nothing."""
    if (profile / KEYSLOT).exists():
        raise errors.ProfileExists
    profile.mkdir(mode=0o700, parents=True, exist_ok=True)
    (profile / KEYSLOT).write_text(f"{_hash(passphrase)}\n{name}")
    return [f"word{number}" for number in rng.random_bytes(WORDS)]


def unlock(profile: Path, passphrase: str) -> Any:  # noqa: ANN401 - nothing that opens anything
    """A key that stands for none, if the passphrase is right."""
    if not (profile / KEYSLOT).read_text().startswith(_hash(passphrase)):
        raise errors.WrongPassphrase
    return None


def check_profile(profile: Path, passphrase: str) -> Sequence[CheckView]:
    """Sound, if the passphrase is right."""
    right = (profile / KEYSLOT).read_text().startswith(_hash(passphrase))
    return [CheckView("database", right, "Sound." if right else "Not opened.")]


async def open_node(
    reactor: Any,  # noqa: ANN401
    *,
    profile: Path,
    passphrase: str,
    runtime_dir: Path,
    torrc: Path | None,
    tor: str | None,
    tor_control: str | None,
    unlock: Any,  # noqa: ANN401
) -> NodeApi:
    """The profile's node, with its friend in the world."""
    digest, _, name = (profile / KEYSLOT).read_text().partition("\n")
    if digest != _hash(passphrase):
        raise errors.WrongPassphrase
    if tor is not None and not Path(tor).exists():
        raise errors.TorNotFound
    world = FakeWorld(reactor)
    node = FakeNode(world, name or "me", profile=str(profile), passphrase=passphrase)
    friend = FakeNode(world, "Friend")

    async def echo(message: MessageAdded) -> None:
        if message.message.text == "/misbehave":
            contact = (await node.contacts())[0]
            node.compromise(contact.id, "Device 1 has signed two things.")
            return
        await friend.send(message.message.contact, f"echo: {message.message.text}")

    def listen(event: NodeEvent) -> None:
        if isinstance(event, MessageAdded) and not event.message.mine:
            Deferred.fromCoroutine(echo(event))

    friend.subscribe(listen)
    ask = profile / "ask-friend"

    def look() -> None:
        if ask.exists() and (link := ask.read_text()):
            Deferred.fromCoroutine(friend.add(link, name=None, greeting="Hi!"))
        else:
            reactor.callLater(0.1, look)

    look()
    for file, standing in (("friend-link", False), ("friend-standing-link", True)):
        invite = await friend.invite(standing=standing, lifetime=None)
        (profile / file).write_text(invite.link)
    return node


def _hash(passphrase: str) -> str:
    return hashlib.sha256(passphrase.encode()).hexdigest()


def main(arguments: Sequence[str] | None = None) -> int:
    """As `onionchat.daemon.main`."""
    parts = Parts(create_profile, check_profile, wipe.remove, open_node, qr.paint, unlock)
    return daemon.main(arguments, lambda: parts)


if __name__ == "__main__":
    sys.exit(main())
