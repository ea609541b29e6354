"""Strangers who ask to become contacts, in virtual time: as many as a test wants.

What lives here: making up somebody's introduction, and asking with it. What may not: expectations.
"""

from __future__ import annotations

from onionchat.net.transports.interface import Address
from onionchat.protocol.contacts.invite import Invite, invite_access_key, invite_psk, parse_link
from onionchat.protocol.contacts.messages import MAX_ENTRIES, Request, encode_message
from onionchat.protocol.crypto.keys import SigningKey
from onionchat.protocol.crypto.rng import Rng
from onionchat.protocol.identity.persona import Persona
from onionchat.protocol.identity.statements import build_profile
from onionchat.protocol.journal.entry import NO_ENTRY, EntryKind, sign_entry
from onionchat.protocol.journal.ids import account_journal
from onionchat.testing.nodes import World
from onionchat.testing.rng import SeededRng
from onionchat.testing.scripted_peer import ScriptedPeer
from onionchat.testing.virtual_time import EPOCH
from onionchat.types import MAX_GREETING_BYTES, MAX_NAME_BYTES, Millis

REPLY_SECONDS = 30.0
"""Virtual seconds within which a stranger has its answer, or knows that there is none."""


class Stranger:
    """Somebody with a link, or with what is public of one, who asks as loudly as the protocol
    lets it: the longest name, greeting and introduction.
    """

    def __init__(self, world: World, number: int) -> None:
        self.world = world
        rng = SeededRng(f"{world.seed} stranger {number}")
        transport = world.network.transport(f"stranger {number}")
        world.time.result(transport.start())
        self.peer = ScriptedPeer(transport, world.time, rng)
        self._persona = Persona.create(rng, SigningKey.generate(rng).public)
        self._name = f"{number} ".ljust(MAX_NAME_BYTES, "n")
        self.heard: list[bytes] = []
        """What it was answered."""

    def ask(self, link: str, *, secret: bool = True) -> None:
        """Ask by a link. Without its secret: all that directories and relays could know, and a
        guess for the rest."""
        invite = parse_link(link)
        key, psk = _keys(invite, self.peer.rng, secret=secret)
        address = Address(invite.onion_key, key)
        self.peer.dial(self._persona.link, invite.agreement_key, address, psk)
        self.world.time.until(lambda: self.peer.up or self.peer.lost, REPLY_SECONDS)
        if self.peer.up is None:
            return
        channel = self.peer.open("contact")
        self.peer.say(channel, encode_message(Request(self._entries(), "g" * MAX_GREETING_BYTES)))
        self.world.time.until(lambda: self.peer.heard or self.peer.lost, REPLY_SECONDS)
        self.heard = [message for _channel, message in self.peer.heard]
        self.peer.hang_up()

    def leave(self) -> None:
        """Be gone, so that the next can come."""
        self.world.time.result(self.peer.transport.stop())

    def _entries(self) -> tuple[bytes, ...]:
        """The longest introduction: its name again and again."""
        persona = self._persona
        journal = account_journal(persona.account)
        previous, made = NO_ENTRY, []
        for number in range(MAX_ENTRIES):
            body = persona.genesis if number == 0 else build_profile(self._name)
            entry = sign_entry(
                persona.device,
                journal,
                number + 1,
                previous,
                (),
                Millis(EPOCH),
                EntryKind.ROSTER,
                body,
            )
            previous = entry.id
            made.append(entry.to_bytes())
        return tuple(made)


def _keys(invite: Invite, rng: Rng, *, secret: bool) -> tuple[bytes, bytes]:
    """What tor asks for at the onion, and what the handshake asks for."""
    if secret:
        return invite_access_key(invite.token).seed, invite_psk(invite.token)
    # The network in memory asks for the access key as tor does; it is granted here, so that the
    # handshake alone has to keep the stranger out.
    return invite_access_key(invite.token).seed, rng.random_bytes(32)
