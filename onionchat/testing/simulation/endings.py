"""The end of a run: everything heals, and everybody has to end up with the same.

What lives here: bringing a world to rest, and the checks that only make sense then. What may not:
what has to hold all the time (`oracle`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from onionchat.protocol.contacts.states import ContactState
from onionchat.testing.simulation.machine import Machine
from onionchat.testing.simulation.network import PACES
from onionchat.testing.simulation.oracle import LONGEST_LIE, Text
from onionchat.testing.simulation.steps import Steps
from onionchat.testing.simulation.world import SimulatedWorld
from onionchat.views import MessageView

REST_SECONDS: Final = 30.0
MAX_RESTS: Final = 260
"""More than two hours: back-offs, offences, a contact that was full of a flood, all end within."""

ALIKE: Final = 2
"""Looks in a row at which nothing was under way."""

_DIRECT: Final = (
    "SELECT c.petname, max(e.id), count(e.id), total(e.seq) FROM contacts AS c"
    " JOIN journals AS j ON j.contact = c.id AND j.kind = 'direct'"
    " LEFT JOIN entries AS e ON e.journal = j.id GROUP BY c.id"
)


def settle(steps: Steps) -> None:
    """Undo all faults, and let time pass until nothing is under way any more."""
    world = steps.world
    world.trace.note("SETTLE")
    for one in world.everybody:
        for other in world.everybody:
            if one is not other:
                world.heal(one, other)
                world.network.slow(one.profile.name, other.profile.name, None)
    world.network.pace = PACES[0]
    for machine in honest(world):
        machine.disk.disarm()
        machine.disk.capacity = None
        machine.power_at_death = None
        machine.wanted = True
        machine.begin_start()
    _rest(steps)
    check(world)  # before anything new helps on what is stuck
    if world.oracle.violations:
        return
    # Everybody can write to everybody again, in every seed.
    for one, other in pairs(world):
        for writer, reader in ((one, other), (other, one)):
            if writer.node is not None:
                steps.write(writer, reader)
    _rest(steps)
    if world.network.long_silent(0.0):
        # All may be well by another link: the one that fell silent has to be given up as well.
        world.pass_time(LONGEST_LIE + REST_SECONDS)
    world.oracle.look()


def _rest(steps: Steps) -> None:
    """Let time pass until nothing is under way."""
    world = steps.world
    alike = 0
    for _ in range(MAX_RESTS):
        world.pass_time(REST_SECONDS)
        world.oracle.look_at_network()
        if world.oracle.violations:
            return
        _help(steps)
        # A link that died in silence still looks like one: once is not enough.
        alike = 0 if any(_differs(world, *pair) for pair in pairs(world)) else alike + 1
        if alike == ALIKE:
            break


def _help(steps: Steps) -> None:
    """What people do in the end: they come back, and serve again whom they had blocked."""
    world = steps.world
    for machine in honest(world):
        if machine.node is None or machine.transport is None:
            machine.begin_start()
            continue
        if not machine.transport.status.circuits:
            machine.transport.start()
    for machine in honest(world):
        # As the list of contacts has it: a death or an older state may have undone what was asked.
        for card in [] if machine.node is None else machine.node.directory.all():
            if card.state is ContactState.BLOCKED and card.petname not in world.oracle.thieves:
                steps.unblock(machine, card.petname)
    if not world.visible:
        world.visible = True
        for machine in honest(world):
            if machine.node is not None:
                machine.begin(machine.api.set_visibility("online", contact=None)).addErrback(
                    lambda _: None
                )
                for card in machine.node.directory.all():
                    if card.petname not in world.oracle.thieves:
                        work = machine.api.set_visibility("online", contact=card.petname)
                        machine.begin(work).addErrback(lambda _: None)


def honest(world: SimulatedWorld) -> list[Machine]:
    """Everybody whose device was not stolen, and who has a profile."""
    return [m for m in world.everybody if m.name not in world.oracle.thieves and m.made]


def pairs(world: SimulatedWorld) -> Iterator[tuple[Machine, Machine]]:
    """All pairs of honest people who should be contacts."""
    known = {machine.name: machine for machine in honest(world)}
    for one, other in (*world.friends, *world.joining):
        if one in known and other in known and (one, other) not in _forgotten(world):
            yield known[one], known[other]


def _forgotten(world: SimulatedWorld) -> set[tuple[str, str]]:
    """Who met when one of them was in a state that was taken from it since."""
    return {
        pair
        for pair in world.joining
        for name, friend in (pair, pair[::-1])
        if (machine := world.find(name)) is not None
        and machine.restored
        and machine.node is not None
        and not any(card.petname == friend for card in machine.node.directory.all())
    }


def _summary(machine: Machine, name: str) -> tuple[object, ...] | None:
    if machine.db is None or machine.db.database is None or machine.node is None:
        return None
    for petname, _last, number, seqs in machine.db.database.connection.execute(_DIRECT):
        if petname == name:
            return number, seqs
    return None


def _differs(world: SimulatedWorld, one: Machine, other: Machine) -> bool:
    here, there = _summary(one, other.name), _summary(other, one.name)
    if here is None or here != there or not world.linked(one, other):
        return True
    return any(
        machine.db is None
        or machine.db.database is None
        or machine.db.database.connection.execute(
            "SELECT (SELECT total(queued) FROM summaries AS s JOIN contacts AS c"
            " ON c.id = s.contact WHERE c.petname = ?) + (SELECT count(*) FROM withdrawn)",
            (name,),
        ).get
        for machine, name in ((one, other.name), (other, one.name))
    )


_ERASED = (
    "SELECT count(*) FROM erased AS d JOIN entries AS e ON e.entry_id = d.entry_id"
    " WHERE e.journal = d.journal AND e.body IS NOT NULL",
    "SELECT count(*) FROM erased AS d JOIN marks AS m ON m.target = d.entry_id"
    " WHERE m.journal = d.journal AND m.kind IN (17, 18)",
)
"""Finds bodies of what was erased, and of what was said of it."""


def check(world: SimulatedWorld) -> None:
    """All that has to hold once everything is at rest."""
    for one, other in pairs(world):
        _check_pair(world, one, other)
    for machine in honest(world):
        _check_machine(world, machine)


def _check_pair(world: SimulatedWorld, one: Machine, other: Machine) -> None:
    oracle = world.oracle
    names = f"{one.name} and {other.name}"
    if one.node is None or other.node is None:
        oracle.fail(f"a node of {names} does not run in the end")
        return
    if not world.linked(one, other):
        oracle.fail(f"{names} have no link in the end")
        return
    here, there = (
        _kept(world, machine, friend) for machine, friend in ((one, other), (other, one))
    )
    if sorted(m.id for m in here) != sorted(m.id for m in there):
        oracle.fail(f"{names} have {len(here)} and {len(there)} messages, not the same")
        return
    if [m.id for m in here] != [m.id for m in there]:
        oracle.fail(f"{names} have the same messages in another order")
        return
    if [_shown(m) for m in here] != [_shown(m) for m in there]:
        oracle.fail(f"{names} see other edits or reactions")
        return
    for machine, friend, page in ((one, other, here), (other, one, there)):
        view = machine.contact(friend.name)
        where = f"{machine.name} about {friend.name}"
        oracle.require(view.state == "active", f"{where}: {view.state}")
        oracle.require(view.connected, f"{where}: not connected")
        oracle.require(view.queued == 0, f"{where}: {view.queued} queued")
        oracle.require(
            all(m.state in ("delivered", "read") for m in page if m.mine), f"{where}: states"
        )
        wanted = "validated" if (machine.name, friend.name) in oracle.validated else "unvalidated"
        if not machine.restored:
            oracle.require(view.trust == wanted, f"{where}: trust is {view.trust}, not {wanted}")
        oracle.require(
            view.unread <= sum(not m.mine for m in machine.history(friend.name)),
            f"{where}: {view.unread} unread",
        )
        _check_texts(world, machine, friend, page)


def _shown(message: MessageView) -> tuple[object, ...]:
    """What both sides show alike of a message."""
    emojis = sorted((it.mine == message.mine, it.emoji) for it in message.reactions)
    return message.text, message.edited, tuple(emojis)


def _kept(world: SimulatedWorld, machine: Machine, friend: Machine) -> list[MessageView]:
    """A conversation without what anybody wanted to have deleted, which is looked at here."""
    oracle = world.oracle
    page = machine.history(friend.name)
    gone = oracle.gone.get(machine.name, set())
    for message in page:
        if message.id in gone:
            oracle.require(not message.text, f"{machine.name} shows what was deleted there")
        if (friend.name, machine.name, message.id) in oracle.asked:
            oracle.require(
                message.deleted and message.asked, f"{machine.name} did not delete what was asked"
            )
    return [message for message in page if message.id not in oracle.going]


def _check_texts(
    world: SimulatedWorld, writer: Machine, reader: Machine, page: Sequence[MessageView]
) -> None:
    """What the writer wrote, in the conversation that both have."""
    oracle = world.oracle
    got = [
        oracle.edits[message.text].text if message.text in oracle.edits else message.text
        for message in page
        if message.mine
    ]
    place = {message.id: number for number, message in enumerate(page)}
    here = set(got)
    oracle.require(len(here) == len(got), f"a text of {writer.name} is there twice")
    wanted = [
        text
        for text in oracle.texts.values()
        if (text.writer, text.reader) == (writer.name, reader.name) and text.id not in oracle.going
    ]
    for text in wanted:
        if text.text in here:
            oracle.require(text.outcome != "refused", f"a refused text of {writer.name} was sent")
        elif text.outcome == "stored" and not _may_be_lost(text, reader):
            oracle.fail(f"{reader.name} lacks a text of {writer.name} that was stored")
        if text.before in place and text.id in place and not (writer.restored or reader.restored):
            oracle.require(
                place[text.before] < place[text.id],
                f"{writer.name}'s answer to {reader.name} is before what it answers",
            )
    unknown = here - oracle.texts.keys()
    oracle.require(not unknown, f"{reader.name} has {len(unknown)} texts that nobody wrote")
    if not writer.restored:
        order = [text.text for text in wanted if text.text in here]
        oracle.require(order == got, f"the texts of {writer.name} are not in their order")


def _may_be_lost(text: Text, _reader: Machine) -> bool:
    return text.withdrawable


def _check_machine(world: SimulatedWorld, machine: Machine) -> None:
    oracle = world.oracle
    if machine.node is None or machine.db is None or machine.db.database is None:
        oracle.fail(f"{machine.name}'s node does not run in the end")
        return
    database = machine.db.database
    problems = database.check()
    oracle.require(not problems, f"{machine.name}'s database: {problems[:3]}")
    for sentence in _ERASED:
        (left,) = next(iter(database.connection.execute(sentence)))
        oracle.require(left == 0, f"{machine.name} has {left} bodies of what was deleted")
    oracle.look_at_disk(machine, database.connection)
    for name in oracle.thieves:
        if not any(card.petname == name for card in machine.node.directory.all()):
            continue
        page = machine.history(name)
        texts = [message.text for message in page if not message.mine]
        oracle.require(len(texts) == len(set(texts)), f"{machine.name} has a text of {name} twice")
        oracle.require(
            not oracle.forbidden & set(texts), f"{machine.name} shows what {name} may not write"
        )
        place = {message.id: number for number, message in enumerate(page)}
        for victim, first, second in oracle.order:
            if victim == machine.name and first in place and second in place:
                oracle.require(
                    place[first] < place[second], f"{name} put an entry before what it answers"
                )
        trust = machine.contact(name).trust
        if trust == "compromised":
            oracle.require(
                (name, machine.name) in oracle.forked, f"{name} is compromised without a fork"
            )
        elif not machine.restored and (name, machine.name) in oracle.fork_seen:
            oracle.fail(f"{machine.name} found {name}'s fork and trusts it")


def silence(world: SimulatedWorld) -> None:
    """Stop all nodes: nothing of them may go on."""
    for machine in honest(world):
        machine.wanted = False
        machine.begin_stop()
    world.pass_time(REST_SECONDS)
    left = world.network.open_connections()
    world.oracle.require(not left, f"{left} connections are open after the end")
