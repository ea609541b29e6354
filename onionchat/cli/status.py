"""status: for a person, for a program, and for monitoring by its exit status."""

from __future__ import annotations

from typing import Final

from onionchat.control import schema
from onionchat.displayable import displayable_line
from onionchat.views import StatusView, TorView

from .session import Session, counted, duration, print_json, print_table

NOT_ONLINE: Final = 3
"""Exit status of --check: the node runs, and contacts cannot reach this device."""

LOCKED: Final = 4
"""The node waits for its passphrase."""

TO_BE_LOOKED_AT: Final = 5
"""Contacts can reach this device, and something was told that a person should read."""

_UP: Final = 100
"""Per cent, of a tor that is connected."""


def status(session: Session) -> int:
    """Say how the node is doing; with --check, by the exit status as well."""
    view = show(session)
    return _found(view) if session.options.check else 0


def show(session: Session) -> StatusView:
    """Print how the node is doing; returns it."""
    view = session.call(schema.Status())
    if session.json:
        print_json(view)
    else:
        print_table(_status_rows(view))
        told = (*view.tor.reasons, *view.warnings, view.clock)
        for reason in dict.fromkeys(filter(None, told)):
            print(f"! {displayable_line(reason)}")
    return view


def _found(view: StatusView) -> int:
    if view.locked:
        return LOCKED
    # Who hides is not reached, and wants it so.
    if not view.online and not (view.visibility == "hidden" and view.tor.bootstrap == _UP):
        return NOT_ONLINE
    return TO_BE_LOOKED_AT if view.tor.reasons or view.warnings or view.clock else 0


def _status_rows(view: StatusView) -> list[tuple[str, ...]]:
    node = f"{view.version}, process {view.pid}, up {duration(view.uptime)}"
    if view.locked:
        return [
            ("locked", "yes: `onionchat unlock` opens the profile; nobody can reach this device"),
            ("node", node),
            ("profile", view.profile),
        ]
    waiting = f"{view.requests} waiting" if view.requests else "none waiting"
    return [
        ("online", "yes: contacts can reach this device" if view.online else "no"),
        ("tor", f"{view.tor.bootstrap} %, {tor_summary(view.tor, view.online)}"),
        ("contacts", f"{view.contacts}, {view.connected} connected"),
        (
            "queued",
            f"{counted(view.queued, 'message')} not delivered yet" if view.queued else "nothing",
        ),
        ("requests", waiting),
        ("visibility", view.visibility),
        ("name", view.name),
        ("account", view.account),
        ("device", view.device),
        ("node", node),
        ("profile", view.profile),
    ]


def tor_summary(tor: TorView, online: bool) -> str:
    """What Tor does; a Tor that is up while nobody can reach this device is explained."""
    if tor.running and tor.bootstrap == _UP and tor.services == 0 and not online:
        return "Tor is up; this device offers no onion."
    return tor.summary
