"""A thief who has the keys of a device, and says what that device never would.

What lives here: `Thief` and its moves, each against one victim. What may not: what the victim must
do about them (`oracle`, `endings`).
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Final

from onionchat.errors import OnionchatError
from onionchat.net.transports.interface import DialFailed
from onionchat.protocol.crypto.keys import SigningKey
from onionchat.protocol.journal.entry import NO_ENTRY, EntryKind, SignedEntry, sign_entry
from onionchat.protocol.rooms.bodies import encode_text
from onionchat.protocol.sync.messages import (
    Ack,
    Entries,
    Have,
    ReadMark,
    Want,
    WantAll,
    encode_message,
)
from onionchat.protocol.sync.names import Names, frontier_digest
from onionchat.protocol.sync.position import Position
from onionchat.testing.rng import SeededRng
from onionchat.testing.scripted_peer import ScriptedPeer, Stolen
from onionchat.testing.simulation.machine import Machine
from onionchat.testing.simulation.world import SimulatedWorld
from onionchat.testing.virtual_time import EPOCH, Stuck
from onionchat.types import EntryId, JournalId, Millis

YEAR_MILLIS: Final = 365 * 86_400_000
FLOOD: Final = 300
"""Entries of a flood, of a kilobyte each: more than a contact may have stored in a day."""


@dataclass(eq=False)
class _Log:
    """What the thief has signed for one victim."""

    seq: int = 0
    tip: bytes = NO_ENTRY
    first: SignedEntry | None = None
    texts: set[str] = field(default_factory=set)
    calls: int = 0


class Thief:
    """The thief of the device of `name`, whose own node does not run."""

    def __init__(
        self, world: SimulatedWorld, name: str, stolen: dict[tuple[str, str], Stolen]
    ) -> None:
        self.world = world
        self.name = name
        self._stolen = {victim: keys for (thief, victim), keys in stolen.items() if thief == name}
        self.logs = {victim: _Log() for victim in self._stolen}
        world.oracle.thieves.add(name)

    def move(self, what: str, victim: Machine, chance: random.Random) -> bool:
        """Do something to a victim; returns whether it was possible."""
        if victim.name not in self._stolen or victim.node is None:
            return False
        try:
            peer, channel = self._sync(victim)
        except (DialFailed, OnionchatError, Stuck, AssertionError):
            return False
        self.world.pass_time(chance.choice((0.0, 1.0, 3.0)))
        move = getattr(self, f"_{what}")
        try:
            move(victim, peer, channel, chance)
        except OnionchatError:
            pass  # its own link is closed already
        self.world.pass_time(chance.choice((0.5, 3.0, 20.0)))
        peer.hang_up()
        return True

    # --- the way in -------------------------------------------------------------------------------

    def _sync(self, victim: Machine) -> tuple[ScriptedPeer, int]:
        """A link whose sync has begun truthfully."""
        log, keys = self.logs[victim.name], self._stolen[victim.name]
        log.calls += 1
        label = f"{self.name} {victim.name} {log.calls}"
        transport = self.world.network.transport(label)
        transport.start()
        peer = ScriptedPeer(transport, self.world.time, SeededRng(f"{self.world.seed} {label}"))
        peer.call(self._with_onion(victim, keys))
        assert peer.up is not None
        channel = peer.open("sync")
        names = Names(peer.up.handshake_hash)
        said = {
            names.of(journal): {names.of(author): at for author, at in has.items()}
            for journal, has in keys.has.items()
        }
        if log.seq:
            own = names.of(keys.device.public)
            said.setdefault(names.of(keys.direct), {})[own] = Position.of(log.seq, log.tip)
        peer.say(
            channel, encode_message(Have(frontier_digest(said), list(said.items()), True, False))
        )
        return peer, channel

    def _with_onion(self, _victim: Machine, keys: Stolen) -> Stolen:
        return keys

    def _entry(
        self,
        victim: Machine,
        text: str,
        *,
        seq: int | None = None,
        previous: bytes | None = None,
        parents: tuple[bytes, ...] = (),
        time: int | None = None,
        key: SigningKey | None = None,
        journal: JournalId | None = None,
        body: bytes | None = None,
        valid: bool = True,
    ) -> SignedEntry:
        """Sign something; the next entry of our log unless it says otherwise."""
        log, keys = self.logs[victim.name], self._stolen[victim.name]
        number = log.seq + 1 if seq is None else seq
        made = sign_entry(
            key or keys.device,
            keys.direct if journal is None else journal,
            number,
            EntryId(log.tip if previous is None else previous),
            tuple(map(EntryId, parents)),
            Millis(self._now() if time is None else time),
            EntryKind.TEXT,
            encode_text(text) if body is None else body,
        )
        if valid:
            log.seq, log.tip = number, made.id
            log.first = log.first or made
            log.texts.add(text)
        return made

    def _now(self) -> int:
        return EPOCH + int(self.world.time.now) * 1000

    def _text(self, chance: random.Random) -> str:
        return f"thief {chance.getrandbits(40):010x}"

    def _say(self, peer: ScriptedPeer, channel: int, *entries: SignedEntry) -> None:
        peer.say(channel, encode_message(Entries([entry.to_bytes() for entry in entries])))

    # --- moves ------------------------------------------------------------------------------------

    def _honest(
        self, victim: Machine, peer: ScriptedPeer, channel: int, chance: random.Random
    ) -> None:
        for _ in range(chance.randint(1, 4)):
            self._say(peer, channel, self._entry(victim, self._text(chance)))

    def _batch(
        self, victim: Machine, peer: ScriptedPeer, channel: int, chance: random.Random
    ) -> None:
        """Several in one message, one of them twice."""
        made = [self._entry(victim, self._text(chance)) for _ in range(chance.randint(2, 9))]
        self._say(peer, channel, *made, made[0])

    def _fork(
        self, victim: Machine, peer: ScriptedPeer, channel: int, chance: random.Random
    ) -> None:
        """Another first entry than the first."""
        log = self.logs[victim.name]
        if log.first is None:
            self._say(peer, channel, self._entry(victim, self._text(chance)))
            self.world.pass_time(5.0)
        other = self._entry(victim, self._text(chance), seq=1, previous=NO_ENTRY, valid=False)
        self.world.oracle.forked.add((self.name, victim.name))
        node, disk = victim.node, victim.disk
        there = log.first is not None and log.first.id in self.world.oracle.kept(victim.name).here
        self._say(peer, channel, other)
        calm = disk.capacity is None and not disk.armed and not peer.lost
        self.world.pass_time(5.0)
        if there and calm and victim.node is node and disk.capacity is None and not disk.armed:
            self.world.oracle.fork_seen.add((self.name, victim.name))

    def _backdate(
        self, victim: Machine, peer: ScriptedPeer, channel: int, chance: random.Random
    ) -> None:
        """An answer that says to be older than what it answers."""
        head = self._head(victim)
        if head is None:
            self._honest(victim, peer, channel, chance)
            return
        made = self._entry(
            victim, self._text(chance), parents=(head,), time=EPOCH - chance.randrange(YEAR_MILLIS)
        )
        self.world.oracle.order.append((victim.name, head.hex(), made.id.hex()))
        self._say(peer, channel, made)

    def _head(self, victim: Machine) -> bytes | None:
        """An entry of the victim in the conversation with us that it has on disk."""
        assert victim.db is not None
        if victim.db.database is None:
            return None
        row = victim.db.database.connection.execute(
            "SELECT e.entry_id FROM entries AS e JOIN journals AS j ON j.id = e.journal"
            " JOIN authors AS a ON a.id = e.author"
            " WHERE j.journal_id = ? AND a.mine = 1 ORDER BY e.seq DESC LIMIT 1",
            (self._stolen[victim.name].direct,),
        ).fetchone()
        return None if row is None else row[0]

    def _future(
        self, victim: Machine, peer: ScriptedPeer, channel: int, chance: random.Random
    ) -> None:
        time = self._now() + chance.randrange(YEAR_MILLIS)
        self._say(peer, channel, self._entry(victim, self._text(chance), time=time - time % 1000))

    def _skip(
        self, victim: Machine, peer: ScriptedPeer, channel: int, chance: random.Random
    ) -> None:
        """A number that leaves others out, with a made-up predecessor or our last entry."""
        log = self.logs[victim.name]
        if log.first is None:
            self._say(peer, channel, self._entry(victim, self._text(chance)))
            self.world.pass_time(5.0)
        previous = chance.choice((chance.randbytes(32), log.tip, log.tip))
        seq = log.seq + chance.randint(2, 9)
        text = self._text(chance)
        self.world.oracle.forbidden.add(text)
        self._say(peer, channel, self._entry(victim, text, seq=seq, previous=previous, valid=False))

    def _orphans(
        self, victim: Machine, peer: ScriptedPeer, channel: int, chance: random.Random
    ) -> None:
        """Entries that wait for what never comes, and wishes for what nobody has."""
        for number in range(60):
            if peer.lost:
                return
            made = self._entry(
                victim,
                "o" * 2000,
                seq=self.logs[victim.name].seq + 2 + number,
                previous=chance.randbytes(32),
                valid=False,
            )
            self._say(peer, channel, made)
            peer.say(channel, encode_message(Want([EntryId(chance.randbytes(32))])))
            self.world.pass_time(0.05)
            if number % 8 == 0:
                self.world.oracle.look()

    def _flood(
        self, victim: Machine, peer: ScriptedPeer, channel: int, chance: random.Random
    ) -> None:
        """More than a contact may have stored in a day; what is not taken stays unsigned."""
        log = self.logs[victim.name]
        for number in range(FLOOD // 6):
            if peer.lost:
                break
            before = log.seq, log.tip
            made = [self._entry(victim, f"{self._text(chance)} " + "f" * 1000) for _ in range(6)]
            self._say(peer, channel, *made)
            self.world.pass_time(0.4)
            if peer.lost:
                log.seq, log.tip = before
                break
            if number % 8 == 0:
                self.world.oracle.look()
        self._forget_what_was_not_taken(victim)

    def _forget_what_was_not_taken(self, victim: Machine) -> None:
        """Go on behind what the victim has, or our next entry would be a fork."""
        if victim.db is None or victim.db.database is None:
            return
        keys, log = self._stolen[victim.name], self.logs[victim.name]
        row = victim.db.database.connection.execute(
            "SELECT l.seq, l.entry_id FROM logs AS l JOIN journals AS j ON j.id = l.journal"
            " JOIN authors AS a ON a.id = l.author WHERE j.journal_id = ? AND a.device_key = ?",
            (keys.direct, keys.device.public),
        ).fetchone()
        log.seq, log.tip = (0, NO_ENTRY) if row is None else row

    def _replayed(
        self, victim: Machine, peer: ScriptedPeer, channel: int, chance: random.Random
    ) -> None:
        """What it has already, again and again."""
        log = self.logs[victim.name]
        if log.first is None:
            self._honest(victim, peer, channel, chance)
        assert log.first is not None
        for _ in range(8):
            self._say(peer, channel, log.first)

    def _oversized(
        self, victim: Machine, peer: ScriptedPeer, channel: int, chance: random.Random
    ) -> None:
        """A text that is too long, a length that no record has, a batch that is too large."""
        match chance.randrange(3):
            case 0:
                body = b"\x92\xda\xff\xf0" + b"x" * 65_520 + b"\xc0"
                self._say(peer, channel, self._entry(victim, "", body=body[:40_000], valid=False))
            case 1:
                peer.raw(b"\xff\xff" + chance.randbytes(3000))
            case _:
                many = [self._entry(victim, "y" * 900, valid=False) for _ in range(100)]
                self._say(peer, channel, *many)

    def _malformed(
        self, _victim: Machine, peer: ScriptedPeer, channel: int, chance: random.Random
    ) -> None:
        junk = (
            b"",
            chance.randbytes(200),
            b"\x91\x63",
            b"\x92\x03\xdd\xff\xff\xff\xff",
            b"\x91" * 5000,
            encode_message(WantAll()) * 2,
            encode_message(Entries([b"\xc0" * 50])),
        )
        if chance.getrandbits(2):
            peer.say(channel, chance.choice(junk))
        else:
            peer.raw(chance.randbytes(chance.randrange(1, 4000)))

    def _liar(
        self, victim: Machine, peer: ScriptedPeer, channel: int, chance: random.Random
    ) -> None:
        """Says to have, or to have read, what was never written."""
        keys = self._stolen[victim.name]
        assert peer.up is not None
        names = Names(peer.up.handshake_hash)
        journal = names.of(keys.direct)
        author = names.of(keys.victim.device_key)
        if chance.getrandbits(1):
            peer.say(channel, encode_message(ReadMark(journal, author, 10_000)))
        else:
            lie = Position(chance.randrange(1000, 9000), chance.randbytes(8))
            peer.say(channel, encode_message(Ack(1, [(journal, {author: lie})])))

    def _names(
        self, victim: Machine, peer: ScriptedPeer, channel: int, chance: random.Random
    ) -> None:
        """Says to have logs of more and more devices that nobody has heard of."""
        assert peer.up is not None
        journal = Names(peer.up.handshake_hash).of(self._stolen[victim.name].direct)
        for _ in range(40):
            if peer.lost:
                return
            logs = {chance.randbytes(8): Position(1, chance.randbytes(8)) for _ in range(200)}
            peer.say(channel, encode_message(Ack(1, [(journal, logs)])))
            self.world.pass_time(0.2)
            self.world.oracle.look()

    def _foreign(
        self, victim: Machine, peer: ScriptedPeer, channel: int, chance: random.Random
    ) -> None:
        """In the name of others, or where we may not write."""
        text = self._text(chance)
        self.world.oracle.forbidden.add(text)
        if chance.getrandbits(1):
            key = SigningKey(chance.randbytes(32))
            made = self._entry(victim, text, seq=1, previous=NO_ENTRY, key=key, valid=False)
        else:
            journal = JournalId(chance.randbytes(32))
            made = self._entry(victim, text, journal=journal, valid=False)
        self._say(peer, channel, made)
