"""tor, and `bridges check`: what Tor is doing, for a person who does not know Tor."""

from __future__ import annotations

from typing import Final

from onionchat.control import schema
from onionchat.displayable import displayable_line
from onionchat.views import BridgeView, CircuitsView, TorDetailsView, TorServiceView, TroubleView

from .session import Session, counted, duration, local_time, print_json, print_table

_PURPOSES: Final = {
    "contacts": "for contacts",
    "invite": "for an invite link",
    "reserve": "for a contact who missed a move",
    "other": "for something else",
}


def tor(session: Session) -> None:
    """Show what Tor does, what stands in its way and what can be done."""
    view = session.call(schema.TorDetails())
    if session.json:
        print_json(view)
        return
    print_table(_rows(view))
    for trouble in view.troubles:
        print(f"! {displayable_line(trouble.sentence)} {displayable_line(trouble.advice)}")
    if view.last_trouble is not None:
        print(_over(view.last_trouble))


def _rows(view: TorDetailsView) -> list[tuple[str, ...]]:
    program = "started by this node" if view.tor.own else "joined: it serves others as well"
    rows: list[tuple[str, ...]] = [
        ("state", f"{view.tor.bootstrap} %, {view.tor.summary}"),
        ("reachable", "yes: contacts can reach this device" if view.online else "no"),
        ("program", f"tor {view.tor.version}, {program}" if view.tor.version else program),
    ]
    if view.connections is not None:
        rows.append(("first relays", f"{counted(view.connections, 'connection')}"))
    if view.tor.guards_pinned:
        rows.append(("second relays", f"{view.tor.guards_pinned} kept over restarts"))
    if view.circuits is not None:
        rows.append(("ways", _ways(view.circuits)))
    rows += [(f"onion {number}", _onion(one)) for number, one in enumerate(view.services, 1)]
    rows += [(f"bridge {one.number}", _bridge(one)) for one in view.bridges]
    return rows


def _ways(circuits: CircuitsView) -> str:
    return (
        f"{circuits.joined} to devices, {circuits.calling} being made to some,"
        f" {circuits.entrances} to entrances, {circuits.directory} to directories,"
        f" {circuits.ready} in reserve, {circuits.other} others"
    )


def _onion(service: TorServiceView) -> str:
    doors = "" if service.entrances is None else f", {counted(service.entrances, 'entrance')}"
    since = duration(service.seconds)
    return f"{_PURPOSES.get(service.purpose, '')}: {service.state} for {since}{doors}"


def _bridge(bridge: BridgeView) -> str:
    return f"{bridge.transport}: {bridge.sentence}"


def _over(trouble: TroubleView) -> str:
    assert trouble.until is not None
    span = f"{local_time(trouble.since)} to {local_time(trouble.until, date=False)}"
    return f"Over: {displayable_line(trouble.sentence)} ({span})"


def check_bridges(session: Session, lines: list[str]) -> int:
    """Say of each line whether it could be used; the exit status says it of all."""
    found = session.call(schema.CheckBridges(text="\n".join(lines)))
    if session.json:
        print_json(found)
    else:
        for line in found:
            what = f" ({line.transport})" if line.transport else ""
            print(f"line {line.line}{what}: {displayable_line(line.sentence)}")
        if not found:
            print("No bridge lines.")
    return 0 if found and all(line.ok for line in found) else 1
