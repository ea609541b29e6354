"""The end of a run: everything heals, and everybody has to end up with the same.

What lives here: bringing a world to rest, and the checks that only make sense then. What may not:
what has to hold all the time (`oracle`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from onionchat.protocol.contacts.states import ContactState
from onionchat.testing.simulation import households
from onionchat.testing.simulation.machine import Machine, owner_in
from onionchat.testing.simulation.network import PACES
from onionchat.testing.simulation.oracle import LONGEST_LIE
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
    _agree(steps)
    _rest(steps)
    check(world)  # before anything new helps on what is stuck
    if world.oracle.violations:
        return
    # Everybody can write to everybody again, in every seed.
    for ones, others in friends(world):
        for writers, (reader, *_) in ((ones, others), (others, ones)):
            for writer in writers:
                if writer.node is not None:
                    steps.write(writer, reader)
    _rest(steps)
    if world.network.long_silent(0.0):
        # All may be well by another link: the one that fell silent has to be given up as well.
        world.pass_time(LONGEST_LIE + REST_SECONDS)
    world.oracle.look()


def _agree(steps: Steps) -> None:
    """Let devices of one person hear of each other: they have to show the same, also of those who
    are blocked, whom everybody serves again afterwards."""
    world = steps.world
    for _ in range(MAX_RESTS):
        found = households.of(honest(world))
        if found:
            world.pass_time(REST_SECONDS)
        if not any(households.differ(world, devices) for devices in found):
            for devices in found:
                households.check_contacts(world, devices)
            return
        _bring_up(world)


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
        alike = 0 if _differ(world) else alike + 1
        if alike == ALIKE:
            break


def _help(steps: Steps) -> None:
    """What people do in the end: they come back, and serve again whom they had blocked."""
    world = steps.world
    _bring_up(world)
    for machine in honest(world):
        # As the list of contacts has it: a death or an older state may have undone what was asked.
        for card in [] if machine.node is None else machine.node.directory.all():
            name = owner_in(card.petname)
            if card.state is ContactState.BLOCKED and name not in world.oracle.thieves:
                steps.unblock(machine, name)
            if world.oracle.removing.get((machine.owner, name)) is False:
                steps.remove(machine, name)  # it may have died before that was stored
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


def _bring_up(world: SimulatedWorld) -> None:
    for machine in honest(world):
        if machine.node is None or machine.transport is None:
            machine.begin_start()
            continue
        if not machine.transport.status.circuits:
            machine.transport.start()


def friends(world: SimulatedWorld) -> Iterator[tuple[list[Machine], list[Machine]]]:
    """All pairs of honest people who should be contacts: the machines of each."""
    known: dict[str, list[Machine]] = {}
    for machine in honest(world):
        known.setdefault(machine.owner, []).append(machine)
    for one, other in (*world.friends, *world.joining):
        ended = not world.oracle.removing.keys().isdisjoint(((one, other), (other, one)))
        if one in known and other in known and not ended and (one, other) not in _forgotten(world):
            yield known[one], known[other]


def _forgotten(world: SimulatedWorld) -> set[tuple[str, str]]:
    """Who met when one of them was in a state that was taken from it since."""
    return {
        pair
        for pair in world.joining
        for name, friend in (pair, pair[::-1])
        for machine in world.devices(name)
        if machine.restored and machine.node is not None and machine.card(friend) is None
    }


def _differ(world: SimulatedWorld) -> bool:
    """Whether something is still on its way."""
    for ones, others in friends(world):
        sides = [(machine, others) for machine in ones] + [(machine, ones) for machine in others]
        # One device of a contact stands for all of them.
        if not all(any(world.linked(one, other) for other in there) for one, there in sides):
            return True
        if len({_summary(machine, there[0].owner) for machine, there in sides}) > 1:
            return True
        if any(_waits(machine, there[0].owner) for machine, there in sides):
            return True
    return any(households.differ(world, devices) for devices in households.of(honest(world)))


def _summary(machine: Machine, name: str) -> tuple[object, ...] | None:
    """How much there is of a conversation; like nothing else if that is not known."""
    if machine.db is None or machine.db.database is None or machine.node is None:
        return (machine.name,)
    for petname, _last, number, seqs in machine.db.database.connection.execute(_DIRECT):
        if owner_in(petname) == name:
            return number, seqs
    return (machine.name,)


def _waits(machine: Machine, name: str) -> bool:
    return (
        machine.db is None
        or machine.db.database is None
        or bool(
            machine.db.database.connection.execute(
                "SELECT (SELECT total(queued) FROM summaries AS s JOIN contacts AS c"
                " ON c.id = s.contact WHERE c.petname = ?) + (SELECT count(*) FROM withdrawn)",
                (machine.petname(name),),
            ).get
        )
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
    for ones, others in friends(world):
        _check_friends(world, ones, others)
    for machine in honest(world):
        _check_machine(world, machine)
    if not world.oracle.violations:
        households.check(world, honest(world))


def _check_friends(
    world: SimulatedWorld, ones: Sequence[Machine], others: Sequence[Machine]
) -> None:
    oracle = world.oracle
    one, other = ones[0].owner, others[0].owner
    if any(machine.node is None for machine in (*ones, *others)):
        oracle.fail(f"a node of {one} and {other} does not run in the end")
        return
    for near, far in ((ones, others), (others, ones)):
        for machine in near:
            if not any(world.linked(machine, there) for there in far):
                oracle.fail(f"{machine.name} and {far[0].name} have no link in the end")
                return
    sides = [(machine, other) for machine in ones] + [(machine, one) for machine in others]
    pages = [_kept(world, machine, friend) for machine, friend in sides]
    first = [message.id for message in pages[0]]
    for (machine, _), page in zip(sides, pages, strict=True):
        names = f"{ones[0].name} and {machine.name}"
        here = [message.id for message in page]
        if sorted(here) != sorted(first):
            oracle.fail(f"{names} have {len(first)} and {len(here)} messages, not the same")
            return
        if here != first:
            oracle.fail(f"{names} have the same messages in another order")
            return
        if list(map(_shown, page)) != list(map(_shown, pages[0])):
            oracle.fail(f"{names} see other edits or reactions")
            return
    for (machine, friend), page in zip(sides, pages, strict=True):
        view = machine.contact(machine.petname(friend))
        where = f"{machine.name} about {friend}"
        oracle.require(view.state == "active", f"{where}: {view.state}")
        oracle.require(view.connected, f"{where}: not connected")
        oracle.require(view.queued == 0, f"{where}: {view.queued} queued")
        oracle.require(
            all(m.state in ("delivered", "read") for m in page if m.mine), f"{where}: states"
        )
        wanted = "validated" if (machine.owner, friend) in oracle.validated else "unvalidated"
        if not machine.restored and not world.several(machine.owner):
            oracle.require(view.trust == wanted, f"{where}: trust is {view.trust}, not {wanted}")
        oracle.require(
            view.unread <= sum(not m.mine for m in machine.history(view.name)),
            f"{where}: {view.unread} unread",
        )
        restored = any(device.restored for device in (*ones, *others))
        for mine, pair in ((True, (machine.owner, friend)), (False, (friend, machine.owner))):
            _check_texts(world, pair, [m for m in page if m.mine is mine], page, restored)


def _shown(message: MessageView) -> tuple[object, ...]:
    """What both sides show alike of a message."""
    emojis = sorted((it.mine == message.mine, it.emoji) for it in message.reactions)
    return message.text, message.edited, tuple(emojis)


def _kept(world: SimulatedWorld, machine: Machine, friend: str) -> list[MessageView]:
    """A conversation without what anybody wanted to have deleted, which is looked at here."""
    oracle = world.oracle
    page = machine.history(machine.petname(friend))
    gone = oracle.gone.get(machine.name, set())
    for message in page:
        if message.id in gone:
            oracle.require(not message.text, f"{machine.name} shows what was deleted there")
        if (friend, machine.owner, message.id) in oracle.asked:
            oracle.require(
                message.deleted and message.asked, f"{machine.name} did not delete what was asked"
            )
    return [message for message in page if message.id not in oracle.going]


def _check_texts(
    world: SimulatedWorld,
    pair: tuple[str, str],
    written: Sequence[MessageView],
    page: Sequence[MessageView],
    restored: bool,
) -> None:
    """What one wrote to the other, as a machine of either has it in the whole conversation."""
    oracle = world.oracle
    writer, reader = pair
    got = [
        oracle.edits[message.text].text if message.text in oracle.edits else message.text
        for message in written
    ]
    place = {message.id: number for number, message in enumerate(page)}
    here = set(got)
    oracle.require(len(here) == len(got), f"a text of {writer} is there twice")
    wanted = [
        text
        for text in oracle.texts.values()
        if (text.writer, text.reader) == pair and text.id not in oracle.going
    ]
    for text in wanted:
        if text.text in here:
            oracle.require(text.outcome != "refused", f"a refused text of {writer} was sent")
        elif text.outcome == "stored" and not text.withdrawable:
            oracle.fail(f"{reader} lacks a text of {writer} that was stored")
        if text.before in place and text.id in place and not restored:
            oracle.require(
                place[text.before] < place[text.id],
                f"{writer}'s answer to {reader} is before what it answers",
            )
    unknown = here - {text.text for text in wanted}
    oracle.require(not unknown, f"{reader} has {len(unknown)} texts that nobody wrote")
    for device in world.devices(writer):
        if not device.restored:
            order = [t.text for t in wanted if t.device == device.name and t.text in here]
            now = set(order)
            oracle.require(
                order == [text for text in got if text in now],
                f"the texts of {device.name} are not in their order",
            )


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
        if machine.card(name) is None:
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
