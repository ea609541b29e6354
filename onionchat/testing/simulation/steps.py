"""Doing one step of a plan.

What lives here: `Steps`, a method for each kind of step (`do_` and its name). What may not: chance
that does not come from the step, judgement (`oracle`).
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from typing import Any, Final, TypeVar

from onionchat.errors import (
    DiskFull,
    OnionchatError,
    ProfileDamaged,
    ProfileExists,
    StorageFailed,
)
from onionchat.testing.simulation.adversary import Thief
from onionchat.testing.simulation.device_steps import DeviceSteps
from onionchat.testing.simulation.machine import Machine
from onionchat.testing.simulation.network import PACES, TAMPERING
from onionchat.testing.simulation.oracle import Text
from onionchat.testing.simulation.plan import Step
from onionchat.testing.simulation.world import SimulatedWorld
from onionchat.testing.virtual_disk import DiskFault

T = TypeVar("T")

MAX_PAIR_BYTES: Final = 100 * 1024
"""What one person writes to another one in a run: less than what a contact may have stored."""

RECEIPTS_OFF: Final = 2
"""Of four."""

DAY: Final = 86_400.0
FEW_OPERATIONS: Final = 60
"""Within so many operations of a disk a planted fault happens."""

REPEATED: Final = 4
"""Of so many texts one is asked for twice."""


class Steps(DeviceSteps):
    """Does steps in a world. `thief` holds the keys of the last person, whose node does not run."""

    def __init__(self, world: SimulatedWorld, thief: Thief | None) -> None:
        super().__init__(world)
        self.thief = thief
        self.images: dict[str, dict[str, bytes]] = {}
        self.snapshots: dict[str, dict[str, bytes]] = {}
        self.newcomers = 0
        self._written: dict[tuple[str, str], int] = {}
        self._numbers = 0

    def do(self, step: Step) -> None:
        """Do it, or count that it could not be done."""
        one, other = self.world.everybody[step.who], self.world.everybody[step.whom]
        self.world.trace.note(f"STEP {step}")
        chance = random.Random(step.salt)
        if hasattr(self, f"do_{step.what}"):
            done = getattr(self, f"do_{step.what}")(one, other, chance)
        else:
            done = self.thief is not None and self.thief.move(step.what, one, chance)
        self.world.trace.count(step.what if done else f"{step.what} (impossible)")

    # --- people -----------------------------------------------------------------------------------

    def do_write(self, one: Machine, other: Machine, chance: random.Random) -> bool:
        """One to twenty texts at once."""
        if not self._known(one, other):
            return False
        for _ in range(chance.choice((1, 1, 1, 2, 3, 8, 20))):
            size = chance.choice((5, 5, 60, 300, 1500))
            if not self._count(one, other, size):
                return False
            self.write(one, other, "x" * size)
        return True

    def _count(self, one: Machine, other: Machine, size: int) -> bool:
        """Whether a text of this size may still be written."""
        pair = one.owner, other.owner
        written = self._written[pair] = self._written.get(pair, 0) + size + 600
        return written <= MAX_PAIR_BYTES

    def write(self, one: Machine, other: Machine, padding: str = "") -> None:
        """One text, which is like no other; each fourth is asked for twice at once, as by a program
        that has not had its answer.
        """
        self._numbers += 1
        words = f"{one.name} {other.name} {self._numbers} {padding}".strip()
        text = Text(one.owner, other.owner, words, one.name)
        self.oracle.texts[words] = text
        seen = self.oracle.kept(one.name).last.get(other.owner, "")
        text.before = "" if one.restored else seen

        def stored(view: Any) -> None:
            first = text.outcome != "stored" or text.id == view.id
            self.oracle.require(first, "a text that was asked for twice is two messages")
            text.outcome, text.id = "stored", view.id
            self.oracle.kept(one.name).own.add(bytes.fromhex(view.id))
            self.oracle.require(view.state in ("queued", "sent"), f"a new text is {view.state}")

        def failed(error: OnionchatError) -> None:
            if text.outcome == "unknown" and not isinstance(error, DiskFull | StorageFailed):
                text.outcome = "refused"

        tag = f"{one.name}-{self._numbers}"
        for _ in range(1 if self._numbers % REPEATED else 2):
            self._ask(one, one.api.send(one.petname(other.owner), words, tag=tag), stored, failed)

    def _said(
        self, one: Machine, other: Machine, chance: random.Random, *, own: bool
    ) -> Text | None:
        """A text between two people that was stored, and not deleted here; half of the time one
        that somebody else deletes, if there is one."""
        pairs = [(one.owner, other.owner), (other.owner, one.owner)][: 1 if own else 2]
        found = [
            text
            for text in self.oracle.texts.values()
            if (text.writer, text.reader) in pairs
            and text.outcome == "stored"
            and text.id not in self.oracle.gone.get(one.name, ())
            and bytes.fromhex(text.id) in self.oracle.kept(one.name).here
        ]
        if chance.getrandbits(1):
            found = [text for text in found if text.id in self.oracle.going] or found
        return chance.choice(found) if found and self._known(one, other) else None

    def do_edit(self, one: Machine, other: Machine, chance: random.Random) -> bool:
        """A text of one's own."""
        text = self._said(one, other, chance, own=True)
        if text is None:
            return False
        self._numbers += 1
        words = f"{one.name} edits {self._numbers}"
        self.oracle.edits[words] = text
        self._ask(one, one.api.edit(one.petname(other.owner), text.id, words))
        return True

    def do_react(self, one: Machine, other: Machine, chance: random.Random) -> bool:
        """To any text, or takes it back."""
        text = self._said(one, other, chance, own=False)
        if text is None:
            return False
        name = one.petname(other.owner)
        self._ask(one, one.api.react(name, text.id, chance.choice(("", "+", "!"))))
        return True

    def do_delete(self, one: Machine, other: Machine, chance: random.Random) -> bool:
        """Any text, here."""
        return self._delete(one, other, self._said(one, other, chance, own=False), everyone=False)

    def do_everyone(self, one: Machine, other: Machine, chance: random.Random) -> bool:
        """A text of one's own, everywhere."""
        return self._delete(one, other, self._said(one, other, chance, own=True), everyone=True)

    def _delete(self, one: Machine, other: Machine, text: Text | None, *, everyone: bool) -> bool:
        if text is None:
            return False
        self.oracle.going.add(text.id)

        def done(_view: object) -> None:
            self.oracle.gone.setdefault(one.name, set()).add(text.id)
            if everyone:
                self.oracle.asked.add((one.owner, other.owner, text.id))

        deleting = one.api.delete(one.petname(other.owner), [text.id], for_everyone=everyone)
        self._ask(one, deleting, done)
        return True

    def do_rush(self, one: Machine, other: Machine, _chance: random.Random) -> bool:
        """Writes in the very moment in which a new link comes up."""
        if not self._known(one, other):
            return False

        def write() -> None:
            if self._known(one, other):
                self.write(one, other)

        self.world.rushing[one.name, other.owner] = write
        self.world.cut(one, other)
        return True

    def do_read(self, one: Machine, other: Machine, _chance: random.Random) -> bool:
        """Everything."""
        if not self._known(one, other):
            return False
        kept = self.oracle.kept(one.name)
        kept.reading = True
        kept.read |= {entry.hex() for entry in kept.here}

        def done(_result: None) -> None:
            kept.reading = False

        marking = one.api.mark_read(one.petname(other.owner), None)
        self._ask(one, marking, done, lambda _: done(None))
        return True

    def do_receipts(self, one: Machine, _other: Machine, chance: random.Random) -> bool:
        """On, mostly."""
        if one.node is None:
            return False
        value = "off" if chance.randrange(4) == RECEIPTS_OFF else "on"
        if value == "on":
            self.oracle.kept(one.name).shares = True
        self._ask(one, one.api.set_setting("read-receipts", value))
        return True

    def do_visibility(self, one: Machine, other: Machine, chance: random.Random) -> bool:
        """For everybody or for one."""
        if not self._known(one, other):
            return False
        value = chance.choice(("hidden", "online", "online"))
        name = chance.choice((None, one.petname(other.owner)))
        self._ask(one, one.api.set_visibility(value, contact=name))
        return True

    def do_block(self, one: Machine, other: Machine, _chance: random.Random) -> bool:
        """One contact."""
        if not self._known(one, other):
            return False

        def done(_view: object) -> None:
            self.oracle.blocked[one.name, other.owner] = self.world.time.now

        self._ask(one, one.api.block(one.petname(other.owner)), done)
        return True

    def do_unblock(self, one: Machine, other: Machine, chance: random.Random) -> bool:
        """A contact that is blocked; if there is none, one is blocked for a while."""
        blockers = [
            (machine, name)
            for who, name in self.oracle.blocked
            if (machine := self.world.find(who)) is not None and machine.node is not None
        ]
        if not blockers:

            def again() -> None:
                if one.node is not None and (one.name, other.owner) in self.oracle.blocked:
                    self.unblock(one, other.owner)

            self.world.time.callLater(chance.choice((0.5, 5.0, 100.0)), again)
            return self.do_block(one, other, chance)
        # Whoever the step names, or else whoever has blocked somebody.
        self.unblock(*min(blockers, key=lambda pair: pair[0] is not one))
        return True

    def unblock(self, one: Machine, name: str) -> None:
        """Serve somebody again."""
        self.oracle.blocked.pop((one.name, name), None)
        self._ask(one, one.api.unblock(one.petname(name)))

    def do_ownonion(self, one: Machine, other: Machine, _chance: random.Random) -> bool:
        """Move a contact to an onion of its own."""
        if not self._known(one, other):
            return False
        self._ask(one, one.api.own_onion(one.petname(other.owner)))
        return True

    def do_rename(self, one: Machine, other: Machine, _chance: random.Random) -> bool:
        """There and back."""
        if not self._known(one, other):
            return False
        self._ask(one, one.api.rename(one.petname(other.owner), other.owner))
        return True

    def do_validate(self, one: Machine, other: Machine, _chance: random.Random) -> bool:
        """Compare the safety words."""
        if not self._known(one, other) or other.node is None or not self._known(other, one):
            return False

        def compare(words: tuple[str, ...]) -> None:
            if one.node is not None:
                self._ask(
                    one,
                    one.api.validate(one.petname(other.owner), words),
                    lambda _: self.oracle.validated.add((one.owner, other.owner)),
                )

        self._ask(other, other.api.verify_words(other.petname(one.owner)), compare)
        return True

    def do_join(self, one: Machine, _other: Machine, chance: random.Random) -> bool:
        """Somebody new becomes a contact; making its profile may be interrupted."""
        if one.node is None or self.newcomers:
            return False
        self.newcomers += 1
        new = self.world.machine("Newcomer")
        shutil.rmtree(new.profile, ignore_errors=True)
        if chance.getrandbits(1):
            new.disk.arm(DiskFault.DEATH, chance.randrange(1, 25), chance.random() * 0.9)
            try:
                new.create()
            except OnionchatError as error:
                self.world.trace.note(f"{new.name} is not made: {error.code}")
                self.world.trace.count("creation interrupted")
            new.disk.revive()
        try:
            if not new.made:
                # What is there is put aside by `create`; the real file stands for the virtual ones.
                new.disk.load({})
                new.create()
        except (ProfileExists, ProfileDamaged) as error:
            self.oracle.fail(f"a profile could not be made: {error!r}")
            return False
        new.begin_start()
        self.invite(one, new)
        return True

    def invite(self, one: Machine, new: Machine) -> None:
        """Make an invite, and follow it if the other one's node runs.

        They have to become contacts once the new one's node says that it will see to it: who made
        the invite may have died before its person had the link in hand.
        """

        def made(view: Any) -> None:
            if new.node is not None:
                pair = one.owner, new.name
                adding = new.api.add(view.link, name=one.owner, greeting="")
                self._ask(new, adding, lambda _: self.world.joining.append(pair))

        self._ask(
            one,
            one.api.invite(standing=False, lifetime=None),
            lambda view: self._later(2.0, made, view),
        )

    def _later(self, seconds: float, call: Callable[[T], None], value: T) -> None:
        self.world.time.callLater(seconds, call, value)

    # --- nodes ------------------------------------------------------------------------------------

    def do_stop(self, one: Machine, _other: Machine, chance: random.Random) -> bool:
        """For a while."""
        if one.node is None:
            return False
        one.wanted = False
        one.begin_stop()
        self._want_again(one, chance.choice((0.0, 3.0, 60.0, 2000.0)))
        return True

    def do_kill(self, one: Machine, _other: Machine, chance: random.Random) -> bool:
        """The process."""
        if one.node is None:
            return False
        one.die(noticed=bool(chance.getrandbits(1)))
        one.start_in(chance.choice((0.1, 0.1, 5.0, 120.0)))
        return True

    def _want_again(self, one: Machine, seconds: float) -> None:
        def again() -> None:
            one.wanted = True
            one.begin_start()

        self.world.time.callLater(seconds, again)

    def do_night(self, _one: Machine, _other: Machine, chance: random.Random) -> bool:
        """Hours in which nobody does anything."""
        self.world.pass_time(chance.uniform(1.0, 10.0) * 3600)
        return True

    def do_clock(self, one: Machine, _other: Machine, chance: random.Random) -> bool:
        """Is wrong from now on, by up to a day; or right again."""
        one.wall.offset = chance.choice(
            (0, int(chance.uniform(-DAY, DAY) * 1000), int(DAY * 1000), -int(DAY * 1000))
        )
        return True

    # --- disks ------------------------------------------------------------------------------------

    def do_crash(self, one: Machine, _other: Machine, chance: random.Random) -> bool:
        """The process ends at some write or sync soon."""
        return self._death(one, chance, None)

    def do_power(self, one: Machine, _other: Machine, chance: random.Random) -> bool:
        """The machine ends at some write or sync soon, and loses what was not synced."""
        return self._death(one, chance, chance)

    def _death(self, one: Machine, chance: random.Random, power: random.Random | None) -> bool:
        if one.node is None:
            return False
        one.power_at_death = power
        part = chance.choice((0.0, chance.random() * 0.99, 0.99))
        one.disk.arm(DiskFault.DEATH, chance.randrange(1, FEW_OPERATIONS), part)
        return True

    def do_ioerror(self, one: Machine, _other: Machine, chance: random.Random) -> bool:
        """Some write or sync fails soon."""
        if one.node is None:
            return False
        one.disk.arm(DiskFault.ERROR, chance.randrange(1, FEW_OPERATIONS))
        return True

    def do_full(self, one: Machine, _other: Machine, chance: random.Random) -> bool:
        """Hardly any room for a while."""
        one.disk.capacity = one.disk.used + chance.choice((0, 5000, 20_000, 100_000))

        def room() -> None:
            one.disk.capacity = None

        self.world.time.callLater(chance.choice((5.0, 60.0, 900.0)), room)
        return True

    def do_backup(self, one: Machine, _other: Machine, _chance: random.Random) -> bool:
        """Beside the running node."""
        if one.node is None:
            return False
        self._numbers += 1
        path = one.profile.with_name(f"{one.profile.name} backup {self._numbers}")
        partial = path.with_name(f".{path.name}.partial")
        shutil.rmtree(path, ignore_errors=True)

        def done(_result: None) -> None:
            self.images[one.name] = self.world.machines.vfs.disks[str(partial)].image()
            shutil.rmtree(path)

        self._ask(one, one.api.backup(str(path)), done)
        return True

    def do_restore(self, one: Machine, _other: Machine, chance: random.Random) -> bool:
        """The last backup, in the place of the profile."""
        return self._restore(one, self.images.get(one.name), chance, noticeably=True)

    def do_snapshot(self, one: Machine, _other: Machine, _chance: random.Random) -> bool:
        """Of the disk as it is in this moment."""
        if not one.made or one.disk.dead:
            return False
        self.snapshots[one.name] = one.disk.image()
        return True

    def do_rollback(self, one: Machine, _other: Machine, chance: random.Random) -> bool:
        """To the last snapshot: nothing but the contents tells."""
        image = self.snapshots.get(one.name)
        return self._restore(one, image, chance, noticeably=bool(chance.getrandbits(1)))

    def do_relapse(self, one: Machine, other: Machine, chance: random.Random) -> bool:
        """Back to a state in which texts were on their way, and writing on at once.

        The other one then has more of a log, or something else, than its writer knows of.
        """
        if not self._known(one, other):
            return False
        later = self.world.time.callLater
        before, between, after = (chance.randint(1, 3) for _ in range(3))
        taken = chance.choice((0.0, 0.03, 0.1, 0.4))
        back = taken + chance.choice((0.3, 1.0, 4.0))
        images: list[dict[str, bytes]] = []

        def write(number: int) -> None:
            for _ in range(number):
                if self._known(one, other) and self._count(one, other, 0):
                    self.write(one, other)

        def snapshot() -> None:
            if one.node is not None and not one.disk.dead:
                images.append(one.disk.image())
                write(between)

        def die() -> None:
            if images and one.node is not None:
                one.die(noticed=True)
                later(0.001, replace)

        def replace() -> None:
            if one.node is None and not one.starting:
                one.replace(images[0], noticeably=False)
                self.oracle.moved_back(one.name)
                self.world.trace.count("relapses")
                one.begin_start()
                # Its node runs by then, and has no link yet.
                later(0.03, write, after)

        write(before)
        later(taken, snapshot)
        later(back, die)
        return True

    def _restore(
        self,
        one: Machine,
        image: dict[str, bytes] | None,
        chance: random.Random,
        *,
        noticeably: bool,
    ) -> bool:
        if image is None or (one.starting and one.node is None):
            return False
        one.die(noticed=True)
        self.world.pass_time(0.001)
        one.replace(image, noticeably=noticeably)
        self.oracle.moved_back(one.name)
        one.start_in(chance.choice((0.1, 30.0)))
        return True

    # --- network ----------------------------------------------------------------------------------

    def do_cut(self, one: Machine, other: Machine, _chance: random.Random) -> bool:
        """All connections between two."""
        return self.world.cut(one, other) > 0

    def do_silence(self, one: Machine, other: Machine, _chance: random.Random) -> bool:
        """All connections between two, without a sign."""
        return self.world.silence(one, other) > 0

    def do_part(self, one: Machine, other: Machine, chance: random.Random) -> bool:
        """Nothing passes between two for a while."""
        if one is other:
            return False
        self.world.part(one, other)
        self.world.time.callLater(
            chance.choice((1.0, 20.0, 600.0)), lambda: self.world.heal(one, other)
        )
        return True

    def do_flap(self, one: Machine, other: Machine, chance: random.Random) -> bool:
        """The connections between two break again and again."""
        if one is other:
            return False
        pause = chance.choice((0.3, 1.0, 4.0))
        for number in range(chance.randrange(3, 10)):
            self.world.time.callLater(number * pause, self.world.cut, one, other)
        return True

    def do_offline(self, one: Machine, _other: Machine, chance: random.Random) -> bool:
        """One machine's way to the network is gone for a while."""
        if one.node is None or one.transport is None:
            return False
        transport, reactor = one.transport, one.reactor
        assert reactor is not None
        transport.stop()

        def again() -> None:
            if reactor.alive and one.node is not None:
                transport.start()

        self.world.time.callLater(chance.choice((2.0, 60.0, 1800.0)), again)
        return True

    def do_slow(self, one: Machine, other: Machine, chance: random.Random) -> bool:
        """The way between two, or everybody's."""
        if chance.getrandbits(1):
            self.world.network.pace = chance.choice(PACES)
        else:
            pace = chance.choice((*PACES, (20.0, 40.0)))
            self.world.network.slow(one.profile.name, other.profile.name, pace)
            self.world.time.callLater(
                120.0, self.world.network.slow, one.profile.name, other.profile.name, None
            )
        return True

    def do_tamper(self, one: Machine, other: Machine, chance: random.Random) -> bool:
        """Records on the way between two are altered, lost, doubled or exchanged."""
        what = chance.choice(TAMPERING)
        names = one.profile.name, other.profile.name
        return self.world.network.tamper(*names, what, chance.getrandbits(16)) > 0

    def do_replay(self, one: Machine, other: Machine, _chance: random.Random) -> bool:
        """Somebody on the way says again to the callee what the caller has said."""
        return self.world.network.replay(one.profile.name, other.profile.name)

    def do_double(self, one: Machine, other: Machine, _chance: random.Random) -> bool:
        """Both dial at once, though there may be a link."""
        if not self._known(one, other) or not self._known(other, one):
            return False
        for near, far in ((one, other), (other, one)):
            assert near.node is not None and near.node._peers is not None
            for key in list(near.node._peers._targets):
                if getattr(key, "contact", None) == self._number(near, far):
                    near.node._peers._schedule.want(key, self.world.time.now)
                    near.node._peers._arm()
        return True

    def _number(self, one: Machine, other: Machine) -> object:
        card = one.card(other.owner)
        return None if card is None else card.number
