"""What the devices of one person have to agree on in the end.

What lives here: comparing their databases and views. What may not: what holds between contacts
(`endings`) or all the time (`oracle`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from typing import Final

from onionchat.node.preferences import OF_PERSON
from onionchat.testing.simulation.machine import Machine, owner_in
from onionchat.testing.simulation.world import SimulatedWorld

_FRONTIERS: Final = (
    "SELECT j.journal_id, count(*), total(e.seq) FROM entries AS e"
    " JOIN journals AS j ON j.id = e.journal GROUP BY j.id ORDER BY j.journal_id"
)

_AGREED: Final = {
    "entries": "SELECT j.journal_id, e.entry_id FROM entries AS e"
    " JOIN journals AS j ON j.id = e.journal"
    " ORDER BY j.journal_id, e.effective, e.depth, e.entry_id",
    "state of the self journal": "SELECT key, value, entry_id FROM self_state ORDER BY key",
    "devices of contacts": "SELECT c.account_id, d.device_key, d.link_key, d.active, d.rank"
    " FROM contact_devices AS d JOIN contacts AS c ON c.id = d.contact AND c.state != 'own'"
    " ORDER BY c.account_id, d.device_key",
}
"""What is the same on all devices of one person, in the same order."""

_MEMBERS: Final = "SELECT count(*) FROM personas WHERE admitted = 0"
_SELF: Final = "SELECT journal_id FROM journals WHERE kind = 'self'"
_ALL: Final = "SELECT journal_id FROM journals"


def of(machines: Iterable[Machine]) -> list[list[Machine]]:
    """The devices of each person who has several."""
    found: dict[str, list[Machine]] = {}
    for machine in machines:
        found.setdefault(machine.owner, []).append(machine)
    return [devices for devices in found.values() if len(devices) > 1]


def differ(world: SimulatedWorld, devices: Sequence[Machine]) -> bool:
    """Whether something is still on its way between devices of one person."""
    if any(not world.linked(*pair) for pair in combinations(devices, 2)):
        return True
    return any(_rows(one, _FRONTIERS) != _rows(devices[0], _FRONTIERS) for one in devices) or any(
        _rows(one, _MEMBERS) != [(0,)] for one in devices
    )


def check(world: SimulatedWorld, machines: Sequence[Machine]) -> None:
    """All that has to hold in the end."""
    for devices in of(machines):
        _check(world, devices)
    for machine in machines:
        for (owner, name), done in world.oracle.removing.items():
            if owner == machine.owner and machine.card(name) is not None:
                how = "forgot" if done else "wanted to forget"
                world.oracle.fail(f"{machine.name} still knows {name}, whom {owner} {how}")
        others = [other for other in machines if other.owner != machine.owner]
        private = {row for other in others for row in _rows(other, _SELF)}
        world.oracle.require(
            private.isdisjoint(_rows(machine, _ALL)),
            f"{machine.name} has a self journal of another",
        )


def check_contacts(world: SimulatedWorld, devices: Sequence[Machine]) -> None:
    """That all show the same contacts, called, trusted and served the same."""
    shown = [(machine, _contacts(machine)) for machine in devices if machine.node is not None]
    for machine, contacts in shown:
        if contacts != shown[0][1]:
            world.oracle.fail(f"{shown[0][0].name} and {machine.name} have not the same contacts")
            world.trace.note(f"contacts: {shown[0][1]} {contacts}")


def _check(world: SimulatedWorld, devices: Sequence[Machine]) -> None:
    first, *rest = devices
    for one, other in combinations(devices, 2):
        if not world.linked(one, other):
            world.oracle.fail(f"{one.name} and {other.name} have no link in the end")
            return
    for machine in rest:
        for what, query in _AGREED.items():
            rows = _rows(first, query), _rows(machine, query)
            if rows[0] != rows[1]:
                world.oracle.fail(f"{first.name} and {machine.name} have not the same {what}")
                world.trace.note(f"only at one: {sorted(map(repr, set(rows[0]) ^ set(rows[1])))}")
        for what, look in _SHOWN.items():
            here, there = look(first), look(machine)
            world.oracle.require(
                here == there, f"{first.name} and {machine.name} do not show the same {what}"
            )
            if here != there:
                world.trace.note(f"{what}: {here} {there}")
    check_contacts(world, devices)
    for machine in devices:
        waiting = _rows(machine, _MEMBERS)
        world.oracle.require(waiting == [(0,)], f"{machine.name} is not admitted everywhere")
        for view in machine.contacts():
            asked = (machine.owner, owner_in(view.name)) in world.oracle.validated
            trust = ("unvalidated", "validated") if asked else ("unvalidated",)
            world.oracle.require(
                view.trust in trust, f"{machine.name} about {view.name}: trust is {view.trust}"
            )


def _rows(machine: Machine, query: str) -> list[tuple[object, ...]]:
    if machine.db is None or machine.db.database is None:
        return [(machine.name,)]
    return list(machine.db.database.connection.execute(query))


def _contacts(machine: Machine) -> list[tuple[object, ...]]:
    return sorted(
        (view.id, view.name, view.state, view.trust, view.visibility) for view in machine.contacts()
    )


def _drafts(machine: Machine) -> list[tuple[str, str]]:
    return sorted((view.id, view.draft) for view in machine.contacts())


def _unread(machine: Machine) -> list[tuple[str, int]]:
    return sorted((view.id, view.unread) for view in machine.contacts())


def _settings(machine: Machine) -> list[tuple[str, str]]:
    views = machine.do(machine.api.settings())
    return sorted((view.name, view.value) for view in views if view.name in OF_PERSON)


_SHOWN: Final[dict[str, Callable[[Machine], object]]] = {
    "drafts": _drafts,
    "unread messages": _unread,
    "settings": _settings,
}
"""What the person sees the same on all devices."""
